"""Does a quote name some of those that somebody works with, where its sentence names more?"""

import pytest

from assistant.partners import leaves_out

MILL = "La scierie Boulard, l’une des plus vieilles d’Auvergne, travaille avec l’ébéniste Lambert et Solène Roche."
PAIR = "The bakery Hollins, the oldest of Cornwall, buys its flour together with the brewery Tremain."


@pytest.mark.parametrize(
    ("quote", "sentence", "question", "spoken", "language"),
    [
        ("l’ébéniste Lambert", MILL, "Avec qui travaille la scierie Boulard ?", "fr", "fr"),
        ("Solène Roche", MILL, "Wer sind die Partner der scierie Boulard?", "fr", "de"),
        ("Lambert", MILL, "¿Con quién trabaja Solène Roche?", "fr", "es"),
        (
            "Ada Lindqvist",
            "Le port travaille avec Ada Lindqvist et avec Norrport-sur-Mer.",
            "Avec qui le port travaille-t-il sur le projet ?",
            "fr",
            "fr",
        ),
    ],
)
def test_a_quote_leaves_partners_out(quote: str, sentence: str, question: str, spoken: str, language: str) -> None:
    assert leaves_out(quote, sentence, question, spoken=spoken, language=language)


@pytest.mark.parametrize(
    ("quote", "sentence", "question", "spoken", "language"),
    [
        ("Tremain", PAIR, "Who does Hollins buy flour with?", "en", "en"),  # both sides are named; the place is no side
        ("Lambert et Solène Roche", MILL, "Avec qui travaille la scierie Boulard ?", "fr", "fr"),
        ("Lambert", MILL, "Quel ébéniste est cité ?", "fr", "fr"),  # nobody asks with whom
        ("flour", PAIR, "What does Hollins buy, and with whom?", "en", "en"),  # no name is quoted
        ("Lambert", MILL, "Ktoré stolárstvo spolupracuje s kým?", "fr", "sk"),  # no wording is known
        (
            "Ada Lindqvist",
            "Le port Tarn-Solvig travaille avec Ada Lindqvist.",
            "mit wem arbeitet tarn solwig",
            "fr",
            "de",
        ),
    ],
)
def test_a_quote_that_leaves_nobody_out(quote: str, sentence: str, question: str, spoken: str, language: str) -> None:
    assert not leaves_out(quote, sentence, question, spoken=spoken, language=language)
