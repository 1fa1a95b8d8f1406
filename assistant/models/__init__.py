"""Chat models: from the `chat_model` setting to something that answers.

    choice.py     which kind of model a setting names, and which file that is
    files.py      the pinned model; is a file the right one?
    pull.py       fetch it, from the sources of sources.py
    status.py     what is there and what is not, for `assistant doctor`
    runtime.py    a local model: its process (process.py, which runs llama_server.py), its prompt states (states.py)
    local.py      runtime -> ChatModel
    hosted.py     provider or server -> ChatModel
    failures.py   foreign errors during a call -> the project's errors

Nothing is downloaded but by `pull`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.models.chat_model import ChatModel
from assistant.models.choice import ModelKind, model_kind, model_path
from assistant.models.files import EMBEDDED, PULL, check_gguf, verify, verify_again
from assistant.models.states import PREPARED
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.models.runtime import LlamaRuntime

QUOTING = Path(__file__).with_name("quoting.gguf")
"""What taught the embedded model to quote what answers, or to say that nothing does (scripts/fit/adapter.py)."""
TRANSLATING = Path(__file__).with_name("translating.gguf")
"""What taught it to translate (scripts/fit/translating.py)."""

__all__ = ["QUOTING", "TRANSLATING", "ChatModel", "begin_loading", "checked_file", "load_chat_model"]


def begin_loading(settings: Settings) -> "LlamaRuntime | None":
    """Let a local model load in a process of its own, beside whatever comes next; None for other models.

    Raises SettingsError, ModelNotFoundError, ModelDamagedError, ChatModelError.
    """
    path = checked_file(settings)
    if path is None:
        return None
    from assistant.models.runtime import LlamaRuntime

    taught = model_kind(settings.chat_model) is ModelKind.EMBEDDED
    return LlamaRuntime(
        path,
        quoting=QUOTING if taught else None,
        translating=TRANSLATING if taught else None,
        states=settings.index_dir / PREPARED,
        state_budget_bytes=settings.prepared_mb << 20,
    )


def load_chat_model(settings: Settings, begun: "LlamaRuntime | None" = None) -> ChatModel | None:
    """The chat model of the settings, ready to be called; None for `none`. Takes seconds for a local one.

    `begun` is what `begin_loading` gave. Raises SettingsError, ModelNotFoundError, ModelDamagedError, ChatModelError.
    """
    runtime = begun or begin_loading(settings)
    if runtime is None:
        if model_kind(settings.chat_model) is ModelKind.NONE:
            return None
        from assistant.models.hosted import hosted_chat_model

        return hosted_chat_model(settings)
    from assistant.models.local import local_chat_model

    try:
        return local_chat_model(runtime)
    except BaseException:
        runtime.close()
        raise


def checked_file(settings: Settings) -> Path | None:
    """The file of a local chat model, which is there and the right one; None for others. Loads nothing.

    Raises SettingsError, ModelNotFoundError, ModelDamagedError.
    """
    path = model_path(settings)
    match model_kind(settings.chat_model):
        case ModelKind.EMBEDDED if path:
            verify(path, EMBEDDED)
        case ModelKind.HUB if path:
            verify_again(path, pull=f"{PULL} --chat-model {settings.chat_model}")
        case ModelKind.FILE if path:
            missing = "Correct --chat-model or ASSISTANT_CHAT_MODEL: it is taken as the path of a GGUF file."
            check_gguf(path, missing=missing)
    return path
