"""The server around the page: port, Ctrl-C, the endpoint for programs."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from assistant.errors import PortInUseError, QuestionError, UsageError
from ui.app import serve as serve_until_interrupted

from .readers import ask

PATIENCE_S = 60
SERVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit that it is ignored
from types import SimpleNamespace
from pathlib import Path
from ui.app import serve
idle = {"warm_up": lambda: None, "read_ahead": lambda **_: None}
fake = SimpleNamespace(ready=True, documents=(), settings=SimpleNamespace(corpus=Path("x")), **idle)
serve(fake, port=int(sys.argv[1]), announce=lambda address: print(address, flush=True))
print("ended", flush=True)
"""


def test_a_port_in_use_names_another_one(assistant: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"Port {port}.*--port {port + 1}"):
            serve_until_interrupted(assistant, port=port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 7860), ("no such host", 7860), ("127.0.0.1", 70_000)])
def test_an_impossible_address_is_a_usage_error(assistant: Any, host: str, port: int) -> None:
    with pytest.raises(UsageError, match="--port"):
        serve_until_interrupted(assistant, host=host, port=port)


def test_ctrl_c_ends_the_server_cleanly() -> None:
    command = [sys.executable, "-c", SERVER, "0"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert httpx.get(address).status_code == 200
        process.send_signal(signal.SIGINT)
        try:
            output, errors = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()  # no effect on one that has ended
    assert (process.returncode, output, errors) == (0, "ended\n", "")


@pytest.mark.parametrize("spared", [None, "example.org"])
def test_no_proxy_stands_between_the_server_and_itself(
    assistant: Any, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch, spared: str | None
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    if spared:
        monkeypatch.setenv("no_proxy", spared)
    address = serve(assistant)
    assert httpx.get(address, trust_env=False).status_code == 200
    assert os.environ.get("no_proxy") == spared


def test_programs_ask_over_one_named_endpoint(assistant: Any, serve: Callable[[Any], str]) -> None:
    client = Client(serve(assistant), verbose=False, analytics_enabled=False)
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]
    answer = client.predict("What did it carry?", api_name="/ask")
    assert answer["text"] == "Salt. [1]"
    assert answer["citations"][0]["quote"] == "It carried forty-two barrels of salt to Norrport."
    assistant.refusal = QuestionError("The question is blank", fix="Write one.")
    with pytest.raises(AppError, match=r"The question is blank\. Write one\."):
        client.predict(" ", api_name="/ask")
    client.close()


def test_the_page_allows_nothing_from_outside(assistant: Any, serve: Callable[[Any], str]) -> None:
    response = httpx.get(serve(assistant))
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_no_website_reads_the_page_under_its_own_name(assistant: Any, serve: Callable[..., str]) -> None:
    address = serve(assistant)
    port = httpx.URL(address).port
    for path in ("", "config", "gradio_api/info"):
        assert httpx.get(f"{address}{path}", headers={"Host": f"rebound.example:{port}"}).status_code == 400
        assert httpx.get(f"{address}{path}", headers={"Host": f"localhost:{port}"}).status_code == 200


def test_the_network_reaches_the_page_under_any_name(assistant: Any, serve: Callable[..., str]) -> None:
    address = serve(assistant, host="0.0.0.0")
    assert httpx.get(address, headers={"Host": "desk.example"}).status_code == 200


def test_the_page_has_an_ipv6_address(assistant: Any, serve: Callable[..., str]) -> None:
    address = serve(assistant, host="::1")
    assert address.startswith("http://[::1]:")
    assert httpx.get(address).status_code == 200


def test_nothing_is_uploaded(assistant: Any, serve: Callable[..., str]) -> None:
    uploaded = httpx.post(f"{serve(assistant)}gradio_api/upload", files={"files": b"x"})
    assert uploaded.status_code == 413


def test_many_who_wait_keep_nobody_from_stopping(
    assistant: Any, serve: Callable[..., str], contexts: Callable[..., Any]
) -> None:
    waiting: Queue[str] = Queue()
    answered = Event()

    def wait(question: str) -> Any:
        waiting.put(question)
        answered.wait(PATIENCE_S)

    assistant.ask = wait
    address = serve(assistant)
    try:
        for _ in range(41):  # one more than Gradio has threads of its own accord
            httpx.post(f"{address}gradio_api/call/ask", json={"data": ["What did it carry?"]}).raise_for_status()
        for _ in range(41):
            waiting.get(timeout=PATIENCE_S)
        page = contexts().new_page()
        page.goto(address)
        ask(page, "When did it leave?")
        assistant.next_run()
        page.locator("#stop").click()
        expect(page.locator("#current .reply.stopped")).to_be_visible()
        page.locator("#clear").click()
        expect(page.locator("#current .reply")).to_have_count(0)
    finally:
        answered.set()
