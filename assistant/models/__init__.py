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

from assistant.models.chat_model import ChatModel
from assistant.models.choice import ModelKind, model_kind, model_path
from assistant.models.files import EMBEDDED, check_gguf, verify, verify_again
from assistant.settings import Settings
from index.layout import PREPARED

__all__ = ["ChatModel", "load_chat_model"]


def load_chat_model(settings: Settings) -> ChatModel | None:
    """The chat model of the settings, ready to be called; None for `none`. Takes seconds for a local one.

    Raises SettingsError, ModelNotFoundError, ModelDamagedError.
    """
    kind = model_kind(settings.chat_model)
    if kind is ModelKind.NONE:
        return None
    path = model_path(settings)
    if path is None:
        from assistant.models.hosted import hosted_chat_model

        return hosted_chat_model(settings)
    match kind:
        case ModelKind.EMBEDDED:
            verify(path, EMBEDDED)
        case ModelKind.HUB:
            verify_again(path)
        case _:
            check_gguf(path, missing="Correct ASSISTANT_CHAT_MODEL: it is taken as the path of a GGUF file.")
    from assistant.models.local import local_chat_model

    return local_chat_model(path, states=settings.index_dir / PREPARED, state_budget_bytes=settings.prepared_mb << 20)
