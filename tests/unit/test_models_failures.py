"""No foreign error leaves a call of a chat model untranslated."""

import asyncio
from collections.abc import Iterator

import httpx
import openai
import pytest

from assistant.errors import (
    ChatModelError,
    ChatNonsenseError,
    ChatTimeoutError,
    ChatUnreachableError,
    QuestionError,
)
from assistant.models.failures import one_line, translated_errors

REQUEST = httpx.Request("POST", "http://localhost/v1")


class ProviderError(Exception):
    """What some provider's package raises."""

    def __init__(self, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.status_code = status_code


def translate(error: BaseException, *, local: bool = False) -> ChatModelError:
    with pytest.raises(ChatModelError) as caught, translated_errors("some model", local=local):
        raise error
    assert caught.value.__cause__ is error
    assert "some model" in caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("refused"), ChatUnreachableError),
        (httpx.RemoteProtocolError("closed"), ChatUnreachableError),
        (httpx.ReadError("reset"), ChatUnreachableError),
        (ConnectionResetError("reset"), ChatUnreachableError),
        (openai.APIConnectionError(message="refused", request=REQUEST), ChatUnreachableError),
        (httpx.ReadTimeout("slow"), ChatTimeoutError),
        (httpx.ConnectTimeout("slow"), ChatTimeoutError),
        (TimeoutError(), ChatTimeoutError),
        (openai.APITimeoutError(request=REQUEST), ChatTimeoutError),
        (ValueError("no choices"), ChatNonsenseError),
        (KeyError("choices"), ChatNonsenseError),
        (AttributeError("'str' object has no attribute 'choices'"), ChatNonsenseError),
        (TypeError("'NoneType' object is not iterable"), ChatNonsenseError),
        (ProviderError("odd\nindeed"), ChatModelError),
    ],
)
def test_translation(error: Exception, expected: type[ChatModelError]) -> None:
    assert type(translate(error)) is expected


@pytest.mark.parametrize(
    ("status", "fix"),
    [(401, "API key"), (403, "API key"), (404, "model's name"), (429, "Wait"), (503, "Wait"), (400, "too long")],
)
def test_status_decides_the_advice(status: int, fix: str) -> None:
    own = translate(ProviderError("no", status))
    response = httpx.Response(status, request=REQUEST)
    httpx_error = translate(httpx.HTTPStatusError("no", request=REQUEST, response=response))
    assert type(own) is type(httpx_error) is ChatModelError
    assert str(status) in own.message
    assert fix in own.fix
    assert fix in httpx_error.fix


@pytest.mark.parametrize(
    ("error", "expected", "fix"),
    [
        (httpx.ReadTimeout("slow"), ChatTimeoutError, "smaller chat model"),
        (httpx.ConnectError("refused"), ChatUnreachableError, "assistant doctor"),
        (ValueError("no choices"), ChatNonsenseError, "assistant doctor"),
        (ProviderError("no", 400), ChatModelError, "shorter"),
        (ProviderError("no", 500), ChatModelError, "assistant doctor"),
        (ProviderError("odd"), ChatModelError, "assistant doctor"),
    ],
)
def test_advice_for_a_model_in_this_process_is_not_about_servers(
    error: Exception, expected: type[ChatModelError], fix: str
) -> None:
    translated = translate(error, local=True)
    assert type(translated) is expected
    assert fix in translated.fix
    assert "ASSISTANT_CHAT_BASE_URL" not in translated.fix
    assert "ASSISTANT_CHAT_TIMEOUT_S" not in translated.fix


def test_causes_count() -> None:
    error = ProviderError("request failed")
    error.__cause__ = httpx.ConnectError("refused")
    assert type(translate(error)) is ChatUnreachableError


def test_own_errors_pass() -> None:
    error = QuestionError("Empty", fix="Ask something.")
    with pytest.raises(QuestionError) as caught, translated_errors("some model"):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError(), SystemExit(1)])
def test_interruptions_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), translated_errors("some model"):
        raise error


def test_a_stream_can_be_closed_early() -> None:
    closed = []

    def stream() -> Iterator[int]:
        try:
            with translated_errors("some model"):
                yield 1
        finally:
            closed.append(True)

    deltas = stream()
    assert next(deltas) == 1
    deltas.close()
    assert closed == [True]


def test_messages_are_one_short_line() -> None:
    assert one_line(ValueError("\n first \n second")) == "first"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 5000))) == 201
