"""The pure parts of `make bench`: no model, no index."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from assistant.types import Answer, History, QuoteDelta, StreamEvent, TextDelta, Timings
from scripts.bench.chart import chart
from scripts.bench.commands import Commands, shows_words
from scripts.bench.indexing import Indexed, many
from scripts.bench.machine import Memory
from scripts.bench.plain import CHUNK_CHARS, chunks
from scripts.bench.questions import article_cases, holds_gold, topics
from scripts.bench.report import Measured, bars, floors, generation_share, markdown, ratios, summaries
from scripts.bench.server import Call, Speed, generating_speed
from scripts.bench.side_by_side import ARTICLE, ASSISTANT, CONTROL, FIRST, PLAIN, SECOND, UNGROUNDED, Row
from scripts.bench.timing import Spread, Timed, spread, timed

# --- the plain pipeline and the questions ---


def test_paragraphs_are_joined_up_to_a_chunk_and_long_ones_cut() -> None:
    long = "x" * (2 * CHUNK_CHARS + 10)
    assert chunks("a\n\nb\n\n \n\nc") == ["a\n\nb\n\nc"]
    assert [len(chunk) for chunk in chunks(long)] == [CHUNK_CHARS, CHUNK_CHARS, 10]
    assert chunks(f"{'a' * 600}\n\n{'b' * 600}") == ["a" * 600, "b" * 600]
    assert chunks(" \n\n") == []


def test_follow_ups_have_their_natural_share() -> None:
    cases = article_cases(31, random.Random(1))
    assert len({case.id for case in cases}) == 31
    assert sum(len(case.turns) > 1 for case in cases) == 4  # some 13 in 100 of the set
    assert cases == article_cases(31, random.Random(1))


def test_a_topic_has_two_questions_on_one_paragraph() -> None:
    asked = [
        {"id": f"{paragraph}-{n}", "question": f"{paragraph}-{n}?", "answers": [{"text": "salt"}]}
        for paragraph in range(3)
        for n in range(3)
    ]
    paragraphs = [{"context": "…", "qas": asked[start : start + 3]} for start in (0, 3, 6)]
    paragraphs.append({"context": "…", "qas": asked[:1]})  # has no second question
    found = topics(paragraphs, 3, random.Random(1))
    assert sorted(topic.source for topic in found) == ["0000.txt", "0001.txt", "0002.txt"]
    for topic in found:
        assert topic.first != topic.second
        assert topic.first.id[0] == topic.second.id[0] == str(int(topic.source[:4]))
        assert topic.first.gold == (("salt",),)


def test_gold_is_one_phrase_of_each_group() -> None:
    gold = (("salt", "sel"), ("1987",))
    assert holds_gold("Salt, in 1987 [1].", gold) is True
    assert holds_gold("Salt.", gold) is False
    assert holds_gold("Salt.", ()) is None


# --- timing ---


def answered(text: str, *, abstained: bool = False) -> Answer:
    return Answer("?", text, "en", "?", (), abstained, None, Timings(0, 0, 0))


def test_words_of_the_documents_are_first_words_but_none_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.perf_counter", iter(range(10)).__next__)

    def ask(*_: object) -> Iterator[StreamEvent]:
        yield QuoteDelta("\n…")
        yield QuoteDelta("salt")
        yield TextDelta("Salt")
        yield answered("Salt. [1]")

    assert timed(ask, ["What?"]) == Timed("Salt. [1]", 2, first_standing_s=2, first_answer_s=3, total_s=5)


def test_a_quote_that_a_decline_withdraws_does_not_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.perf_counter", iter(range(10)).__next__)

    def ask(*_: object) -> Iterator[StreamEvent]:
        yield QuoteDelta("salt")
        yield answered("The documents do not say.", abstained=True)

    times = timed(ask, ["What?"])
    assert (times.first_words_s, times.first_standing_s, times.first_answer_s, times.total_s) == (1, 3, 3, 3)


def test_where_nothing_is_shown_before_the_end_the_end_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.perf_counter", iter(range(10)).__next__)
    assert timed(lambda *_: iter([answered("No.")]), ["What?"]) == Timed("No.", 2, 2, 2, 2)


def test_earlier_turns_are_really_asked() -> None:
    seen: list[tuple[str, History]] = []

    def ask(question: str, history: History) -> Iterator[StreamEvent]:
        seen.append((question, tuple(history)))
        yield TextDelta(f"to {question}")

    followed: list[str] = []
    assert timed(ask, ["one", "two"], lambda history: followed.append(history[-1].answer)).text == "to two"
    assert followed == ["to one"]
    assert [(question, [turn.answer for turn in history]) for question, history in seen] == [
        ("one", []),
        ("two", ["to one"]),
    ]


def test_spread() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 3.0)
    assert spread([float(n) for n in range(1, 101)]) == Spread(50.5, 95.0)
    assert spread([4.0]) == Spread(4.0, 4.0)


def test_speed_counts_from_the_first_token() -> None:
    calls = [Call(0, 9, 1, generated=11, generated_ms=500), Call(0, 9, 1, generated=1, generated_ms=0)]
    assert generating_speed(calls) == 20


# --- the terminal ---


@pytest.mark.parametrize(
    ("screen", "words"),
    [
        ("", False),
        ("\x1b[?25l⠋ Loading the model", False),
        ("\x1b[?25l⠋ Loading the model\r\x1b[2K⠙ Reading 8 passages\r\x1b[2", False),
        ("\x1b[?25l⠋ Loading the model\r\x1b[2KSalt", True),
        ("⠋ Loading\r\n\x1b[?25h", False),
    ],
)
def test_a_spinner_is_no_word(screen: str, words: bool) -> None:
    assert shows_words(screen) is words


# --- growth ---


def test_repeated_articles_are_altered_and_the_first_ones_are_not() -> None:
    articles = ["The ferry carried 4000 sacks of barley northwards during winter.", "Harbour pilots waited until 1987."]
    texts = list(many(articles, 6, seed=1).values())
    assert texts[:2] == articles
    assert len(set(texts)) == 6
    assert all("4000" not in text and "1987" not in text for text in texts[2:])
    assert many(articles, 6, seed=1) == many(articles, 6, seed=1)


# --- report ---


def rows(part: str, plain: float, ours: float, ungrounded: float | None = None) -> list[Row]:
    def row(pipeline: str, seconds: float) -> Row:
        times = Timed("Salt.", seconds, seconds, 2 * seconds, 3 * seconds, found_s=seconds / 10)
        return Row(part, pipeline, "q", 10, times, True, [Call(0, 5, 100, 11, 500)])

    without = [] if ungrounded is None else [row(UNGROUNDED, ungrounded)]
    return [row(PLAIN, plain), *without, row(ASSISTANT, ours)]


def measured(**changes: Any) -> Measured:
    indexed = Indexed(240, 220_000, 60, Spread(0.012, 0.02), 3_000_000)
    values: dict[str, Any] = {
        "date": "2026-01-31",
        "machine": {"system": "Linux", "architecture": "x86_64", "cores": 2, "memory_gib": 24},
        "versions": {"python": "3.12"},
        "chat_model": "small",
        "seed": 1,
        "indexes": {"article": indexed, "paragraphs": indexed},
        "rows": [*rows(ARTICLE, 10, 0.5, 0.4), *rows(FIRST, 10, 6), *rows(SECOND, 10, 1), *rows(CONTROL, 10, 9)],
        "speeds": [Speed(50, 20, 23), Speed(60, 21, 24), Speed(55, 20, 23)],
        "memory": Memory(1_900_000_000, 2_400_000_000),
        "state_bytes_per_1000_tokens": 29e6,
        "failures": [],
        "left_out": [],
        "commands": Commands(3, 6.5, 1.5, 4.5, 7.5, Memory(1_800_000_000, 2_000_000_000)),
    }
    return Measured(**(values | changes))


def test_medians_are_compared() -> None:
    summed = summaries(measured().rows)
    assert [(each.part, each.pipeline, each.first_words_s.median) for each in summed][:2] == [
        (ARTICLE, PLAIN, 10),
        (ARTICLE, UNGROUNDED, 0.4),
    ]
    assert [(ratio.part, ratio.first_words, ratio.total) for ratio in ratios(summed)] == [
        (ARTICLE, 0.05, 0.05),
        (FIRST, 0.6, 0.6),
        (SECOND, 0.1, 0.1),
        (CONTROL, 0.9, 0.9),
    ]


def test_what_one_pipeline_failed_to_answer_is_not_compared() -> None:
    both = rows(ARTICLE, 10, 0.5)
    alone = replace(both[1], question="another", times=replace(both[1].times, first_words_s=99))
    assert summaries([*both, alone]) == summaries(both)


def test_the_floor_is_to_read_the_question_and_generate_a_token() -> None:
    floor = floors(measured().rows, Speed(50, 20, 23))[0]
    assert (floor.part, floor.median_s, floor.times) == (ARTICLE, pytest.approx(0.25), pytest.approx(2))


def test_generation_is_compared_with_the_bare_server() -> None:
    assert generation_share(measured().rows, Speed(50, 25, 28)) == pytest.approx(0.8)


def test_bars() -> None:
    held = {bar.what: bar for bar in bars(measured())}
    assert [bar.what for bar in held.values() if not bar.met] == [
        "first on a topic: first words",
        "`assistant serve`: the page is there",
    ]
    assert held["article: total, of that without grounding"].value == "1.25 times"
    assert held["article: passages found, median"].value == "0.05 s"
    assert held["resident memory of `assistant serve`, peak"].value == "2.00 GB"
    assert held["search among 240 paragraphs, median"].value == "12.00 ms"


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    article_only = measured(rows=rows(ARTICLE, 10, 0.5), indexes={}, commands=None, left_out=["The paragraphs: none."])
    held = list(bars(article_only))
    assert sum(bar.met is None for bar in held) == 9
    page = markdown(article_only, held, "bench.svg")
    assert "- The paragraphs: none." in page
    assert "| first on a topic: first words | ≤ 1/2 of plain | not measured | – |" in page


def test_the_page_says_how_it_came_about_and_what_was_found() -> None:
    page = markdown(measured(), list(bars(measured())), "bench.svg")
    assert "Written by `make bench`; do not edit." in page
    assert "(bench.svg)" in page
    assert "| article | assistant | 1 | 0.50 / 0.50 | 0.50 / 0.50 | 1.00 / 1.00 | 1.50 / 1.50 | 1/1 (100.0%) |" in page
    assert "| article | 0.050 | 0.050 | 0.050 | 0.050 |" in page


# --- chart ---


def test_the_chart_is_well_formed_and_to_scale() -> None:
    root = ElementTree.fromstring(chart(summaries(measured().rows)))
    space = "{http://www.w3.org/2000/svg}"
    found = [float(bar.get("height", "0")) for bar in root.iter(f"{space}rect") if bar.get("width") == "44"]
    assert len(found) == 12  # three parts, two figures, two pipelines
    assert found[1] / found[0] == pytest.approx(0.05, abs=0.01)
    texts = ["".join(text.itertext()) for text in root.iter(f"{space}text")]
    assert {"article", "first on a topic", "second on a topic", "first words", "total"} <= set(texts)


def test_a_chart_of_the_article_alone() -> None:
    root = ElementTree.fromstring(chart(summaries(rows(ARTICLE, 10, 0.5))))
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "first on a topic" not in texts
