"""Of what kind an answer has to be, by its question."""

import pytest

from assistant.grounding import fits


def test_a_count_is_no_date() -> None:
    assert not fits("18", "Quand la barque est-elle partie ?", "fr")
    assert not fits("18.", "What is the date of its voyage?", "en")
    assert fits("1908", "When did it sail?", "en")
    assert fits("18 May", "When did it sail?", "en")
    assert fits("18", "How many sailed?", "en")
    assert fits("35", "How old was the captain when she sailed?", "en")
    assert fits("12", "Combien de marins avait-elle quand elle partit ?", "fr")
    assert not fits("18", "An welchem Datum fuhr sie?", "de")
    assert not fits("Solvig", "On what date did she sail?", "en")
    assert not fits("Solvig", "En quelle année a-t-elle coulé ?", "fr")
    assert fits("mille neuf cent huit", "En quelle année a-t-elle coulé ?", "fr")
    assert fits("salt", "What data does the table show?", "en")


def test_nobody_is_a_number() -> None:
    assert not fits("1908", "Wer hat sie gebaut?", "de")
    assert not fits("1908", "Qui l'a construite, et quand ?", "fr")
    assert fits("18 sailors", "Who sailed her?", "en")
    assert fits("1908", "When did those who built her meet?", "en")


@pytest.mark.parametrize(
    "question",
    ["Quel est le prix du billet ?", "What was the total amount?", "Welche Summe kostet das?", "¿Cuál es el importe?"],
)
def test_a_sum_of_money_has_a_number(question: str) -> None:
    assert not fits("un billet de bateau", question, "fr")
    assert fits("plusieurs millions", question, "fr")
    assert fits("12 couronnes", question, "fr")


def test_other_questions_may_speak_of_sums() -> None:
    assert fits("a ledger", "What shows the amount of salt?", "en")
    assert fits("le prix des marins", "Quel prix a reçu Ada ?", "fr")
