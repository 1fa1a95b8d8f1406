"""Teach the embedded chat model to translate what it quotes: a low-rank adapter that llama.cpp loads.

    python -m scripts.fit.translating SOURCES [--further]

SOURCES is a folder with sentences that people have translated:

    pawsx.{dev,test}.{de,en,es,fr}.tsv   PAWS-X (Yang et al. 2019, arXiv:1908.11828), sentences of Wikipedia; for any
                                         purpose, acknowledging Google LLC
    tatoeba.{deu,fra,spa}-eng.*          Tatoeba, short sentences of everyday life, as LASER tests itself with
                                         (github.com/facebookresearch/LASER, data/tatoeba/v1); CC BY 2.0 FR

    xquad.{de,en,es}.json                XQuAD, answers; of articles that may be fitted on; CC BY-SA 4.0

Writes assistant/models/translating.gguf: an hour on two cores. With --further it goes on from the one there is, and
learns those answers too, since a quote is mostly a phrase: half an hour.
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
from scripts.fit.data import articles
from scripts.fit.learner import Learner, Text, last, write

LANGUAGES = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra"}
SPOKEN_BY_XQUAD = ("de", "en", "es")
OFTEN = {"de": 2}
"""Into German the model translates worst: a language that it is taught twice as much."""
STEPS = 210
TOGETHER = 12
"""Sentences of a step, all from one language into another one."""
SHORT = 0.3
"""Of them, those of everyday life, where there are any."""
STEPS_FURTHER = 120
PHRASES = 0.5
"""Of the sentences of a further step, where there are any."""
LONGEST = 220
"""Characters."""
RATE = 4e-4
RATE_FURTHER = 2e-4
SEED = 7
TESTED = 12
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
    parser.add_argument("--further", action="store_true", help="go on from the adapter there is, with phrases too")
    arguments = parser.parse_args()
    sources: Path = arguments.sources
    further: bool = arguments.further
    torch.manual_seed(SEED)
    rng = random.Random(SEED + further)
    model_file = Settings.load().models_dir / EMBEDDED.name
    runtime = LlamaRuntime(model_file)
    directions = [each for each in permutations(LANGUAGES, 2) for _ in range(OFTEN.get(each[1], 1))]
    rows, tested = paragraphs(sources)
    learnt, told = phrases(sources) if further else ([], [])
    steps = some(directions, STEPS_FURTHER if further else STEPS, rng)
    lessons = [_lesson(runtime, direction, drawn(sources, direction, rows, learnt, rng)) for direction in steps]
    tests = [
        _lesson(runtime, direction, pairs(sample, direction)[:TESTED])
        for sample in (tested, told)
        for direction in permutations(LANGUAGES, 2)
        if pairs(sample, direction)
    ]
    invocation = runtime.tokens(INVOCATION)
    runtime.close()
    learner = Learner(model_file)
    if further:
        learner.know(TRANSLATING)
    for number, loss in enumerate(learner.learn(lessons, RATE_FURTHER if further else RATE), start=1):
        if number % 10 == 0:
            print(number, round(loss, 3), flush=True)
        if number % 50 == 0:
            _write(learner, invocation)
    _write(learner, invocation)
    _tell(learner, tests, "with it")
    _tell(learner, tests, "without it", taught=False)


def _tell(learner: Learner, tests: Sequence[Text], when: str, *, taught: bool = True) -> None:
    with torch.no_grad():
        losses = [float(learner.loss(test, taught=taught)) for test in tests]
    print(
        f"loss {when}, by direction, of sentences and then of phrases: {[round(loss, 3) for loss in losses]}",
        flush=True,
    )


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


def phrases(sources: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Answers in several languages, to teach and to test with; those left out that are the same in two of them, like
    most names.
    """
    files = {code: sources / f"xquad.{code}.json" for code in SPOKEN_BY_XQUAD}
    golds = [
        [question.golds[0] for article in articles(file) for each in article.paragraphs for question in each.questions]
        for file in files.values()
    ]
    rows = [dict(zip(files, row, strict=True)) for row in dict.fromkeys(zip(*golds, strict=True))]
    telling = [row for row in rows if len(set(row.values())) == len(row) and '"' not in "".join(row.values())]
    return telling[TESTED:], telling[:TESTED]


def pairs(rows: Sequence[dict[str, str]], direction: Pair) -> list[Pair]:
    """Of the rows in both languages."""
    one, other = direction
    return [(row[one], row[other]) for row in rows if one in row and other in row]


def some(directions: Sequence[Pair], steps: int, rng: random.Random) -> Iterator[Pair]:
    """As many as there are steps, each of them as often as the others, in a random order."""
    drawn = [directions[number % len(directions)] for number in range(steps)]
    rng.shuffle(drawn)
    yield from drawn


def drawn(
    sources: Path, direction: Pair, rows: Sequence[dict[str, str]], learnt: Sequence[dict[str, str]], rng: random.Random
) -> list[Pair]:
    """Sentences of a step, and phrases, with their translations."""
    short = _everyday(sources, *direction) if "en" in direction else []
    parts = [*rng.sample(short, round(SHORT * TOGETHER))] if short else []
    if said := pairs(learnt, direction):
        parts += rng.sample(said, round(PHRASES * TOGETHER))
    return [*rng.sample(pairs(rows, direction), TOGETHER - len(parts)), *parts]


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
    made_of = "PAWS-X, by Google LLC, of Tatoeba, CC BY 2.0 FR, and of XQuAD, CC BY-SA 4.0"
    write(learner, TRANSLATING, invocation, "CC-BY-SA-4.0", f"Made by scripts.fit.translating of {made_of}.")


if __name__ == "__main__":
    main()
