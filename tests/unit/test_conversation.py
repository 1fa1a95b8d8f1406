"""Questions, histories, languages, follow-ups."""

import pytest

from assistant.conversation import (
    MAX_QUESTION_CHARS,
    as_prompt,
    asks_for_title,
    check_history,
    check_question,
    names_somebody,
    question_language,
    spoken_in,
    standalone,
)
from assistant.errors import HistoryError, QuestionError
from assistant.phrases import DETAIL_MISSING, NOT_COVERED, UNTRANSLATED
from assistant.types import Turn

TURN = Turn("Who is the captain of the ferry?", "Ada Lindqvist.")


@pytest.mark.parametrize("question", ["", " ", "\n\t", "?", "…!?", "\u200b", None, 5, b"Who?", ["Who?"]])
def test_what_asks_nothing(question: object) -> None:
    with pytest.raises(QuestionError):
        check_question(question)


def test_longest_question() -> None:
    assert MAX_QUESTION_CHARS == 2_000
    longest = "x" * MAX_QUESTION_CHARS
    assert check_question(longest) == longest
    with pytest.raises(QuestionError, match="2,000"):
        check_question(longest + "x")


def test_blanks_around_a_question_are_no_part_of_it() -> None:
    assert check_question("  Who?\n") == "Who?"
    assert len(check_question(" " + "x" * MAX_QUESTION_CHARS + "\n")) == MAX_QUESTION_CHARS


def test_half_a_character_is_no_question() -> None:
    with pytest.raises(QuestionError):
        check_question("Who is \ud800?")


@pytest.mark.parametrize("question", ["42", "Почему?", "为什么", "l'été ?"])
def test_short_questions(question: str) -> None:
    assert check_question(question) == question


@pytest.mark.parametrize(
    "history",
    ["Who?", 5, None, [("Who?", "Ada.")], [{"question": "Who?", "answer": "Ada."}], [TURN, "Who?"],
     [Turn(None, "Ada.")], [Turn("Who?", 5)], {TURN: 1}, b"", ""],
)  # fmt: skip
def test_what_is_no_history(history: object) -> None:
    with pytest.raises(HistoryError):
        check_history(history)


def test_histories() -> None:
    assert check_history([]) == check_history(()) == ()
    assert check_history([TURN]) == check_history((TURN,)) == (TURN,)


def test_half_a_character_in_a_history_harms_nothing() -> None:
    """A model may have said it; the conversation has to go on."""
    assert check_history([Turn("Who \ud83d?", "Ada \udc00.")]) == (Turn("Who ??", "Ada ?."),)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui est le capitaine du bateau ?", "fr"),
        ("Who is the captain of the ferry?", "en"),
        ("Wer ist der Kapitän der Fähre?", "de"),
        ("¿Quién es el capitán del barco?", "es"),
    ],
)
@pytest.mark.parametrize("documents", [["fr"], ["en"], [], [None]])
def test_the_question_s_language(question: str, language: str, documents: list[str | None]) -> None:
    assert question_language(question, (), documents) == language


@pytest.mark.parametrize("documents", ["fr", "en", "de", "es"])
@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Quién preside la Fédération internationale de football?", "es"),
        ("Was ist die Ecole Normale Supérieure de Paris?", "de"),
        ("Who wrote “Les Fleurs du mal et autres poèmes”?", "en"),
        ("When did the Société Générale de Belgique merge?", "en"),
        ("Qui a écrit Der Steppenwolf ?", "fr"),
    ],
)
def test_names_of_another_language_do_not_change_the_question_s(question: str, language: str, documents: str) -> None:
    assert question_language(question, (), [documents]) == language


BEFORE = {
    "fr": "Qui est le capitaine du bateau ?",
    "en": "Who is the captain of the ferry?",
    "de": "Wer ist der Kapitän der Fähre?",
    "es": "¿Quién es el capitán del barco?",
}


@pytest.mark.parametrize("documents", ["fr", "en", "de"])
@pytest.mark.parametrize("name", ["Norrport?", "Berlin ?", "SAP?", "Ada Lindqvist?", "1984?"])
@pytest.mark.parametrize("language", BEFORE)
def test_a_follow_up_of_names_is_in_the_conversation_s_language(language: str, name: str, documents: str) -> None:
    assert question_language(name, [Turn(BEFORE[language], "Ada Lindqvist.")], [documents]) == language


