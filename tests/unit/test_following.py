"""Follow-ups that tell themselves how they go on."""

import pytest

from assistant import following
from assistant.conversation import question_language
from assistant.following import is_whole, plainly
from assistant.types import Turn


def complete(question: str, history: list[Turn], language: str | None = None) -> list[str]:
    return following.complete(question, language or question_language(question, history, ["en"]), history)


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


def test_what_a_name_owns_stays_its_own() -> None:
    assert complete("And Bo?", [Turn("Who is Ada's captain?", "Carl. [1]")]) == ["Who is Bo's captain?"]


def test_nothing_goes_on_from_what_is_open_itself() -> None:
    far = Turn("How far is Solvig from Norrport?", "40 miles. [1]")
    history = [far, Turn("And for children to Ek?", "20 miles. [1]")]
    assert complete("And Wick?", history, "en") == []
    assert complete("Another question: and the price?", history, "en") == []


def test_a_chain_of_names_is_followed() -> None:
    history = [Turn("Which boat goes to Norrport?", "The ferry."), Turn("And Solvig?", "None.")]
    assert complete("And Tarn?", history) == ["Which boat goes to Tarn?"]


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Which boat goes to Norrport?", "And the mate?"),
        ("Which boat goes to Norrport?", "When did Tarn burn down?"),
        ("Which boat goes there?", "And Tarn?"),
        ("When did Solvig sail?", "Who is Tarn?"),
        ("When did Solvig sail?", "Why Tarn?"),
        ("Wann segelte Solvig?", "Was ist die TARN?"),
        ("Wer hat Solvig gebaut?", "Und das Datum?"),
        ("Who founded Solvig?", "Is Tarn open?"),
        ("Who founded Solvig?", "Tell me about Tarn"),
        ("Who founded Solvig?", "Does he work with Bo?"),
        ("Who founded Solvig?", "And in Sweden?"),
        ("Who founded Solvig?", "Thank you Ada"),
        ("Qui dirige Solvig ?", "Tarn est-il ouvert ?"),
        ("Wann segelte Solvig?", "Wer ist mit Ada?"),
        ("Wie hoch ist der Umsatz?", "Und Tarn?"),
        ("Wem gehört Solvig?", "Und der Preis?"),
        ("Wem gehört Solvig?", "Und im Sommer?"),
        ("Wann wurde das Schiff gebaut?", "Und Tarn?"),
    ],
)
def test_what_is_no_mere_name_is_left_to_the_model(before: str, question: str) -> None:
    assert complete(question, [Turn(before, "Yes.")]) == []


LIST = Turn("Where did they meet?", "According to the documents: Solvig and Norrport. [1]")


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Another question: when does the ferry leave?", "When does the ferry leave?"),
        ("OK. Something else, who built the Solvig?", "Who built the Solvig?"),
        ("Autre sujet : quels bateaux vont à Tarn ?", "Quels bateaux vont à Tarn ?"),
        ("Jetzt etwas ganz anderes: Wie viele Boote hat Tarn?", "Wie viele Boote hat Tarn?"),
        ("Cambiando de tema, ¿cuándo abre el puerto?", "¿cuándo abre el puerto?"),
        ("Otra pregunta: ¿quién es el capitán?", "¿quién es el capitán?"),
        (
            "Autre sujet : quels bateaux ne vont plus à leur port habituel pendant les travaux ?",
            "Quels bateaux ne vont plus à leur port habituel pendant les travaux ?",
        ),
    ],
)
def test_another_topic_needs_nothing_of_what_was_said(question: str, rest: str) -> None:
    assert complete(question, [FERRIES]) == [rest]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Another question: where does she live?", "en"),
        ("Another question: when did he sail to Solvig?", "en"),
        ("Another question: where does the first one stop?", "en"),
        ("Is there another question?", "en"),
        ("Something else, please.", "en"),
        ("Who raised another question, and what did Ada answer?", "en"),
        ("What is the new subject-matter of the treaty?", "en"),
        ("Quelle autre question a été posée, et par qui ?", "fr"),
        ("D'accord. Autre chose : la Solvig, elle va où ?", "fr"),
        ("Welches andere Thema wurde genannt, und von wem?", "de"),
        ("¿Qué otro tema trató Ada, y quién respondió?", "es"),
    ],
)
def test_what_is_no_whole_question_behind_it_is_left_to_the_model(question: str, language: str) -> None:
    assert complete(question, [Turn("Who is the captain?", "Ada Lindqvist. [1]")], language) == []


