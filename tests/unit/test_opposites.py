"""What says the opposite of what is asked."""

import pytest

from assistant.opposites import opposed


@pytest.mark.parametrize(
    ("question", "language", "sentence", "spoken"),
    [
        ("Which ferry has the least room?", "en", "The Solvig is the ferry with the most room.", "en"),
        ("Which town is strongest?", "en", "Solvig is the weakest of the towns.", "en"),
        ("Warum ist der Handel gesunken?", "de", "Trade grew because of the new harbour.", "en"),
        ("Quelle est la plus petite ville ?", "fr", "Solvig ist die größte Stadt.", "de"),
        ("¿Qué pueblo está al norte?", "es", "Norrport se encuentra al sur del lago.", "es"),
    ],
)
def test_the_opposite_is_no_answer(question: str, language: str, sentence: str, spoken: str) -> None:
    assert opposed(sentence, spoken, question, language)


@pytest.mark.parametrize(
    ("question", "language", "sentence", "spoken"),
    [
        ("Which ferry has the least room?", "en", "The Solvig has the least room, the Norrport the most.", "en"),
        ("Which ferry has the least room?", "en", "It is the Solvig.", "en"),
        ("Which ferry carries the most passengers?", "en", "The Solvig carries at least 400.", "en"),
        ("How old was she?", "en", "She was one of the younger captains, at 30.", "en"),
        ("Wie hoch ist die Steuer?", "de", "Der niedrige Satz beträgt 7 %.", "de"),
        ("Quelle est la plus haute tour ?", "fr", "Aux Pays-Bas, c'est celle de Solvig.", "fr"),
        ("What is the most important product?", "en", "Its main export is salt.", "en"),
        ("Is the Solvig larger or smaller?", "en", "It is larger than the Norrport.", "en"),
        ("Warum ist der Handel gesunken?", "de", "Trade fell because of the war.", "en"),
        ("Which is the smallest town?", "en", "ソルヴィグは最大の町です。", "ja"),
        ("Which is the smallest town?", "en", "Solvig.", None),
        ("Vilken stad är störst?", "sv", "Solvig is the smallest town.", "en"),
    ],
)
def test_anything_else_may_be_one(question: str, language: str, sentence: str, spoken: str | None) -> None:
    assert not opposed(sentence, spoken, question, language)
