"""What the model is taught to translate with."""

import random
from pathlib import Path

import pytest

from scripts.fit import translating
from scripts.fit.translating import LANGUAGES, STEPS, drawn, paragraphs, some


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for part in ("dev", "test"):
        for code in LANGUAGES:
            rows = [f"Sentence {number} of {part} , in {code} .\tA variant." for number in range(60)]
            rows[3] = '"He said ""no"" , and left ."\tA variant.'
            (tmp_path / f"pawsx.{part}.{code}.tsv").write_text("\n".join(rows), encoding="utf-8")
    for code in ("deu", "fra", "spa"):
        for each in (code, "eng"):
            (tmp_path / f"tatoeba.{code}-eng.{each}").write_text(f"Hello, {each}.\n" * 20, encoding="utf-8")
    return tmp_path


def test_rows_say_the_same_in_all_languages_without_the_blanks_of_tokens(sources: Path) -> None:
    learnt, tested = paragraphs(sources)
    assert learnt[0] == {code: f"Sentence 0 of dev, in {code}." for code in LANGUAGES}
    assert len(tested) == translating.TESTED
    assert not any("no" in row["en"].split() for row in (*learnt, *tested)), "what holds marks is left out"


def test_nothing_is_tested_that_was_learnt(sources: Path) -> None:
    learnt, tested = paragraphs(sources)
    assert {row["en"] for row in learnt}.isdisjoint(row["en"] for row in tested)


def test_each_direction_gets_its_share() -> None:
    directions = [("fr", "de"), ("fr", "de"), ("de", "fr")]
    drawn_directions = list(some(directions, random.Random(1)))
    assert len(drawn_directions) == STEPS
    assert drawn_directions.count(("fr", "de")) == 2 * drawn_directions.count(("de", "fr"))


@pytest.mark.parametrize(("direction", "short"), [(("fr", "en"), 4), (("en", "de"), 4), (("fr", "de"), 0)])
def test_a_step_mixes_long_sentences_and_short_ones(sources: Path, direction: tuple[str, str], short: int) -> None:
    rows, _ = paragraphs(sources)
    pairs = drawn(sources, direction, rows, random.Random(1))
    assert len(pairs) == translating.TOGETHER
    assert sum(text.startswith("Hello") for text, _ in pairs) == short
    assert all(text != translated for text, translated in pairs)
