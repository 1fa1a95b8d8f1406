"""The conversation: its language, its checks, and the follow-up made complete."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.errors import HistoryError, QuestionError
from assistant.types import Turn
from index.language import detect

MAX_QUESTION_CHARS = 2_000
"""Longest question, in characters."""

_TURNS = 3
"""Earlier turns that a follow-up may refer to."""

_TURN_CHARS = 600
"""Of each of their answers."""

_PROVEN = ("fr", "en", "de", "es")


def check_question(question: object) -> str:
    """The question without blanks around it. Raises QuestionError."""
    if not isinstance(question, str) or not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty", fix="Ask something about the documents.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"The question has {len(question):,} characters; {MAX_QUESTION_CHARS:,} are allowed", fix="Shorten it."
        )
    return question.strip()


def check_history(history: object) -> tuple[Turn, ...]:
    """The turns. Raises HistoryError."""
    if isinstance(history, Sequence) and all(
        isinstance(turn, Turn) and isinstance(turn.question, str) and isinstance(turn.answer, str) for turn in history
    ):
        return tuple(history)
    raise HistoryError("The history is not a list of turns", fix='Give it as [Turn("question", "answer"), …].')


def question_language(question: str, history: Sequence[Turn], documents: Iterable[str | None]) -> str:
    """ISO 639-1 of the language to answer in: that of the question.

    Where the words alone do not tell ("and Berlin?"), the conversation counts most, then the documents.
    """
    prior: dict[str, float] = dict.fromkeys(_PROVEN, 1.0)
    known = [language for language in documents if language]
    if known:
        usual = max(sorted(set(known)), key=known.count)
        prior[usual] = prior.get(usual, 0.0) + 1.0
    if history:
        before = detect(" ".join(turn.question for turn in history[-_TURNS:]), prior)
        if before:
            prior[before] = prior.get(before, 0.0) + 3.0
    return detect(question, prior) or max(sorted(prior), key=lambda code: prior[code])


def spoken_in(text: str, language: str) -> bool:
    """Is this text in that language, as far as its words tell?"""
    prior: Mapping[str, float] = {**dict.fromkeys(_PROVEN, 1.0), language: 2.0}
    return detect(text, prior) in (language, None)


def as_prompt(history: Sequence[Turn]) -> str:
    """The last turns as the model reads them."""
    return "\n".join(
        f"User: {turn.question[:MAX_QUESTION_CHARS]}\nAssistant: {turn.answer[:_TURN_CHARS]}"
        for turn in history[-_TURNS:]
    )


def standalone(rewritten: str, question: str, history: Sequence[Turn]) -> str:
    """The model's rewriting where it is a plausible question; else the last question with the one before it."""
    line = next((line.strip() for line in rewritten.splitlines() if line.strip()), "")
    if line and len(line) <= len(question) + 300:
        return line
    return f"{history[-1].question} {question}"[:MAX_QUESTION_CHARS]
