"""Is a question answered by what a local model read? Logistic regression on the mean of two log-odds, over near misses.

A weight for each, and one for the languages, do no better.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from scripts.fit.readings import Row


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """Weights with the adapter and without it, and how well they do on each article when fitted on the others."""
    return {
        "adapted": _fit([row for row in rows if row.adapted]),
        "plain": _fit([row for row in rows if not row.adapted]),
    }


def _fit(rows: Sequence[Row]) -> dict[str, Any]:
    signals = np.array([(row.stated, row.stated_alone) for row in rows], dtype=np.float64)
    means = signals.mean(axis=1, keepdims=True)
    truth = np.array([row.answerable for row in rows])
    across = np.array([row.other_language for row in rows])
    groups = np.array([row.article for row in rows])
    folds = LeaveOneGroupOut()
    chances = cross_val_predict(_model(), means, truth, groups=groups, cv=folds, method="predict_proba")[:, 1]
    model = _model().fit(means, truth)
    return {
        "weights": {"bias": round(float(model.intercept_[0]), 3), "weight": round(float(model.coef_[0][0]), 3)},
        "questions": len(rows),
        "articles_left_out_in_turn": {
            "auc": round(float(roc_auc_score(truth, chances)), 3),
            "auc_of_stated": round(float(roc_auc_score(truth, signals[:, 0])), 3),
            "auc_of_stated_alone": round(float(roc_auc_score(truth, signals[:, 1])), 3),
            "auc_across_languages": round(float(roc_auc_score(truth[across], chances[across])), 3),
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
