"""What of a draft may stand."""

import pytest

from assistant.grounding import (
    MAX_SENTENCES,
    carries,
    complete,
    echoes,
    found_in,
    is_question,
    is_sentence,
    lacking,
    names_inside,
    only_names,
    presumes,
    refutes,
)


def test_a_sum_is_not_another_a_thousand_times_as_high() -> None:
    quotes = [("Le programme coûte 12 milliards d'euros.", "fr")]
    assert lacking("The programme costs 12 million euros.", "en", quotes) == {"12000000"}
    assert lacking("The programme costs 12 euros.", "en", quotes) == {"12"}


@pytest.mark.parametrize(
    ("sentence", "language", "stands"),
    [
        ("It carried 42 barrels.", "en", True),
        ("It carried forty-two barrels.", "en", True),
        ("Sie trug zweiundvierzig Fässer.", "de", True),
        ("It carried 43 barrels.", "en", False),
        ("It carried forty-three barrels.", "en", False),
        ("It carried 42 barrels for 2500 crowns.", "en", True),
        ("It carried 42 barrels for 2.500 crowns.", "en", True),
        ("It carried 42 barrels for 3,000 crowns.", "en", False),
        ("It carried salt.", "en", True),
    ],
)
def test_numbers_must_be_in_the_evidence(sentence: str, language: str, stands: bool) -> None:
    quotes = [("It carried 42 barrels of salt for 2,500 crowns.", "en")]
    assert refutes(lacking(sentence, language, quotes), same_language=False) != stands


@pytest.mark.parametrize("told", ["at 10.15", "um 10.15 Uhr", "at 10:15", "um 10 Uhr 15", "à 10 h 15", "à 10h15"])
@pytest.mark.parametrize("evidence", ["at 10.15", "um 10.15 Uhr", "at 10:15", "à 10\u00a0h\u00a015", "à 10h15"])
def test_a_time_is_the_same_in_any_notation(told: str, evidence: str) -> None:
    assert not lacking(f"Sie fährt {told}.", "de", [(evidence, None)])
    assert lacking(f"Sie fährt {told.replace('15', '20')}.", "de", [(evidence, None)])


@pytest.mark.parametrize("told", ["am 3.10. nach", "am 03.10. nach", "on 3/10 to"])
@pytest.mark.parametrize("evidence", ["on 3/10/1998", "am 3.10.1998", "le 03/10"])
def test_a_day_is_the_same_in_any_notation(told: str, evidence: str) -> None:
    assert not lacking(f"Sie fuhr {told} Norrport.", "de", [(evidence, None)])
    assert lacking(f"Sie fuhr {told.replace('10', '12')} Norrport.", "de", [(evidence, None)])


def test_half_past_is_a_time_too() -> None:
    assert not lacking("Sie fährt um 9.30 Uhr.", "de", [("à 9 h 30", "fr")])
    assert not lacking("Elle part à 9 h 30.", "fr", [("um 9.30 Uhr", "de")])


@pytest.mark.parametrize("told", ["2.5", "2,5", "2,50", "49.99", "10.15 %", "10.15€", "2.500,10"])
def test_a_decimal_is_not_its_two_parts(told: str) -> None:
    assert lacking(f"Es sind {told} davon.", "de", [("Between 2 and 50, 5 of 10, 15, 49 or 99.", "en")])


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The programme costs 12 billion euros.", "en"),
        ("Le programme coûte 12 milliards d'euros.", "fr"),
        ("Das Programm kostet 12 Milliarden Euro.", "de"),
        ("El programa cuesta 12 mil millones de euros.", "es"),
        ("El programa cuesta doce mil millones de euros.", "es"),
    ],
)
@pytest.mark.parametrize(
    ("evidence", "language_of_evidence"),
    [
        ("Le programme coûte 12 milliards d'euros.", "fr"),
        ("The programme costs 12 billion euros.", "en"),
        ("Das Programm kostet 12 Milliarden Euro.", "de"),
        ("El programa cuesta 12 mil millones de euros.", "es"),
    ],
)
def test_scales_are_worded_differently(sentence: str, language: str, evidence: str, language_of_evidence: str) -> None:
    assert not lacking(sentence, language, [(evidence, language_of_evidence)])


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The programme costs a million.", "en"),
        ("El programa cuesta un millón.", "es"),
        ("El programa cuesta varios billones.", "es"),
        ("Es kostet 100 Euro.", "de"),
    ],
)
def test_a_wrong_scale_is_a_wrong_number(sentence: str, language: str) -> None:
    assert lacking(sentence, language, [("Le programme coûte un milliard.", "fr")])


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("It costs several billion dollars.", "en"),
        ("Cuesta varios miles de millones de dólares.", "es"),
        ("Es kostet mehrere Milliarden Dollar.", "de"),
    ],
)
def test_numbers_that_nobody_counted(sentence: str, language: str) -> None:
    assert not lacking(sentence, language, [("plusieurs milliards de dollars", "fr")])


