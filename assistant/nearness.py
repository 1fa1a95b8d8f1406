"""What vectors tell of a question: is it one, and how near do the documents come to it?

Of another embedding model than the one that the lines were fitted for, they tell nothing.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from assistant import conversation, deciding, likeness
from assistant.evidence import Passage
from assistant.types import Signal
from index.search import Index
from index.types import Hit

_GAP = 0.035
"""Cosine, by the embedded model, by which what is read next may be less like the question than what was found."""


def vectors_tell(index: Index) -> bool:
    """Are they of the model that the lines were fitted for?"""
    return index.embedding_model == deciding.fitted().embedding_model


def order(index: Index, text: str) -> Signal:
    """As `deciding.order`, of an index whose vectors tell."""
    return deciding.order(index.embed_query(text).tolist())


class Nearness:
    """Of the documents to a question, by the sentence found that is most like it; None where nothing tells."""

    def __init__(self, index: Index, hits: Sequence[Hit], question: str, language: Callable[[], str]) -> None:
        """`language` is the question's, and may take its time."""
        self._index = index
        self._hits = hits
        self._question = question
        self._language = language

    @cached_property
    def _nearest(self) -> likeness.Nearest | None:
        return likeness.nearest(self._index, self._hits, self._question) if vectors_tell(self._index) else None

    def something(self) -> Signal | None:
        """Is there anything? None of a question for a title, too, which is like no sentence."""
        if (nearest := self._nearest) is None or conversation.asks_for_title(self._question):
            return None
        return deciding.something_near(nearest.cosine, lambda: self._language() == nearest.language)

    def near(self) -> Signal | None:
        """Do the documents tell of what is asked, whether or not they answer it?"""
        if (nearest := self._nearest) is None:
            return None
        return deciding.near(nearest.cosine, same_language=nearest.language == self._language())

    def above(self) -> float | None:
        """How far above the line of `near` they lie; None of a question for a title."""
        if (nearest := self._nearest) is None or conversation.asks_for_title(self._question):
            return None
        return deciding.above_near(nearest.cosine, same_language=nearest.language == self._language())

    def as_near(self, passages: Sequence[Passage]) -> bool:
        """Does one of their sentences lie about as near as the nearest one? So they do where nothing tells."""
        if self._nearest is None:
            return True
        found = likeness.nearest(self._index, passages, self._question)
        return found is not None and found.cosine >= self._nearest.cosine - _GAP
