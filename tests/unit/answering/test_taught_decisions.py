"""A local model that was taught to say that nothing answers: what decides whether its quote is taken."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.outputs import ChatGenerationChunk

from assistant import deciding, nearness
from assistant.deciding import Answered
from assistant.deciding import Line as LineOfCosines
from assistant.drafting import Drafter
from assistant.phrases import decline
from assistant.pipeline import Pipeline
from assistant.reading import Reading
from assistant.turns import Line
from assistant.types import Answer, DeclineReason, QuoteDelta, Signal
from index.search import Index

from ..answering_fakes import (
    CAPTAIN,
    CARGO,
    FERRY,
    WHO,
    Call,
    FakeRuntime,
    OpenIndex,
    ScriptedModel,
    ToyEmbedder,
    local,
)
from .composing_fakes import NOTHING, run, taught_model


def test_the_place_before_a_piece_of_news_answers_nothing(open_index: OpenIndex, taught: FakeRuntime) -> None:
    news = open_index({"a.txt": "A new ferry\n\nNorrport. The ferry of Solvig Ek sails from Monday on.\n"})
    _, answer = run(news, taught_model(quote="Norrport"), "In which town does Solvig Ek live?", runtime=taught)
    assert answer.abstained


def test_who_does_not_is_not_told_by_who_does(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The ferry treaty\n\nThe treaty was signed by Norrport. Rain fell that day.\n"
    _, answer = run(
        open_index({"a.txt": text}),
        taught_model(quote="Norrport"),
        "Which town did not sign the treaty?",
        runtime=taught,
    )
    assert answer.abstained


def test_words_that_stand_nowhere_are_no_quote(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="a woman who sailed", alone=NOTHING)
    _, answer = run(index, scripted, WHO, runtime=taught)
    assert answer.abstained


def test_where_it_finds_nothing_likely_sentences_are_asked_of(index: Index, taught: FakeRuntime) -> None:
    def alone(call: Call) -> str:
        return "Ada" if "captain" in call.messages[-1].text.partition("Question:")[0] else NOTHING

    scripted = taught_model(quote=NOTHING, alone=alone, requote="Ada Lindqvist")
    *shown, answer = Pipeline(index, Drafter(local(scripted, taught))).run(WHO, ())
    assert isinstance(answer, Answer)
    assert "".join(event.text for event in shown if isinstance(event, QuoteDelta)) == "Norrport"
    assert answer.text == f"{CAPTAIN} [1]"


def test_what_a_name_is_need_not_convince(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "The voyage\n\nShe left the cold northern port Solvig at noon. Rain fell.\n"})
    scripted = taught_model(quote="NONE cold northern port", alone=NOTHING)
    streamed, answer = run(opened, scripted, "What is Solvig?", runtime=taught)
    assert streamed == "She left the cold northern port Solvig at noon."
    (signal,) = (signal for signal in answer.explanation.signals if signal.name == "answered")
    assert signal.line <= signal.value < 0.5
    _, other = run(opened, scripted, "What was left at noon?", runtime=taught)
    assert other.abstained
    *_, cautious = Pipeline(opened, Drafter(local(scripted, taught)), caution=1).run("What is Solvig?", ())
    assert isinstance(cautious, Answer)
    assert cautious.abstained


def test_what_a_name_is_may_stand_elsewhere_than_what_was_quoted(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The voyage\n\nSolvig was seen at noon. Ada sailed from a cold northern port, Solvig, to Tarn.\n"
    scripted = taught_model(quote="NONE at noon", alone=NOTHING, requote="cold northern port")
    streamed, answer = run(open_index({"a.txt": text}), scripted, "What is Solvig?", runtime=taught)
    assert streamed == "Ada sailed from a cold northern port, Solvig, to Tarn."
    assert answer.explanation.quoted.startswith("cold northern port")


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Was the stable repaired in June?", True),
        ("Was the stable of Ada sold by someone in June?", False),
        ("When was the stable repaired in June?", False),
        ("Name the stable that was repaired in June.", False),
        ("Vem blev repaired stable in June?", False),
    ],
    ids=["it says most of it", "it says little of it", "no yes or no", "an order", "a language that is not known"],
)
def test_a_sentence_that_says_or_denies_what_is_asked_need_not_convince(
    question: str, answered: bool, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    opened = open_index({"a.txt": "The stable\n\nThe stable was not repaired in June. Rain fell.\n"})
    scripted = taught_model(quote="NONE No", alone=NOTHING, requote="No")
    streamed, answer = run(opened, scripted, question, runtime=taught)
    assert streamed == ("The stable was not repaired in June." if answered else "")
    assert answer.abstained != answered


@pytest.fixture
def vectors_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all that decides had been fitted for the toy embedder; whatever the model says, likeness decides."""
    line = LineOfCosines(nothing=0.0, near=0.6)
    by_likeness = Answered(bias=0.0, weight=0.01, near=100.0, typical=0.0)
    fitted = replace(
        deciding.fitted(),
        embedding_model=ToyEmbedder.name,
        orders=(0.0,) * ToyEmbedder.dimension,
        same_language=line,
        other_language=line,
        answered=by_likeness,
    )
    monkeypatch.setattr(deciding, "fitted", lambda: fitted)


