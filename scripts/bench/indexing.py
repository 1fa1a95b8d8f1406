"""Index and search without a chat model: seconds, bytes, and how they grow."""

import multiprocessing
import random
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.embedding import Embedder, load_embedder
from index.search import Index
from index.sync import sync
from scripts.bench.machine import Memory, index_bytes, memory
from scripts.bench.questions import written
from scripts.bench.timing import Spread, spread

SIZES = (1, 10, 100, 1_000)
PARAGRAPHS_EACH = 5
"""An article of XQuAD has as many, and some 4,500 characters."""
_QUERIES = 100
_WARM_UP, _ANOTHER = 3, "Which documents are there?"
_K = 10
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_PARTS = re.compile(r"\d+|[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class Indexed:
    """An index of some texts."""

    files: int
    text_bytes: int
    index_s: float
    search_s: Spread
    index_bytes: int


@dataclass(frozen=True, slots=True)
class Grown:
    """An index of some articles, made in a process of its own."""

    articles: int
    index: Indexed
    memory: Memory | None
    """Of the process, once it had indexed and searched."""


def measure_index(texts: Mapping[str, str], queries: Sequence[str], scratch: Path, embedder: Embedder) -> Indexed:
    """Index the texts into scratch/index, then search with each query once."""
    corpus, index_dir = written(texts, scratch / "corpus"), scratch / "index"
    start = time.perf_counter()
    sync(corpus, index_dir, embedder)
    index_s = time.perf_counter() - start
    with Index.open(index_dir, embedder) as index:
        for _ in range(_WARM_UP):
            index.search(_ANOTHER, _K)
        searches = spread([_seconds(index.search, query) for query in queries])
        return Indexed(
            files=len(texts),
            text_bytes=sum(len(text.encode()) for text in texts.values()),
            index_s=index_s,
            search_s=searches,
            index_bytes=index_bytes(index_dir),
        )


def growth(paragraphs: Sequence[Mapping[str, Any]], sizes: Sequence[int], seed: int) -> list[Grown]:
    """By number of articles, each size in a process of its own, so that its memory is its own."""
    articles = _articles([str(paragraph["context"]) for paragraph in paragraphs])
    queries = chosen_queries(paragraphs, random.Random(seed))
    spawn = multiprocessing.get_context("spawn")
    found = []
    for size in sizes:
        with ProcessPoolExecutor(1, spawn) as process:
            found.append(process.submit(_grown, articles, size, queries, seed).result())
        print(f"{size:5} articles: indexed in {found[-1].index.index_s:.1f} s", flush=True)
    return found


def _grown(articles: Sequence[str], size: int, queries: Sequence[str], seed: int) -> Grown:
    with tempfile.TemporaryDirectory() as name:
        index = measure_index(many(articles, size, seed), queries, Path(name), load_embedder("embedded"))
        return Grown(size, index, memory())


def chosen_queries(paragraphs: Sequence[Mapping[str, Any]], rng: random.Random) -> list[str]:
    """Questions of the set."""
    questions = [qa["question"] for paragraph in paragraphs for qa in paragraph["qas"]]
    return rng.sample(questions, min(_QUERIES, len(questions)))


def many(articles: Sequence[str], count: int, seed: int) -> dict[str, str]:
    """So many files: the articles as they are, then again and again with other numbers and words."""
    vocabulary = sorted({word for article in articles for word in _LONG_WORD.findall(article)})
    rng = random.Random(seed)
    texts = {}
    for number in range(count):
        text = articles[number % len(articles)]
        texts[f"{number:05}.txt"] = text if number < len(articles) else altered(text, vocabulary, rng)
    return texts


def altered(text: str, vocabulary: Sequence[str], rng: random.Random) -> str:
    """Each number another one, half of the longer words other ones: no near-duplicate, and as long as before."""

    def other(found: re.Match[str]) -> str:
        if found[0].isdigit():
            return "".join(str(rng.randrange(1, 10)) for _ in found[0])
        return rng.choice(vocabulary) if rng.random() < 0.5 else found[0]

    return _PARTS.sub(other, text)


def _articles(paragraphs: Sequence[str]) -> list[str]:
    starts = range(0, len(paragraphs), PARAGRAPHS_EACH)
    return ["\n\n".join(paragraphs[start : start + PARAGRAPHS_EACH]) for start in starts]


def _seconds(search: Callable[[str, int], object], query: str) -> float:
    start = time.perf_counter()
    search(query, _K)
    return time.perf_counter() - start
