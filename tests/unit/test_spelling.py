"""Names in questions that were typed without capitals."""

import pytest

from assistant.spelling import with_names

TEXTS = [
    "The ferry of Ada Lindqvist left Solvig-Nord at noon. Rain fell, and Åsgård's Werft GmbH was late.",
    "Selon le port, l’Eskholm est une île. Later the port of March was open, and they would march.",
]


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("where is solvig", "where is Solvig"),
        ("wo liegt eskholm", "wo liegt Eskholm"),
        ("qui est ada lindqvist ?", "qui est Ada Lindqvist ?"),
        ("Where is the werft gmbh?", "Where is the Werft GmbH?"),
        ("who is ada linqvist", "who is Ada Lindqvist"),
        ("where is solivg", "where is Solvig"),
        ("what is asgard", "what is Åsgård"),
    ],
)
def test_names_are_spelled_as_in_the_documents(question: str, spelled: str) -> None:
    assert with_names(question, TEXTS) == spelled


@pytest.mark.parametrize(
    "question",
    [
        "Who is ada Lindqvist?",
        "when did they march",
        "selon qui",
        "later than rain",
        "where is olvig",
        "who is the odd one",
        "where is silvag",
        "",
        "?",
    ],
    ids=[
        "capitals",
        "a word, too",
        "function word",
        "opens sentences",
        "first letter",
        "short",
        "two errors",
        "empty",
        "mark",
    ],
)
def test_other_words_stay(question: str) -> None:
    assert with_names(question, TEXTS) == question


def test_a_word_like_two_names_is_left_alone() -> None:
    assert with_names("where is solvog", ["They saw Solvig and Solvag."]) == "where is solvog"