@pytest.mark.usefixtures("vectors_tell")
def test_how_like_the_question_the_nearest_sentence_is_counts(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="Ada Lindqvist")
    _, near = run(index, scripted, WHO, runtime=taught)
    assert not near.abstained
    _, far = run(index, scripted, "Who played violins yesterday evening?", runtime=taught)
    assert far.abstained
    assert "Ada" in far.explanation.quoted


@pytest.mark.usefixtures("vectors_tell")
def test_a_further_sentence_counts_by_its_own_likeness(open_index: OpenIndex, taught: FakeRuntime) -> None:
    first = "The members of the league of Norr are Ada Lindqvist and others."
    question = "Which captains are the members of the league of Norr?"
    for second, added in (
        ("Berta Quist sings operas every winter.", False),
        ("Of the members of the league of Norr one is Berta Quist.", True),
    ):
        scripted = taught_model(quote="Ada Lindqvist", requote="Berta Quist")
        streamed, _ = run(open_index({"a.txt": f"{first}\n\n{second}\n"}), scripted, question, runtime=taught)
        assert "Ada Lindqvist" in streamed
        assert ("Berta Quist" in streamed) == added


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Why did Brunhild leave the ferry to Norrport?", DeclineReason.CONTRADICTED),
        ("Which comets did astronomers discover?", DeclineReason.NOT_COVERED),
    ],
)
@pytest.mark.usefixtures("vectors_tell")
def test_why_no_claim_is_made(question: str, reason: DeclineReason, index: Index, taught: FakeRuntime) -> None:
    _, answer = run(index, taught_model(quote=NOTHING, alone=NOTHING), question, runtime=taught)
    assert answer.abstained
    assert answer.decline_reason is reason
    assert answer.text.startswith(decline("en", reason)[0])
    assert bool(answer.citations) == (reason is not DeclineReason.NOT_COVERED)


@pytest.mark.usefixtures("vectors_tell")
def test_an_order_is_no_question(monkeypatch: pytest.MonkeyPatch, index: Index, taught: FakeRuntime) -> None:
    sure = replace(deciding.fitted(), orders_bias=9.0)
    monkeypatch.setattr(deciding, "fitted", lambda: sure)
    scripted = taught_model(quote=CAPTAIN)
    _, answer = run(index, scripted, "Sing me a song about the ferry!", runtime=taught)
    assert (answer.decline_reason, answer.citations) == (DeclineReason.NOT_A_QUESTION, ())
    assert answer.text == decline("en", DeclineReason.NOT_A_QUESTION)[0]
    assert scripted.calls == []


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (f"Sing me a song. {WHO}", WHO),
        ("You are my uncle. Sing me a song.", None),
        (f"It rains in Solvig. {WHO}", f"It rains in Solvig. {WHO}"),
    ],
)
@pytest.mark.usefixtures("vectors_tell")
def test_orders_beside_a_question_are_left_out(
    question: str, asked: str | None, monkeypatch: pytest.MonkeyPatch, index: Index, taught: FakeRuntime
) -> None:
    def order(_: Index, text: str) -> Signal:
        chance = 0.9 if "Sing" in text and WHO not in text else 0.6 if text.startswith("You") else 0.1
        return Signal("order", chance, 0.8)

    monkeypatch.setattr(nearness, "order", order)
    _, answer = run(index, taught_model(quote="Ada Lindqvist"), question, runtime=taught)
    if asked is None:
        assert answer.decline_reason is DeclineReason.NOT_A_QUESTION
    else:
        assert answer.standalone_question == asked


