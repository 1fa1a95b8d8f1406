"""From what a reader typed to what is searched: without orders around it, complete without the conversation, and with
its names as the documents spell them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf

from assistant import asking, conversation, deciding, following, likeness, nearness, spelling
from assistant.drafting import Visit
from assistant.streaming import Composed
from assistant.types import Turn
from index.language import language_name
from index.search import Index
from index.types import Hit

_EVEN = 0.5
"""Probability from which a sentence that stands beside an order is hardly a question."""

_HITS = 8
"""Passages that are shown as found; what the model reads of them is the selection's business."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what is found of it."""

    question: str
    """As it was typed."""
    own: str
    """As the reader put it, without orders and greetings around it; complete, where its own words tell how."""
    standalone: str
    """Complete without the conversation."""
    hits: Sequence[Hit]
    language: Callable[[], str]
    """ISO 639-1; found out when it is needed, since it takes a second in a new process."""


def complete(index: Index, drafter: Visit | None, question: str, history: Sequence[Turn]) -> Composed[Asked]:
    """What is asked. Where the conversation is needed, a chat model is asked to make it complete, if there is one."""
    own = _without_orders(index, question)
    if not history:
        asked, hits = _found(index, own)

        @cache
        def language() -> str:
            return _language(index, spelling.with_names(question, hits), history)

        return Asked(question, own, asked, hits, language)
    spoken = _language(index, question, history)
    own, asked = yield from _standalone(index, drafter, own, history, spoken)
    asked, hits = _found(index, asked)
    return Asked(question, own, asked, hits, lambda: spoken)


def _without_orders(index: Index, question: str) -> str:
    """The question without its sentences that read as orders or greetings, if another one is left that says itself
    whom it is about, as far as they do.
    """
    if not nearness.vectors_tell(index):
        return question
    sentences = conversation.sentences(question)
    read = {each: nearness.order(index, each) for each in sentences} if len(sentences) > 1 else {}
    if not any(map(deciding.holds, read.values())):
        return question
    kept = [each for each, signal in read.items() if signal.value < _EVEN]
    left_out = [each for each in read if each not in kept]
    says_whom = any(map(conversation.names, kept)) or not any(map(conversation.names_somebody, left_out))
    return " ".join(kept) if kept and says_whom else question


def _language(index: Index, question: str, history: Sequence[Turn]) -> str:
    return conversation.question_language(question, history, [document.language for document in index.documents])


def _standalone(
    index: Index, drafter: Visit | None, own: str, history: Sequence[Turn], language: str
) -> Composed[tuple[str, str]]:
    """As of Asked: the question as the reader put it, and complete without the conversation."""
    if ways := following.complete(own, language, history):
        asked = max(ways, key=lambda way: _likeness(index, way)) if len(ways) > 1 else ways[0]
        return asked, asked
    if drafter is None:
        whole = following.is_whole(own, language)
        return own, conversation.standalone("", own, history, language=language, whole=whole)
    plain = following.plainly(own, language, history)
    opening = asking.opening(plain, language) if drafter.local else ""
    rewritten = yield from drafter.condense(conversation.as_prompt(history), plain, language_name(language), opening)
    whole = following.is_whole(plain, language)
    return own, conversation.standalone(rewritten, plain, history, opening, language, whole=whole)


def _likeness(index: Index, question: str) -> float:
    """Cosine of the nearest sentence, about: of questions that are alike, the first one is taken."""
    nearest = likeness.nearest(index, index.search(question, _HITS), question)
    return round(nearest.cosine, 2) if nearest else -inf


def _found(index: Index, question: str) -> tuple[str, Sequence[Hit]]:
    """The question, with the names that are in it by what is found, and what is found of it then."""
    hits = index.search(question, _HITS)
    spelled = spelling.with_names(question, hits)
    return (question, hits) if spelled == question else (spelled, index.search(spelled, _HITS))
