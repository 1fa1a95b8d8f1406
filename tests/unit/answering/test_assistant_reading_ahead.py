"""A local model reads ahead what every question needs, and is left when the assistant closes."""

from collections.abc import Generator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from assistant import Assistant

from ..answering_fakes import CAPTAIN, PATIENCE_S, WHO, FakeRuntime, Loaders, indexed, keywords


def test_progress_is_told(local_assistant: Assistant, loaders: Loaders) -> None:
    steps: list[tuple[int, int]] = []
    local_assistant.read_ahead(lambda done, total: steps.append((done, total)))
    assert loaders.runtime
    ahead = loaders.runtime.prepared.copy()
    assert len(ahead) == len(local_assistant.documents), "each by itself"
    assert steps == [(read, len(prefix)) for prefix, _ in ahead for read in (0, len(prefix))]
    local_assistant.ask(WHO)
    ((needed, _),) = loaders.runtime.prepared[len(ahead) :]
    assert CAPTAIN in needed
    assert needed in dict(ahead)


def test_other_models_read_nothing_and_are_not_loaded(
    assistant: Assistant, loaders: Loaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.checked_file", lambda _: None)
    assistant.read_ahead()
    assert loaders.loaded == []


def test_a_large_folder_is_not_read_and_nothing_loads(tmp_path: Path, loaders: Loaders) -> None:
    indexed(tmp_path, {"long.txt": "The ferry left Solvig at noon on Monday. " * 300}).close()
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.read_ahead()
    assert loaders.loaded == []


def test_closing_ends_it(local_assistant: Assistant, loaders: Loaders) -> None:
    begun, go_on = Event(), Event()

    class Slow(FakeRuntime):
        def prepare(self, prompt_prefix: str, slot: int = 0) -> Generator[tuple[int, int], None, int]:
            del prompt_prefix, slot
            for number in range(1_000_000):
                begun.set()
                assert go_on.wait(PATIENCE_S)
                yield number, 1_000_000
            return 0

    loaders.runtime = Slow()
    reading = Thread(target=local_assistant.read_ahead)
    reading.start()
    assert begun.wait(PATIENCE_S)
    closing = Thread(target=local_assistant.close)
    closing.start()
    while not local_assistant._closed:
        pass
    go_on.set()
    closing.join(PATIENCE_S)
    reading.join(PATIENCE_S)
    assert not reading.is_alive()
    assert loaders.closed == ["chat"]
    local_assistant.read_ahead()
    assert loaders.loaded.count("chat") == 1, "a closed assistant loads nothing ahead"


def test_a_failure_of_the_warm_up_to_read_ahead_is_none_of_loading(
    local_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.warmup import Readiness, WarmUp

    def fails(*_: Any) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(Assistant, "read_ahead", fails)
    warm_up = WarmUp(local_assistant)
    warm_up.start().join(PATIENCE_S)
    assert (warm_up.readiness(), warm_up.problem) == (Readiness.READY, None)
