"""Shared by all tests: nothing that is set or lies about on this machine reaches them."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from assistant import Assistant
from assistant.models import ChatModel, load_chat_model
from assistant.settings import Settings

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]

# A busy machine is no failure; a run in CI finds what every other run finds, so that a change is to blame.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting but where the models are, and no assistant.toml in the working directory.

    For the session, not for each test: fixtures of a wider scope read settings too.
    """
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(scope="session")
def embedded_chat() -> Iterator[ChatModel]:
    """The chat model that works out of the box: loading it takes seconds."""
    chat = load_chat_model(Settings.load(chat_model="embedded"))
    assert chat is not None
    yield chat
    chat.close()


Lent = Callable[[Assistant], AbstractContextManager[Assistant]]


@pytest.fixture(scope="session")
def lent(embedded_chat: ChatModel) -> Lent:
    """Opens an assistant with the chat model that is loaded already, which outlives it."""

    @contextmanager
    def with_it(assistant: Assistant) -> Iterator[Assistant]:
        with assistant:
            assistant._chat = embedded_chat
            try:
                yield assistant
            finally:
                assistant._chat = None

    return with_it


@pytest.fixture(scope="session")
def seeds_assistant(tmp_path_factory: pytest.TempPathFactory, lent: Lent) -> Iterator[Assistant]:
    """Over the documents that are given, with the embedded models, as `assistant serve` has it."""
    index_dir = tmp_path_factory.mktemp("seeds") / "index"
    with lent(Assistant.open(corpus=ROOT / "seeds", index_dir=index_dir, chat_model="embedded", sync=True)) as opened:
        yield opened


def isolate(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Go into `folder`, keeping of all settings but the models folder, wherever that was set."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_") and name != "ASSISTANT_MODELS_DIR"]:
        patch.delenv(name)
    patch.setenv("ASSISTANT_MODELS_DIR", str(Settings.load().models_dir.resolve()))
    patch.setenv("ASSISTANT_PREPARED_MB", "0")  # reading ahead takes long; the tests of it allow it
    patch.setenv("PYTHONPATH", str(ROOT))  # processes that tests start elsewhere import what is tested
    patch.chdir(folder)