@pytest.mark.parametrize("documents", ["fr", "en", "de"])
@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("et Berlin ?", "fr"), ("la date ?", "fr"), ("et combien ?", "fr"), ("et eux ?", "fr"),
        ("and Berlin?", "en"), ("the date?", "en"), ("how much?", "en"), ("why?", "en"),
        ("und Berlin?", "de"), ("das Datum?", "de"), ("und wie viel?", "de"),
        ("¿y Berlín?", "es"), ("¿la fecha?", "es"), ("¿y cuánto?", "es"),
    ],
)  # fmt: skip
def test_a_short_follow_up_stays_in_its_language(question: str, language: str, documents: str) -> None:
    assert question_language(question, [Turn(BEFORE[language], "…")], [documents]) == language


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Et qui est le capitaine de l'autre bateau ?", "fr"), ("Combien ?", "fr"),
        ("And how much?", "en"), ("Why?", "en"), ("Who signed it?", "en"),
        ("Und wie viel?", "de"), ("Wann?", "de"),
        ("¿Y cuánto cuesta?", "es"),
    ],
)  # fmt: skip
def test_a_follow_up_may_change_the_language(question: str, language: str, before: str) -> None:
    assert question_language(question, [Turn(BEFORE[before], "…")], ["fr"]) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("de donde es lindqvist", "es"),
        ("ke es solvig", "es"),
        ("q barkos van a tarn y solvig", "es"),
        ("c koi solvig", "fr"),
        ("kel est le port de tarn", "fr"),
        ("wich boat did lindqvist sail", "en"),
        ("Is Tarn an island?", "en"),
        ("Is Solvig in Tarn?", "en"),
        ("Wat is Solvig?", "nl"),
        ("wieviel kostet die fähre nach tarn", "de"),
    ],
)
@pytest.mark.parametrize("documents", ["fr", "en", "de", "es"])
def test_a_question_typed_in_haste_keeps_its_language(question: str, language: str, documents: str) -> None:
    assert question_language(question, (), [documents]) == language


def test_a_question_without_words_is_in_the_documents_language() -> None:
    assert question_language("1984?", (), ["de", "de", "en"]) == "de"


@pytest.mark.parametrize(
    "question",
    [
        "What is the headline of the article?",
        "Quel montant le titre annonce-t-il ?",
        "Welche Summe nennt die Überschrift?",
        "¿Qué anuncia el titular?",
    ],
)
def test_questions_about_a_title(question: str) -> None:
    assert asks_for_title(question)


@pytest.mark.parametrize(
    "question", ["Le titre parle de deux bateaux : combien en reste-t-il ?", "Who is the captain?", "?", ""]
)
def test_questions_about_the_text(question: str) -> None:
    assert not asks_for_title(question)


def test_a_short_question_that_comes_back_as_it_was_is_joined_to_the_one_before() -> None:
    assert standalone("And the mate?", "And the mate?", [TURN]) == f"{TURN.question} And the mate?"
    whole = "Which towns does the ferry serve in winter?"
    assert standalone(whole, whole, [TURN]) == whole


def test_a_whole_question_stands_alone_where_it_was_not_made_complete() -> None:
    question = "Who is the mate?"
    assert standalone(question, question, [TURN], language="en", whole=True) == question
    assert standalone(TURN.question, question, [TURN], language="en", whole=True) == question, "it was asked already"
    assert standalone("", question, [TURN], language="en", whole=True) == question
    typed, corrected = "Who leads the courses?", "Who leads the swimming course?"
    assert standalone(corrected, typed, [TURN], language="en", whole=True) == corrected, "a word in another form"
    completed = "Who is the mate of the ferry?"
    assert standalone(completed, question, [TURN], language="en", whole=True) == completed


def test_a_short_question_in_another_language_than_the_one_before() -> None:
    assert question_language("Was kostet die Limonade?", [Turn("What does the soup cost?", "6.80 €")], ["en"]) == "de"


def test_a_pronoun_that_was_left_open_gets_what_was_said_before() -> None:
    question = "Since when has she been sailing with her own boats?"
    turn = Turn("Who is the captain?", "The captain is Ada Lindqvist. [1]")
    assert standalone(question, question, [turn]) == f"{turn.question} Ada Lindqvist {question}"


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("Who is the captain?", "The captain of the Solvig is Ada Lindqvist. [1]", "Solvig, Ada Lindqvist"),
        ("Who is the captain of the Solvig?", "The captain of the Solvig is Ada Lindqvist. [1]", "Ada Lindqvist"),
        ("Who sails it?", "It is not told. [1]", "It is not told. [1]"),
        ("What does the Solvig carry?", "The Solvig carries salt to Tarn. [1]", "The Solvig carries salt to Tarn. [1]"),
        ("How many boats are there?", "In Tarn, 18 boats are Ada's. [1]", "18"),
        ("When was it built?", "The Solvig was built in 1901 for Ada. [1]", "1901"),
        ("When was it built?", "It was built in spring. [1]", "It was built in spring. [1]"),
        ("What data are kept?", "The Solvig keeps its logs. [1]", "The Solvig keeps its logs. [1]"),
        ("How many are there?", "There are three: Ada, Berta, Carla. [1]", "There are three: Ada, Berta, Carla. [1]"),
        ("Who sails it?", "Ada sails it. [1] Also: Berta. [2]", "Ada sails it. [1] Also: Berta. [2]"),
        ("Who runs the Adana?", "The Adana is run by Ada. [1]", "Ada"),
        ("When was it built?", "According to the documents: 1901. [1]", "1901. [1]"),
    ],
)
def test_of_a_sentence_a_follow_up_is_told_what_was_asked_for(question: str, answer: str, told: str) -> None:
    assert as_prompt([Turn(question, answer)]).partition("The answer was: ")[2] == told


