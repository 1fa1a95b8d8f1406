"""Quotes in the question's language, by a model that was taught to translate (scripts/fit/translating.py)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant import grounding, stating, tidying
from assistant.phrases import Wordings
from assistant.reading import Reading
from index.language import language_name


@dataclass(slots=True)
class Translator:
    """Translates for the answer to one question."""

    reading: Reading
    question: str
    language: str
    """Of the question."""
    spoken: str
    """Of what is to be translated."""
    sure: Callable[[float], bool]
    """May a translation stand whose tokens have this mean log-probability?"""
    fails: Callable[[str], bool] | None = None
    """What else a translation must not do."""
    unsure: bool = False
    """Was the model, of what it translated last? It leaves words as they are that it does not know."""

    def stated(self, text: str, wordings: Wordings) -> Iterator[str]:
        """A sentence, or a wording with the phrase in it, as a whole; "" where that would not do, and until then."""
        pieces = self.reading.translated(text, language_name(self.language), language_name(self.spoken))
        told = ""
        while True:
            try:
                told += next(pieces)
            except StopIteration as end:
                self.unsure = not self.sure(end.value) or grounding.untranslated(told, text, self.spoken, self.language)
                break
            yield ""
        told = stating.cased(tidying.tidy(told), text, self.language)
        if not self.unsure and self._may_stand(told, text):
            yield told if grounding.is_sentence(text) else stating.framed(told, self.language, wordings)

    def _may_stand(self, told: str, text: str) -> bool:
        return (
            grounding.carries(told, text, self.language, self.spoken)
            and not grounding.echoes(told, self.question, self.language)
            and not (self.fails and self.fails(told))
        )
