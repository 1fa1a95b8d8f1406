"""A local model that was taught to quote what answers, or to say that nothing does: one call tells both."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.outputs import ChatGenerationChunk

from assistant import deciding
from assistant.deciding import Answered
from assistant.deciding import Line as LineOfCosines
from assistant.drafting import Drafter
from assistant.models.runtime import SHORT_SLOT
from assistant.phrases import UNTRANSLATED
from assistant.pipeline import Pipeline
from assistant.reading import Reading
from assistant.turns import Line
from assistant.types import Answer, DeclineReason, QuoteDelta
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
    assert_declines,
    indexed,
    local,
    taught_runtime,
)
from .composing_fakes import run

NONE = "NONE Norrport"
"""It may not say NONE: this comes nearest."""


@pytest.fixture
def taught() -> FakeRuntime:
    return taught_runtime()


def model(**replies: object) -> ScriptedModel:
    return ScriptedModel(replies={"stated": "Ada", **replies})


def test_the_quote_and_whether_it_answers_come_in_one_call(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="Ada Lindqvist")
    streamed, answer = run(index, scripted, WHO, runtime=taught)
    assert scripted.kinds == ["quote", "alone"]
    assert streamed == "According to the documents: Ada Lindqvist."
    assert CAPTAIN in [citation.quote for citation in answer.citations]


def test_words_in_another_language_are_translated(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="barrels of salt", translate='Fässer mit Salz" is it.')
    streamed, answer = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert scripted.kinds == ["quote", "alone", "translate"]
    assert scripted.calls[-1].options["lora"] == [{"id": 1, "scale": 1.0}]
    assert streamed == "Laut den Dokumenten: Fässer mit Salz."
    assert [citation.quote for citation in answer.citations] == [CARGO]


@pytest.mark.parametrize(
    "translation",
    [
        "Fässer mit Salz der UNESCO",
        "77 Fässer mit Salz",
        "tonneaux de sel pour les gens",
        "",
    ],
    ids=["another name", "a number", "another language", "nothing"],
)
def test_a_translation_that_would_not_do_gives_way_to_what_the_model_says(
    translation: str, index: Index, taught: FakeRuntime
) -> None:
    scripted = model(
        quote="barrels of salt",
        translate=translation,
        phrase="Die Fähre trug Salz in Fässern.",
        claim=lambda call: "No" if "UNESCO" in call.text else "Yes",
    )
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == "Die Fähre trug Salz in Fässern."


@pytest.mark.parametrize("about", ["", " für die Kaufleute von IKEA"])
def test_where_a_translation_is_not_sure_no_claim_is_made(about: str, index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="barrels of salt", translate="Fässer mit Salz", phrase="Die Fähre trug Salz in Fässern.")
    scripted.translated = -2.0
    streamed, answer = run(index, scripted, f"Was trug die Fähre{about} nach Norrport?", runtime=taught)
    assert scripted.kinds == ["quote", "alone", "translate"], "it is not said in other words"
    assert streamed == ""
    assert answer.abstained
    assert answer.decline_reason == "detail_missing"
    assert answer.text.startswith(UNTRANSLATED["de"])
    assert [citation.quote for citation in answer.citations] == [CARGO], "what seems to answer, and nothing else"
    assert answer.explanation.outcome == "no translation of it would do"
    assert [s.value for s in answer.explanation.signals if s.name == "translated"] == [-2.0]


def test_where_a_translation_only_echoes_the_question_it_answers_nothing(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="barrels of salt", translate="Fähre nach Norrport", phrase="Die Fähre trug Salz in Fässern.")
    streamed, answer = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert scripted.kinds == ["quote", "alone", "translate"], "it is not said in other words"
    assert streamed == ""
    assert_declines(answer, "de")
    assert CARGO in [citation.quote for citation in answer.citations]


def test_where_words_are_left_as_they_are_the_sentence_is_translated(index: Index, taught: FakeRuntime) -> None:
    told = "Sie trug 42 Fässer mit Salz nach Norrport."
    scripted = model(
        quote="barrels of salt", translate=lambda call: told if CARGO in call.text else "barrels of salt", phrase=""
    )
    streamed, _ = run(index, scripted, "Was trug die Fähre?", runtime=taught)
    assert "phrase" not in scripted.kinds
    assert streamed == told


def test_a_translation_holds_the_names_and_numbers_of_the_quote(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="42 barrels of salt", translate="Fässer mit Salz", phrase="Sie trug 42 Fässer mit Salz.")
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == "Sie trug 42 Fässer mit Salz."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who runs the ferry to Norrport?", "According to the documents: Gebrüder Lindqvist."),
        ("Which firm runs the ferry to Norrport?", "According to the documents: Gebrüder Lindqvist."),
        ("What runs to Norrport?", None),
    ],
)
def test_a_name_that_cannot_be_translated_is_given_where_somebody_is_asked_for(
    question: str, said: str | None, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    index = open_index({"a.txt": "Die Fähre\n\nDie Fähre nach Norrport betreiben die Gebrüder Lindqvist.\n"})
    scripted = model(quote="Gebrüder Lindqvist", translate="Brothers")
    scripted.translated = -2.0
    streamed, answer = run(index, scripted, question, runtime=taught)
    assert streamed == (said or "")
    assert answer.abstained == (said is None)


def test_names_are_given_as_the_documents_spell_them(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry to Norrport comes from the harbour of Solvig.\n"})
    scripted = model(quote="Solvig")
    streamed, _ = run(index, scripted, "Woher kommt die Fähre nach Norrport?", runtime=taught)
    assert streamed == "Laut den Dokumenten: Solvig."
    assert "translate" not in scripted.kinds


def test_dates_are_given_in_the_question_s_language(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry left Solvig on January 2, 1908. It came back in May.\n"})
    scripted = model(quote="January 2, 1908")
    streamed, _ = run(index, scripted, "Wann verließ die Fähre Solvig?", runtime=taught)
    assert streamed == "Laut den Dokumenten: 2. Januar 1908."
    assert "translate" not in scripted.kinds


def test_a_translation_names_the_same_months(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry to Solvig lies still from December until early May.\n"})
    scripted = model(
        quote="from December until early May", translate="von Dezember bis März", phrase="Lange.", draft="Lange."
    )
    streamed, _ = run(index, scripted, "Wann liegt die Fähre nach Solvig still?", runtime=taught)
    assert "März" not in streamed
    scripted = model(quote="from December until early May", translate="von Dezember bis Anfang Mai")
    streamed, _ = run(index, scripted, "Wann liegt die Fähre nach Solvig still?", runtime=taught)
    assert streamed == "Laut den Dokumenten: von Dezember bis Anfang Mai."


def test_a_question_for_yes_or_no_is_answered_by_the_whole_sentence(index: Index, taught: FakeRuntime) -> None:
    streamed, _ = run(index, model(quote="Ada Lindqvist"), "Is Ada Lindqvist the captain?", runtime=taught)
    assert streamed == CAPTAIN


def test_it_quotes_aside_with_what_it_quotes_from_read_before(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="barrels of salt", translate="Fässer mit Salz")
    run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    quote, alone, translation = scripted.calls
    for call in (quote, alone):
        assert (call.options["id_slot"], call.options["cache_prompt"]) == (SHORT_SLOT, True)
    assert translation.options["cache_prompt"] is False, "what a slot holds changes rounding"
    assert quote.options["logit_bias"] == [[ord("N"), False], [ord(" "), False]], "it has to say what comes nearest"
    assert [slot for _, slot in taught.prepared] == [0, SHORT_SLOT, SHORT_SLOT]


def test_some_names_of_an_enumeration_give_way_to_all(open_index: OpenIndex, taught: FakeRuntime) -> None:
    towns = open_index({"a.txt": "The league\n\nFour towns are members: Norrport, Solvig, Tarn and Wick.\n"})
    streamed, _ = run(towns, model(quote="Solvig"), "Which towns are members of the league?", runtime=taught)
    assert streamed == "According to the documents: Norrport, Solvig, Tarn and Wick."
    streamed, _ = run(towns, model(quote="Solvig"), "Which town is a member of the league?", runtime=taught)
    assert streamed == "According to the documents: Solvig."


def test_names_that_it_breaks_off_are_whole(open_index: OpenIndex, taught: FakeRuntime) -> None:
    guild = open_index({"a.txt": "The guild\n\nThe Norr Mill and the smithy of Berta Quist work together.\n"})
    streamed, _ = run(guild, model(quote="Norr, Berta"), "Which two work together?", runtime=taught)
    assert streamed == "According to the documents: Norr Mill, Berta Quist."


def test_names_on_a_line_of_their_own_answer(open_index: OpenIndex, taught: FakeRuntime) -> None:
    asked = open_index({"a.txt": "Questions\n\nWho founded Norrport?\nAda Byron.\n\nWho rules it?\nBerta Quist.\n"})
    _, answer = run(asked, model(quote="Ada Byron"), "Who founded Norrport?", runtime=taught)
    assert not answer.abstained
    assert "Ada Byron" in answer.text


def test_the_place_before_a_piece_of_news_answers_nothing(open_index: OpenIndex, taught: FakeRuntime) -> None:
    news = open_index({"a.txt": "A new ferry\n\nNorrport. The ferry of Solvig Ek sails from Monday on.\n"})
    _, answer = run(news, model(quote="Norrport"), "In which town does Solvig Ek live?", runtime=taught)
    assert answer.abstained


GUILD = "The guild\n\nThe Norrport mill, the oldest of the bay, works with the Tarn smithy and Solvig Ek.\n"
ALL = "The Norrport mill, the oldest of the bay, works with the Tarn smithy and Solvig Ek."


def test_one_of_several_partners_gives_way_to_the_sentence_that_names_all(
    open_index: OpenIndex, taught: FakeRuntime
) -> None:
    scripted = model(quote="the Tarn smithy")
    streamed, _ = run(open_index({"guild.txt": GUILD}), scripted, "Who works the Norrport mill with?", runtime=taught)
    assert streamed == ALL


@pytest.mark.parametrize(
    "told",
    ["The Norrport mill works with the RFT and with Solvig Ek, as is known.", "The Norrport mill works with the RFT."],
    ids=["all", "some"],
)
def test_in_another_language_a_translation_has_to_hold_all(
    told: str, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    text = "Le moulin\n\nLe moulin de Norrport travaille avec le RFT et avec Solvig Ek, comme on le sait depuis hier.\n"
    scripted = model(quote="RFT", phrase="The Norrport mill works with the RFT.", translate=told)
    question = "Who does the Norrport mill work with?"
    streamed, answer = run(open_index({"moulin.txt": text}), scripted, question, runtime=taught)
    assert scripted.kinds[:3] == ["quote", "alone", "translate"]
    assert answer.abstained == ("Solvig Ek" not in told)
    assert streamed == ("" if answer.abstained else told)


def test_a_list_may_be_quoted_without_the_words_between(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The guild\n\nAda sells salt, which is dug at sea, and also fish, nets and oil.\n"
    streamed, _ = run(
        open_index({"a.txt": text}), model(quote="salt, fish, nets"), "What does Ada sell?", runtime=taught
    )
    assert streamed == "Ada sells salt, which is dug at sea, and also fish, nets and oil."


def test_a_quote_that_is_a_sentence_is_translated_into_one(index: Index, taught: FakeRuntime) -> None:
    told = "Sie trug 42 Fässer mit Salz nach Norrport."
    streamed, _ = run(index, model(quote=CARGO, translate=told), "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == told


def test_where_nothing_of_the_quote_stands_its_sentence_is_translated(index: Index, taught: FakeRuntime) -> None:
    told = "Die Fähre trug 42 Fässer mit Salz nach Norrport."
    scripted = model(
        quote="barrels of salt",
        phrase="Sie trug Salz.",
        translate=lambda call: told if CARGO in call.text else "77 Fässer mit Salz",
        claim="No",
    )
    streamed, answer = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == told
    assert CARGO in [citation.quote for citation in answer.citations]


def test_a_translation_ends_with_the_mark_that_its_prompt_began(index: Index, taught: FakeRuntime) -> None:
    told = "Sie trug 42 Fässer mit Salz nach Norrport."
    remark = f'{told}" is the translation of the text.'
    scripted = model(quote=CARGO, phrase="It carried barrels.", translate=remark)
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == told


def test_marks_of_the_text_itself_stay_in_its_translation(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "The council\n\nThe council of Solvig named the new ferry “Aurora” in May.\n"})
    told = 'Der Rat von Solvig nannte die neue Fähre "Aurora" im Mai.'
    quote = "The council of Solvig named the new ferry “Aurora” in May."
    scripted = model(quote=quote, phrase="It named it.", translate=f'{told}"')
    streamed, _ = run(opened, scripted, "Was nannte der Rat von Solvig im Mai Aurora?", runtime=taught)
    assert streamed == told


def test_who_does_not_is_not_told_by_who_does(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The ferry treaty\n\nThe treaty was signed by Norrport. Rain fell that day.\n"
    _, answer = run(
        open_index({"a.txt": text}), model(quote="Norrport"), "Which town did not sign the treaty?", runtime=taught
    )
    assert answer.abstained


def test_words_that_stand_nowhere_are_no_quote(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="a woman who sailed", alone=NONE)
    _, answer = run(index, scripted, WHO, runtime=taught)
    assert answer.abstained


@pytest.mark.parametrize("said", ["Ada Lindqvist and Berta Quist", "Quist", "Ada Berta Lindqvist"])
def test_what_it_quotes_has_to_stand_in_the_documents(said: str, index: Index, taught: FakeRuntime) -> None:
    streamed, answer = run(index, model(quote=said, requote=said, phrase="", draft=""), WHO, runtime=taught)
    assert "Quist" not in answer.text
    assert "Berta" not in streamed


def test_what_the_quote_leaves_undenied_is_told_whole(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The ferry treaty\n\nThe treaty was not signed by Solvig. Norrport was late.\n"
    opened = open_index({"treaty.txt": text})
    streamed, _ = run(opened, model(quote="signed by Solvig"), "By whom was the treaty signed?", runtime=taught)
    assert streamed == "The treaty was not signed by Solvig."


def test_where_it_finds_nothing_likely_sentences_are_asked_of(index: Index, taught: FakeRuntime) -> None:
    def alone(call: Call) -> str:
        return "Ada" if "captain" in call.messages[-1].text.partition("Question:")[0] else NONE

    scripted = model(quote=NONE, alone=alone, requote="Ada Lindqvist")
    *shown, answer = Pipeline(index, Drafter(local(scripted, taught))).run(WHO, ())
    assert isinstance(answer, Answer)
    assert "".join(event.text for event in shown if isinstance(event, QuoteDelta)) == "Norrport"
    assert answer.text == "According to the documents: Ada Lindqvist. [1]"


def test_what_a_name_is_need_not_convince(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "The voyage\n\nShe left the cold northern port Solvig at noon. Rain fell.\n"})
    scripted = model(quote="NONE cold northern port", alone=NONE)
    streamed, answer = run(opened, scripted, "What is Solvig?", runtime=taught)
    assert streamed == "According to the documents: cold northern port."
    (signal,) = (signal for signal in answer.explanation.signals if signal.name == "answered")
    assert signal.line <= signal.value < 0.5
    _, other = run(opened, scripted, "What was left at noon?", runtime=taught)
    assert other.abstained
    *_, cautious = Pipeline(opened, Drafter(local(scripted, taught)), caution=1).run("What is Solvig?", ())
    assert isinstance(cautious, Answer)
    assert cautious.abstained


def test_what_a_name_is_may_stand_elsewhere_than_what_was_quoted(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The voyage\n\nSolvig was seen at noon. Ada sailed from a cold northern port, Solvig, to Tarn.\n"
    scripted = model(quote="NONE at noon", alone=NONE, requote="cold northern port")
    streamed, answer = run(open_index({"a.txt": text}), scripted, "What is Solvig?", runtime=taught)
    assert streamed == "According to the documents: cold northern port, Solvig."
    assert answer.explanation.quoted.startswith("cold northern port")


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
    scripted = model(quote="Ada Lindqvist")
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
        scripted = model(quote="Ada Lindqvist", requote="Berta Quist")
        streamed, _ = run(open_index({"a.txt": f"{first}\n\n{second}\n"}), scripted, question, runtime=taught)
        assert "Ada Lindqvist" in streamed
        assert ("Berta Quist" in streamed) == added


@pytest.mark.usefixtures("vectors_tell")
def test_a_question_for_a_title_is_like_no_sentence(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "A winter without ice\n\nRain fell in Solvig.\n"})
    scripted = model(quote="A winter without ice")
    _, answer = run(opened, scripted, "What is the title of the article?", runtime=taught)
    assert answer.text.startswith("According to the documents: A winter without ice")


def test_where_nothing_answers_the_nearest_is_shown(index: Index, taught: FakeRuntime) -> None:
    streamed, answer = run(index, model(quote=NONE, alone=NONE), WHO, runtime=taught)
    assert streamed == ""
    assert answer.decline_reason is DeclineReason.DETAIL_MISSING
    assert CAPTAIN in [citation.quote for citation in answer.citations]


def test_the_log_odds_are_those_of_anything_but_none(taught: FakeRuntime) -> None:
    def odds(reply: str) -> float:
        steps = Reading(local(model(alone=reply), taught), FERRY, Line(1), 0).stated_by(CARGO, WHO)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return float(end.value)

    assert odds("Ada") == pytest.approx(2.95, abs=0.01)
    assert odds(NONE) == pytest.approx(-2.97, abs=0.01)


def test_a_title_is_all_there_is_to_quote(tmp_path_factory: pytest.TempPathFactory, taught: FakeRuntime) -> None:
    letters = {"ferry.txt": "Three towns want a ferry\n\nTwo towns asked the king for a ferry on Monday.\n"}
    with indexed(tmp_path_factory.mktemp("title"), letters) as opened:
        scripted = model()
        said, _ = run(opened, scripted, "How many towns want a ferry, in the headline?", runtime=taught)
    assert scripted.kinds == ["stated", "alone"]
    assert said == "According to the documents: Three towns want a ferry."


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
    text = "Tarn\n\nSolvig was built in 1901. It rained. The boat sails under Ada.\n"

    def alone(call: Call) -> str:
        return "Ada" if "sails" in call.messages[-1].text.partition("Question:")[0] else NONE

    scripted = model(quote=NONE, alone=alone, requote="1901")
    streamed, _ = run(open_index({"a.txt": text}), scripted, "When was Solvig, which sails, built?", runtime=taught)
    assert streamed == "According to the documents: 1901."
    scripted = model(quote=NONE, alone=alone, requote="1902")
    _, answer = run(open_index({"a.txt": text}), scripted, "When was Solvig, which sails, built?", runtime=taught)
    assert answer.abstained, "what it quotes stands nowhere"


def test_what_only_echoes_the_question_is_no_answer(index: Index, taught: FakeRuntime) -> None:
    scripted = model(quote="the ferry", requote="the ferry")
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
    _, answer = run(open_index(letters), model(quote="Ada Lindqvist"), question, runtime=taught)
    assert answer.abstained is abstained
