"""How answers to others' questions are judged."""

import pytest

from assistant.types import Answer, Citation, Timings
from scripts.halves import Question, Row, judged, table, to_read

TEXT = 'The ferry "Ada" left Solvig at noon. Rain fell.'


def answer(text: str, quote: str, *, abstained: bool = False) -> Answer:
    start = TEXT.index(quote)
    return Answer(
        question="Which ferry?",
        text=text,
        language="en",
        standalone_question="Which ferry?",
        citations=(Citation(1, "a_001.txt", "", quote, start, start + len(quote)),),
        abstained=abstained,
        decline_reason="detail_missing" if abstained else None,
        timings=Timings(0, 0, 1.5),
    )


def row(given: Answer, *, answerable: bool = True) -> Row:
    gold = '"Ada".' if answerable else ""
    asked = Question("1", "Which ferry?", answerable, (gold,) if gold else (), "a_001.txt", (TEXT.index('"Ada"'),))
    return judged("hard", asked, given)


def test_marks_at_the_ends_of_a_gold_span_do_not_count() -> None:
    assert row(answer("According to the documents: Ada. [1]", 'The ferry "Ada" left Solvig at noon.')).right


@pytest.mark.parametrize(("quote", "cited"), [('The ferry "Ada" left Solvig at noon.', True), ("Rain fell.", False)])
def test_a_citation_overlaps_the_gold_span(quote: str, cited: bool) -> None:
    given = row(answer("Here is what they say. [1]", quote, abstained=True))
    assert (given.answered, given.right, given.cited) == (False, False, cited)


def test_the_table_counts_claims_that_are_not_right() -> None:
    whole = 'The ferry "Ada" left Solvig at noon.'
    rows = [
        row(answer("According to the documents: Ada. [1]", whole)),
        row(answer("According to the documents: rain. [1]", "Rain fell.")),
        row(answer("According to the documents: noon. [1]", whole), answerable=False),
        row(answer("Here is what they say. [1]", whole, abstained=True), answerable=False),
    ]
    told = table("hard", rows)
    assert "| gold span in the answer, of the answerable | 50.0% |" in told
    assert "| no claim, of the others | 50.0% |" in told
    assert "| balanced accuracy of answering against declining | 75.0% |" in told
    assert "| wrong claims, of all | 50.0% |" in told
    assert "   - Rain fell." in to_read(rows, 3)
