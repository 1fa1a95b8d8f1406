"""Teach the embedded chat model to translate what it quotes: a low-rank adapter that llama.cpp loads.

    python -m scripts.fit.translating SOURCES

SOURCES is a folder with sentences that people have translated:

    pawsx.{dev,test}.{de,en,es,fr}.tsv   PAWS-X (Yang et al. 2019, arXiv:1908.11828), sentences of Wikipedia; for any
                                         purpose, acknowledging Google LLC
    tatoeba.{deu,fra,spa}-eng.*          Tatoeba, short sentences of everyday life, as LASER tests itself with
                                         (github.com/facebookresearch/LASER, data/tatoeba/v1); CC BY 2.0 FR

Writes assistant/models/translating.gguf. About an hour on two cores.
"""

import argparse
import csv
import random
import re
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import torch

from assistant import prompting
from assistant.models import TRANSLATING
from assistant.models.files import EMBEDDED
from assistant.models.runtime import LlamaRuntime
from assistant.settings import Settings
from index.language import language_name
from scripts.fit.learner import Learner, Text, last, write

LANGUAGES = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra"}
OFTEN = {"de": 2}
"""Into German the model translates worst: a language that it is taught twice as much."""
STEPS = 210
TOGETHER = 12
"""Sentences of a step, all from one language into another one."""
SHORT = 0.3
"""Of them, those of everyday life, where there are any."""
LONGEST = 220
"""Characters."""
RATE = 4e-4
SEED = 7
TESTED = 40
"""Rows of the test part that tell how well it does, in each direction."""
INVOCATION = " following text"
"""Stands in the prompt before the text."""
_APART = re.compile(r" (?=[.,;:!?)%]|'s\b|n't\b)|(?<=[(]) ")
"""Blanks that tokenizing has put in."""

Pair = tuple[str, str]


def main() -> None:
    """Parse, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    sources: Path = parser.parse_args().sources
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model_file = Settings.load().models_dir / EMBEDDED.name
    runtime = LlamaRuntime(model_file)
    directions = [each for each in permutations(LANGUAGES, 2) for _ in range(OFTEN.get(each[1], 1))]
    rows, tested = paragraphs(sources)
    lessons = [_lesson(runtime, direction, drawn(sources, direction, rows, rng)) for direction in some(directions, rng)]
    tests = [
        _lesson(runtime, (one, other), [(row[one], row[other]) for row in tested])
        for one, other in permutations(LANGUAGES, 2)
    ]
    invocation = runtime.tokens(INVOCATION)
    runtime.close()
    learner = Learner(model_file)
    for number, loss in enumerate(learner.learn(lessons, RATE), start=1):
        if number % 10 == 0:
            print(number, round(loss, 3), flush=True)
        if number % 50 == 0:
            _write(learner, invocation)
    _write(learner, invocation)
    for taught in (False, True):
        with torch.no_grad():
            losses = [float(learner.loss(test, taught=taught)) for test in tests]
        figures = {
            "-".join(each): round(loss, 3) for each, loss in zip(permutations(LANGUAGES, 2), losses, strict=True)
        }
        print(f"loss {'with' if taught else 'without'} it: {figures}", flush=True)


def paragraphs(sources: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Sentences in all languages, to teach and to test with."""
    parts = []
    for part in ("dev", "test"):
        columns = {}
        for language in LANGUAGES:
            with (sources / f"pawsx.{part}.{language}.tsv").open(encoding="utf-8", newline="") as file:
                columns[language] = [row[0] for row in csv.reader(file, delimiter="\t")]
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        parts.append([{code: _APART.sub("", text) for code, text in row.items()} for row in rows if _plain(row)])
    (dev, test) = parts
    return dev + test[TESTED:], test[:TESTED]


def _plain(row: dict[str, str]) -> bool:
    return all(10 < len(text) <= LONGEST and not re.search(r"[\"`]|''|--", text) for text in row.values())


def some(directions: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    """As many as there are steps, each of them as often as the others, in a random order."""
    drawn = [directions[number % len(directions)] for number in range(STEPS)]
    rng.shuffle(drawn)
    yield from drawn


def drawn(sources: Path, direction: Pair, rows: Sequence[dict[str, str]], rng: random.Random) -> list[Pair]:
    """Sentences of a step, with their translations."""
    one, other = direction
    short = _everyday(sources, one, other) if "en" in direction else []
    count = round(SHORT * TOGETHER) if short else 0
    drawn = [(row[one], row[other]) for row in rng.sample(rows, TOGETHER - count)]
    return [*drawn, *rng.sample(short, count)]


def _everyday(sources: Path, one: str, other: str) -> list[Pair]:
    foreign = LANGUAGES[one if other == "en" else other]
    texts = [
        (sources / f"tatoeba.{foreign}-eng.{LANGUAGES[code]}").read_text(encoding="utf-8").splitlines()
        for code in (one, other)
    ]
    return [pair for pair in zip(*texts, strict=True) if '"' not in "".join(pair)]


def _lesson(runtime: LlamaRuntime, direction: Pair, pairs: Sequence[Pair]) -> Text:
    spoken, language = map(language_name, direction)
    invocation = runtime.tokens(INVOCATION)
    beginning, asked = list[int](), []
    for text, translated in pairs:
        template = prompting.translate_from_prompt().template()
        messages = template.format_messages(text=text, spoken=spoken, language=language)
        read = runtime.tokens(runtime.render(messages), add_special=True)
        at = last(read, invocation)
        beginning = read[:at]
        asked.append((read[at:], runtime.tokens(f'{translated}"') + runtime.tokens("<|im_end|>")))
    return Text(beginning, asked)


def _write(learner: Learner, invocation: list[int]) -> None:
    description = "Made by scripts.fit.translating of PAWS-X, by Google LLC, and of Tatoeba, CC BY 2.0 FR."
    write(learner, TRANSLATING, invocation, "CC-BY-2.0-FR", description)


if __name__ == "__main__":
    main()
