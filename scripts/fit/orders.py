"""What tells an order from a question: logistic regression on the vector of what was typed."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.embedding import Embedder
from scripts.fit.data import articles

REQUESTS = Path(__file__).with_name("requests.yaml")
LINE = 0.8
"""Probability; lower, questions in a language that was not fitted on are lost."""
SAMPLE = 150
"""Questions of each set."""
SEED = 0


def fit(embedder: Embedder, squad: Path, xquad_de: Path) -> dict[str, Any]:
    """The weights, and how well a fit on the other languages does on each."""
    texts, labels, languages = _requests()
    for language, path in (("en", squad), ("de", xquad_de)):
        asked = [q.text for article in articles(path) for p in article.paragraphs for q in p.questions]
        texts += random.Random(SEED).sample(asked, SAMPLE)
        labels += [0] * SAMPLE
        languages += [language] * SAMPLE
    vectors, truth, spoken = embedder.embed_queries(texts), np.array(labels), np.array(languages)
    checked = {}
    for language in sorted(set(languages)):
        here = spoken == language
        chances = _fitted(vectors[~here], truth[~here]).predict_proba(vectors[here])[:, 1]
        checked[language] = {
            "auc": round(float(roc_auc_score(truth[here], chances)), 3),
            "orders_caught": round(float((chances[truth[here] == 1] >= LINE).mean()), 3),
            "questions_lost": round(float((chances[truth[here] == 0] >= LINE).mean()), 3),
        }
    model = _fitted(vectors, truth)
    return {
        "weights": [round(float(weight), 3) for weight in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 3),
        "line": LINE,
        "fitted_on_other_languages": checked,
    }


def _requests() -> tuple[list[str], list[int], list[str]]:
    written = yaml.safe_load(REQUESTS.read_text(encoding="utf-8"))
    rows = [
        (text, label, language)
        for name, label in (("orders", 1), ("questions", 0))
        for language, texts in written[name].items()
        for text in texts
    ]
    texts, labels, languages = zip(*rows, strict=True)
    return list(texts), list(labels), list(languages)


def _fitted(vectors: NDArray[np.float32], truth: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=10, class_weight="balanced", max_iter=2000).fit(vectors, truth)
