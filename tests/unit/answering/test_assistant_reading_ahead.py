"""A local model reads ahead what every question needs, and is left when the assistant closes."""

from collections.abc import Generator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from assistant import Assistant, Turn
from assistant.errors import HistoryError

from ..answering_fakes import (
    CAPTAIN,
    MILL,
    PATIENCE_S,
    TURN,
    WHO,
    FakeRuntime,
    Loaders,
    in_time,
    indexed,
    keywords,
    taught_runtime,
)


def test_progress_is_told(local_assistant: Assistant, loaders: Loaders) -> None:
    steps: list[tuple[int, int]] = []
    local_assistant.read_ahead(lambda done, total: steps.append((done, total)))
    assert loaders.runtime
    ahead = loaders.runtime.prepared.copy()
    assert len(ahead) == len(local_assistant.documents), "each by itself"
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] >= local_assistant.characters
    local_assistant.ask(WHO)
    (needed,) = {prefix for prefix, _ in loaders.runtime.prepared[len(ahead) :]}
    assert CAPTAIN in needed
    assert needed in dict(ahead)


def test_sentences_are_read_where_that_is_of_use(local_assistant: Assistant, loaders: Loaders, tmp_path: Path) -> None:
    loaders.runtime = taught_runtime()
    local_assistant.read_ahead()
    texts = len(loaders.runtime.prepared)
    assert texts == len(local_assistant.documents)
    steps: list[tuple[int, int]] = []
    local_assistant.read_ahead(lambda done, total: steps.append((done, total)), sentences=True)
    assert steps[-1][0] == steps[-1][1] > local_assistant.characters
    ahead = [prefix for prefix, _ in loaders.runtime.prepared]
    assert len(ahead) == len(set(ahead)) > texts
    assert loaders.model
    loaders.model.replies.update(stated="Ada", quote="Ada Lindqvist", alone="Ada")
    local_assistant.ask(WHO)
    assert {prefix for prefix, _ in loaders.runtime.prepared[len(ahead) :]} <= set(ahead), "a sentence alone, too"

    indexed(tmp_path, {"long.txt": LONG}).close()
    loaders.runtime = taught_runtime()
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.read_ahead(sentences=True)
        assert len(loaders.runtime.prepared) < LONG.count("\n\n"), "none of a larger folder"


