"""Measure the shipped question sets with the embedded models, and write docs/results.md.

    python scripts/results.py [--retrieval FOLDER]

Every set is asked twice, in two processes: the second must answer like the first, byte for byte.
FOLDER holds xquad.de.json and xquad.en.json (see CONTRIBUTING.md); without it, retrieval is not measured.
Exits with 1 where a bar is missed; the file is written all the same.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.evaluation import Report, compare, load_report, markdown_summary
from assistant.evaluation.summary import NO_LABEL, Group, Share, summarize
from assistant.models.files import EMBEDDED
from assistant.settings import Settings
from index.cores import physical_cores
from index.files import write_atomically

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results.md"
QUESTION_SETS = [str(path) for path in sorted((ROOT / "tests" / "questions").glob("*.yaml"))]
ASSISTANT = [sys.executable, "-m", "assistant.cli"]
EMBEDDING_MODEL = "multilingual-e5-small, 8-bit"
STARTS = 5
NOT_MEASURED = "not measured"
NO_RETRIEVAL = 'Not measured; `make results ARGS="--retrieval FOLDER"` does.'

SET_ASIDE = "summit-reporting.questions.yaml"
"""Nothing was ever tuned on it: it tells whether the figures of the other set can be trusted."""

RIGHT = 0.88
ANSWER_GIVEN = 0.97
WRONG = 0.04
NO_CLAIM = 0.85
CONVERSATIONS = 0.85
EACH_LANGUAGE = 0.85
POINTS_APART = 0.05
RECALL_AT_1 = {"de → de": 0.92, "en → en": 0.95, "en → de": 0.83, "de → en": 0.82}
"""By the languages of question and paragraph."""
IMPORT, HELP = "`import assistant`", "`assistant --help`"
SECONDS = {IMPORT: 0.5, HELP: 1.0}


@dataclass(frozen=True, slots=True)
class Bar:
    """What is promised, and whether it holds."""

    what: str
    wanted: str
    value: str
    met: bool | None
    """None where it was not measured."""


def main() -> int:
    """Measure and write; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retrieval", type=Path, metavar="FOLDER", help="with xquad.de.json and xquad.en.json")
    folder = parser.parse_args().retrieval
    if folder and not all((folder / f"xquad.{language}.json").is_file() for language in ("de", "en")):
        parser.error(f"{folder} does not hold xquad.de.json and xquad.en.json")  # now, not after an hour
    with tempfile.TemporaryDirectory() as name:
        scratch = Scratch(Path(name))
        index_dir = scratch.folder / "index"
        index = [*ASSISTANT, "index", str(ROOT / "seeds"), "--embedding-model", "embedded"]
        scratch.run([*index, "--index-dir", str(index_dir)])
        first, second = (answered(scratch, index_dir, scratch.folder / name) for name in ("first", "second"))
        changed = compare(second, first).changed
        retrieval, recall = retrieved(scratch, folder) if folder else (NO_RETRIEVAL, {})
        seconds = start_up(scratch)
    held = list(bars(first, changed, recall, seconds))
    sections = {
        "Bars": bar_table(held),
        "Answers": markdown_summary(first).strip(),
        "The set that nothing was tuned on": set_aside_table(first),
        "Declines": decline_table(first),
        "The first question of a process": first_question([first, second]),
        "Determinism": determinism(len(first.rows), changed),
        "Retrieval": retrieval,
        "Start": start_table(seconds),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    page = "\n\n".join([header(), *(f"## {title}\n\n{text}" for title, text in sections.items())]) + "\n"
    write_atomically(RESULTS, page.encode())
    print(bar_table(held))
    print(f"\nWrote {RESULTS.relative_to(ROOT)}")
    return int(any(bar.met is False for bar in held))


class Scratch:
    """A folder to run commands in, which see no setting of the user's but the models folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        self.environment["ASSISTANT_MODELS_DIR"] = str(Settings.load().models_dir.resolve())
        self.environment["PYTHONPATH"] = str(ROOT)

    def run(self, command: Sequence[str], *, codes: Sequence[int] = (0,), quiet: bool = False) -> str:
        """What it prints; it is shown too, unless `quiet`. Raises CalledProcessError for another exit code."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode not in codes:
            raise subprocess.CalledProcessError(done.returncode, command)
        if not quiet:
            print(done.stdout, end="")
        return done.stdout


def answered(scratch: Scratch, index_dir: Path, report_dir: Path) -> Report:
    """One run of all sets in a process of its own; failed questions are part of the result."""
    models = ["--chat-model", "embedded", "--embedding-model", "embedded"]
    options = ["--corpus", str(ROOT / "seeds"), "--index-dir", str(index_dir), "--report", str(report_dir)]
    scratch.run([*ASSISTANT, "eval", *QUESTION_SETS, *models, *options], codes=(0, 1), quiet=True)
    return load_report(report_dir)


# --- bars ---


def bars(
    report: Report, changed: Sequence[str], recall: Mapping[str, float], seconds: Mapping[str, float]
) -> Iterator[Bar]:
    """All that is promised, in the order of the table."""
    summary, questions = summarize(report), len(report.rows)
    conversations = summarize(Report(tuple(row for row in report.rows if len(row.turns) > 1))).total
    yield share_bar("answerable: right and rightly cited", summary.total.answerable, RIGHT)
    yield share_bar("answerable: right, or shown the passage that answers", summary.total.answer_given, ANSWER_GIVEN)
    yield share_bar("answerable: wrong claims", summary.total.wrong, WRONG, at_most=True)
    yield share_bar("unanswerable: no claim made", summary.total.unanswerable, NO_CLAIM)
    yield share_bar("conversations right, or rightly without a claim", met_in(conversations), CONVERSATIONS)
    yield from apart_bars(report)
    for group in summary.languages:
        yield share_bar(f"answerable, in {group.label}", group.answerable, EACH_LANGUAGE)
    checks = dict(summary.checks)
    yield share_bar("answered in the language of the question", checks.get("language", Share(0, 0)), 1)
    yield share_bar("citations verbatim", checks.get("verbatim", Share(0, 0)), 1)
    for column, wanted in RECALL_AT_1.items():
        found = recall.get(column)
        value, met = (NOT_MEASURED, None) if found is None else (f"{found:.3f}", found >= wanted)
        yield Bar(f"recall@1, {column}", f"≥ {wanted:.2f}", value, met)
    yield share_bar("the same in a second run, byte for byte", Share(questions - len(changed), questions), 1)
    for name, limit in SECONDS.items():
        yield Bar(name, f"< {limit:.1f} s", f"{seconds[name]:.2f} s", seconds[name] < limit)


def share_bar(what: str, share: Share, wanted: float, *, at_most: bool = False) -> Bar:
    """At least, or at most, this share of them."""
    bar = f"≤ {wanted:.0%}" if at_most else f"≥ {wanted:.0%}" if wanted < 1 else "all"
    if not share.whole:
        return Bar(what, bar, NOT_MEASURED, None)
    value = share.part / share.whole
    return Bar(what, bar, percent(share), value <= wanted if at_most else value >= wanted)


def met_in(group: Group) -> Share:
    """Right where the documents answer, no claim where they do not."""
    parts = group.answerable, group.unanswerable
    return Share(sum(share.part for share in parts), sum(share.whole for share in parts))


def halves(report: Report) -> tuple[Group, Group]:
    """The set aside, and the rest."""
    aside, rest = (
        Report(tuple(row for row in report.rows if (row.set == SET_ASIDE) == wanted)) for wanted in (True, False)
    )
    return summarize(aside).total, summarize(rest).total


def apart_bars(report: Report) -> Iterator[Bar]:
    """How far the set aside falls short of the rest."""
    aside, rest = halves(report)
    for what, here, there in (
        ("answerable, right", aside.answerable, rest.answerable),
        ("unanswerable, no claim", aside.unanswerable, rest.unanswerable),
    ):
        points = here.part / here.whole - there.part / there.whole
        wanted = f"within {100 * POINTS_APART:.0f} points"
        yield Bar(f"{what}: set aside against the rest", wanted, f"{100 * points:+.1f}", abs(points) <= POINTS_APART)


def bar_table(held: Sequence[Bar]) -> str:
    """Markdown."""
    words = {True: "met", False: "**missed**", None: "–"}
    lines = ["| bar | wanted | measured | |", "| --- | ---: | ---: | --- |"]
    return "\n".join([*lines, *(f"| {bar.what} | {bar.wanted} | {bar.value} | {words[bar.met]} |" for bar in held)])


def percent(share: Share) -> str:
    """Never rounded up to a bar that was missed."""
    return f"{share.part}/{share.whole} ({math.floor(1000 * share.part / share.whole) / 10:.1f}%)"


# --- sections ---


def set_aside_table(report: Report) -> str:
    """Its figures beside those of the rest."""
    lines = [
        "| | right | right or answer shown | wrong claims | unanswerable, no claim |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, group in zip((SET_ASIDE, "the rest"), halves(report), strict=True):
        shares = (group.answerable, group.answer_given, group.wrong, group.unanswerable)
        lines.append(f"| {name} | {' | '.join(map(percent, shares))} |")
    return "\n".join(lines)


def decline_table(report: Report) -> str:
    """How many of each kind were declined, whether or not they should have been."""
    lines = ["| kind | has an answer | declined |", "| --- | --- | ---: |"]
    for kind, answerable in sorted({(row.kind or NO_LABEL, row.answerable) for row in report.rows}):
        answers = [row.answer for row in report.rows if (row.kind or NO_LABEL, row.answerable) == (kind, answerable)]
        share = Share(sum(answer is not None and answer.abstained for answer in answers), len(answers))
        lines.append(f"| {kind} | {'yes' if answerable else 'no'} | {percent(share)} |")
    return "\n".join(lines)


def first_question(reports: Sequence[Report]) -> str:
    """Slower than the others: what tells languages apart loads with it. All else was loaded and read before."""
    lines = ["| run | seconds to the first token | in all |", "| --- | ---: | ---: |"]
    for number, report in enumerate(reports, 1):
        if answer := report.rows[0].answer:
            lines.append(f"| {number} | {answer.timings.first_token_s:.2f} | {answer.timings.total_s:.2f} |")
    return "\n".join(lines)


def header() -> str:
    """When, where and with which models."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Results

Written by `make results`; do not edit.

- Measured on {date.today().isoformat()}, {platform.machine()},
  {physical_cores()} cores, {memory:.0f} GiB of memory, no GPU,
  Python {platform.python_version()}.
- Chat model: {EMBEDDED.filename}. Embedding model: {EMBEDDING_MODEL}.
- Question sets: {", ".join(Path(path).name for path in QUESTION_SETS)}."""


def determinism(questions: int, changed: tuple[str, ...]) -> str:
    """How many of the answers came out the same, text and citations."""
    same = f"{questions - len(changed)} of {questions} questions were answered the same in a second run, byte for byte."
    return "\n".join([same, *(f"- answered differently: {name}" for name in changed)])


def retrieved(scratch: Scratch, folder: Path) -> tuple[str, dict[str, float]]:
    """The table of retrieval_eval.py, and recall@1 by column."""
    figures = scratch.folder / "retrieval.json"
    command = [sys.executable, str(ROOT / "scripts" / "retrieval_eval.py"), str(folder.resolve())]
    table = scratch.run([*command, "--json", str(figures)]).strip()
    rows = json.loads(figures.read_text(encoding="utf-8"))
    return table, {row["column"]: row["recall_at_1"] for row in rows}


def start_up(scratch: Scratch) -> dict[str, float]:
    """Median seconds of what has to be quick, each in a fresh process."""
    commands = {
        IMPORT: [sys.executable, "-c", "import assistant"],
        HELP: [*ASSISTANT, "--help"],
        "for comparison: Python that does nothing": [sys.executable, "-c", ""],
    }
    return {name: median_s(scratch, command) for name, command in commands.items()}


def start_table(seconds: Mapping[str, float]) -> str:
    """Markdown."""
    lines = [f"| the whole process | seconds, median of {STARTS} |", "| --- | ---: |"]
    return "\n".join([*lines, *(f"| {name} | {value:.2f} |" for name, value in seconds.items())])


def median_s(scratch: Scratch, command: Sequence[str]) -> float:
    """Seconds that a command takes."""
    seconds = []
    for _ in range(STARTS):
        start = time.perf_counter()
        scratch.run(command, quiet=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
