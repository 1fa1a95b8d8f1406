"""Words of the documents as an answer: where readers of another language can read them too."""

import pytest

from assistant import phrases
from assistant.stating import cased, framed, in_its_sentence, stated, together

CREW = "Ada Lindqvist, Solvig Ek et Per Ås"


@pytest.mark.parametrize("language", ["fr", "de"])
@pytest.mark.parametrize("quote", ["1908", "12 %"])
def test_whole_numbers_are_read_anywhere(quote: str, language: str) -> None:
    told = stated(quote, "fr", language)
    assert told is not None
    assert told.startswith(phrases.STATED[language].partition("{")[0])
    assert quote in told


def test_a_list_of_names_is_read_anywhere_without_the_words_between_them() -> None:
    assert stated(CREW, "fr", "de") == "Laut den Dokumenten: Ada Lindqvist, Solvig Ek, Per Ås."
    assert stated(CREW, "fr", "fr") == f"Selon les documents : {CREW}."
    assert stated(f"les marins {CREW}", "fr", "de") == "Laut den Dokumenten: Ada Lindqvist, Solvig Ek, Per Ås."


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("Lindqvist", "Lindqvist"),
        ("SOLVIG", "SOLVIG"),
        ("OpenSea", "OpenSea"),
        ("Ada Lindqvist", "Ada Lindqvist"),
        ("Solvig Open Sea (SOS)", "Solvig Open Sea (SOS)"),
        ("Berta", "Berta"),
        ("Ada et Lindqvist", "Ada und Lindqvist"),
        ("Ada Lindqvist et OpenSea", "Ada Lindqvist und OpenSea"),
        ("Norvège", "Norwegen"),
        ("OpenSea et Norvège", "OpenSea und Norwegen"),
        ("Hier", None),
        ("Ventes", None),
        ("la Norvège", None),
    ],
)
def test_names_are_given_as_the_document_spells_them_but_for_countries(quote: str, told: str | None) -> None:
    sentence = (
        "Ventes : hier, Berta a dit que SOLVIG, Solvig Open Sea (SOS), OpenSea et la firme Lindqvist, "
        "avec Ada Lindqvist, vont en Norvège. Hier"
    )
    assert stated(quote, "fr", "de", sentence) == (told and f"Laut den Dokumenten: {told}.")


@pytest.mark.parametrize("quote", ["Monday", "French", "March", "French March"])
def test_days_months_and_languages_are_no_names(quote: str) -> None:
    assert stated(quote, "en", "fr", f"They sail on {quote}.") is None


def test_what_is_empty_is_no_name() -> None:
    assert stated("Ada, Bo, ...", "fr", "en", "Ada, Bo, ...") is None


def test_countries_are_translated_in_a_list_too() -> None:
    assert stated("Norvège, Suède et Danemark", "fr", "de") == "Laut den Dokumenten: Norwegen, Schweden, Dänemark."
    assert stated("Monday, Tuesday and Friday", "en", "fr") is None


@pytest.mark.parametrize("sentence", ["- Boats", "# Boats", "| Boats | 3 |", "‘Boats are red’"])
def test_the_first_word_of_an_item_is_no_name_for_its_capital(sentence: str) -> None:
    assert stated("Boats", "en", "fr", sentence) is None


def test_what_is_shouted_is_no_name() -> None:
    assert stated("NOT FOR SALE", "en", "fr", "The sign said NOT FOR SALE.") is None


def test_german_nouns_are_no_names() -> None:
    assert stated("Äpfel, Birnen und Nüsse", "de", "en") is None
    assert stated("Hafen", "de", "fr", "Sie liegt im Hafen.") is None


@pytest.mark.parametrize("quote", ["la Norvège", "Munich", "une barque rouge", "1.200", "2,5 millions", "le 3 mai"])
def test_other_words_have_to_be_translated(quote: str) -> None:
    assert stated(quote, "fr", "de") is None
    assert stated(quote, "fr", "fr") == f"Selon les documents : {quote}."


def test_a_language_without_a_wording_is_left_to_the_model() -> None:
    assert stated("1908", "sv", "sv") is None


def test_a_document_may_quote_another_language() -> None:
    german = "Die Fähre, die seit dem Sommer fährt, ist nicht mehr die alte"
    assert stated(german, "en", "en") is None
    assert stated(german, "de", "de") == f"Laut den Dokumenten: {german}."


def test_a_document_s_own_markers_are_none_of_the_answer_s() -> None:
    assert stated("burned in winter [3].", "en", "en") == "According to the documents: burned in winter."