@pytest.mark.parametrize("quote", ["Ada Lindqvist", "18", "Amazon, Microsoft et Google", "A1, Post of Solvig", "TIM."])
def test_names_and_numbers_alone(quote: str) -> None:
    assert only_names(quote)
    assert not is_sentence(quote)


@pytest.mark.parametrize("quote", ["un milliard d'euros", "Modèles de traitement d'images.", "images", "…", ""])
def test_phrases_are_no_names(quote: str) -> None:
    assert not only_names(quote)
    assert not is_sentence(quote)


def test_a_sentence() -> None:
    assert is_sentence("The captain is Ada Lindqvist, who sails.")
    assert not is_sentence("The captain is Ada Lindqvist, who")
    assert is_sentence("“The captain is Ada Lindqvist (she sails).”")
    assert not is_sentence("230 barrels (of a hundred more)")


@pytest.mark.parametrize(
    ("draft", "quote", "language", "carried"),
    [
        ("The captain is Ada Lindqvist.", "Ada Lindqvist", "en", True),
        ("The captain is Bo.", "Ada Lindqvist", "en", False),
        ("Unterzeichnet haben Bo, Carl und Dora.", "Bo, Carl, Dora", "de", True),
        ("Unterzeichnet haben Bo und Dora.", "Bo, Carl, Dora", "de", False),
        ("Firmaron Alemania y Estados Unidos.", "Allemagne, États-Unis", "es", True),
        ("Sie kommt aus München.", "Munich", "de", True),
        ("Sie fährt um 10.15 Uhr.", "10 h 15", "de", True),
        ("Sie fährt um 10.45 Uhr.", "10 h 15", "de", False),
        ("Es sind achtzehn.", "18", "de", True),
        ("Es sind 18.", "18", "de", True),
        ("Es sind neunzehn.", "18", "de", False),
        ("Es kostet mil millones.", "1 Milliarde Euro", "de", False),
        ("Cuesta mil millones de euros.", "mil millones d'euros", "es", True),
        ("Cuesta un millón de euros.", "mil millones d'euros", "es", False),
        ("The firm is French.", "La société d'IA", "en", True),
    ],
)
def test_a_draft_carries_all_names_and_numbers(draft: str, quote: str, language: str, carried: bool) -> None:
    assert carries(draft, quote, language) == carried


DOCUMENTS = "La société Lindqvist & Fils, de la ville norvégienne de Solvig, a vendu trois bateaux à Norrport en 1891."


@pytest.mark.parametrize(
    "quote",
    [
        "Lindqvist",
        "Norrport en 1891",
        "3",
        "trois bateaux",
        "des bateaux",
        "Solvig, Norwegian",
        "Norvég",
        "Norport",
        "Oui, elle a vendu des bateaux.",
    ],
)
def test_what_the_documents_hold(quote: str) -> None:
    assert found_in(quote, DOCUMENTS, "fr")


@pytest.mark.parametrize("quote", ["Hamlet", "1892", "12", "Bo Dahl", "Bo Dahl, Lindqvist, Carl Ek", "", "…"])
def test_what_the_documents_do_not_hold(quote: str) -> None:
    assert not found_in(quote, DOCUMENTS, "fr")


