"""What is there of the chat model that the settings name, and what to do about what is not."""

from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.models import checked_file
from assistant.models.choice import ModelKind, model_kind
from assistant.models.hosted import hosted_chat_model
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of a report."""

    ready: bool
    """Present and right; for a hosted model: set up, not called."""
    detail: str
    """What was found."""
    fix: str | None
    """What to do where it is not ready."""


def status(settings: Settings) -> ModelStatus:
    """Look, and load nothing. Hashes the file where that was not done since it was last written (seconds)."""
    try:
        return ModelStatus(ready=True, detail=_found(settings), fix=None)
    except AssistantError as error:
        return ModelStatus(ready=False, detail=error.message, fix=error.fix)


def _found(settings: Settings) -> str:
    """What is there. Raises an AssistantError where it is not ready."""
    match model_kind(settings.chat_model):
        case ModelKind.NONE:
            return "no chat model: answers are verbatim sentences"
        case ModelKind.HOSTED:
            hosted_chat_model(settings)
            return f"set up for {settings.chat_base_url}" if settings.chat_base_url else "set up"
    path = checked_file(settings)
    assert path is not None, "all other kinds are files"
    match model_kind(settings.chat_model):
        case ModelKind.EMBEDDED:
            return f"{path.name}, verified by its SHA-256"
        case ModelKind.HUB:
            return f"{path.name}, as it was pulled"
        case _:
            return f"{path.name}, a GGUF file"
