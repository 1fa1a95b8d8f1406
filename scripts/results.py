"""Measure the shipped question sets and write docs/results.md.

    python scripts/results.py [--retrieval FOLDER]

Every set is asked twice, in two processes: the second must answer like the first, byte for byte.
FOLDER holds xquad.de.json and xquad.en.json; without it, retrieval is not measured.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.evaluation import Report, compare, load_report, markdown_summary
from assistant.models.files import EMBEDDED

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results.md"
QUESTION_SETS = [str(path) for path in sorted((ROOT / "tests" / "questions").glob("*.yaml"))]
ASSISTANT = [sys.executable, "-m", "assistant.cli"]
EMBEDDING_MODEL = "multilingual-e5-small, 4-bit"
STARTS = 5


def main() -> int:
    """Measure and write; 1 where two runs differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retrieval", type=Path, metavar="FOLDER", help="with xquad.de.json and xquad.en.json")
    folder = parser.parse_args().retrieval
    with tempfile.TemporaryDirectory() as scratch:
        index_dir = Path(scratch) / "index"
        subprocess.run([*ASSISTANT, "index", str(ROOT / "seeds"), "--index-dir", str(index_dir)], check=True)
        first, second = (answered(index_dir, Path(scratch) / name) for name in ("first", "second"))
    changed = compare(second, first).changed
    sections = {
        "Answers": markdown_summary(first),
        "Determinism": determinism(len(first.rows), changed),
        **({"Retrieval": retrieval(folder)} if folder else {}),
        "Start": start_up(),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n\n".join([header(), *(f"## {title}\n\n{text}" for title, text in sections.items())]) + "\n")
    print(f"Wrote {RESULTS.relative_to(ROOT)}")
    return int(bool(changed))


def answered(index_dir: Path, report_dir: Path) -> Report:
    """One run of all sets in a process of its own; failed questions are part of the result."""
    command = [*ASSISTANT, "eval", *QUESTION_SETS, "--index-dir", str(index_dir), "--report", str(report_dir)]
    code = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(code)
    return load_report(report_dir)


def header() -> str:
    """When, where and with which models."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Results

Written by `make results`; do not edit.

- Measured on {date.today().isoformat()}, {platform.machine()},
  {os.cpu_count()} cores, {memory:.0f} GiB of memory, no GPU,
  Python {platform.python_version()}.
- Chat model: {EMBEDDED.filename}. Embedding model: {EMBEDDING_MODEL}.
- Question sets: {", ".join(Path(path).name for path in QUESTION_SETS)}."""


def determinism(questions: int, changed: tuple[str, ...]) -> str:
    """How many of the answers came out the same, text and citations."""
    same = f"{questions - len(changed)} of {questions} questions were answered the same in a second run, byte for byte."
    return "\n".join([same, *(f"- answered differently: {name}" for name in changed)])


def retrieval(folder: Path) -> str:
    """The table of retrieval_eval.py."""
    command = [sys.executable, str(ROOT / "scripts" / "retrieval_eval.py"), str(folder.resolve())]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def start_up() -> str:
    """Median seconds of what has to be quick, each in a fresh process."""
    rows = {
        "`import assistant`": median_s([sys.executable, "-c", "import assistant"]),
        "`assistant --help`": median_s([*ASSISTANT, "--help"]),
        "for comparison: Python that does nothing": median_s([sys.executable, "-c", ""]),
    }
    lines = [f"| the whole process | seconds, median of {STARTS} |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {seconds:.2f} |" for name, seconds in rows.items())])


def median_s(command: Sequence[str]) -> float:
    """Seconds that a command takes."""
    seconds = []
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
