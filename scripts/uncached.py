"""Do answers depend on what was kept? Asks the shipped question sets with nothing kept, against a run that keeps all.

    python -m scripts.uncached REPORT

REPORT is the folder of a report of `assistant eval` on the same sets, with the embedded models. Every question is put
to an assistant of its own that keeps nothing on the disk, so that the model reads each text again: an hour, where the
other run took minutes. (What it has read for one question is restored within that question; that a restored state is
to the last bit the one that was read is a test: tests/integration/test_models_runtime.py.) Prints the questions whose
answers differ in anything but time, and those that one of the runs did not answer; exits with 1 if there are any.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant import Answer, Assistant
from assistant.evaluation import compare, load_question_set, load_report, run
from assistant.evaluation.comparison import name
from assistant.evaluation.types import Row
from assistant.types import Turn
from index.types import Document
from scripts.results import QUESTION_SETS, ROOT


class Anew:
    """For each question an assistant that remembers nothing."""

    def __init__(self, index_dir: str) -> None:
        self._index_dir = index_dir

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """As an assistant's."""
        with self._opened() as assistant:
            return assistant.ask(question, history)

    def document(self, source: str) -> Document:
        """As an assistant's."""
        with self._opened() as assistant:
            return assistant.document(source)

    def _opened(self) -> Assistant:
        return Assistant.open(
            corpus=ROOT / "seeds",
            index_dir=self._index_dir,
            chat_model="embedded",
            embedding_model="embedded",
            prepared_mb=0,
            sync=True,
        )


def main() -> int:
    """1 where an answer differs, or was given in one run only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, metavar="REPORT")
    kept = load_report(parser.parse_args().report)
    with tempfile.TemporaryDirectory() as index_dir:
        anew = run(Anew(index_dir), [load_question_set(path) for path in QUESTION_SETS], progress=_told)
    changed = compare(anew, kept).changed
    answered = [{name(row) for row in report.rows if row.answer} for report in (kept, anew)]
    unanswered = sorted({name(row) for report in (kept, anew) for row in report.rows} - (answered[0] & answered[1]))
    for each in changed:
        print(f"differs: {each}")
    for each in unanswered:
        print(f"not answered in both runs: {each}")
    print(f"{len(anew.rows)} questions, {len(changed)} answered differently with nothing kept")
    return int(bool(changed or unanswered))


def _told(row: Row, done: int, total: int) -> None:
    print(f"{done} of {total}: {row.id}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
