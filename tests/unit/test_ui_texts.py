"""The page's words: complete in all three languages, chosen from the browser's language."""

from dataclasses import fields
from string import Formatter

import pytest

from assistant import errors
from ui import texts
from ui.texts import ENGLISH, Texts


def _strings(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("field", [field.name for field in fields(Texts) if field.name != "problems"])
def test_every_text_is_there_in_every_language(language: str, field: str) -> None:
    here, english = (_strings(getattr(each, field)) for each in (texts.ALL[language], ENGLISH))
    assert len(here) == len(english)
    assert all(text.strip() for text in here)
    assert [_placeholders(text) for text in here] == [_placeholders(text) for text in english]


def test_problems_are_told_in_french_and_german_alike() -> None:
    french, german = (texts.ALL[language].problems for language in ("fr", "de"))
    assert set(french) == set(german) <= set(errors.__all__)
    for kind in french:
        assert french[kind] != german[kind]
        assert _placeholders(french[kind]) == _placeholders(german[kind]) <= {"command", "limit"}


@pytest.mark.parametrize("field", ["title", "searching", "stop", "retry", "failed", "loading"])
def test_the_languages_differ(field: str) -> None:
    assert len({getattr(each, field) for each in texts.ALL.values()}) == 3


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de", "de"),
        ("DE-at", "de"),
        ("es-ES,es;q=0.9,de;q=0.5,en;q=0.4", "de"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("fr;q=0, de;q=0.1", "de"),
        ("ja", "en"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("fr;q=nonsense,;;,", "en"),
    ],
)
def test_language_from_the_browser(header: str | None, language: str) -> None:
    assert texts.for_browser(header).language == language


@pytest.mark.parametrize(
    ("language", "iso", "shown"),
    [
        ("en", "2021-03-07", "7 March 2021"),
        ("fr", "2021-12-31", "31 décembre 2021"),
        ("de", "2021-01-01", "1. Januar 2021"),
        ("en", "2021", "2021"),
        ("en", "2021-13-01", "2021-13-01"),
        ("en", "2021-00-01", "2021-00-01"),
        ("en", "<b>", "<b>"),
    ],
)
def test_dates_in_words(language: str, iso: str, shown: str) -> None:
    assert texts.date(texts.ALL[language], iso) == shown


def test_decimals_as_the_language_writes_them() -> None:
    assert [texts.number(texts.ALL[language], 1.26) for language in ("en", "fr", "de")] == ["1.3", "1,3", "1,3"]
