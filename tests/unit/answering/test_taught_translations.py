"""A local model that was taught to quote and to translate: what is said of words in another language."""

import pytest

from assistant.phrases import UNTRANSLATED
from index.search import Index

from ..answering_fakes import (
    CARGO,
    FakeRuntime,
    OpenIndex,
    assert_declines,
)
from .composing_fakes import run, taught_model


def test_words_in_another_language_are_translated(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="barrels of salt", translate='Fässer mit Salz" is it.')
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
    scripted = taught_model(
        quote="barrels of salt",
        translate=translation,
        phrase="Die Fähre trug Salz in Fässern.",
        claim=lambda call: "No" if "UNESCO" in call.text else "Yes",
    )
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == "Die Fähre trug Salz in Fässern."


@pytest.mark.parametrize("about", ["", " für die Kaufleute von IKEA"])
def test_where_a_translation_is_not_sure_no_claim_is_made(about: str, index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(
        quote="barrels of salt", translate="Fässer mit Salz", phrase="Die Fähre trug Salz in Fässern."
    )
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


@pytest.mark.parametrize(
    ("quote", "translation", "claims"),
    [
        ("barrels of salt", "Fässer mit Salz", True),
        (CARGO, "Sie trug 42 Fässer mit Salz nach Norrport.", False),
    ],
    ids=["a few words", "a sentence"],
)
def test_a_whole_sentence_has_to_be_surer(
    quote: str, translation: str, claims: bool, index: Index, taught: FakeRuntime
) -> None:
    scripted = taught_model(quote=quote, translate=translation)
    scripted.translated = -0.5
    _, answer = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert answer.abstained != claims


def test_where_a_translation_only_echoes_the_question_it_answers_nothing(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(
        quote="barrels of salt", translate="Fähre nach Norrport", phrase="Die Fähre trug Salz in Fässern."
    )
    streamed, answer = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert scripted.kinds == ["quote", "alone", "translate"], "it is not said in other words"
    assert streamed == ""
    assert_declines(answer, "de")
    assert CARGO in [citation.quote for citation in answer.citations]


def test_where_words_are_left_as_they_are_the_sentence_is_translated(index: Index, taught: FakeRuntime) -> None:
    told = "Sie trug 42 Fässer mit Salz nach Norrport."
    scripted = taught_model(
        quote="barrels of salt", translate=lambda call: told if CARGO in call.text else "barrels of salt", phrase=""
    )
    streamed, _ = run(index, scripted, "Was trug die Fähre?", runtime=taught)
    assert "phrase" not in scripted.kinds
    assert streamed == told


def test_a_translation_holds_the_names_and_numbers_of_the_quote(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(
        quote="42 barrels of salt", translate="Fässer mit Salz", phrase="Sie trug 42 Fässer mit Salz."
    )
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
    scripted = taught_model(quote="Gebrüder Lindqvist", translate="Brothers")
    scripted.translated = -2.0
    streamed, answer = run(index, scripted, question, runtime=taught)
    assert streamed == (said or "")
    assert answer.abstained == (said is None)


def test_names_are_given_as_the_documents_spell_them(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry to Norrport comes from the harbour of Solvig.\n"})
    scripted = taught_model(quote="Solvig")
    streamed, _ = run(index, scripted, "Woher kommt die Fähre nach Norrport?", runtime=taught)
    assert streamed == "Laut den Dokumenten: Solvig."
    assert "translate" not in scripted.kinds


def test_dates_are_given_in_the_question_s_language(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry left Solvig on January 2, 1908. It came back in May.\n"})
    scripted = taught_model(quote="January 2, 1908")
    streamed, _ = run(index, scripted, "Wann verließ die Fähre Solvig?", runtime=taught)
    assert streamed == "Laut den Dokumenten: 2. Januar 1908."
    assert "translate" not in scripted.kinds


def test_a_translation_names_the_same_months(open_index: OpenIndex, taught: FakeRuntime) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe ferry to Solvig lies still from December until early May.\n"})
    scripted = taught_model(
        quote="from December until early May", translate="von Dezember bis März", phrase="Lange.", draft="Lange."
    )
    streamed, _ = run(index, scripted, "Wann liegt die Fähre nach Solvig still?", runtime=taught)
    assert "März" not in streamed
    scripted = taught_model(quote="from December until early May", translate="von Dezember bis Anfang Mai")
    streamed, _ = run(index, scripted, "Wann liegt die Fähre nach Solvig still?", runtime=taught)
    assert streamed == "Laut den Dokumenten: von Dezember bis Anfang Mai."


@pytest.mark.parametrize(
    "told",
    ["The Norrport mill works with the RFT and with Solvig Ek, as is known.", "The Norrport mill works with the RFT."],
    ids=["all", "some"],
)
def test_in_another_language_a_translation_has_to_hold_all(
    told: str, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    text = "Le moulin\n\nLe moulin de Norrport travaille avec le RFT et avec Solvig Ek, comme on le sait depuis hier.\n"
    scripted = taught_model(quote="RFT", phrase="The Norrport mill works with the RFT.", translate=told)
    question = "Who does the Norrport mill work with?"
    streamed, answer = run(open_index({"moulin.txt": text}), scripted, question, runtime=taught)
    assert scripted.kinds[:3] == ["quote", "alone", "translate"]
    assert answer.abstained == ("Solvig Ek" not in told)
    assert streamed == ("" if answer.abstained else told)


@pytest.mark.parametrize("end", [".", ",."])
def test_a_quote_that_is_a_sentence_is_translated_into_one(end: str, index: Index, taught: FakeRuntime) -> None:
    told = "Sie trug 42 Fässer mit Salz nach Norrport"
    scripted = taught_model(quote=CARGO, translate=f"{told}{end}")
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == f"{told}."


def test_where_nothing_of_the_quote_stands_its_sentence_is_translated(index: Index, taught: FakeRuntime) -> None:
    told = "Die Fähre trug 42 Fässer mit Salz nach Norrport."
    scripted = taught_model(
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
    scripted = taught_model(quote=CARGO, phrase="It carried barrels.", translate=remark)
    streamed, _ = run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    assert streamed == told


def test_marks_of_the_text_itself_stay_in_its_translation(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.txt": "The council\n\nThe council of Solvig named the new ferry “Aurora” in May.\n"})
    told = 'Der Rat von Solvig nannte die neue Fähre "Aurora" im Mai.'
    quote = "The council of Solvig named the new ferry “Aurora” in May."
    scripted = taught_model(quote=quote, phrase="It named it.", translate=f'{told}"')
    streamed, _ = run(opened, scripted, "Was nannte der Rat von Solvig im Mai Aurora?", runtime=taught)
    assert streamed == told
