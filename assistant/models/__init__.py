"""Chat models: from the `chat_model` setting to something that answers.

    choice.py     which kind of model a setting names, and which file that is
    files.py      the pinned model; is a file the right one?
    pull.py       fetch it, from the sources of sources.py
    status.py     what is there and what is not, for `assistant doctor`
    runtime.py    the llama.cpp server in this process, and its prompt states (states.py)
    local.py      GGUF file -> ChatModel
    hosted.py     provider or server -> ChatModel
    failures.py   foreign errors during a call -> the project's errors

Nothing is downloaded but by `pull`.
"""

from pathlib import Path

from assistant.models.chat_model import ChatModel
from assistant.models.choice import ModelKind, model_kind, model_path
from assistant.models.files import EMBEDDED, check_gguf, verify, verify_again
from assistant.models.states import PREPARED
from assistant.settings import Settings

__all__ = ["ChatModel", "checked_file", "load_chat_model"]


def load_chat_model(settings: Settings) -> ChatModel | None:
    """The chat model of the settings, ready to be called; None for `none`. Takes seconds for a local one.

    Raises SettingsError, ModelNotFoundError, ModelDamagedError.
    """
    path = checked_file(settings)
    if path is None:
        if model_kind(settings.chat_model) is ModelKind.NONE:
            return None
        from assistant.models.hosted import hosted_chat_model

        return hosted_chat_model(settings)
    from assistant.models.local import local_chat_model

    return local_chat_model(path, states=settings.index_dir / PREPARED, state_budget_bytes=settings.prepared_mb << 20)


def checked_file(settings: Settings) -> Path | None:
    """The file of a local chat model, which is there and the right one; None for others. Loads nothing.

    Raises SettingsError, ModelNotFoundError, ModelDamagedError.
    """
    path = model_path(settings)
    match model_kind(settings.chat_model):
        case ModelKind.EMBEDDED if path:
            verify(path, EMBEDDED)
        case ModelKind.HUB if path:
            verify_again(path)
        case ModelKind.FILE if path:
            missing = "Correct --chat-model or ASSISTANT_CHAT_MODEL: it is taken as the path of a GGUF file."
            check_gguf(path, missing=missing)
    return path
