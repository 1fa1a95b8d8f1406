"""The address that the page is served at."""

import errno
import re
import socket

import pytest

from assistant.errors import PortInUseError, UsageError
from ui.address import free_port, in_url, trusted_hosts

pytestmark = pytest.mark.usefixtures("socket_enabled")  # whether a port is free is asked of the system

Address = tuple[str, int]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> set[Address]:
    """Ports in use, of a system that has IPv6 whether or not this one does; all others are free."""
    in_use: set[Address] = set()
    bound: dict[socket.socket, Address] = {}

    def bind(self: socket.socket, address: tuple[str, int, int]) -> None:
        host, port, *_ = address
        if (host, port) in in_use:
            raise OSError(errno.EADDRINUSE, "in use")
        bound[self] = (host, port or 50_000)

    monkeypatch.setattr(socket.socket, "bind", bind)
    monkeypatch.setattr(socket.socket, "getsockname", lambda self: bound[self])
    return in_use


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "::1", "0.0.0.0"])
def test_a_port_in_use_on_the_host_or_where_gradio_tries_it_is_told(host: str, taken: set[Address]) -> None:
    taken.add(("127.0.0.1", 7860))
    with pytest.raises(PortInUseError) as raised:
        free_port(host, 7860)
    assert str(raised.value).endswith(
        "is in use. Stop what listens there (another `assistant serve`?), or add `--port 7861`."
    )


def test_a_port_in_use_on_an_ipv6_host_is_told(taken: set[Address]) -> None:
    taken.add(("::1", 7860))
    with pytest.raises(PortInUseError, match="on ::1 is in use"):
        free_port("::1", 7860)


def test_no_port_is_named_that_there_is_not(taken: set[Address]) -> None:
    taken.add(("127.0.0.1", 65_535))
    with pytest.raises(PortInUseError, match="`--port 65534`"):
        free_port("127.0.0.1", 65_535)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_free_port_is_found(host: str, taken: set[Address]) -> None:
    assert free_port(host, 0) == 50_000
    taken.add((host, 50_001))
    assert free_port(host, 50_000) == 50_000


def test_a_port_that_the_system_holds_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortInUseError):
        free_port("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no such host", ".."])
def test_a_host_of_another_machine_is_told(host: str) -> None:
    with pytest.raises(UsageError, match=f"Cannot listen on {re.escape(host)}, port 7860.*Choose another --host"):
        free_port(host, 7860)


def test_a_host_in_a_url() -> None:
    assert (in_url("::1"), in_url("localhost")) == ("[::1]", "localhost")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "::1"])
def test_a_host_of_this_machine_has_names_of_this_machine(host: str) -> None:
    assert {in_url(host), "localhost", "127.0.0.1", "[::1]"} == set(trusted_hosts(host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_a_host_of_the_network_may_have_any_name(host: str) -> None:
    assert trusted_hosts(host) == ["*"]
