"""What a chat model setting names."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.models.choice import HubFile, ModelKind, hub_file, model_kind, model_path
from assistant.models.files import EMBEDDED
from assistant.settings import Settings


@pytest.mark.parametrize(
    ("chat_model", "kind"),
    [
        ("none", ModelKind.NONE),
        ("embedded", ModelKind.EMBEDDED),
        ("hf:owner/repo/model.gguf", ModelKind.HUB),
        ("hf:broken", ModelKind.HUB),
        ("model.gguf", ModelKind.FILE),
        ("MODEL.GGUF", ModelKind.FILE),
        ("/srv/models/model", ModelKind.FILE),
        ("~/model", ModelKind.FILE),
        ("models/model.bin", ModelKind.FILE),
        (r"C:\models\model.gguf", ModelKind.FILE),
        ("openai:gpt", ModelKind.HOSTED),
        ("openai:local.gguf", ModelKind.HOSTED),
        ("ollama:qwen3:8b", ModelKind.HOSTED),
        ("huggingface:owner/model", ModelKind.HOSTED),
        ("gpt-5", ModelKind.HOSTED),
    ],
)
def test_kind(chat_model: str, kind: ModelKind) -> None:
    assert model_kind(chat_model) is kind


def test_hub_file_may_lie_in_a_subfolder() -> None:
    assert hub_file("hf:own-er/re.po/model-q4.gguf") == HubFile("own-er/re.po", "model-q4.gguf")
    assert hub_file("hf:owner/repo/q4/v1.5/model.gguf") == HubFile("owner/repo", "q4/v1.5/model.gguf")


@pytest.mark.parametrize(
    "chat_model",
    [
        "hf:",
        "hf:owner/model.gguf",
        "hf:owner/repo/model.bin",
        "hf:owner/repo/",
        "hf:owner/repo/../model.gguf",
        "hf:../repo/model.gguf",
        "hf:owner/..",
        "hf:owner/repo//model.gguf",
        "hf:owner/repo/a b.gguf",
        "hf:owner/repo/a\\b.gguf",
        "hf:owner/repo/.hidden/model.gguf",
        "hf:owner/repo/model.gguf\n",
    ],
)
def test_malformed_hub_file(chat_model: str) -> None:
    with pytest.raises(SettingsError, match=r"not of the form hf:OWNER/REPO/FILE\.gguf"):
        hub_file(chat_model)


def test_one_part_of_a_split_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="split over several files"):
        hub_file("hf:owner/repo/model-00001-of-00003.gguf")


def test_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def path(chat_model: str) -> Path | None:
        return model_path(Settings(chat_model=chat_model, models_dir=tmp_path))

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert path("none") is None
    assert path("openai:gpt") is None
    assert path("embedded") == tmp_path / EMBEDDED.name
    assert path("hf:owner/repo/sub/model.gguf") == tmp_path / "owner" / "repo" / "sub" / "model.gguf"
    assert path("~/model.gguf") == tmp_path / "home" / "model.gguf"