SAID = "The ferry carries barrels of salt, nets and Ada Lindqvist to Solvig since 2 May 1908."


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("barrels of salt", SAID),
        ("barrels, nets", SAID),
        ("salt and nets, and oil", None),
        ("Ada Lindqvist", SAID),
        ("2 May 1908", SAID),
    ],
)
def test_words_are_given_in_their_sentence(quote: str, told: str | None) -> None:
    assert in_its_sentence(quote, SAID.replace(" nets", "\nnets"), "en") == told


@pytest.mark.parametrize("quote", ["barrels of salt", "Ada Lindqvist", "2 May 1908", "1908"])
@pytest.mark.parametrize(("more", "given"), [(6, True), (7, False)])
def test_words_are_given_alone_where_a_reader_would_have_to_look_for_them(quote: str, more: int, given: bool) -> None:
    said = SAID.replace(" since", f" {'and to other towns ' * more}since")
    assert (in_its_sentence(quote, said, "en") == said) == given


def test_a_line_that_begins_with_a_number_may_be_wrapped() -> None:
    said = "The ferry of Norr was built in the summer of\n1908 and carries a red boat."
    assert in_its_sentence("a red boat", said, "en") == said.replace("\n", " ")


def test_a_language_without_a_wording_has_sentences_too() -> None:
    said = "Färjan bär tunnor med salt och gamla nät till Solvig."
    assert in_its_sentence("tunnor med salt", said, "sv") == said


@pytest.mark.parametrize(
    "sentence",
    [
        "Barrels of salt and a red boat",
        "## Who sails a red boat of the north?",
        "Does the ferry still carry a red boat?",
        "Ada asked the mayor: “Does the ferry carry a red boat?”",
        "Ada asked the mayor: „Does the ferry carry a red boat?“",
        "The ferry of Norr\t1908\tIt carries a red boat.",
        "The ferry of Norr carries:\n9 a red boat\n10 a blue one.",
        "In winter our ferry carries a red boat.",
        f"The ferry carries a red boat{', and another one' * 20}.",
        "Le bac porte une barque, on l'appelle ici depuis toujours « a red boat ».",
        "> The ferry carries a red boat.",
        "| Ferry | The ferry carries a red boat.",
        "**The ferry carries a red boat.",
        "3. The ferry carries a red boat.",
        "[ ] The ferry carries a red boat.",
        "The timetable\nThe ferry carries a red boat.",
        "The ferry carries <!-- not really: none --> a red boat.",
        "The ferry carries a red boat on [0, 1] of its days.",
        "",
    ],
)
def test_a_sentence_that_would_not_do_is_not_given(sentence: str) -> None:
    assert in_its_sentence("a red boat", sentence, "en") is None


def test_a_sentence_ends_once_in_any_script() -> None:
    assert stated("会议在柏林举行。", "zh", "zh") == "根据文档：会议在柏林举行。"


def test_what_answers_besides_is_told_as_that() -> None:
    assert framed("a red boat.", "en", phrases.ALSO) == "Also: a red boat."


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["Berta"], "Berta"),
        (["Berta", "Carla"], "Berta and Carla"),
        (["Berta and Carla", "Dora"], "Berta and Carla; Dora"),
        (["Berta & Carla", "Dora"], "Berta & Carla; Dora"),
        (["Berta, Carla", "Dora"], "Berta, Carla; Dora"),
    ],
)
def test_what_several_sentences_name_is_one_enumeration(told: list[str], expected: str) -> None:
    assert together(told, "en") == expected


def test_each_wording_has_a_place_for_the_words() -> None:
    assert phrases.STATED.keys() == phrases.ALSO.keys() == phrases.DISAGREEMENT.keys()
    for wording in (*phrases.STATED.values(), *phrases.ALSO.values()):
        assert wording.count("{told}") == 1


@pytest.mark.parametrize(
    ("told", "quote", "language", "expected"),
    [
        ("Generative image models", "modèles d'images", "en", "generative image models"),
        ("Verteidigung", "défense", "de", "Verteidigung"),
        ("Oslo", "Oslo", "fr", "Oslo"),
        ("Germany", "l'Allemagne", "en", "Germany"),
        ("EE. UU.", "the United States", "es", "EE. UU."),
        ("The harbour", "le port", "en", "the harbour"),
        ("", "x", "fr", ""),
    ],
)
def test_a_translation_begins_as_the_quote_does(told: str, quote: str, language: str, expected: str) -> None:
    assert cased(told, quote, language) == expected


def test_words_of_the_answer_s_own_language_are_framed() -> None:
    assert framed("des barils de sel.", "fr", phrases.STATED) == "Selon les documents : des barils de sel."
    assert framed("tynnyreitä suolaa", "fi", phrases.STATED) == "tynnyreitä suolaa"
