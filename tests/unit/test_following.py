"""Follow-ups that tell themselves how they go on."""

import pytest

from assistant.following import complete, plainly
from assistant.types import Turn

FERRIES = Turn("Which ferries go to Tarn?", "According to the documents: the Norrport and the Solvig. [1]")


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("Which boat goes to Norrport?", "And Solvig?", "Which boat goes to Solvig?"),
        ("Mit wem segelt Ada Lindqvist?", "Und der Bo Dahl?", "Mit wem segelt Bo Dahl?"),
        ("¿Quién trabaja con Ada?", "¿Y con Carl-Magnus?", "¿Quién trabaja con Carl-Magnus?"),
        ("Qui dirige Solvig ?", "Et la Norrport ?", "Qui dirige Norrport ?"),
    ],
)
def test_another_name_is_asked_about_as_the_one_before(before: str, question: str, whole: str) -> None:
    assert complete(question, [Turn(before, "Yes.")]) == [whole]


def test_a_chain_of_names_is_followed() -> None:
    history = [Turn("Which boat goes to Norrport?", "The ferry."), Turn("And Solvig?", "None.")]
    assert complete("And Tarn?", history) == ["Which boat goes to Tarn?"]


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Which boat goes from Solvig to Norrport?", "And Tarn?"),
        ("Which boat goes to Norrport?", "And the mate?"),
        ("Which boat goes to Norrport?", "When did Tarn burn down?"),
        ("Which boat goes there?", "And Tarn?"),
        ("When did Solvig sail?", "Who is Tarn?"),
        ("When did Solvig sail?", "Why Tarn?"),
        ("Wann segelte Solvig?", "Was ist die TARN?"),
        ("Wer hat Solvig gebaut?", "Und das Datum?"),
        ("Wann wurde das Schiff gebaut?", "Und Tarn?"),
    ],
)
def test_what_is_no_mere_name_is_left_to_the_model(before: str, question: str) -> None:
    assert complete(question, [Turn(before, "Yes.")]) == []


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Another question: when does the ferry leave?", "When does the ferry leave?"),
        ("OK. Something else, who built the Solvig?", "Who built the Solvig?"),
        ("Autre sujet : quels bateaux vont à Tarn ?", "Quels bateaux vont à Tarn ?"),
        ("D'accord. Autre chose : la Solvig, elle va où ?", "La Solvig, elle va où ?"),
        ("Jetzt etwas ganz anderes: Wie viele Boote gibt es?", "Wie viele Boote gibt es?"),
        ("Cambiando de tema, ¿cuándo abre el puerto?", "¿cuándo abre el puerto?"),
    ],
)
def test_another_topic_needs_nothing_of_what_was_said(question: str, rest: str) -> None:
    assert complete(question, [FERRIES]) == [rest]


@pytest.mark.parametrize(
    "question",
    ["Another question: where does she live?", "Is there another question?", "Something else, please.", "And when?"],
)
def test_what_still_refers_to_it_is_left_to_the_model(question: str) -> None:
    assert complete(question, [Turn("Who is the captain?", "Ada Lindqvist. [1]")]) == []


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("Who owns Solvig?", "Sorry, I meant the harbour.", ["Who owns the harbour?"]),
        ("Who owns the Solvig?", "No, I meant the harbour.", ["Who owns the harbour?"]),
        ("Qui possède Solvig ?", "Non, je parlais du port.", ["Qui possède le port ?"]),
        ("Avec qui navigue Ada ?", "Pardon, je voulais dire Bo.", ["Avec qui navigue Bo ?"]),
        ("¿Con quién navega Ada?", "No, perdón, me refería al capitán.", ["¿Con quién navega el capitán?"]),
        ("Mit wem segelt Ada?", "Nein, ich wollte eigentlich nach Bo fragen.", ["Mit wem segelt Bo?"]),
        ("Wem gehört Solvig?", "Nein, die Norrport.", ["Wem gehört Norrport?"]),
        (
            "Which boat goes from Solvig to Norrport?",
            "No, I meant Tarn.",
            ["Which boat goes from Tarn to Norrport?", "Which boat goes from Solvig to Tarn?"],
        ),
        ("Who mends the sails of Solvig?", "No, I meant the engine.", []),
        ("What does the harbour cost?", "Sorry, I meant the lighthouse.", []),
        ("Wie hoch ist der Anteil von Solvig?", "Nein, ich meinte den des Hafens.", []),
        ("Who owns Solvig?", "Sorry, I meant: who built it?", []),
        ("Who owns Solvig?", "No, thanks.", []),
        ("Who owns Solvig?", "No idea", []),
    ],
)
def test_a_correction_takes_the_place_of_what_was_named(before: str, question: str, whole: list[str]) -> None:
    assert complete(question, [Turn(before, "Nobody. [1]")]) == whole


@pytest.mark.parametrize("question", ["No, the second one.", "And the second one?", "no, the second"])
def test_the_second_of_several_is_that_of_the_answer_before(question: str) -> None:
    history = [FERRIES, Turn("When was the first one built?", "In 1998. [1]")]
    assert complete(question, history) == ["When was the Solvig built?"]


def test_a_question_names_one_of_several_by_its_number() -> None:
    assert complete("Where does the first one stop?", [FERRIES]) == ["Where does the Norrport stop?"]
    assert complete("Where does the second bridge stand?", [FERRIES]) == []
    assert complete("Where does the third one stop?", [FERRIES]) == []
    assert complete("Et la deuxième ?", [Turn("Où va la première ?", "Selon les documents : Tarn. [1]")]) == []


def test_a_correction_is_put_to_the_model_as_it_understands_it() -> None:
    assert plainly("Sorry, I meant the lighthouse.", "en") == "And the lighthouse?"
    assert plainly("No, me refería al faro.", "es") == "¿Y el faro?"
    assert plainly("Sorry, I meant: when does it close?", "en") == "Sorry, I meant: when does it close?"
    assert plainly("Who owns it?", "en") == "Who owns it?"
    assert plainly("Sorry, I meant the lighthouse.", "ja") == "Sorry, I meant the lighthouse."
