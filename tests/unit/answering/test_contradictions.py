"""Documents that disagree, and what only looks like it."""

import re

import pytest

from assistant import further

from ..answering_fakes import Call, OpenIndex
from .composing_fakes import model, run

OPENED = "The bridge of Tarn was opened in 1995."
OPENED_LATER = "The bridge of Tarn was opened in 1997."
WHEN = "When was the bridge of Tarn opened?"


def year(call: Call) -> str:
    """Of the sentence that the model has read."""
    return "1995" if OPENED in call.text else "1997"


def opened(call: Call) -> str:
    """A sentence with the year that was quoted."""
    return OPENED if "1995" in call.messages[-2].text + call.messages[-1].text else OPENED_LATER


@pytest.mark.parametrize("sources", [("a.txt", "b.txt"), ("a.txt", "a.txt")])
def test_documents_that_disagree_are_both_told_and_cited(sources: tuple[str, str], open_index: OpenIndex) -> None:
    letters: dict[str, str] = {}
    for source, sentence in zip(sources, (OPENED, OPENED_LATER), strict=True):
        letters[source] = f"{letters.get(source, '')}{sentence}\n\n"
    streamed, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert not answer.abstained
    assert "disagree" in answer.text
    assert {"1995", "1997"} <= set(re.findall(r"\d{4}", answer.text))
    assert re.search(r"“199[57]”\.$", streamed)
    assert {citation.quote for citation in answer.citations} == {OPENED, OPENED_LATER}


@pytest.mark.parametrize(
    ("other", "dates"),
    [
        ("2024-03-02", ("“1995” (2024-03-02)", "“1997” (2024-03-02)")),
        (
            "2023-01-05",
            ("“1995” (2024-03-02; “1997”: 2023-01-05)", "“1997” (2023-01-05; “1995”: 2024-03-02)"),
        ),
        ("unknown", ("“1995” (2024-03-02)", "“1997” (“1995”: 2024-03-02)")),
    ],
)
def test_the_dates_of_both_documents_are_told(other: str, dates: tuple[str, str], open_index: OpenIndex) -> None:
    letters = {
        "a.md": f"---\ndate: 2024-03-02\n---\n\n{OPENED}\n",
        "b.md": f"---\ndate: {other}\n---\n\n{OPENED_LATER}\n",
    }
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert any(told in answer.text for told in dates), answer.text


@pytest.mark.parametrize(
    ("other", "alone"),
    [
        ("The bridge of Tarn was opened in 1995, on a Monday.", "Yes"),
        ("The bridge of Tarn was opened again in 1997.", "No"),
        ("Salt is dug in Solvig since 1821.", "Yes"),
    ],
    ids=["the same", "not convincing", "something else"],
)
def test_what_does_not_disagree_is_not_told(other: str, alone: str, open_index: OpenIndex) -> None:
    def reads(call: Call) -> str:
        return alone if other in call.text else "Yes"

    scripted = model(quote="1995", requote=other, draft=OPENED, phrase=OPENED, alone=reads)
    _, answer = run(open_index({"a.txt": OPENED, "b.txt": other}), scripted, WHEN)
    assert [citation.quote for citation in answer.citations] == [OPENED]
    assert "disagree" not in answer.text


@pytest.mark.parametrize(("one", "other"), [("Boat 4", "Boat 5"), ("the Solvig A12", "the Solvig A14")])
def test_names_with_a_number_do_not_disagree(one: str, other: str, open_index: OpenIndex) -> None:
    def quoted(call: Call) -> str:
        return one if f"uses {one}" in call.text else other

    letters = {"a.txt": f"The ferry line of Tarn uses {one}.", "b.txt": f"The ferry line of Tarn uses {other}."}
    scripted = model(quote=one, requote=quoted, draft=letters["a.txt"], phrase=letters["a.txt"])
    _, answer = run(open_index(letters), scripted, "What does the ferry line of Tarn use?")
    assert "disagree" not in answer.text


def test_a_day_and_a_year_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "1995" if "1995" in call.text else "5 May"

    letters = {"a.txt": f"{OPENED}\n", "b.txt": "The bridge of Tarn was opened on 5 May.\n"}
    _, answer = run(open_index(letters), model(quote=value, draft=OPENED, phrase=OPENED), WHEN)
    assert not answer.abstained
    assert "disagree" not in answer.text


