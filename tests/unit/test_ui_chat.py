"""Asking, stopping, retrying: over an assistant that is a script."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from assistant.errors import ChatTimeoutError, QuestionError, StaleSourceError
from assistant.types import (
    Answer,
    Citation,
    PassagesFound,
    QuoteDelta,
    StreamEvent,
    TextDelta,
    Timings,
    Turn,
    Waiting,
)
from index.types import Hit
from ui import chat
from ui.conversation import MAX_EXCHANGES, Conversation, Exchange, Problem, Stage, dump, load
from ui.generation import Generation, Generations
from ui.warmup import Readiness, WarmUp

PATIENCE_S = 10
HIT = Hit("a.txt", "A", 0, 1, "x", 1.0)


def answer(question: str, text: str = "Yes. [1]") -> Answer:
    quote = Citation(1, "a.txt", "A", "Yes.", 0, 4)
    return Answer(question, text, "en", question, (quote,), False, None, Timings(0.1, 0.2, 0.3))


@dataclass(frozen=True)
class Doc:
    source: str = "a.txt"
    title: str = "A"
    text: str = "Yes."
    date: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Corpus:
    corpus: Path = Path("docs")


def complete(question: str) -> Iterator[StreamEvent]:
    yield PassagesFound((HIT,), question)
    yield TextDelta("Yes")
    yield TextDelta(".")
    yield answer(question)


@dataclass
class Script:
    """An assistant whose stream is given."""

    events: Callable[[str], Iterator[StreamEvent]] = complete
    missing: frozenset[str] = frozenset()
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    expected: "SimpleQueue[tuple[Turn, ...]]" = field(default_factory=SimpleQueue)
    loaded: bool = True
    settings: Corpus = Corpus()
    load_error: Exception | None = None

    @property
    def ready(self) -> bool:
        return self.loaded

    @property
    def documents(self) -> tuple[Doc, ...]:
        if self.missing:
            raise StaleSourceError("The index is gone", fix="Index again.")
        return (Doc(),)

    def expect_follow_up(self, history: Sequence[Turn]) -> None:
        self.expected.put(tuple(history))

    def read_ahead(self, *, sentences: bool) -> None:
        """There is nothing to read."""

    def warm_up(self) -> None:
        if self.load_error:
            raise self.load_error
        self.loaded = True

    def document(self, source: str, /) -> Doc:
        if source in self.missing:
            raise StaleSourceError(f"{source} is gone", fix="Index again.")
        return {"a.txt": Doc()}[source]

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[StreamEvent]:
        self.asked.append((question, tuple(history)))
        return self.events(question)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        del history
        return answer(question)


def ask(script: Script, question: str = "Really?", before: Conversation = ()) -> list[Conversation]:
    return list(chat.ask(script, Generations(), "me", before, question))


def test_an_answer_grows_word_by_word() -> None:
    steps = [conversation[-1] for conversation in ask(Script())]
    assert [step.stage for step in steps] == ["searching", "searching", "writing", "writing", "answered"]
    assert [step.draft for step in steps] == ["", "", "Yes", "Yes.", ""]
    assert steps[1].passages == 1
    assert steps[-1].answer == answer("Really?")


def test_the_conversation_is_read_ahead_while_the_reader_reads() -> None:
    script = Script()
    ask(script)
    assert script.expected.get(timeout=PATIENCE_S) == (Turn("Really?", "Yes. [1]"),)


def test_nothing_is_read_ahead_of_a_conversation_without_an_answer() -> None:
    def fails(question: str) -> Iterator[StreamEvent]:
        raise ChatTimeoutError(f"No answer to {question}", fix="Ask again.")

    script = Script(fails)
    ask(script)
    assert script.expected.empty()


def waits_and_quotes(question: str) -> Iterator[StreamEvent]:
    yield PassagesFound((HIT,), question)
    yield Waiting(2)
    yield Waiting(1)
    yield Waiting(0)
    yield QuoteDelta("Ye")
    yield QuoteDelta("s.")
    yield TextDelta("Yes")
    yield answer(question)


def test_the_queue_and_the_quote_are_shown_until_the_answer_is_there() -> None:
    steps = [conversation[-1] for conversation in ask(Script(waits_and_quotes))]
    assert [step.waiting for step in steps] == [0, 0, 2, 1, 0, 0, 0, 0, 0]
    assert [step.quote for step in steps] == ["", "", "", "", "", "Ye", "Yes.", "Yes.", ""]
    assert [step.stage for step in steps[4:]] == ["searching", "searching", "searching", "writing", "answered"]


@pytest.mark.parametrize("last", [Waiting, QuoteDelta])
@pytest.mark.parametrize("ends", ["stopped", "failed", "kept"])
def test_queue_and_quote_are_not_kept(last: type, ends: str) -> None:
    def until(question: str) -> Iterator[StreamEvent]:
        for event in waits_and_quotes(question):
            yield event
            if isinstance(event, last):
                generations.stop("me") if ends == "stopped" else None
                if ends == "failed":
                    raise ChatTimeoutError("No answer within 2 s", fix="Ask again.")

    generations = Generations()
    steps = list(chat.ask(Script(until), generations, "me", (), "Really?"))
    if ends == "kept":
        assert {(each.waiting, each.quote) for step in steps for each in load(dump(step))} == {(0, "")}
    else:
        assert steps[-1][-1].stage == ends
        assert (steps[-1][-1].waiting, steps[-1][-1].quote) == (0, "")


def test_a_blank_question_changes_nothing() -> None:
    script = Script()
    assert ask(script, " \n") == [()]
    assert script.asked == []


def test_follow_ups_carry_what_was_answered() -> None:
    before = (
        Exchange("First?", Stage.ANSWERED, answer=answer("First?")),
        Exchange("Lost?", Stage.FAILED),
        Exchange("Cut?", Stage.STOPPED, draft="half"),
    )
    script = Script()
    final = ask(script, "  And then? ", before)[-1]
    assert script.asked == [("And then?", (Turn("First?", "Yes. [1]"),))]
    assert final[:-1] == before


def _fails(error: Exception) -> Callable[[str], Iterator[StreamEvent]]:
    def events(question: str) -> Iterator[StreamEvent]:
        yield PassagesFound((HIT,), question)
        yield TextDelta("half")
        raise error

    return events


def test_an_error_becomes_part_of_the_conversation(caplog: pytest.LogCaptureFixture) -> None:
    error = ChatTimeoutError("No answer within 2 s", fix="Ask again.")
    final = ask(Script(_fails(error)))[-1][-1]
    assert final.stage is Stage.FAILED
    assert final.problem == Problem("No answer within 2 s", "Ask again.", "ChatTimeoutError")
    assert "No answer within 2 s. Ask again." in caplog.text


def test_an_error_before_the_first_event_too() -> None:
    def refuse(question: str) -> Iterator[StreamEvent]:
        raise QuestionError(f"{len(question)} characters are too many", fix="Shorten it.")

    assert ask(Script(refuse))[-1][-1].problem == Problem("7 characters are too many", "Shorten it.", "QuestionError")


def test_a_defect_is_logged_and_does_not_escape(caplog: pytest.LogCaptureFixture) -> None:
    final = ask(Script(_fails(ZeroDivisionError("secret"))))[-1][-1]
    assert (final.stage, final.problem) == (Stage.FAILED, None)
    assert "ZeroDivisionError" in caplog.text


class Endless:
    """A stream that goes on until it is closed."""

    def __init__(self) -> None:
        self.next = Event()
        self.closed = Event()

    def __call__(self, question: str) -> Iterator[StreamEvent]:
        try:
            yield PassagesFound((HIT,), question)
            while True:
                yield TextDelta("on and ")
                assert self.next.wait(PATIENCE_S)
        finally:
            self.closed.set()


def test_stop_releases_the_reader_at_once_and_closes_the_stream() -> None:
    endless, generations = Endless(), Generations()
    steps = chat.ask(Script(endless), generations, "me", (), "Forever?")
    while next(steps)[-1].draft != "on and ":
        pass
    generations.stop("me")
    rest = list(steps)  # ends although the stream is still busy with its next word
    assert [conversation[-1].stage for conversation in rest] == [Stage.STOPPED]
    assert rest[-1][-1].draft == "on and "
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_a_replaced_answer_writes_no_more() -> None:
    endless, generations = Endless(), Generations()
    steps = chat.ask(Script(endless), generations, "me", (), "Forever?")
    while not next(steps)[-1].draft:
        pass
    later = chat.ask(Script(), generations, "me", (), "Really?")
    assert next(later)[-1].question == "Really?"
    assert list(steps) == []
    assert list(later)[-1][-1].stage is Stage.ANSWERED
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_clearing_during_an_answer_empties_the_conversation_as_the_last_step() -> None:
    endless, generations = Endless(), Generations()
    before = (Exchange("First?", Stage.ANSWERED, answer=answer("First?")),)
    steps = chat.ask(Script(endless), generations, "me", before, "Forever?")
    while next(steps)[-1].draft != "on and ":
        pass
    assert generations.discard("me")
    assert list(steps) == [()]
    assert not generations.discard("me")
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_clearing_between_the_last_words_and_the_end_is_not_lost() -> None:
    generations = Generations()
    steps = chat.ask(Script(), generations, "me", (), "Really?")
    while next(steps)[-1].stage is not Stage.ANSWERED:
        pass
    assert generations.discard("me")
    assert list(steps) == [()]


def test_closing_the_answer_closes_the_stream() -> None:
    endless = Endless()
    steps = chat.ask(Script(endless), Generations(), "me", (), "Forever?")
    while not next(steps)[-1].draft:
        pass
    steps.close()
    endless.next.set()
    assert endless.closed.wait(PATIENCE_S)


def test_stop_concerns_one_session() -> None:
    generations = Generations()
    mine, yours = (Generation(lambda: complete("Q")) for _ in range(2))
    generations.start("me", mine)
    generations.start("you", yours)
    generations.stop("me")
    generations.stop("nobody")
    assert (mine.stopped, yours.stopped) == (True, False)


def test_a_new_question_stops_the_session_s_earlier_one() -> None:
    generations = Generations()
    earlier, later = (Generation(lambda: complete("Q")) for _ in range(2))
    generations.start("me", earlier)
    generations.start("me", later)
    assert generations.running("me")
    generations.finish("me", earlier)  # late end of the earlier one: the later one stays registered
    assert (earlier.stopped, later.stopped) == (True, False)
    generations.finish("me", later)
    assert later.stopped
    assert not generations.running("me")


def test_retry_asks_the_last_question_again() -> None:
    first, last = Exchange("First?", Stage.ANSWERED, answer=answer("First?")), Exchange("Again?", Stage.STOPPED)
    script = Script()
    final = list(chat.retry(script, Generations(), "me", (first, last)))[-1]
    assert script.asked == [("Again?", (Turn("First?", "Yes. [1]"),))]
    assert [each.stage for each in final] == [Stage.ANSWERED, Stage.ANSWERED]


def test_retry_of_nothing_is_nothing() -> None:
    assert list(chat.retry(Script(), Generations(), "me", ())) == [()]


def test_cited_documents_without_the_unreadable_ones() -> None:
    conversation = (Exchange("Q?", Stage.ANSWERED, answer=answer("Q?")),)
    assert chat.cited_documents(Script(), conversation) == {"a.txt": Doc()}
    assert chat.cited_documents(Script(missing=frozenset({"a.txt"})), conversation) == {}
    strange = replace(answer("Q?"), citations=(Citation(1, "gone.txt", "Gone", "Yes.", 0, 4),))
    assert chat.cited_documents(Script(), (Exchange("Q?", Stage.ANSWERED, answer=strange),)) == {}
    assert chat.cited_documents(Script(loaded=False), conversation) == {}
    assert chat.documents(Script(missing=frozenset({"a.txt"}))) == ()


def test_the_browser_gives_back_what_it_was_given() -> None:
    conversation = (
        Exchange("A?", Stage.ANSWERED, answer=answer("A?")),
        Exchange("B?", Stage.FAILED, problem=Problem("x", "y", "QuestionError")),
        Exchange("C?", Stage.STOPPED, draft="half"),
    )
    assert load(dump(conversation)) == conversation


def test_what_was_under_way_comes_back_stopped() -> None:
    assert [each.stage for each in load(dump((Exchange("A?"), Exchange("B?", Stage.WRITING, draft="x"))))] == [
        Stage.STOPPED,
        Stage.STOPPED,
    ]


@pytest.mark.parametrize("kept", [None, "x", 7, {"a": 1}, [{"question": 1}], [{"question": "Q", "stage": "flying"}]])
def test_a_browser_s_nonsense_is_an_empty_conversation(kept: object) -> None:
    assert load(kept) == ()


def test_only_the_latest_exchanges_are_kept() -> None:
    conversation = tuple(Exchange(str(number), Stage.STOPPED) for number in range(MAX_EXCHANGES + 5))
    assert [each.question for each in load(dump(conversation))] == [str(n) for n in range(5, MAX_EXCHANGES + 5)]


def test_warm_up_tells_loading_ready_and_failed() -> None:
    script = Script(loaded=False)
    warm_up = WarmUp(script)
    assert warm_up.readiness() is Readiness.LOADING
    warm_up.start().join()
    assert warm_up.readiness() is Readiness.READY

    broken = Script(loaded=False, load_error=ChatTimeoutError("No model", fix="Pull it."))
    failing = WarmUp(broken)
    failing.start().join()
    problem = Problem("No model", "Pull it.", "ChatTimeoutError")
    assert (failing.readiness(), failing.problem) == (Readiness.FAILED, problem)
    broken.loaded = True
    assert failing.readiness() is Readiness.READY


def test_a_defect_while_loading_ends_the_waiting(caplog: pytest.LogCaptureFixture) -> None:
    warm_up = WarmUp(Script(loaded=False, load_error=ZeroDivisionError("secret")))
    warm_up.start().join()
    assert (warm_up.readiness(), warm_up.problem) == (Readiness.FAILED, None)
    assert "ZeroDivisionError" in caplog.text
