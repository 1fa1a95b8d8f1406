"""Names in questions that were typed without capitals."""

import pytest

from assistant.spelling import with_names
from index.types import Hit


def hit(text: str, language: str = "en") -> Hit:
    return Hit("a.txt", "", 0, len(text), text, 1.0, language=language)


HITS = [
    hit("The ferry of Ada Lindqvist left Solvig-Nord at noon. Rain fell, and Åsgård's Werft GmbH was late."),
    hit('Selon le port, l’Eskholm est une île. Puis le Port fut vide, et "Tarnholm" aussi.', "fr"),
]


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("where is solvig", "where is Solvig"),
        ("¿Dónde está solvig?", "¿Dónde está Solvig?"),
        ("where do I find solvig", "where do I find Solvig"),
        ("wo liegt eskholm", "wo liegt Eskholm"),
        ("qui est ada lindqvist ?", "qui est Ada Lindqvist ?"),
        ("Where is the werft gmbh?", "Where is the Werft GmbH?"),
        ("what is tarnholm", "what is Tarnholm"),
        ("what is asgard", "what is Åsgård"),
        ("who is ada linqvist", "who is Ada Lindqvist"),
        ("where is eskohlm", "where is Eskholm"),
    ],
)
def test_names_are_spelled_as_in_the_documents(question: str, spelled: str) -> None:
    assert with_names(question, HITS) == spelled


@pytest.mark.parametrize(
    "question",
    [
        "Who is ada Lindqvist?",
        "is the port vide",
        "selon qui",
        "rain or snow",
        "where is iskholm",
        "who are the eskholms",
        "who is solvyg",
        "where is eskhulms",
        "",
        "?",
    ],
    ids=[
        "capitals",
        "a word, too",
        "function word",
        "opens sentences",
        "first letter",
        "last letter",
        "short",
        "two errors",
        "empty",
        "mark",
    ],
)
def test_other_words_stay(question: str) -> None:
    assert with_names(question, HITS) == question


def test_a_word_like_two_names_is_left_alone() -> None:
    assert with_names("where is norrpart", [hit("They saw Norrport and Norrpurt.")]) == "where is norrpart"


def test_of_german_nouns_none_is_guessed() -> None:
    found = [hit("Dort sind die Arbeiter der Werft von Norrport.", "de")]
    assert with_names("wo sind die arbeyter", found) == "wo sind die arbeyter"
    assert with_names("wo sind die arbeiter von norrport", found) == "wo sind die Arbeiter von Norrport"