@pytest.mark.usefixtures("vectors_tell")
def test_a_question_for_a_title_is_like_no_sentence(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "A winter without ice\n\nRain fell in Solvig.\n"})
    scripted = taught_model(quote="A winter without ice")
    _, answer = run(opened, scripted, "What is the title of the article?", runtime=taught)
    assert answer.text.startswith("According to the documents: A winter without ice")


def test_where_nothing_answers_the_nearest_is_shown(index: Index, taught: FakeRuntime) -> None:
    streamed, answer = run(index, taught_model(quote=NOTHING, alone=NOTHING), WHO, runtime=taught)
    assert streamed == ""
    assert answer.decline_reason is DeclineReason.DETAIL_MISSING
    assert CAPTAIN in [citation.quote for citation in answer.citations]


def test_the_log_odds_are_those_of_anything_but_none(taught: FakeRuntime) -> None:
    def odds(reply: str) -> float:
        steps = Reading(local(taught_model(alone=reply), taught), FERRY, Line(1), 0).stated_by(CARGO, WHO)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return float(end.value)

    assert odds("Ada") == pytest.approx(2.95, abs=0.01)
    assert odds(NOTHING) == pytest.approx(-2.97, abs=0.01)


def test_a_model_that_ends_at_once_tells_nothing(index: Index, taught: FakeRuntime) -> None:
    class Silent(ScriptedModel):
        def _stream(self, *arguments: Any, **keywords: Any) -> Iterator[ChatGenerationChunk]:
            for chunk in super()._stream(*arguments, **keywords):
                chunk.message.response_metadata.clear()
                yield chunk

    silent = Silent(replies={"stated": "", "quote": "", "draft": "NONE"})
    _, answer = run(index, silent, WHO, runtime=taught)
    assert answer.abstained


def test_words_of_the_sentence_before_answer_where_it_names_what_is_meant(
    open_index: OpenIndex, taught: FakeRuntime
) -> None:
    text = (
        "Tarn\n\nSolvig was built in 1901. It rained. The boat sails under Ada. "
        "When Wick was built in 1901, Ada and the boat Solvig, which sails, came to see it.\n\n1901\n"
    )

    def alone(call: Call) -> str:
        return "Ada" if "boat sails" in call.messages[-1].text.partition("Question:")[0] else NOTHING

    scripted = taught_model(quote=NOTHING, alone=alone, requote="1901")
    streamed, _ = run(open_index({"a.txt": text}), scripted, "When was Solvig, which sails, built?", runtime=taught)
    assert streamed == "Solvig was built in 1901."
    scripted = taught_model(quote=NOTHING, alone=alone, requote="1902")
    _, answer = run(open_index({"a.txt": text}), scripted, "When was Solvig, which sails, built?", runtime=taught)
    assert answer.abstained, "what it quotes stands nowhere"


def test_what_only_echoes_the_question_is_no_answer(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="the ferry", requote="the ferry")
    _, answer = run(index, scripted, "Who is the captain of the ferry?", runtime=taught)
    assert answer.abstained
    _, answer = run(index, scripted, "Ist das die Fähre, the ferry?", runtime=taught)
    assert answer.abstained


@pytest.mark.parametrize(
    ("question", "abstained"),
    [
        ("Who was the captain of the ferry of 1908?", False),
        ("Who was the captain of the ferry of 1909?", True),
        ("Who was the captain of the ferry with 2 masts?", False),
        ("Who was the captain of the ferry in 2024?", False),
    ],
)
def test_the_question_s_numbers_stand_near_what_answers(
    question: str, abstained: bool, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    dated = "Published on 3 May 2024"
    letters = {"a.txt": f"The ferry\n{dated}\n\nThe ferry of 1908 had a mast. Its captain was Ada Lindqvist.\n"}
    _, answer = run(open_index(letters), taught_model(quote="Ada Lindqvist"), question, runtime=taught)
    assert answer.abstained is abstained
