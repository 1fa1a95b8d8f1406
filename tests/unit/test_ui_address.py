"""The address that the page is served at."""

import re
import socket

import pytest

from assistant.errors import PortInUseError, UsageError
from ui.address import free_port, in_url, trusted_hosts

pytestmark = pytest.mark.usefixtures("socket_enabled")  # whether a port is free is asked of the system


def taken(host: str, port: int = 0) -> socket.socket:
    """A port in use there only."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        pytest.skip(f"{host}, port {port}: {error}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "::1", "0.0.0.0"])
def test_a_port_in_use_on_the_host_or_where_gradio_tries_it_is_told(host: str) -> None:
    with taken("127.0.0.1") as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUseError) as raised:
            free_port(host, port)
    another = port + 1 if port < 65_535 else 65_534
    assert str(raised.value).endswith(f"is in use by another program. Stop that program, or add `--port {another}`.")


def test_a_port_in_use_on_an_ipv6_host_is_told() -> None:
    with taken("::1") as other, pytest.raises(PortInUseError, match="on ::1 is in use"):
        free_port("::1", other.getsockname()[1])


def test_no_port_is_named_that_there_is_not() -> None:
    with taken("127.0.0.1", 65_535), pytest.raises(PortInUseError, match="`--port 65534`"):
        free_port("127.0.0.1", 65_535)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_free_port_is_found(host: str) -> None:
    taken(host).close()
    port = free_port(host, 0)
    assert 0 < port == free_port(host, port)


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
