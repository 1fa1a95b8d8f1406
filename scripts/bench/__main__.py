"""Time the assistant side by side with the plain tutorial pipeline; write docs/bench.json, bench.md and bench.svg.

    python -m scripts.bench [--paragraphs FOLDER] [--growth]

FOLDER holds xquad.de.json (see CONTRIBUTING.md); without it, only the shipped article is measured. Ratios to the plain
pipeline are the result; seconds depend on the machine, which should have nothing else to do. Exits with 1 where a bar
is missed or something failed; the files are written all the same.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from assistant.models import load_chat_model
from assistant.settings import Settings
from index.embedding import load_embedder
from index.files import write_atomically
from scripts.bench import side_by_side
from scripts.bench.chart import chart
from scripts.bench.commands import measure_commands
from scripts.bench.indexing import SIZES, chosen_queries, growth, measure_index
from scripts.bench.machine import machine, memory, state_bytes_per_1000_tokens, versions
from scripts.bench.questions import (
    PARAGRAPHS,
    SEEDS,
    Case,
    article_cases,
    article_texts,
    load_paragraphs,
    paragraph_texts,
    topics,
)
from scripts.bench.report import (
    Measured,
    bars,
    floors,
    generation_share,
    markdown,
    median_speed,
    ratios,
    summaries,
)
from scripts.bench.server import ModelServer
from scripts.bench.side_by_side import Bench
from scripts.results import ROOT, Scratch, bar_table

SEED = 20
_OF_COMMANDS = 31
"""Questions among which those are that commands are asked."""
PAGE, CHART, ROWS = "bench.md", "bench.svg", "bench.json"


def main() -> int:
    """Measure and write; 1 where a bar is missed, or something could not be measured that was to be."""
    arguments = _parsed()
    for name in [name for name in os.environ if name.startswith("ASSISTANT_") and name != "ASSISTANT_MODELS_DIR"]:
        del os.environ[name]  # the user's settings are not measured, nor what a file here says
    paragraphs: list[dict[str, Any]] = []
    left_out = []
    if arguments.paragraphs:
        paragraphs = load_paragraphs(arguments.paragraphs)
    else:
        left_out.append(f"The paragraphs: no folder with {PARAGRAPHS} was given (`--paragraphs FOLDER`).")
        print(left_out[0])
    with tempfile.TemporaryDirectory() as name, chdir(name):
        cases = article_cases(arguments.questions + 1, random.Random(SEED))
        measured = _side_by_side(Path(name) / "models", arguments, cases, paragraphs)
        measured.left_out.extend(left_out)
        _write(measured, arguments.output)  # here and below: what follows may fail, or be stopped
        scratch = Scratch(Path(name))
        if arguments.runs:
            try:
                more = article_cases(_OF_COMMANDS, random.Random(SEED))
                answerable = [case.turns[0] for case in more if len(case.turns) == 1 and case.gold]
                commands = measure_commands(scratch, SEEDS, arguments.chat_model, answerable, arguments.runs)
                measured = replace(measured, commands=commands)
            except (subprocess.CalledProcessError, RuntimeError, httpx.HTTPError) as error:
                measured.failures.append(f"commands: {error}")
    _write(measured, arguments.output)
    if arguments.growth:
        measured = replace(measured, growth=growth(paragraphs, SIZES[: arguments.growth], SEED))
        _write(measured, arguments.output)
    held = list(bars(measured))
    print(bar_table(held))
    print(f"\nWrote {PAGE}, {CHART} and {ROWS} in {arguments.output}")
    for failure in measured.failures:
        print(f"failed: {failure}")
    return int(bool(measured.failures) or any(bar.met is False for bar in held))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paragraphs", type=Path, metavar="FOLDER", help=f"with {PARAGRAPHS}")
    parser.add_argument(
        "--growth",
        type=int,
        nargs="?",
        const=len(SIZES),
        default=0,
        metavar="N",
        help=f"measure the first N of {SIZES} articles, too; default all",
    )
    parser.add_argument("--questions", type=int, default=30, metavar="N", help="of the article, and topics; default 30")
    parser.add_argument("--controls", type=int, default=5, metavar="N", help="questions on texts never read; default 5")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of each command; default 5, 0 for none")
    parser.add_argument("--chat-model", default="embedded", help="a local one; default embedded")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", metavar="DIR", help="default docs")
    arguments = parser.parse_args()
    arguments.output = arguments.output.resolve()
    if arguments.paragraphs and not (arguments.paragraphs / PARAGRAPHS).is_file():
        parser.error(f"{arguments.paragraphs} does not hold {PARAGRAPHS} (see CONTRIBUTING.md)")
    if arguments.questions < 1:
        parser.error("--questions has to be 1 or more")
    if arguments.growth and not arguments.paragraphs:
        parser.error("--growth needs --paragraphs")
    return arguments


def _side_by_side(
    scratch: Path, arguments: argparse.Namespace, cases: Sequence[Case], paragraphs: Sequence[Mapping[str, Any]]
) -> Measured:
    """Everything that runs in this process."""
    rng = random.Random(SEED)
    states = scratch / "states"
    states.mkdir(parents=True)
    chat = load_chat_model(Settings.load(index_dir=states, chat_model=arguments.chat_model, embedding_model="embedded"))
    assert chat is not None
    bench = Bench(chat, arguments.chat_model, load_embedder("embedded"), scratch, rng, ModelServer(chat))
    try:
        texts = article_texts()
        queries = [case.turns[-1] for case in cases]
        indexes = {"article": measure_index(texts, queries, scratch / "article", bench.embedder)}
        side_by_side.article(bench, scratch / "article" / "index", texts, cases, arguments.controls)
        if paragraphs:
            texts = paragraph_texts(paragraphs)
            queries = chosen_queries(paragraphs, rng)
            indexes["paragraphs"] = measure_index(texts, queries, scratch / "paragraphs", bench.embedder)
            chosen = topics(paragraphs, arguments.questions + 1, rng)
            side_by_side.paragraphs(bench, scratch / "paragraphs" / "index", texts, chosen)
        return Measured(
            date=date.today().isoformat(),
            machine=machine(),
            versions=versions(),
            chat_model=chat.name,
            seed=SEED,
            indexes=indexes,
            rows=bench.rows,
            speeds=bench.speeds,
            memory=memory(),
            state_bytes_per_1000_tokens=state_bytes_per_1000_tokens(states),
            failures=bench.failures,
            left_out=[],
        )
    finally:
        chat.close()


def _write(measured: Measured, folder: Path) -> None:
    held = list(bars(measured))
    summed = summaries(measured.rows)
    speed = median_speed(measured.speeds)
    figures = {
        "bars": [asdict(bar) for bar in held],
        "summaries": [asdict(each) for each in summed],
        "ratios": [asdict(each) for each in ratios(summed)],
        "floors": [asdict(each) for each in floors(measured.rows, speed)],
        "speed": asdict(speed) | {"assistant_share_of_generating": generation_share(measured.rows, speed)},
    }
    folder.mkdir(exist_ok=True)
    content = json.dumps(figures | asdict(measured), indent=1, ensure_ascii=False)
    for name, text in ((ROWS, content + "\n"), (CHART, chart(summed)), (PAGE, markdown(measured, held, CHART))):
        write_atomically(folder / name, text.encode())


if __name__ == "__main__":
    sys.exit(main())
