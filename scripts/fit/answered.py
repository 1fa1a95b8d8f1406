"""Is a question answered by what a local model read? Logistic regression on its log-odds, over near misses.

The model is asked what `assistant.drafting` asks it, about the paragraph that the search finds; half of the questions
are those that people wrote to look answerable by it (SQuAD 2.0, Rajpurkar et al. 2018).
"""

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from assistant import evidence, sources
from assistant.composing import look_up
from assistant.drafting import Drafter, Reading
from assistant.models import load_chat_model
from assistant.models.runtime import LlamaRuntime
from assistant.selection import Selection
from assistant.settings import Settings
from index.embedding import Embedder
from index.search import Index
from index.sync import sync
from scripts.fit.data import Asked, articles

OF_EACH = 2
"""Questions of a paragraph that it answers, and that it does not."""
LIKELY = 3
SEED = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what the model said of it, and the truth."""

    id: str
    article: str
    answerable: bool
    """And its paragraph was read."""
    stated: float
    stated_alone: float
    likely: tuple[float, ...]
    """`stated_alone` of the sentences most like the question, the best first."""
    plain: float
    plain_alone: float
    """`stated` and `stated_alone` without the adapter."""


def collect(embedder: Embedder, squad: Path, rows_file: Path, limit: int) -> list[Row]:
    """Ask the model until there are `limit` rows; those in the file are kept, new ones appended as they come."""
    rows = [Row(**json.loads(line)) for line in rows_file.read_text().splitlines()] if rows_file.exists() else []
    if len(rows) >= limit:
        return rows[:limit]
    known = {row.id for row in rows}
    with tempfile.TemporaryDirectory() as name, rows_file.open("a") as file:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        todo = list(_written(corpus, squad))
        sync(corpus, Path(name) / "index", embedder)
        chat = load_chat_model(Settings.load(chat_model="embedded"))
        assert chat
        assert chat.runtime
        with Index.open(Path(name) / "index", embedder) as index:
            asker = _Asker(index, Drafter(chat), chat.runtime)
            for source, asked in todo:
                if len(rows) >= limit:
                    break
                if asked.id not in known and (row := asker.row(source, asked)):
                    rows.append(row)
                    print(json.dumps(asdict(row)), file=file, flush=True)
        chat.close()
    return rows


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """The weights, and how well they do on each article when fitted on the others."""
    signals = np.array([[row.stated, row.stated_alone] for row in rows])
    truth = np.array([row.answerable for row in rows])
    groups = np.array([row.article for row in rows])
    chances = cross_val_predict(_model(), signals, truth, groups=groups, cv=LeaveOneGroupOut(), method="predict_proba")[
        :, 1
    ]
    model = _model().fit(signals, truth)
    (stated, alone), bias = model.coef_[0], model.intercept_[0]
    return {
        "weights": {
            "bias": round(float(bias), 3),
            "stated": round(float(stated), 3),
            "stated_alone": round(float(alone), 3),
        },
        "questions": len(rows),
        "articles_left_out_in_turn": {
            "auc": round(float(roc_auc_score(truth, chances)), 3),
            "auc_of_stated": round(float(roc_auc_score(truth, signals[:, 0])), 3),
            "auc_of_stated_alone": round(float(roc_auc_score(truth, signals[:, 1])), 3),
            "balanced_accuracy": round(float(balanced_accuracy_score(truth, chances >= 0.5)), 3),
            "curve": _curve(truth, chances),
        },
    }


def _model() -> LogisticRegression:
    return LogisticRegression(C=1.0, class_weight="balanced")


def _curve(truth: NDArray[np.bool_], chances: NDArray[np.float64]) -> list[dict[str, float]]:
    """Caution -> which share of the answerable is answered, and of the others declined."""
    return [
        {
            "caution": caution,
            "answered": round(float((chances[truth] >= caution).mean()), 3),
            "declined": round(float((chances[~truth] < caution).mean()), 3),
        }
        for caution in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    ]


def _written(corpus: Path, squad: Path) -> Iterator[tuple[str, Asked]]:
    """Each paragraph as a document, and some questions of each, those of a paragraph together, in a random order."""
    rng = random.Random(SEED)
    chosen: list[list[tuple[str, Asked]]] = []
    for article in articles(squad):
        for number, paragraph in enumerate(article.paragraphs):
            source = f"{article.title}_{number:03d}.txt"
            (corpus / source).write_text(paragraph.text, encoding="utf-8")
            kinds = [[q for q in paragraph.questions if q.answerable == answerable] for answerable in (True, False)]
            count = min(OF_EACH, *map(len, kinds))
            chosen.append([(source, q) for kind in kinds for q in rng.sample(kind, count)])
    rng.shuffle(chosen)
    return (each for paragraph in chosen for each in paragraph)


class _Asker:
    """Asks what the product asks before it decides."""

    def __init__(self, index: Index, drafter: Drafter, runtime: LlamaRuntime) -> None:
        self._index = index
        self._drafter = drafter
        self._runtime = runtime
        self._selection = Selection(index, local=True)

    def row(self, source: str, asked: Asked) -> Row | None:
        """None where the model says neither yes nor no."""
        passages, _ = self._selection.passages(self._index.search(asked.text, 8))
        said: list[float | None] = []

        def readings(reading: Reading) -> Any:
            basis = yield from look_up(reading, asked.text, lambda: "en")
            quoted = sources.place(self._index, passages, basis.quote, asked.text).sentence
            likely = sources.likely(self._index, passages, asked.text, LIKELY)
            texts = [sources.in_context(self._index, passages, each, asked.text) for each in (quoted, *likely)]
            said.append(basis.stated)
            for text in texts:
                said.append((yield from reading.stated_by(text, asked.text)))
            adapted, self._runtime.adapted = self._runtime.adapted, {}
            said.append((yield from reading.stated(asked.text)))
            said.append((yield from reading.stated_by(texts[0], asked.text)))
            self._runtime.adapted = adapted

        with self._drafter.visit() as visit:
            for _ in visit.read(evidence.as_prompt(passages), readings):
                pass
        known = [odds for odds in said if odds is not None]
        if len(known) < len(said):
            return None
        stated, alone, *likely, plain, plain_alone = known
        read = any(passage.source == source for passage in passages)
        return Row(
            id=asked.id,
            article=source.rpartition("_")[0],
            answerable=asked.answerable and read,
            stated=stated,
            stated_alone=alone,
            likely=tuple(likely),
            plain=plain,
            plain_alone=plain_alone,
        )
