"""From settings to a chat model: everything that needs no model and no network."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel

from assistant.errors import ModelDamagedError, ModelNotFoundError, PullError, SettingsError
from assistant.models import load_chat_model
from assistant.models.files import EMBEDDED
from assistant.models.pull import pull
from assistant.models.status import status
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def settings(chat_model: str, models_dir: Path, chat_base_url: str | None = None) -> Settings:
    return Settings(chat_model=chat_model, models_dir=models_dir, chat_base_url=chat_base_url)


def test_none_is_no_model(tmp_path: Path) -> None:
    assert load_chat_model(settings("none", tmp_path)) is None
    assert pull(settings("none", tmp_path)) is None
    assert status(settings("none", tmp_path)).ready


@pytest.mark.parametrize("chat_model", ["embedded", "hf:owner/repo/model.gguf"])
def test_model_that_is_not_pulled(chat_model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        load_chat_model(settings(chat_model, tmp_path))
    found = status(settings(chat_model, tmp_path))
    assert "assistant pull" in caught.value.fix
    assert not found.ready
    assert found.fix == caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_truncated_embedded_model(tmp_path: Path) -> None:
    (tmp_path / EMBEDDED.name).write_bytes(b"GGUF and then nothing")
    with pytest.raises(ModelDamagedError, match="bytes instead of"):
        load_chat_model(settings("embedded", tmp_path))
    assert not status(settings("embedded", tmp_path)).ready


def test_embedded_model_of_the_right_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"GGUF and then something else"
    small = replace(EMBEDDED, size=len(content))  # hashing a gigabyte takes seconds
    monkeypatch.setattr("assistant.models.EMBEDDED", small)
    (tmp_path / EMBEDDED.name).write_bytes(content)
    with pytest.raises(ModelDamagedError, match="another SHA-256") as caught:
        load_chat_model(settings("embedded", tmp_path))
    assert "assistant pull" in caught.value.fix
    assert not status(settings("embedded", tmp_path)).ready


def test_a_file_of_the_hub_is_named_where_it_has_to_be_pulled(tmp_path: Path) -> None:
    chosen = settings("hf:owner/repo/model.gguf", tmp_path)
    with pytest.raises(ModelNotFoundError) as caught:
        load_chat_model(chosen)
    assert "`assistant pull --chat-model hf:owner/repo/model.gguf`" in caught.value.fix


def test_path_that_is_not_there(tmp_path: Path) -> None:
    chosen = settings(str(tmp_path / "model.gguf"), tmp_path)
    for use in (load_chat_model, pull):
        with pytest.raises(ModelNotFoundError, match="is not there"):
            use(chosen)


def test_path_to_something_else(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(ModelDamagedError, match="not a GGUF file"):
        load_chat_model(settings(str(path), tmp_path))


def test_own_file_needs_no_pull(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF".ljust(64))
    assert pull(settings(str(path), tmp_path)) == path
    assert status(settings(str(path), tmp_path)).ready


def test_malformed_hub_file(tmp_path: Path) -> None:
    chosen = settings("hf:model.gguf", tmp_path)
    for use in (load_chat_model, pull):
        with pytest.raises(SettingsError):
            use(chosen)
    assert not status(chosen).ready


def test_unknown_provider(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nobody:model"):
        load_chat_model(settings("nobody:model", tmp_path))


def test_provider_package_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    with pytest.raises(SettingsError) as caught:
        load_chat_model(settings("groq:model", tmp_path))
    assert "pip install langchain-groq" in caught.value.fix


def test_credentials_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_chat_model(settings("openai:gpt-5", tmp_path))
    assert "API key" in caught.value.fix
    assert not status(settings("openai:gpt-5", tmp_path)).ready


def test_own_server_needs_no_credentials(tmp_path: Path) -> None:
    chosen = settings("openai:whatever", tmp_path, chat_base_url="http://127.0.0.1:9/v1")
    model = load_chat_model(chosen)
    assert model is not None
    assert (model.name, model.runtime) == ("openai:whatever", None)
    assert status(chosen).detail == "set up for http://127.0.0.1:9/v1"
    model.close()


def asked_for(
    chat_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *unknown: str, **more: str | None
) -> dict[str, object]:
    """The options of a model whose class does not take the `unknown` ones."""
    llm = GenericFakeChatModel(messages=iter(()))
    taken: dict[str, object] = {}

    def init_chat_model(_name: str, **options: object) -> GenericFakeChatModel:
        if not options.keys().isdisjoint(unknown):
            raise ValueError("unknown option")
        taken.update(options)
        return llm

    monkeypatch.setattr("langchain.chat_models.init_chat_model", init_chat_model)
    model = load_chat_model(settings(chat_model, tmp_path, **more))
    assert model is not None
    assert model.llm is llm
    return taken


def test_hosted_answers_are_deterministic_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = asked_for("openai:model", tmp_path, monkeypatch)
    assert taken == {"temperature": 0, "timeout": 120.0, "max_retries": 0}


@pytest.mark.parametrize(
    "unknown",
    [
        ("temperature",),
        ("max_retries",),
        ("timeout",),
        ("temperature", "max_retries"),
        ("temperature", "max_retries", "timeout"),
    ],
)
@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:9/v1"])
def test_model_class_loses_only_what_it_does_not_take(
    unknown: tuple[str, ...], base_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: dict[str, object] = {"temperature": 0, "timeout": 120.0, "max_retries": 0}
    more = {} if base_url is None else {"base_url": base_url}
    taken = asked_for("openai:model", tmp_path, monkeypatch, *unknown, chat_base_url=base_url)
    assert taken == {name: value for name, value in wanted.items() if name not in unknown} | more


def test_model_class_that_takes_one_of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def init_chat_model(_name: str, **options: object) -> GenericFakeChatModel:
        if {"temperature", "timeout"} <= options.keys():
            raise ValueError("one or the other")
        taken.update(options)
        return GenericFakeChatModel(messages=iter(()))

    taken: dict[str, object] = {}
    monkeypatch.setattr("langchain.chat_models.init_chat_model", init_chat_model)
    load_chat_model(settings("openai:model", tmp_path))
    assert taken == {"timeout": 120.0, "max_retries": 0}, "an answer without an end is worse than a varied one"


def test_ollama_is_bounded_in_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = {"client_kwargs": {"timeout": 120.0}}
    assert asked_for("ollama:model", tmp_path, monkeypatch) == {"temperature": 0, "max_retries": 0} | bound
    assert asked_for("ollama:model", tmp_path, monkeypatch, "temperature") == {"max_retries": 0} | bound


def seed_of(chat_model: str, tmp_path: Path, **more: str | None) -> object:
    model = load_chat_model(settings(chat_model, tmp_path, **more))
    assert model is not None
    return model.llm.seed


@pytest.mark.parametrize(("chat_model", "seed"), [("openai:gpt-4o", 0), ("openai:gpt-5-pro", None)])
def test_openai_has_a_seed_where_its_api_has_one(
    chat_model: str, seed: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert seed_of(chat_model, tmp_path) == seed


def test_servers_like_openai_s_may_refuse_a_seed(tmp_path: Path) -> None:
    assert seed_of("openai:whatever", tmp_path, chat_base_url="http://127.0.0.1:9/v1") is None


class Seeded(GenericFakeChatModel):
    """A class that knows both names."""

    seed: int | None = None
    random_seed: int | None = None


@pytest.mark.parametrize(
    ("chat_model", "seeds"),
    [
        ("mistralai:model", (None, 0)),
        ("ollama:model", (0, None)),
        ("google_genai:model", (0, None)),
        ("azure_ai:model", (None, None)),
    ],
)
def test_providers_call_the_seed_differently(
    chat_model: str, seeds: tuple[int | None, int | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: Seeded(messages=iter(())))
    model = load_chat_model(settings(chat_model, tmp_path))
    assert model is not None
    assert (model.llm.seed, model.llm.random_seed) == seeds


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(PullError) as caught:
        pull(settings("embedded", tmp_path / "file" / "models"))
    assert "ASSISTANT_MODELS_DIR" in caught.value.fix


def test_import_is_light() -> None:
    heavy = "{'xllamacpp', 'langchain', 'langchain_openai', 'openai', 'huggingface_hub', 'httpx', 'joblib', 'numpy'}"
    code = f"import sys, assistant.models.pull, assistant.models.status; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_a_local_model_needs_no_provider_s_package() -> None:
    code = "import sys, assistant.models.local; print({'langchain_openai', 'openai'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
