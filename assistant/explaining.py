"""Pure: an explanation as a tree of lines, in English, for a terminal and for the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import shorten

from assistant.types import Answer, Considered, Explanation, Extent, FoundExtent, JudgedSentence, Signal

_SIGNALS = {
    "order": "probability that it is an order rather than a question",
    "nearest_cosine": "cosine of the nearest sentence",
    "answers_question": "log-odds, by the model, that a sentence states the answer",
    "translated": "log-probability of the words of a translation, the mean of all",
    "claimed_by_quotes": "log-odds, by the model, that the quotes of a sentence state it",
    "answered": "probability that a sentence answers, by the model's readings and the nearest sentence",
}


_SHOWN = 80
"""Characters of a passage found."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A line, and those under it."""

    text: str
    branches: "tuple[Branch, ...]" = ()


def outline(answer: Answer) -> Branch:
    """Why the answer is what it is. Raises ValueError for one that does not tell."""
    if answer.explanation is None:
        raise ValueError("an answer without an explanation")
    return Branch(_title(answer), tuple(_branches(answer.explanation, answer.standalone_question)))


def _title(answer: Answer) -> str:
    if not answer.abstained:
        return "Why this claim"
    return f"Why no claim is made ({answer.decline_reason})"


def _branches(explanation: Explanation, asked: str) -> Iterator[Branch]:
    yield Branch(f"asked: {asked}")
    found = (_found(each, explanation.read) for each in explanation.found)
    yield Branch(f"found: {len(explanation.found)} passages, best first", tuple(found))
    yield Branch(f"read: {explanation.why_read}", _extents(explanation.read))
    of_sentences = [signal for sentence in explanation.sentences for signal in sentence.signals]
    if signals := [signal for signal in explanation.signals if signal not in of_sentences]:
        yield Branch("decided by", tuple(map(_signal, signals)))
    if explanation.quoted:
        yield Branch(f"quoted by the model: {explanation.quoted}")
    if explanation.considered:
        yield Branch("considered, of the documents", tuple(map(_considered, explanation.considered)))
    for draft in explanation.draft.splitlines():
        yield Branch(f"draft: {draft}")
    if explanation.sentences:
        yield Branch("sentences", tuple(map(_sentence, explanation.sentences)))
    yield Branch(f"outcome: {explanation.outcome}")


def _extents(extents: Iterable[Extent]) -> tuple[Branch, ...]:
    return tuple(Branch(f"{extent.source} [{extent.start}:{extent.end}]") for extent in extents)


def _found(found: FoundExtent, read: Iterable[Extent]) -> Branch:
    begins = shorten(found.text, _SHOWN, placeholder=" …")
    kept = any(found.source == each.source and found.start < each.end and each.start < found.end for each in read)
    use = "kept" if kept else "not kept"
    return Branch(f"{found.source} [{found.start}:{found.end}], score {found.score:.3f}, {use}: {begins}")


def _considered(considered: Considered) -> Branch:
    if considered.passed_over:
        return Branch(f"passed over, since {considered.passed_over}: {considered.text}")
    if considered.log_odds is None:
        return Branch(f"the model does not tell whether it answers: {considered.text}")
    return Branch(f"log-odds {considered.log_odds:.2f}, by the model, that it answers: {considered.text}")


def _signal(signal: Signal) -> Branch:
    side = "at or above" if signal.value >= signal.line else "below"
    told = f"{_SIGNALS[signal.name]}: {signal.value:.2f}, {side} its line of {signal.line:.2f}"
    return Branch(told, (Branch(f"of: {signal.about}"),) if signal.about else ())


def _sentence(judged: JudgedSentence) -> Branch:
    verdict = f"cut, since {judged.cut}" if judged.cut else "stands"
    carriers = (
        Branch(f"carried by {each.source} [{each.start}:{each.end}], cosine {each.cosine:.2f}: {each.quote}")
        for each in judged.carriers
    )
    return Branch(f"{verdict}: {judged.text}", (*carriers, *map(_signal, judged.signals)))
