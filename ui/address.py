"""The address to listen on, tried before the server starts, so that the reader learns why it cannot be had."""

import errno
import socket
from ipaddress import ip_address
from typing import Any

from assistant.errors import PortInUseError, UsageError

_LOOPBACK = "127.0.0.1"


def free_port(host: str, port: int) -> int:
    """`port` if it is free on `host` and on 127.0.0.1, where Gradio tries it too; for port 0, one that is.

    Raises PortInUseError where another program listens, UsageError where this address cannot be listened on.
    """
    if not 0 <= port < 2**16:  # the resolver would silently wrap it around
        raise UsageError(f"There is no port {port}", fix="Choose a --port from 1 to 65535.")
    try:
        for family, kind, protocol, _, address in (*_addresses(host), *_addresses(_LOOPBACK)):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: a just closed one is free
                probe.bind((address[0], port, *address[2:]))
                port = probe.getsockname()[1]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            another = port + 1 if port < 2**16 - 1 else port - 1
            raise PortInUseError(
                f"Port {port} on {address[0]} is in use",
                fix=f"Stop what listens there (another `assistant serve`?), or add `--port {another}`.",
            ) from error
        raise UsageError(
            f"Cannot listen on {host}, port {port}: {error.strerror}", fix="Choose another --host or --port."
        ) from error
    return port


def in_url(host: str) -> str:
    """As it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def trusted_hosts(host: str) -> list[str]:
    """What requests may name as their host, so that no website whose name comes to mean this machine (DNS rebinding)
    reads the documents. Under which names other machines know a host of the network, nobody can tell: any.
    """
    found = {address[0] for *_, address in _addresses(host)}
    if all(ip_address(address).is_loopback for address in found):
        return [in_url(host), "localhost", _LOOPBACK, "[::1]"]
    return ["*"]


def _addresses(host: str) -> list[Any]:
    """As `socket.getaddrinfo` describes them. Raises OSError where there are none."""
    try:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(errno.EINVAL, "that is no host's name") from error
