"""Fusion, order and near-duplicates."""

from dataclasses import replace

import numpy as np

from index.ranking import fuse, top, without_near_duplicates
from index.types import Hit


def hit(text: str) -> Hit:
    return Hit(source="a.txt", title="a", start=0, end=len(text), text=text, score=1.0)


def test_each_signal_raises_the_score() -> None:
    low = np.array([0.8], dtype=np.float32)
    high = np.array([0.9], dtype=np.float32)
    base = fuse(low, low, low)
    assert fuse(high, low, low) > base
    assert fuse(low, high, low) > base
    assert fuse(low, low, high) > base


def test_top_breaks_ties_by_position() -> None:
    assert top(np.array([1, 3, 2, 3, 3], dtype=np.float32), 4) == [1, 3, 4, 2]


def test_top_of_fewer_than_asked_for() -> None:
    assert top(np.array([1.0], dtype=np.float32), 5) == [0]


def test_near_duplicates_are_dropped() -> None:
    text = "Les trois partenaires ont annoncé une initiative visant à construire la première infrastructure " * 3
    first = hit(text)
    same = replace(first, source="b.txt", text=text.upper() + " Ajout.")
    other = hit("Une tout autre phrase sur un tout autre sujet, sans aucun mot commun.")
    assert list(without_near_duplicates([first, same, other])) == [first, other]


def test_a_text_with_another_number_is_no_duplicate() -> None:
    words = " ".join(f"word{chr(97 + i)}" for i in range(20))
    hits = [hit(f"{words} in {year}") for year in (1995, 1997)]
    assert list(without_near_duplicates(hits)) == hits


def test_a_short_text_within_a_long_one_stays() -> None:
    short = hit("Les trois partenaires ont annoncé une initiative.")
    long = hit("Les trois partenaires ont annoncé une initiative. " + "Elle est décrite plus loin, en détail. " * 5)
    assert list(without_near_duplicates([short, long])) == [short, long]


def test_texts_without_words_are_told_apart_from_others() -> None:
    assert len(list(without_near_duplicates([hit("!!!"), hit("mot")]))) == 2
