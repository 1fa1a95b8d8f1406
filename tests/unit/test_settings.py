"""Settings from keywords, environment and assistant.toml."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import CONFIG_FILE, Settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory and the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("CORPUS", "INDEX_DIR", "MODELS_DIR"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)
    return tmp_path


def test_a_tilde_is_the_home_wherever_it_is_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / CONFIG_FILE).write_text('corpus = "~/documents"\n')
    monkeypatch.setenv("ASSISTANT_MODELS_DIR", "~/models")
    settings = Settings.load(index_dir="~/idx")
    assert (settings.corpus, settings.index_dir) == (home / "documents", home / "idx")
    assert settings.models_dir == home / "models"


def test_a_home_of_nobody() -> None:
    with pytest.raises(SettingsError, match="Setting corpus"):
        Settings.load(corpus="~nobody-of-that-name/documents")


def test_a_malformed_file(home: Path) -> None:
    (home / CONFIG_FILE).write_text("corpus = \n")
    with pytest.raises(SettingsError, match=f"{CONFIG_FILE} cannot be read"):
        Settings.load()


def test_a_file_that_may_not_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", CONFIG_FILE)

    (home / CONFIG_FILE).write_text("")
    monkeypatch.setattr(Path, "open", refuse)  # as root, permissions forbid nothing
    with pytest.raises(SettingsError, match=f"{CONFIG_FILE} cannot be read"):
        Settings.load()
