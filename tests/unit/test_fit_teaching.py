"""What the chat model is taught, from small files of the same format."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from assistant.prompting import DECLINE_WORD
from scripts.fit.teaching import ASKED_AT_ONCE, ASKED_OF_A_WINDOW, FAR, LANGUAGES, Lesson, Sources

PARAGRAPHS = 8


def asked(number: int, language: str, *, answers: bool = True) -> list[dict[str, Any]]:
    """One question that a paragraph answers, with a number, and one that it does not."""
    text = context(number, language)
    value = {"text": f"{number}42", "answer_start": text.index(f"{number}42")}
    return [
        {"id": f"{number}a", "question": f"{language}: how many?", "answers": [value] if answers else []},
        {"id": f"{number}b", "question": f"{language}: by whom?", "answers": [], "is_impossible": True},
    ]


def context(number: int, language: str) -> str:
    return f"In {language}, ferry {number} left at noon. It carried {number}42 barrels to Solvig."


def article(title: str, language: str, *, answers: bool = True) -> dict[str, Any]:
    paragraphs = [
        {"context": context(number, language), "qas": asked(number, language, answers=answers)}
        for number in range(1, PARAGRAPHS + 1)
    ]
    return {"title": title, "paragraphs": paragraphs}


def answered(title: str, language: str) -> dict[str, Any]:
    """With the questions alone that are answered, as XQuAD has them."""
    made = article(title, language)
    for paragraph in made["paragraphs"]:
        del paragraph["qas"][1:]
    return made


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    files = {
        "dev-v2.0": [article("Ferries", "English")],
        "test-v2.0": [article("Boats", "English", answers=False), article("Untranslated", "English")],
        "squad-pt": [article("Ferries", "Portuguese"), article("Boats", "Portuguese")],
        **{f"xquad.{language}": [answered("Ferries", language)] for language in LANGUAGES},
        "piaf": [answered(f"Bacs {number}", "French") for number in range(5)],
    }
    for name, articles in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"data": articles}), encoding="utf-8")
    return Sources(tmp_path)


def test_articles_without_a_translation_are_left_out(sources: Sources) -> None:
    assert sources.titles() == ["Ferries", "Boats"]
    assert sources.titles(but=["Boats"]) == ["Ferries"]


def declined(lesson: Lesson) -> list[bool]:
    """Whether nothing of the text answers, for each question; what does stands in it."""
    assert all(words == DECLINE_WORD or words in lesson.text for _, words in lesson.asked)
    return [words == DECLINE_WORD for _, words in lesson.asked]


@pytest.mark.parametrize("title", ["Ferries", "Boats"])
def test_the_words_stand_in_the_text_or_nothing_answers(sources: Sources, title: str) -> None:
    lessons = list(sources.lessons(title, random.Random(1), english=3, windows=2, portuguese=3))
    assert len(lessons) == 8
    assert all(len(lesson.asked) <= ASKED_AT_ONCE + 1 for lesson in lessons)
    nothing = [each for lesson in lessons for each in declined(lesson)]
    assert any(nothing)
    assert not all(nothing), "numbers are known from the translation where a part has no answers"


def test_a_sentence_answers_what_it_holds_alone(sources: Sources) -> None:
    for lesson in sources.lessons("Ferries", random.Random(1), english=0, windows=8):
        assert len(lesson.asked) <= ASKED_OF_A_WINDOW
        assert lesson.text.count(".") in (1, 2)
        assert sorted(declined(lesson)) == [False, True]


def test_french_questions_are_put_to_other_paragraphs_as_well(sources: Sources) -> None:
    *texts, window = sources.french(random.Random(1), texts=4, windows=1)
    assert len(texts) == 4
    for lesson in texts:
        assert len(lesson.text.split("\n\n")) <= 3
        assert sum(declined(lesson)) == FAR, "people wrote none that it leaves open"
    assert declined(window) == [False]


def test_what_no_translation_answers_either_is_asked_in_all_languages(sources: Sources) -> None:
    lessons = list(sources.across("Ferries", random.Random(1)))
    assert len(lessons) == PARAGRAPHS
    assert {question.partition(":")[0] for lesson in lessons for question, _ in lesson.asked} >= {
        "de",
        "es",
        "ro",
        "en",
    }
    for lesson in lessons:
        assert all(words == DECLINE_WORD or words in lesson.text for _, words in lesson.asked)


def test_the_same_seed_teaches_the_same(sources: Sources) -> None:
    once, again = (list(sources.lessons("Ferries", random.Random(3), english=4, portuguese=3)) for _ in range(2))
    assert once == again


def test_questions_in_two_languages_about_a_portuguese_paragraph(sources: Sources) -> None:
    (text, questions), *_ = sources.portuguese("Boats")
    assert text == context(1, "Portuguese")
    assert questions == [
        ("English: how many?", "Portuguese: how many?", True),
        ("English: by whom?", "Portuguese: by whom?", False),
    ]
