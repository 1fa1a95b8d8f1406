"""A local model with two questions under way, others in a queue, and documents to read ahead."""

import itertools
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from assistant import Assistant
from assistant.drafting import Drafter, Visit
from assistant.models.runtime import CONVERSATION_SLOT, SHORT_SLOT
from assistant.pipeline import Pipeline
from assistant.types import Answer, PassagesFound, QuoteDelta, Waiting
from index.search import Index

from ..answering_fakes import (
    CAPTAIN,
    FERRY_DE,
    PATIENCE_S,
    TURN,
    WHO,
    Call,
    FakeRuntime,
    Loaders,
    ScriptedModel,
    in_time,
    local,
)

WER = "Wer ist der Kapitän der Fähre?"


def model(**replies: Any) -> ScriptedModel:
    return ScriptedModel(replies={"stated": "Yes", "quote": CAPTAIN, "draft": FERRY_DE, "condense": WER, **replies})


def arrive(visit: Visit) -> Visit:
    """Make a first call, after which the question has its place until the visit's end."""
    list(visit.condense("", WER, "German"))
    return visit


def found(events: Iterator[Any]) -> Iterator[Any]:
    """A question up to what was found."""
    while not isinstance(next(events), PassagesFound):
        pass
    return events


def kinds(events: Iterator[Any]) -> list[str]:
    return [type(event).__name__ for event in events if event is not None]


class Stretches(FakeRuntime):
    """Reads every text in a few stretches, once."""

    def __init__(self, number: int = 5) -> None:
        super().__init__()
        self.number = number
        self.stretches: list[tuple[str, int]] = []
        """Beginnings that were read, and on which slot."""
        self.known: set[str] = set()

    def prepare(self, prompt_prefix: str, slot: int = 0) -> Generator[tuple[int, int], None, int]:
        self.prepared.append((prompt_prefix, slot))
        if prompt_prefix not in self.known:
            for done in range(self.number):
                yield done, self.number
                self.stretches.append((prompt_prefix, slot))
            self.known.add(prompt_prefix)
        return self.number


# --- the queue ---


def test_whoever_waits_is_told_the_place_until_it_is_time(index: Index) -> None:
    drafter = Drafter(local(model()))
    with drafter.visit() as first, drafter.visit() as second:
        arrive(first)
        arrive(second)
        third, fourth = (found(Pipeline(index, drafter).run(WER, ())) for _ in range(2))
        assert (next(third), next(fourth)) == (Waiting(1), Waiting(2))
        assert (next(third), next(fourth)) == (None, None), "a place is told once"
        third.close()
        assert next(fourth) == Waiting(1), "who leaves the queue makes room"
    assert next(fourth) == Waiting(0)
    rest = kinds(fourth)
    assert (rest[-1], "Waiting" in rest) == ("Answer", False)


def test_a_follow_up_waits_once_and_before_its_search(index: Index) -> None:
    drafter = Drafter(local(model()))
    with drafter.visit() as first, drafter.visit() as second:
        arrive(first)
        arrive(second)
        third = Pipeline(index, drafter).run("And she?", [TURN])
        assert next(third) == Waiting(1)
    told = kinds(third)
    assert told[:2] == ["Waiting", "PassagesFound"]
    assert told.count("Waiting") == 1


def test_the_end_of_a_question_frees_its_place_however_it_ends(index: Index) -> None:
    scripted = model()
    asked = Pipeline(index, Drafter(local(scripted)))
    scripted.replies["draft"] = ConnectionError("gone")
    for _ in range(2):
        with pytest.raises(Exception, match="gone"):
            list(asked.run(WER, ()))
    scripted.replies["draft"] = FERRY_DE
    for _ in range(2):
        half_read = found(asked.run(WER, ()))
        next(half_read)
        half_read.close()
    assert "Waiting" not in kinds(asked.run(WER, ()))


def test_hosted_models_have_no_queue(assistant: Assistant) -> None:
    streams = [found(assistant.stream(WHO)) for _ in range(5)]
    assert not any("Waiting" in kinds(stream) for stream in streams)


def test_a_stream_closed_in_the_queue_leaves_it_while_others_are_busy(
    local_assistant: Assistant, loaders: Loaders
) -> None:
    assert loaders.model
    go_on = Event()
    loaders.model.replies["stated"] = lambda _: "Yes" if go_on.wait(PATIENCE_S) else "No"
    local_assistant.warm_up()
    places = local_assistant._pipeline._drafter._places
    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(local_assistant.ask, WHO) for _ in range(2)]
        while len(places._seated) < 2:
            pass
        third, fourth = found(local_assistant.stream(WHO)), None
        assert next(third) == Waiting(1)
        fourth = found(local_assistant.stream(WHO))
        assert next(fourth) == Waiting(2)
        in_time(third.close)
        assert in_time(lambda: next(fourth)) == Waiting(1)
        go_on.set()
        assert [type(answer.result(PATIENCE_S)) for answer in answers] == [Answer, Answer]
    assert kinds(fourth)[-1] == "Answer"


# --- taking turns ---


