"""Translate what a chat model's client raises during a call into the project's errors.

Every provider's package raises its own classes; they share no base, but they share names, status codes and causes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import (
    AssistantError,
    ChatModelError,
    ChatNonsenseError,
    ChatTimeoutError,
    ChatUnreachableError,
)

_TIMEOUT_NAMES = frozenset(
    {"TimeoutException", "APITimeoutError", "StreamChunkTimeoutError", "TimeoutError", "Timeout"}
)
_NETWORK_NAMES = frozenset({"NetworkError", "ProtocolError", "APIConnectionError", "ConnectionError"})
_NONSENSE = (ValueError, TypeError, AttributeError, LookupError)
"""What clients raise when they read an answer that is not of the protocol; JSON's and pydantic's are ValueErrors."""

_NO_CHAT_SERVER = "Check that ASSISTANT_CHAT_BASE_URL is that of an OpenAI-compatible server, mostly ending in /v1."
_LOCAL_SLOW = "Ask again, or choose a smaller chat model with ASSISTANT_CHAT_MODEL."
_LOCAL_REFUSED = "Ask a shorter question: it or the passages may be too long for this model."
_LOCAL_BROKEN = "Ask again: it is started anew where it has ended. `assistant doctor` tells whether its file is right."


@contextmanager
def translated_errors(name: str, *, local: bool = False) -> Iterator[None]:
    """Around a call of the chat model `name`, or around the loop over its stream; `local`: it runs for this process.

    Raises ChatUnreachableError, ChatTimeoutError, ChatNonsenseError or ChatModelError `from` the foreign error. Lets
    the project's own errors through, and whatever is not an Exception (Ctrl-C, a closed generator, a cancelled task).
    """
    try:
        yield
    except AssistantError:
        raise
    except Exception as error:
        raise _translated(name, error, local) from error


def one_line(error: BaseException) -> str:
    """A foreign error's message, for a message of one line."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line if len(line) <= 200 else f"{line[:200]}…"


def _translated(name: str, error: Exception, local: bool) -> ChatModelError:
    chain = list(_with_causes(error))
    names = {cls.__name__ for link in chain for cls in type(link).__mro__}
    status = next((code for link in chain if (code := _status(link)) is not None), None)
    if names & _TIMEOUT_NAMES:
        return ChatTimeoutError(
            f"The chat model {name} did not answer in time",
            fix=_LOCAL_SLOW if local else "Ask again, or raise ASSISTANT_CHAT_TIMEOUT_S.",
        )
    if status is not None:
        return ChatModelError(
            f"The chat model {name} refused: {status} {one_line(error)}", fix=_status_fix(status, local)
        )
    if names & _NETWORK_NAMES:
        return ChatUnreachableError(
            f"The chat model {name} cannot be reached: {one_line(chain[-1])}",
            fix=_LOCAL_BROKEN if local else "Check that its server runs, and ASSISTANT_CHAT_BASE_URL.",
        )
    if isinstance(error, _NONSENSE):
        return ChatNonsenseError(
            f"The chat model {name} answered what no chat model answers: {one_line(error)}",
            fix=_LOCAL_BROKEN if local else _NO_CHAT_SERVER,
        )
    return ChatModelError(f"The chat model {name} failed: {one_line(error)}", fix="Ask again; see `assistant doctor`.")


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status of a refusal that an error reports."""
    for holder in (error, getattr(error, "response", None)):
        code = getattr(holder, "status_code", None)
        if isinstance(code, int) and code >= 400:
            return code
    return None


def _status_fix(status: int, local: bool) -> str:
    if local:
        return _LOCAL_REFUSED if status < 500 else _LOCAL_BROKEN
    if status in (401, 403):
        return "Check the provider's API key in the environment."
    if status == 404:
        return "Check the model's name, and ASSISTANT_CHAT_BASE_URL."
    if status == 429 or status >= 500:
        return "Wait a moment and ask again."
    return "Check ASSISTANT_CHAT_MODEL; the question or the passages may also be too long for this model."