QUOTES = [("Ada Lindqvist carried 42 barrels of salt from Solvig.", "en")]


@pytest.mark.parametrize(
    ("sentence", "language", "missing"),
    [
        ("Ada Lindqvist left Solvig.", "en", set()),
        ("It left Norrport.", "en", {"norrport"}),
        ("Bo Dahl carried salt.", "en", {"dahl"}),
        ("Barrels left Solvig.", "en", set()),
        ("The NATO carried salt.", "en", {"nato"}),
        ("Die Kapitänin verließ Solvig mit OpenGrid.", "de", {"opengrid"}),
        ("Die Kapitänin verließ den Hafen.", "de", set()),
    ],
)
def test_names_that_the_quotes_lack(sentence: str, language: str, missing: set[str]) -> None:
    assert lacking(sentence, language, QUOTES) == missing


def test_names_may_differ_between_languages_but_numbers_may_not() -> None:
    assert refutes({"noruega"}, same_language=True)
    assert not refutes({"noruega"}, same_language=False)
    assert refutes({"noruega", "42"}, same_language=False)
    assert not refutes((), same_language=True)


@pytest.mark.parametrize(
    ("sentence", "question", "language", "expected"),
    [
        (
            "Die Zusammenarbeit von Ada und Britta steht im Mittelpunkt.",
            "Was steht bei der Zusammenarbeit von Ada und Britta im Mittelpunkt?",
            "de",
            True,
        ),
        ("Ada and Bo Dahl work together.", "Who works together with Ada?", "en", False),
        ("It carried three barrels.", "How many barrels did it carry?", "en", False),
        ("It carried barrels.", "How many barrels did it carry?", "en", True),
        ("Ada is the captain.", "Is Ada the captain?", "en", False),
        ("El barco lleva sardinas.", "¿Qué lleva el barco?", "es", False),
    ],
)
def test_an_echo_of_the_question_answers_nothing(sentence: str, question: str, language: str, expected: bool) -> None:
    assert echoes(sentence, question, language) == expected


@pytest.mark.parametrize(
    ("question", "language", "spoken", "expected"),
    [
        ("Why did Bo Dahl leave Solvig?", "en", "en", True),
        ("Why did Ada Lindqvist leave Solvig?", "en", "en", False),
        ("Who is Bo Dahl?", "en", "en", False),
        ("Why did Solveig Lindqvist leave?", "en", "en", False),
        ("Why did Sorvik join Ada Lindqvist?", "en", "en", True),
        ("What did it carry?", "en", "en", False),
        ("Why did Germany leave Solvig?", "en", "fr", False),
        ("Warum verließ der Kapitän den Hafen mit OpenGrid?", "de", "en", False),
        ("Warum verkaufte Lindqvist ihr Salz an OpenGrid?", "de", "en", True),
        ("Why did Lindqvist sell to OpenGrid?", "en", "fr", True),
    ],
)
def test_a_question_may_presume_what_the_documents_do_not_name(
    question: str, language: str, spoken: str, expected: bool
) -> None:
    assert presumes(question, language, [(QUOTES[0][0], spoken)]) == expected


def kept(sentences: list[str]) -> list[str]:
    standing: list[str] = []
    for sentence in sentences:
        standing += [sentence] if complete(sentence, standing) else []
    return standing


def test_a_sentence_without_an_end_is_cut() -> None:
    assert kept(["It carried salt.", "It left at"]) == ["It carried salt."]


def test_the_only_sentence_is_kept_without_an_end() -> None:
    assert kept(["Ada Lindqvist"]) == ["Ada Lindqvist"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Ada Lindqvist", True),
        ("Ada Lindqvist, Bo Quist and Carl Falk of Norrport", True),
        ("forty barrels of salt", True),
        ("The captain sailed for thirty years.", True),
        ("The captain of the ferry is Ada Lindqvist", True),
        ("Children's holiday camp, five days: 210 €", True),
        ("The captain, who has sailed for", False),
        ("The captain, who has sailed to Tarn,", False),
    ],
)
def test_what_nobody_quoted_may_not_stop_in_the_middle(said: str, expected: bool) -> None:
    assert complete(said, [], may_stop=False) == expected


