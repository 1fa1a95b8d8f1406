"""How like a question the nearest sentence of a folder is, where the folder is about it and where it is not."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.chunking import segment
from index.embedding import Embedder
from index.types import Span
from scripts.fit.data import Article, articles

PARAGRAPHS = 5
"""Of one article make a folder."""
OWN, OTHERS = 14, 10
"""Questions to each folder about it, and about something else."""
NOTHING_QUANTILE = 0.005
"""Of the answerable questions, not more than these may fall below the line of nothing; it is drawn MARGIN lower."""
MARGIN = 0.02
SEED = 1


def fit(embedder: Embedder, squad: Path, xquad_en: Path, xquad_de: Path) -> dict[str, Any]:
    """The lines for a question in the folder's language, and in another one."""
    english, german = articles(xquad_en), articles(xquad_de)
    rng = random.Random(SEED)
    same = [
        *_cosines(embedder, articles(squad), articles(squad), "en", rng),
        *_cosines(embedder, german, german, "de", rng),
    ]
    other = [
        *_cosines(embedder, german, english, "de", rng),
        *_cosines(embedder, english, german, "en", rng),
    ]
    return {"same_language": _lines(same), "other_language": _lines(other)}


def _cosines(
    embedder: Embedder, folders: Sequence[Article], askers: Sequence[Article], language: str, rng: random.Random
) -> list[tuple[bool, float]]:
    """Of each question to a folder: is the folder about it, and the cosine of the sentence most like it."""
    rows = []
    for number, article in enumerate(folders):
        chosen = rng.sample(range(len(article.paragraphs)), min(PARAGRAPHS, len(article.paragraphs)))
        sentences = [s for i in chosen for s in _sentences(article.paragraphs[i].text, language)]
        own = [q.text for i in chosen for q in askers[number].paragraphs[i].questions]
        far = [
            q.text
            for other in askers
            if other.title != askers[number].title
            for p in other.paragraphs
            for q in p.questions
        ]
        asked = [(True, text) for text in rng.sample(own, min(OWN, len(own)))]
        asked += [(False, text) for text in rng.sample(far, OTHERS)]
        best = (embedder.embed_documents(sentences) @ embedder.embed_queries([text for _, text in asked]).T).max(axis=0)
        rows += [(about, float(cosine)) for (about, _), cosine in zip(asked, best, strict=True)]
    return rows


def _sentences(text: str, language: str) -> list[str]:
    return [text[span.start : span.end] for span in segment(text, Span(0, len(text)), language)]


def _lines(rows: Sequence[tuple[bool, float]]) -> dict[str, float]:
    """`near` parts the two best: the shares of the one above and of the other below add up to most."""
    about = np.array([cosine for own, cosine in rows if own])
    far = np.array([cosine for own, cosine in rows if not own])
    lines = np.unique(np.concatenate([about, far]))
    near = max(lines, key=lambda line: (about >= line).mean() + (far < line).mean())
    nothing = np.quantile(about, NOTHING_QUANTILE) - MARGIN
    return {"nothing": round(float(nothing), 3), "near": round(float(near), 3)}