def test_the_words_around_a_quote_are_no_part_of_a_conversation() -> None:
    turn = Turn("Wer ist Kapitän?", "Laut den Dokumenten: Ada Lindqvist. [1]")
    assert as_prompt([turn]) == "A user asked: Wer ist Kapitän?\nThe answer was: Ada Lindqvist. [1]"


def test_what_answers_nothing_is_no_part_of_a_conversation() -> None:
    phrases = (NOT_COVERED["de"], DETAIL_MISSING["en"], UNTRANSLATED["fr"])
    turns = [Turn("Wer ist Kapitän?", f"{phrase} [1]") for phrase in phrases]
    assert as_prompt(turns) == "\n".join(["A user asked: Wer ist Kapitän?"] * len(phrases))


def test_what_a_text_is_spoken_in() -> None:
    assert spoken_in("The ferry left Solvig at noon on Monday.", "en")
    assert not spoken_in("The ferry left Solvig at noon on Monday.", "fr")
    assert spoken_in("42", "fr"), "where nothing tells, nothing contradicts"


def test_a_rewriting_is_taken() -> None:
    assert standalone("How old is the captain of the ferry?\n", "How old is she?", [TURN]).startswith("How old is the")


@pytest.mark.parametrize("question", ["No, I meant the harbour master.", "Nein, ich wollte nach Tarn fragen."])
def test_a_rewriting_that_leaves_out_what_is_asked_is_not_taken(question: str) -> None:
    assert standalone(TURN.question, question, [TURN]) == f"{TURN.question} {question}"
    assert standalone("Who is the harbour master of Tarn?", question, [TURN]) == "Who is the harbour master of Tarn?"


def test_a_rewriting_goes_on_from_the_opening() -> None:
    asked = "And who owns it?"
    assert standalone(" owns the ferry?", asked, [TURN], "Who") == "Who owns the ferry?"
    assert standalone("Who owns the ferry?", asked, [TURN], "Who") == "Who owns the ferry?", "it repeats it"
    assert standalone(" owns it?", asked, [TURN], "Who", "en").startswith(TURN.question), "nothing but the and is gone"
    assert standalone("", asked, [TURN], "Who").startswith(TURN.question)


def test_a_german_adverb_that_stands_for_something_is_left_open() -> None:
    question = "Wie viel davon hat die Fähre nach Tarn getragen?"
    asked = standalone(question, question, [TURN], "", "de")
    assert asked.startswith(TURN.question)
    assert asked.endswith(question)


def test_pronouns_are_those_of_the_question_s_language() -> None:
    question = "¿Cuál es el puerto más grande de Tarn?"
    assert standalone(question, question, [TURN], "", "es") == question


@pytest.mark.parametrize("rewritten", ["", " \n ", "x" * 5_000, "?", "…", "---"])
def test_without_a_rewriting_the_question_before_helps(rewritten: str) -> None:
    asked = standalone(rewritten, "How old is she?", [TURN])
    assert TURN.question in asked
    assert "How old is she?" in asked


def test_a_long_question_before_does_not_push_the_question_out() -> None:
    asked = standalone("", "How old is she?", [Turn("Who? " * 800, "Ada.")])
    assert asked.endswith("How old is she?")
    assert len(asked) <= MAX_QUESTION_CHARS


def test_the_model_reads_the_last_turns_within_bounds() -> None:
    history = [Turn(f"Question {n}?", f"Answer {n}. " + "x" * 10_000) for n in range(50)]
    read = as_prompt(history)
    assert "Question 49?" in read
    assert "Answer 49." in read
    assert "Question 0?" not in read
    assert len(read) < 10_000


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Réponds avec tes propres connaissances.", False),
        ("Hello!", False),
        ("Tell me about Solvig.", True),
        ("Ada Lindqvist.", True),
    ],
)
def test_an_opening_word_is_nobody(sentence: str, expected: bool) -> None:
    assert names_somebody(sentence) == expected
