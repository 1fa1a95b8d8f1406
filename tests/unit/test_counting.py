"""Counts are computed from what a sentence enumerates."""

import pytest

from assistant.counting import counted, enough, enumeration, for_all, for_members, members, told


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Combien de villes ont signé la charte ?", "fr", "Quels villes ont signé la charte ?"),
        ("Combien d'invités y avait-il ?", "fr", "Quels invités y avait-il ?"),
        ("How many towns signed the charter?", "en", "Which towns signed the charter?"),
        ("Und wie viele Städte sind dabei?", "de", "Und welche Städte sind dabei?"),
        ("¿Cuántas ciudades firmaron la carta?", "es", "¿qué ciudades firmaron la carta?"),
        ("Which towns signed?", "en", None),
        ("Combien coûte le billet ?", "fr", None),
        ("How many towns?", "fi", None),
    ],
)
def test_a_question_for_a_number_becomes_one_for_the_members(
    question: str, language: str, expected: str | None
) -> None:
    assert for_members(question, language) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The guests were Anna Berg, Bo Dahl, Carl Ek and Dora Falk.",
            ["Anna Berg", "Bo Dahl", "Carl Ek", "Dora Falk"],
        ),
        ("Parmi les villes figurent Solvig, Norrport et Tarn.", ["Solvig", "Norrport", "Tarn"]),
        ("Zu ihnen gehören die Firmen A1, B-2, Öst AG und 3M, wie es heißt.", ["A1", "B-2", "Öst AG", "3M"]),
        ("En la feria participan Solvig, Norrport, Tarn y Holm.", ["Solvig", "Norrport", "Tarn", "Holm"]),
        ("They met Anna, Bo, Carl, Anna and Dora.", ["Anna", "Bo", "Carl", "Dora"]),
        ("Anna Berg, Bo and Carl met on a Monday.", ["Anna Berg", "Bo", "Carl"]),
        ("The towns, Solvig, Norrport, Tarn, all signed.", ["Solvig", "Norrport", "Tarn"]),
        ("Le 3 mai, à Paris, Lyon et Nice, on fête.", ["Paris", "Lyon", "Nice"]),
        ("Anna, Bo, Carl, dora, Eve and Falk signed.", []),  # one is not seen as a name
        ("Sont venus Anna Berg, Bo, Carl, le groupe Ek, Dora et Falk.", []),
        ("Dahl and Dahl, Berg and Ek and Falk signed.", []),  # an "and" may be part of a name
        ("Anna, Šimon, Łukasz and Öst came.", ["Anna", "Šimon", "Łukasz", "Öst"]),
        ("In 1999, the Duke of York, Anna and Bo went, with Carl, to Rome.", ["York", "Anna", "Bo"]),
        ("Anna met Bo and Carl.", []),
        ("It carries salt, barrels, ropes and nails.", []),
        ("On Monday, after a long day, they left.", []),
        ("", []),
    ],
)
def test_members_of_an_enumeration(sentence: str, expected: list[str]) -> None:
    assert members(sentence) == expected


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "pt", "nl"])
def test_the_count_is_told_with_its_members(language: str) -> None:
    text = told(["Solvig", "Norrport", "Tarn"], language)
    assert "3" in text
    assert text.endswith("Solvig, Norrport, Tarn.")


def test_what_else_a_sentence_enumerates_is_not_counted() -> None:
    sentence = "Ada and Bo sailed to ports in Norway, Sweden, Denmark and Tarn."
    assert counted(sentence, "Ada and Bo") == []
    assert counted(sentence, "Norway, Sweden") == ["Norway", "Sweden", "Denmark", "Tarn"], "a long list is broken off"


@pytest.mark.parametrize(
    ("quote", "question", "language", "expected"),
    [
        ("Solvig and Tarn", "Which two towns trade with Norrport?", "en", True),
        ("Norrport", "Which two towns trade with Solvig?", "en", False),
        ("Norrport Bay and Solvig", "Which two towns trade with Solvig?", "en", False),
        ("les trois villes", "Quelles trois villes ont signé ?", "fr", False),
        ("Solvig, Norrport et Tarn", "Quelles sont les trois villes ?", "fr", True),
        ("salt and fish", "What are the two goods?", "en", True),
        ("salt or fish", "What are two examples of goods?", "en", True),
        ("Salz oder Fisch", "Was sind zwei Beispiele für Waren?", "de", True),
        ("the Norrport or North quay", "Which two quays closed?", "en", False),
        ("Norrport", "Welche zwei Städte handeln?", "de", False),
        ("Norrport", "Which towns trade with Solvig in 2 years?", "en", True),
        ("NRP", "Which 3-letter code has Norrport?", "en", True),
        ("a token", "Which two-factor method is used?", "en", True),
    ],
)
def test_a_question_for_so_many_wants_as_many(quote: str, question: str, language: str, expected: bool) -> None:
    assert enough(quote, question, language) is expected


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Which towns are members?", "en", True),
        ("Who won all the races?", "en", False),
        ("Wer hat alle Rennen gewonnen?", "de", False),
        ("Which two cities did Ada visit last?", "en", False),
        ("De quelles villes viennent-ils ?", "fr", True),
    ],
)
def test_all_are_given_where_several_things_are_asked_for(question: str, language: str, expected: bool) -> None:
    assert for_all(question, language) is expected


@pytest.mark.parametrize(
    ("sentence", "quote", "whole"),
    [
        ("The towns are Norr, Solvig, Tarn and Wick.", "Solvig", "Norr, Solvig, Tarn and Wick"),
        ("Es sind vier Städte: jene von Norr, Solvig, Tarn und Wick.", "Norr", "Norr, Solvig, Tarn und Wick"),
        ("The towns are Norr, Solvig, Tarn and Wick.", "Norr, Tarn", "Norr, Solvig, Tarn and Wick"),
        ("The towns are Norr, Solvig, Tarn and Wick.", "Norr, Bergen", ""),
        ("The towns are Norr, Solvig, Tarn and Wick.", "the towns", ""),
        ("The towns are Norr and Solvig.", "Norr", ""),
        ("The towns are Norr, Solvig and Tarn.", "Norr", "Norr, Solvig and Tarn"),
        ("On Monday in Norr, Solvig and Tarn announced a treaty.", "Solvig and Tarn", ""),
        ("In Paris, Ada, Berta and Carl met.", "Ada", ""),
        ("On 3 May, Ada, Berta and Carl met.", "Ada", ""),
    ],
)
def test_some_of_an_enumeration_stand_for_all(sentence: str, quote: str, whole: str) -> None:
    assert enumeration(sentence, quote) == whole