@pytest.mark.parametrize(
    ("before", "question", "language", "whole"),
    [
        ("Who owns Solvig?", "Sorry, I meant the harbour.", "en", ["Who owns the harbour?"]),
        ("Who owns the Solvig?", "No, I meant the harbour.", "en", ["Who owns the harbour?"]),
        ("Who owns Solvig?", "No, Tarn.", "en", ["Who owns Tarn?"]),
        ("Qui possède Solvig ?", "Non, je parlais du port.", "fr", ["Qui possède le port ?"]),
        ("Avec qui navigue Ada ?", "Pardon, je voulais dire Bo.", "fr", ["Avec qui navigue Bo ?"]),
        ("¿Con quién navega Ada?", "No, perdón, me refería al capitán.", "es", ["¿Con quién navega el capitán?"]),
        ("Mit wem segelt Ada?", "Nein, ich wollte eigentlich nach Bo fragen.", "de", ["Mit wem segelt Bo?"]),
        ("Wer ist der Kapitän von Solvig?", "Nein, ich meinte Tarn.", "de", ["Wer ist der Kapitän von Tarn?"]),
        ("Wem gehört Solvig?", "Nein, die Norrport.", "de", ["Wem gehört Norrport?"]),
        (
            "Which boat goes from Solvig to Norrport?",
            "No, I meant Tarn.",
            "en",
            ["Which boat goes from Tarn to Norrport?", "Which boat goes from Solvig to Tarn?"],
        ),
        (
            "¿Cuánto pagó Solvig a Norrport?",
            "¿Y la Liga Tarn?",
            "es",
            ["¿Cuánto pagó la Liga Tarn a Norrport?", "¿Cuánto pagó Solvig a la Liga Tarn?"],
        ),
    ],
)
def test_a_correction_takes_the_place_of_what_was_named(
    before: str, question: str, language: str, whole: list[str]
) -> None:
    assert complete(question, [Turn(before, "Nobody. [1]")], language) == whole


@pytest.mark.parametrize(
    ("before", "question", "language"),
    [
        ("Who mends the sails of Solvig?", "No, I meant the engine.", "en"),
        ("What does the harbour cost?", "Sorry, I meant the lighthouse.", "en"),
        ("Wie hoch ist der Anteil von Solvig?", "Nein, ich meinte den des Hafens.", "de"),
        ("Who owns Solvig?", "Sorry, I meant: who built it?", "en"),
        ("Who owns Solvig?", "I meant that you should answer in English.", "en"),
        ("Who owns Solvig?", "No, I meant her brother.", "en"),
        ("What did Solvig cost in 2022?", "No, I meant in 2023.", "en"),
        ("Who owns Solvig?", "No, thanks.", "en"),
        ("Who owns Solvig?", "No idea", "en"),
        ("Who owns Solvig?", "No. Tell me more.", "en"),
        ("Who owns Solvig?", "Oh, I see.", "en"),
        ("Wem gehört Solvig?", "Nein, das stimmt nicht.", "de"),
        ("Wem gehört Solvig?", "Nein, Danke.", "de"),
        ("Qui possède Solvig ?", "Non, Merci.", "fr"),
        ("Qui possède Solvig ?", "Non, la réponse est fausse.", "fr"),
        ("When did she sail to Solvig?", "No, I meant Tarn.", "en"),
    ],
)
def test_other_remarks_are_left_to_the_model(before: str, question: str, language: str) -> None:
    assert complete(question, [Turn(before, "Nobody. [1]")], language) == []


@pytest.mark.parametrize("question", ["No, the second one.", "And the second one?", "no, the second"])
def test_the_second_of_several_is_that_of_the_answer_before(question: str) -> None:
    history = [FERRIES, Turn("When was the first one built?", "In 1998. [1]")]
    assert complete(question, history, "en") == ["When was the Solvig built?"]
    assert plainly(question, "en", history) == "And the Solvig?"


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("The town of Norr trades with Aldo, Berta and Carla. [1]", ["When was Berta built?"]),
        ("The town of Norr trades with Aldo and Berta. [1]", []),
        ("After the wars of Ada, Ole and Per, the town of Norr trades with Aldo, Berta and Carla. [1]", []),
    ],
)
def test_the_second_of_several_that_a_sentence_of_the_documents_names(answer: str, asked: list[str]) -> None:
    history = [
        FERRIES,
        Turn("Which towns does Norr trade with?", answer),
        Turn("When was Norr built?", "Norr was built in winter. [1]"),
    ]
    assert complete("No, the second one.", history, "en") == [each.replace("Norr", "Berta") for each in asked]


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("The first one was built in winter, as it is told. [1]", ["When was the Solvig built?"]),
        ("They were built for Ada, Berta and Cecil. [1]", []),
    ],
)
def test_a_sentence_of_the_documents_is_no_list_for_its_commas(answer: str, asked: list[str]) -> None:
    history = [FERRIES, Turn("When was the first one built?", answer)]
    assert complete("And the second one?", history, "en") == asked


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who was the first to speak?", "en"),
        ("When does the second half start?", "en"),
        ("Is there a second one planned?", "en"),
        ("Where does the third one stop?", "en"),
        ("And the third?", "en"),
        ("Qui est le premier à avoir signé ?", "fr"),
        ("Wer war der erste, der sprach?", "de"),
    ],
)
def test_other_numbers_refer_to_nothing(question: str, language: str) -> None:
    assert complete(question, [LIST], language) == []


