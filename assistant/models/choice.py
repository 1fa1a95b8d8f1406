"""What the `chat_model` setting stands for, and which file that is. Nothing is opened here."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.errors import SettingsError
from assistant.models.files import EMBEDDED
from assistant.settings import Settings

HUB_PREFIX = "hf:"

_HUB_FILE = re.compile(r"hf:(?P<repo>\w[\w.-]*/\w[\w.-]*)/(?P<filename>(?:\w[\w.+-]*/)*\w[\w.+-]*\.gguf)", re.ASCII)
_SPLIT_FILE = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_PROVIDER = re.compile(r"[A-Za-z]\w+:")  # two letters or more: C:\… is a path


class ModelKind(StrEnum):
    """The five kinds of chat model."""

    NONE = "none"
    EMBEDDED = "embedded"
    HUB = "hub"
    """A GGUF file of the Hugging Face Hub, pulled into the models folder."""
    FILE = "file"
    """A GGUF file of the user's."""
    HOSTED = "hosted"
    """What LangChain's `init_chat_model` takes."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository on the Hugging Face Hub."""

    repo: str
    """`owner/name`"""
    filename: str
    """Path in the repository."""


def model_kind(chat_model: str) -> ModelKind:
    """The kind of chat model that a setting names."""
    if chat_model in (ModelKind.NONE, ModelKind.EMBEDDED):
        return ModelKind(chat_model)
    if chat_model.startswith(HUB_PREFIX):
        return ModelKind.HUB
    if _PROVIDER.match(chat_model):
        return ModelKind.HOSTED
    looks_like_path = chat_model.startswith(("~", ".")) or "/" in chat_model or "\\" in chat_model
    return ModelKind.FILE if looks_like_path or chat_model.lower().endswith(".gguf") else ModelKind.HOSTED


def hub_file(chat_model: str) -> HubFile:
    """The parts of `hf:OWNER/REPO/FILE.gguf`; FILE may lie in a subfolder. Raises SettingsError."""
    match = _HUB_FILE.fullmatch(chat_model)
    if match is None:
        raise SettingsError(
            f"The chat model {chat_model!r} is not of the form hf:OWNER/REPO/FILE.gguf",
            fix="Correct ASSISTANT_CHAT_MODEL; FILE is a path in the repository and ends in .gguf.",
        )
    if _SPLIT_FILE.search(chat_model):
        raise SettingsError(
            f"The chat model {chat_model!r} is one part of a model split over several files",
            fix="Choose a model that is a single file.",
        )
    return HubFile(match["repo"], match["filename"])


def model_path(settings: Settings) -> Path | None:
    """Where the chat model's file is or would be; None where the setting needs no file. Raises SettingsError."""
    match model_kind(settings.chat_model):
        case ModelKind.EMBEDDED:
            return settings.models_dir / EMBEDDED.name
        case ModelKind.HUB:
            wanted = hub_file(settings.chat_model)
            return settings.models_dir / wanted.repo / wanted.filename
        case ModelKind.FILE:
            return Path(settings.chat_model).expanduser()
        case ModelKind.NONE | ModelKind.HOSTED:
            return None
