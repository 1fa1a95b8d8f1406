"""What the assistant decides by is fitted on near misses and on folders of which paragraphs are left out."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scripts.fit import answered
from scripts.fit.data import FITTED_ON
from scripts.fit.readings import Row, left_out

TAUGHT, UNTAUGHT, REPORTING = *sorted(FITTED_ON)[:2], "Solvig"
NEARNESS = {"same_language": {"nothing": 0.8, "near": 0.84}, "other_language": {"nothing": 0.75, "near": 0.8}}


def article(title: str) -> dict[str, object]:
    return {
        "title": title,
        "paragraphs": [
            {
                "context": f"{title} {number} burned.",
                "qas": [{"id": f"{title}{number}", "question": f"What burned, {number}?", "answers": []}],
            }
            for number in range(4)
        ],
    }


def test_half_of_the_paragraphs_asked_about_are_left_out(tmp_path: Path) -> None:
    for name, titles in (("squad2.en", [UNTAUGHT, REPORTING]), ("xquad.en", [TAUGHT, UNTAUGHT, REPORTING])):
        data = {"data": [article(title) for title in titles]}
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    texts, asked = left_out(tmp_path, "en", "en")
    assert {question.id for _, question in asked} == {f"{UNTAUGHT}{number}" for number in range(4)}
    kept = [source for source, _ in asked if source in texts]
    assert len(kept) == 2
    assert set(texts) == {*(f"{TAUGHT}_{number:03d}.txt" for number in range(4)), *kept}


def row(number: int, stated: float, cosine: float, *, answerable: bool, missing: bool, adapter: str) -> Row:
    return Row(
        id=str(number),
        article=f"article {number % 4}",
        languages="en-de" if number % 8 < 4 else "en-en",
        left_out=missing,
        answerable=answerable,
        adapter=adapter,
        stated=stated,
        stated_alone=stated,
        cosine=cosine - (0.04 if number % 8 < 4 else 0.0),
    )


def rows() -> Sequence[Row]:
    rng = np.random.default_rng(1)
    return [
        row(
            number,
            float(rng.normal(2.0 if answerable else -2.0, 1.5)),
            float(rng.normal(0.9 if answerable or not missing else 0.84, 0.01)),
            answerable=answerable,
            missing=missing,
            adapter=adapter,
        )
        for number in range(32)
        for adapter in ("a", "")
        for answerable in (True, False)
        for missing in (True, False)
    ]


def test_what_the_model_says_and_how_near_the_folder_comes_are_weighed() -> None:
    made = answered.fit(rows(), NEARNESS)["adapted"]
    assert made["weights"]["weight"] > 0
    assert made["weights"]["near"] > 0
    assert made["weights"]["typical"] == pytest.approx(0.045, abs=0.01)
    checked = made["articles_left_out_in_turn"]
    assert checked["left_out"]["auc"] > checked["left_out"]["auc_of_stated"]
    assert [part["questions"] for part in (checked["near_misses"], checked["left_out"])] == [64, 64]