def test_days_of_a_month_disagree(open_index: OpenIndex) -> None:
    said = "The bridge of Tarn was opened on 5 May."
    letters = f"On bridges\n\n{said}\n\nRain fell.\n\nThe bridge of Tarn was opened on 19 May.\n"
    scripted = model(quote="5 May", requote="19 May", draft=said, phrase=said)
    _, answer = run(open_index({"a.txt": letters}), scripted, WHEN)
    assert "disagree" in answer.text
    assert {"5 May", "19 May"} <= set(re.findall(r"\d+ May", answer.text))


def test_a_number_of_what_is_asked_for_is_as_bare_as_one_alone(open_index: OpenIndex) -> None:
    letters = {
        "a.txt": "The bridge of Tarn was built by 40 masons.\n",
        "b.txt": "The bridge of Tarn was built by 70 masons.\n",
    }

    def value(call: Call) -> str:
        return "40" if "40 masons" in call.text else "70 masons"

    def said(call: Call) -> str:
        return letters["a.txt" if "40" in call.messages[-1].text else "b.txt"].strip()

    scripted = model(quote=value, requote=value, draft=said, phrase=said)
    _, answer = run(open_index(letters), scripted, "How many masons built the bridge of Tarn?")
    assert "disagree" in answer.text


def test_the_date_of_a_document_does_not_disagree(open_index: OpenIndex) -> None:
    letters = f"Minutes of Tarn, 6 May 1990\n\n{OPENED}\n"
    scripted = model(quote="1995", requote="1990", draft=OPENED, phrase=OPENED)
    _, answer = run(open_index({"a.txt": letters}), scripted, WHEN)
    assert not answer.abstained
    assert "disagree" not in answer.text


def test_what_a_document_says_of_the_year_of_its_date_may_disagree(open_index: OpenIndex) -> None:
    letters = {
        "a.txt": f"{OPENED}\n",
        "bridge.md": f"---\ndate: 1997-05-06\n---\n\n{OPENED_LATER}\n",
    }
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" in answer.text


def test_a_few_sentences_with_another_value_are_read(open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "_CONTRADICTING", 0)
    letters = {"a.txt": f"{OPENED}\n", "b.txt": f"{OPENED_LATER}\n"}
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" not in answer.text


def test_a_sum_and_a_count_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "70 €" if "70" in call.text else "18"

    letters = {"a.txt": "The bridge of Tarn cost 70 €.\n", "b.txt": "The bridge of Tarn has 18 arches.\n"}
    said = "The bridge of Tarn cost 70 €."
    scripted = model(quote=value, requote=value, draft=said, phrase=said)
    _, answer = run(open_index(letters), scripted, "How much did the bridge of Tarn cost?")
    assert "disagree" not in answer.text


def test_only_what_is_surer_than_an_answer_disagrees(open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = {"a.txt": f"{OPENED}\n", "b.txt": f"{OPENED_LATER}\n"}
    monkeypatch.setattr(further, "CONTRADICTION_ODDS", 1e9)
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" not in answer.text


def test_a_bare_number_and_one_of_something_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "70 barrels" if "70" in call.text else "18"

    letters = {
        "a.txt": "The bridge of Tarn was built with 70 barrels.\n",
        "b.txt": "The bridge of Tarn was built by 18.\n",
    }
    said = "The bridge was built with 70 barrels."
    _, answer = run(open_index(letters), model(quote=value, draft=said, phrase=said), "With what was the bridge built?")
    assert "disagree" not in answer.text


def test_another_value_stands_in_the_sentence_that_is_cited(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "1995" if "1995" in call.text else "1980"

    said = "The old stone bridge of Tarn over the wide river was opened in 1995."
    other = "Tarn was founded in 1980. The old stone bridge over the wide river was opened in 1997."
    scripted = model(quote=value, draft=said, phrase=said)
    _, answer = run(open_index({"a.txt": f"{said}\n", "b.txt": f"{other}\n"}), scripted, WHEN)
    assert "requote" in scripted.kinds, "it is asked for the other value, and gives that of the sentence before"
    assert "1980" not in answer.text