def test_two_questions_take_turns_call_by_call(index: Index) -> None:
    scripted, finished = model(), Event()
    drafter = Drafter(local(scripted, Stretches(0)))
    order: list[str] = []

    def when_the_other_waits(call: Call) -> str:
        order.extend([] if call.kind == "claim" else "ab"["Zweitens" in call.text])  # it holds no question
        while not drafter._model._waiting and not finished.is_set():
            pass
        return {"stated": "Yes", "alone": "Yes", "claim": "Yes", "quote": CAPTAIN}.get(call.kind, FERRY_DE)

    scripted.replies.update(dict.fromkeys(("stated", "quote", "draft"), when_the_other_waits))

    def ask(question: str) -> None:
        for event in Pipeline(index, drafter).run(question, ()):
            shown.append((question, type(event)))
        finished.set()

    shown: list[tuple[str, type]] = []
    questions = [WER, f"Zweitens: {WER}"]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(ask, questions))
    assert "".join(order) in ("ab" * 5, "ba" * 5)
    assert sorted(question for question, kind in shown if kind is Answer) == sorted(questions)
    before_an_answer = itertools.takewhile(lambda each: each[1] is not Answer, shown)
    assert {question for question, kind in before_an_answer if kind is QuoteDelta} == set(questions), "both see words"


class Alone(ScriptedModel):
    """Fails where two calls overlap."""

    at_work: Any = None

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        (result,) = self._alone(iter([super()._generate(*args, **kwargs)]))
        return result

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._alone(super()._stream(*args, **kwargs))

    def _alone(self, pieces: Iterator[Any]) -> Iterator[Any]:
        assert self.at_work.acquire(blocking=False), "two calls at once"
        try:
            yield from pieces
        finally:
            self.at_work.release()


def test_many_questions_at_once_never_make_two_calls_at_once(local_assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    alone = Alone(replies=loaders.model.replies | {"draft": FERRY_DE}, at_work=Lock())
    loaders.model = alone

    def ask(number: int) -> list[str]:
        events = local_assistant.stream(WER, [TURN] * (number % 2))
        if number % 5 == 0:
            next(events)
            events.close()
            return ["Answer"]
        return kinds(events)

    with ThreadPoolExecutor(12) as threads:
        told = list(threads.map(ask, range(24)))
    assert {each[-1] for each in told} == {"Answer"}
    assert any("Waiting" in each for each in told)
    slots = {(call.kind, call.options["id_slot"]) for call in alone.calls}
    assert {slot for kind, slot in slots if kind in ("stated", "phrase")} == {SHORT_SLOT}
    assert {slot for kind, slot in slots if kind == "condense"} == {CONVERSATION_SLOT}
    assert {slot for kind, slot in slots if kind in ("quote", "draft")} == {0, 1}


# --- reading ---


def test_a_long_text_is_read_in_turns(index: Index) -> None:
    runtime, scripted = Stretches(), model()
    drafter = Drafter(local(scripted, runtime))
    long = found(Pipeline(index, drafter).run(WHO, ()))
    other = found(Pipeline(index, drafter).run("Who bought two horses in spring?", ()))
    while len(runtime.stretches) < 2:
        next(long)
    assert kinds(other)[-1] == "Answer", "between two stretches"
    read = [prefix for prefix, slot in runtime.stretches if slot == 0]
    assert len(read) == 2
    assert kinds(long)[-1] == "Answer"


def test_two_questions_about_the_same_text_have_it_read_once(index: Index) -> None:
    runtime = Stretches()
    asked = Pipeline(index, Drafter(local(model(), runtime)))
    first, second = found(asked.run(WER, ())), found(asked.run(WER, ()))
    while len(runtime.stretches) < 2:
        next(first)
    assert [next(second), next(second)] == [None, None]
    assert kinds(first)[-1] == "Answer"
    assert kinds(second)[-1] == "Answer"
    assert [slot for _, slot in runtime.stretches] == [0] * 5
    assert [slot for _, slot in runtime.prepared if slot != SHORT_SLOT] == [0, 1]


def test_reading_ahead_gives_way_to_questions(index: Index) -> None:
    runtime = Stretches()
    drafter = Drafter(local(model(), runtime))
    ahead = drafter.read_ahead("The mill of Tarn.")
    while len(runtime.stretches) < 2:
        next(ahead)
    asked = found(Pipeline(index, drafter).run(WER, ()))
    assert next(asked) is None
    assert [next(ahead), next(ahead)] == [(0, 0), (0, 0)]
    assert len(runtime.stretches) == 2, "no further one is begun"
    assert kinds(asked)[-1] == "Answer"
    assert list(ahead)[-1] == (5, 5)
    (text, _), (own, slot), aside, again = runtime.prepared
    assert slot == 0
    assert aside == (own, SHORT_SLOT), "whether the documents state it is asked on another slot"
    assert again == (text, SHORT_SLOT)


def test_reading_ahead_waits_for_questions() -> None:
    runtime = Stretches()
    drafter = Drafter(local(model(), runtime))
    with drafter.visit() as visit:
        arrive(visit)
        ahead = drafter.read_ahead("The mill of Tarn.")
        assert [next(ahead), next(ahead)] == [(0, 0), (0, 0)]
        assert runtime.prepared == []
    assert list(ahead)[-1] == (5, 5)
    assert list(drafter.read_ahead("The mill of Tarn.")) == []
