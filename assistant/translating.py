"""Quotes in the question's language, by a model that was taught to translate (scripts/fit/translating.py)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from assistant import dates, grounding, stating, tidying
from assistant.phrases import Wordings
from assistant.reading import Reading
from index.language import language_name

_DANGLING = re.compile(r"\s?[,;]\.$")


class Fault(Enum):
    """Why a translation would not do."""

    UNSURE = auto()
    """By the probability of its words, the model does not know how to say it."""
    UNTRANSLATED = auto()
    """It leaves words as they are that it does not know."""
    ECHO = auto()
    """It says nothing but what the question says: nor did the text."""
    OTHER = auto()


@dataclass(slots=True)
class Translator:
    """Translates for the answer to one question."""

    reading: Reading
    question: str
    language: str
    """Of the question."""
    spoken: str
    """Of what is to be translated."""
    sure: Callable[[float, bool], bool]
    """May a translation stand whose tokens have this mean log-probability? True: of a whole sentence."""
    fails: Callable[[str], bool] | None = None
    """What else a translation must not do."""
    fault: Fault | None = None
    """Of what was translated last."""

    def stated(self, text: str, wordings: Wordings) -> Iterator[str]:
        """A sentence, or a wording with the phrase in it, as a whole; "" where that would not do, and until then."""
        pieces = self.reading.translated(text, language_name(self.language), language_name(self.spoken))
        told, is_sentence = "", grounding.is_sentence(text)
        while True:
            try:
                told += next(pieces)
            except StopIteration as end:
                sure = self.sure(end.value, is_sentence)
                break
            yield ""
        told = _DANGLING.sub(".", stating.cased(tidying.tidy(told), text, self.language))
        self.fault = self._fault(told, text) if sure else Fault.UNSURE
        if self.fault is None:
            yield told if is_sentence else stating.framed(told, self.language, wordings)

    def _fault(self, told: str, text: str) -> Fault | None:
        if grounding.untranslated(told, text, self.spoken, self.language):
            return Fault.UNTRANSLATED
        if told and grounding.echoes(told, self.question, self.language):
            return Fault.ECHO
        dated = dates.keeps_dates(told, self.language, text, self.spoken)
        carries = dated and grounding.carries(told, text, self.language, self.spoken)
        return None if told and carries and not (self.fails and self.fails(told)) else Fault.OTHER
