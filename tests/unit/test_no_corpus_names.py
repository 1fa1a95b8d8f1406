"""The code, the prompts and what was fitted know nothing of the shipped corpus: none of its proper names or phrases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.words import words

ROOT = Path(__file__).parents[2]
CODE = ("assistant", "index", "prompts", "scripts", "ui")
SUFFIXES = {".py", ".md", ".js", ".css", ".json", ".jsonl", ".yaml"}
PHRASE_WORDS = 4

ORDINARY = {
    "Black",  # an English word, and a colour
    "Digits",  # an English word
    "Google",  # holds rights in data that an adapter was made of
    "European",  # an adjective of comments
    "Initiative",  # French and German nouns
    "Industry",
    "Orange",  # a colour
    "Post",  # an English word, and an HTTP verb
    "Systems",
}
"""Parts of names that are words of their own; the whole names still give themselves away by their other parts."""


def proper_names(text: str) -> set[str]:
    """Words of three letters or more with a capital that no sentence start explains."""
    return {
        match[0]
        for match in re.finditer(r"[^\W_][\w&]{2,}", text)
        if any(letter.isupper() for letter in match[0][1:])
        or (match[0][0].isupper() and not _starts_sentence(text[: match.start()]))
    }


def _starts_sentence(before: str) -> bool:
    return re.search(r"(^|[.!?…:\n])[\s«»\"“”(–—-]*$", before) is not None


def files() -> Iterator[Path]:
    for folder in CODE:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)


def phrases(text: str) -> set[tuple[str, ...]]:
    """Each run of a few words."""
    said = words(text)
    return set(zip(*(said[at:] for at in range(PHRASE_WORDS)), strict=False))


@pytest.fixture(scope="module")
def corpus() -> str:
    return "\n\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").rglob("*.txt")))


@pytest.fixture(scope="module")
def names(corpus: str) -> set[str]:
    return proper_names(corpus)


def test_proper_names_are_recognised() -> None:
    text = "Paris accueille Ada Lovelace. Les élus d'Orléans saluent l'UNESCO et OpenData. « Bravo », dit-elle."
    assert proper_names(text) == {"Ada", "Lovelace", "Orléans", "UNESCO", "OpenData"}


def test_the_corpus_has_names_to_look_for(names: set[str]) -> None:
    assert len(names - ORDINARY) >= 30


def test_no_name_stands_in_the_code(names: set[str]) -> None:
    wanted = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names - ORDINARY)))})\b")
    found = {
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in wanted.finditer(line)
    }
    assert not found


def test_no_phrase_stands_in_the_code(corpus: str) -> None:
    wanted = phrases(corpus)
    assert len(wanted) >= 300
    found = {path: phrases(path.read_text(encoding="utf-8")) & wanted for path in files()}
    assert not {str(path.relative_to(ROOT)): both for path, both in found.items() if both}


def test_the_ordinary_words_are_needed(names: set[str]) -> None:
    assert names >= ORDINARY