@pytest.mark.parametrize("end", [".", "!", "?", "…", '."', ". »", ".)", "。", "।", "؟", "۔"])
def test_ends_of_sentences(end: str) -> None:
    sentences = ["It carried salt.", f"It left at noon{end}"]
    assert kept(sentences) == sentences


def test_answers_are_short() -> None:
    sentences = [f"It rained on day {n}." for n in range(20)]
    assert kept(sentences) == sentences[:MAX_SENTENCES]


def test_nothing_is_said_twice_and_nothing_empty() -> None:
    assert kept(["It rained.", "…", "It rained.", "It snowed."]) == ["It rained.", "It snowed."]
    assert kept([]) == []


def test_in_one_language_another_name_is_another_one() -> None:
    assert lacking("The ferry of Solva left.", "en", [("The ferry of Solvig left.", "en")]) == {"solva"}
    assert lacking("The mayor of Austria came.", "en", [("The mayor of Australia came.", "en")]) == {"austria"}
    assert not lacking("Der Hafen Solvigs ist alt.", "de", [("Solvig hat einen Hafen.", "de")])


def test_a_phrase_that_ends_with_brackets_is_no_sentence() -> None:
    assert not is_sentence("a new league of the north: Salt of the North (SON)")
    assert is_sentence("It is a new league of the north (SON).")


@pytest.mark.parametrize(
    ("sentence", "language", "quote", "spoken", "missing"),
    [
        ("The treaty was signed by NKR.", "en", "The treaty was signed by SVG.", "en", {"nkr"}),
        ("The treaty was signed by the NKR.", "en", "The treaty was signed by the N.K.R. in May.", "en", set()),
        ("The NKR played.", "en", "The new king's riders played.", "en", set()),
        ("The CEO of the mill left.", "en", "The head of the mill left.", "en", set()),
        ("Le NKR a signé.", "fr", "The SVG signed.", "en", set()),
        ("Solvig signed the treaty.", "en", "Norrport signed the treaty.", "en", {"solvig"}),
        ("Towns signed the treaty.", "en", "Norrport signed the treaty.", "en", set()),
        ("Solvig unterschrieb den Vertrag.", "de", "Norrport unterschrieb den Vertrag.", "de", set()),
    ],
)
def test_short_and_opening_names_that_are_known_are_held_by_the_quotes(
    sentence: str, language: str, quote: str, spoken: str, missing: set[str]
) -> None:
    names = names_inside(["The ferry of Solvig left at noon.", "It was built by NKR in spring."])
    assert lacking(sentence, language, [(quote, spoken)], names) == missing


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Yesterday Ada Lindqvist left Solvig by ferry.", {"solvig"}),
        ("It was signed by NKR in May.", {"nkr"}),
        ("The ferry left Solvig", set()),
        ('Ada told the press: "There is no salt in the port."', set()),
        ("Ada a dit : « Elle est très belle. »", set()),
        ("The old Solvig Construction and the World Bank met here.", set()),
        ("Was it long ago? When was it painted?", set()),
    ],
)
def test_names_stand_inside_of_sentences(sentence: str, names: set[str]) -> None:
    assert names_inside([sentence]) == names


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Does the ferry carry salt?", True),
        ("## Does the ferry carry salt?\n", True),
        ("—¿Lleva sal la barca?", True),
        ("« Le bac porte-t-il du sel ? »", True),
        ("“Is it salt?!”", True),
        ("船运盐吗？", True),
        ("Τι μεταφέρει το πλοίο;", False),  # an ASCII semicolon
        ("It carries salt.", False),
        ("Her first novel was called “What Now?”.", False),
        ("Le jeu s’appelle « Qui est-ce ? »", False),
        ("He asked: “Why?”", False),
    ],
)
def test_what_a_document_asks(text: str, asks: bool) -> None:
    assert is_question(text) == asks
