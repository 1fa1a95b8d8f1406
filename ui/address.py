"""The address to listen on, tried before the server starts, so that the reader learns why it cannot be had."""

import errno
import socket

from assistant.errors import PortInUseError, UsageError


def free_port(host: str, port: int) -> int:
    """`port` if it is free on `host`; for port 0, one that is.

    Raises PortInUseError where another program listens, UsageError where this address cannot be listened on.
    """
    if not 0 <= port < 2**16:  # the resolver would silently wrap it around
        raise UsageError(f"There is no port {port}", fix="Choose a --port from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a just closed one is free
            probe.bind(address)
            chosen: int = probe.getsockname()[1]
            return chosen
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"Port {port} on {host} is in use by another program",
                fix=f"Stop that program, or choose another port: assistant serve --port {port + 1}",
            ) from error
        raise UsageError(
            f"Cannot listen on {host}, port {port}: {error.strerror}", fix="Choose another --host or --port."
        ) from error
