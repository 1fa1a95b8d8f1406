"""Of what kind an answer has to be, by its question."""

import pytest

from assistant.kinds import fits


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


@pytest.mark.parametrize(
    ("question", "spoken"),
    [
        ("How was the wreck found?", "en"),
        ("Comment l'épave a-t-elle été trouvée ?", "fr"),
        ("Wodurch wurde das Wrack gefunden?", "de"),
        ("¿Dónde encontraron el pecio?", "es"),
        ("Why did the ferry sink?", "en"),
    ],
)
def test_a_way_a_place_and_a_reason_are_no_number(question: str, spoken: str) -> None:
    assert not fits("1908", question, spoken)
    assert fits("18 divers", question, spoken)


@pytest.mark.parametrize(
    "question", ["How long was the ferry?", "Wie alt war die Fähre?", "How many sailed?", "Wie viele fuhren mit?"]
)
def test_a_measure_is_a_number(question: str) -> None:
    assert fits("18", question, "en")


@pytest.mark.parametrize(
    ("question", "amount", "none"),
    [
        ("How much does a ticket cost?", "nothing", "the licence"),
        ("Combien de marins la barque avait-elle ?", "une dizaine", "le salaire"),
        ("Wie viel bekommt der Kapitän?", "die Hälfte", "Lohn"),
        ("¿Cuánto recibe la capitana?", "la mitad", "sueldo"),
        ("Quanti marinai c'erano?", "due", "stipendio"),
    ],
)
def test_an_amount_is_a_number_or_a_word_for_it(question: str, amount: str, none: str) -> None:
    language = {"H": "en", "C": "fr", "W": "de", "¿": "es", "Q": "it"}[question[0]]
    assert fits(amount, question, language)
    assert fits("18", question, language)
    assert not fits(none, question, language)
    assert fits(none, question, None)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who decides how many seats there are?", "the board"),
        ("Qui décide combien de sièges sont attribués ?", "le conseil"),
        ("En cuanto a la empresa, ¿quién la fundó?", "Berta Cole"),
        ("Per quanto riguarda la ditta, chi la fondò?", "Ada Byron"),
        ("Qual rio é tão longo quanto o Nilo?", "Amazonas"),
        ("Y a-t-il 10 ou 12 régions ?", "12"),
        ("The town where Ada was born has how many inhabitants?", "12000"),
        ("La ville où il est né compte combien d'habitants ?", "12000"),
        ("Comment s’appelle l'album ?", "21"),
        ("Wie lautet die Nummer?", "50667"),
        ("¿Cómo se llama el álbum?", "21"),
        ("How likely is rain?", "40"),
        ("Wie teuer war sie?", "40"),
        ("How many times did she sail?", "once"),
        ("Combien de marins l'ont vue ?", "personne"),
    ],
)
def test_words_that_only_look_as_if_they_asked_for_a_kind(question: str, answer: str) -> None:
    language = "fr" if answer in ("le conseil", "personne") else "en"
    assert fits(answer, question, language)


def test_a_reason_is_more_than_a_name() -> None:
    assert not fits("Ada Lindqvist", "Why did the ferry sink?", "en")
    assert fits("the storm of Solvig", "Why did the ferry sink?", "en")


@pytest.mark.parametrize("question", ["How many sails were bought?", "Wie viele Segel?", "¿Cuántas velas?"])
def test_things_are_not_counted_in_money(question: str) -> None:
    assert not fits("300 euros", question, "en")
    assert fits("300", question, "en")


@pytest.mark.parametrize(
    "question",
    [
        "À quel taux d'intérêt la coopérative a-t-elle emprunté ?",
        "At which interest rate did the mill borrow?",
        "Zu welchem Zinssatz lieh die Mühle Geld?",
        "¿Qué porcentaje de las obras paga la región?",
        "What was the average annual interest rate?",
        "Wie hoch ist der Anteil in Prozent?",
        "How many per cent of the works does the region pay?",
    ],
)
def test_a_rate_is_no_sum_of_money(question: str) -> None:
    assert not fits("3,5 millions d'euros", question, "fr")
    assert fits("3,5 %", question, "fr")


@pytest.mark.parametrize(
    "question",
    [
        "How much did the mill borrow at an interest rate of 3.5 percent?",
        "Combien la coopérative a-t-elle emprunté à un taux d'intérêt de 3,5 % ?",
        "Wie viel kostet das, wenn 20 Prozent erlassen werden?",
        "How many dollars is ten percent of the fund?",
        "How much is ten percent of the fund?",
        "Combien font dix pour cent du fonds ?",
    ],
)
def test_a_rate_may_be_told_by_whoever_asks_for_a_sum(question: str) -> None:
    assert fits("3,5 millions d'euros", question, "fr")


def test_money_may_be_asked_for() -> None:
    assert fits("300 euros", "How many euros did it cost?", "en")
    assert fits("3 Millionen Euro", "Wie viele Millionen kostet das?", "de")
    assert fits("300 euros", "Combien coûte la voile ?", "fr")
    assert fits("300 €", "How much is it?", "en")
    assert fits("300 euro", "Hoeveel kost de boot?", "nl")
    assert fits("300 euros", "Quelle quantité d'argent a-t-elle coûté ?", "fr")
    assert fits("300 euros", "Combien de fonds ont été levés ?", "fr")
    assert fits("13 médailles d'argent", "Combien de médailles d'argent ?", "fr")