@pytest.mark.parametrize(
    "answer",
    [
        "According to the documents: Ada Lindqvist, captain of the Solvig. [1]",
        "According to the documents: Ada. [1] Also: Berta. [2]",
        "The documents do not answer this question.",
    ],
)
def test_what_is_no_list_of_names_has_no_second_one(answer: str) -> None:
    assert complete("And the second?", [Turn("Who sails Solvig?", answer)], "en") == []


def test_a_long_conversation_costs_little() -> None:
    names = " ".join(f"Tarn{number} is" for number in range(400))
    history = [Turn(f"Who owns {names}?", "Ada" + " " * 10_000 + "and Bo. [1]")] * 200
    assert complete("No, I meant Solvig.", history, "en") == []
    assert plainly("And the second one?", "en", history) == "And the second one?"


def test_a_correction_is_put_to_the_model_as_it_understands_it() -> None:
    assert plainly("Sorry, I meant the lighthouse.", "en", []) == "And the lighthouse?"
    assert plainly("No, me refería al faro.", "es", []) == "¿Y el faro?"
    assert plainly("Sorry, I meant: when does it close?", "en", []) == "Sorry, I meant: when does it close?"
    assert plainly("Who owns it?", "en", []) == "Who owns it?"
    assert plainly("Another question: when was it built?", "en", []) == "when was it built?"
    assert plainly("Sorry, I meant the lighthouse.", "ja", []) == "Sorry, I meant the lighthouse."


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wer wartet die Heizung?", "de"),
        ("Was kostet ein Kaffee?", "de"),
        ("Was macht Solvig?", "de"),
        ("Who is the captain?", "en"),
        ("Where is Tarn?", "en"),
        ("When is the next committee meeting?", "en"),
        ("Quand a lieu la régate ?", "fr"),
        ("Qu'est-ce que la taxe ?", "fr"),
        ("Was führte dazu, dass die Fähre sank?", "de"),
        ("Où est l'école ?", "fr"),
        ("¿Cuánto cuesta el café?", "es"),
        ("Chi è il presidente?", "it"),
        ("Quem dirige o clube?", "pt"),
        ("Wie leidt de club?", "nl"),
    ],
)
def test_a_question_that_says_itself_what_it_asks(question: str, language: str) -> None:
    assert is_whole(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was kostet das?", "de"),
        ("Wie viele Mitglieder?", "de"),
        ("Welche Heizung?", "de"),
        ("Wie hoch sind die Kosten dafür?", "de"),
        ("Combien de partenaires ?", "fr"),
        ("Qui a signé ?", "fr"),
        ("Pourquoi les autres ?", "fr"),
        ("Et le cours pour enfants ?", "fr"),
        ("Which captain?", "en"),
        ("Who has signed?", "en"),
        ("Who is the second one?", "en"),
        ("What about the price?", "en"),
        ("What was the reason for this?", "en"),
        ("The captain of the ferry, too", "en"),
        ("¿Quién firmó?", "es"),
        ("¿Qué hay del precio?", "es"),
        ("So what about the price?", "en"),
        ("Which of the boats?", "en"),
        ("Why the delay?", "en"),
        ("Was für ein Boot?", "de"),
        ("Wie viele der Mitglieder?", "de"),
        ("Wer hat diesen Vertrag unterschrieben?", "de"),
        ("Qui a signé ce contrat ?", "fr"),
        ("Qui a signé cet accord ?", "fr"),
    ],
)
def test_a_question_that_leaves_open_what_it_asks(question: str, language: str) -> None:
    assert not is_whole(question, language)