def test_other_models_read_nothing_and_are_not_loaded(
    assistant: Assistant, loaders: Loaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.checked_file", lambda _: None)
    assistant.read_ahead()
    assert loaders.loaded == []


LONG = "".join(f"The ferry {number} left Solvig at noon on Monday, with {number} barrels.\n\n" for number in range(200))


def test_a_large_folder_is_read_a_stretch_at_a_time(tmp_path: Path, loaders: Loaders) -> None:
    indexed(tmp_path, {"long.txt": LONG, "mill.md": MILL}).close()
    loaders.runtime = FakeRuntime()
    assert loaders.model
    loaders.model.replies.update(stated="No", quote="117 barrels")
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.read_ahead()
        ahead = [prefix for prefix, _ in loaders.runtime.prepared]
        assert len(ahead) > len(LONG) // 1_500
        assistant.ask("How many barrels had the ferry 117?")
    assert loaders.runtime.prepared[-1][0] in ahead, "what questions need is what was read"


def test_what_is_kept_is_found_before_anything_is_read(tmp_path: Path, loaders: Loaders) -> None:
    """Else what is read first would push out what is found later."""
    indexed(tmp_path, {"long.txt": LONG}).close()
    calls: list[str] = []

    class Noting(FakeRuntime):
        def kept(self, prompt_prefix: str) -> bool:
            del prompt_prefix
            calls.append("looks")
            return len(calls) % 2 == 0

        def prepare(self, prompt_prefix: str, slot: int = 0) -> Generator[tuple[int, int], None, int]:
            calls.append("reads")
            return super().prepare(prompt_prefix, slot)

    loaders.runtime = Noting()
    steps: list[int] = []
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.read_ahead(lambda done, _: steps.append(done))
    looked = calls.count("looks")
    assert calls == ["looks"] * looked + ["reads"] * ((looked + 1) // 2)
    assert len(steps) > looked, "looking is told, too"
    assert steps == sorted(steps)


def test_looking_for_what_is_kept_gives_way_to_a_question(tmp_path: Path, loaders: Loaders) -> None:
    indexed(tmp_path, {"long.txt": LONG}).close()
    looked: list[str] = []

    class Noting(FakeRuntime):
        def kept(self, prompt_prefix: str) -> bool:
            looked.append(prompt_prefix)
            return False

    loaders.runtime = Noting()
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.warm_up()
        assert assistant._pipeline
        assert assistant._pipeline._drafter
        steps = assistant._pipeline.read_ahead()
        with assistant._pipeline._drafter._places.ticket():
            for _ in range(3):
                next(steps)
            assert looked == []
        next(steps)
        assert len(looked) == 1


def test_no_more_is_read_than_can_be_kept(tmp_path: Path, loaders: Loaders) -> None:
    indexed(tmp_path, {"long.txt": LONG}).close()
    loaders.runtime = FakeRuntime(full=True)
    with Assistant.open(**keywords(tmp_path)) as assistant:
        assistant.read_ahead()
    assert loaders.runtime.prepared == []


def test_a_conversation_is_read_ahead_as_its_follow_up_needs_it(local_assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.runtime
    local_assistant.expect_follow_up([TURN])
    (ahead,) = loaders.runtime.held
    assert TURN.answer in ahead
    local_assistant.ask("And who is that?", [TURN])
    assert loaders.runtime.held == [ahead, ahead]


def test_a_wrong_history_is_told(local_assistant: Assistant) -> None:
    with pytest.raises(HistoryError):
        local_assistant.expect_follow_up(["And?"])


def test_other_models_and_closed_assistants_read_no_conversation(assistant: Assistant, loaders: Loaders) -> None:
    assistant.expect_follow_up([TURN])
    assistant.close()
    assistant.expect_follow_up([TURN])
    assert loaders.model
    assert loaders.model.calls == []


def test_reading_ahead_keeps_no_conversation_waiting(local_assistant: Assistant, loaders: Loaders) -> None:
    begun, go_on = Event(), Event()

    def progress(*_: int) -> None:
        begun.set()
        assert go_on.wait(PATIENCE_S)

    reading = Thread(target=local_assistant.read_ahead, args=(progress,))
    reading.start()
    assert begun.wait(PATIENCE_S)
    in_time(lambda: local_assistant.expect_follow_up([TURN]))
    assert loaders.runtime
    assert len(loaders.runtime.held) == 1
    go_on.set()
    reading.join(PATIENCE_S)


def test_of_conversations_that_wait_the_last_one_is_read(local_assistant: Assistant, loaders: Loaders) -> None:
    local_assistant.warm_up()
    assert loaders.runtime
    assert local_assistant._pipeline
    assert local_assistant._pipeline._drafter
    asking = local_assistant._pipeline._drafter._places.ticket()  # somebody is, so that conversations wait
    histories = [[Turn(f"What is number {number}?", "It is known. [1]")] for number in range(3)]
    waiting = [Thread(target=local_assistant.expect_follow_up, args=(history,)) for history in histories]
    for number, thread in enumerate(waiting):
        thread.start()
        while local_assistant._expected != tuple(histories[number]):
            pass
    asking.leave()
    for thread in waiting:
        thread.join(PATIENCE_S)
    (held,) = loaders.runtime.held
    assert "number 2" in held


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

    def fails(*_: Any, **__: Any) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(Assistant, "read_ahead", fails)
    warm_up = WarmUp(local_assistant)
    warm_up.start().join(PATIENCE_S)
    assert (warm_up.readiness(), warm_up.problem) == (Readiness.READY, None)
