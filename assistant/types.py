"""Public data types: frozen, without logic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Hit


class DeclineReason(StrEnum):
    """Why an answer makes no claim."""

    NOT_COVERED = "not_covered"
    """The documents tell nothing near it."""
    DETAIL_MISSING = "detail_missing"
    """They tell something near it, which is shown and cited, but not exactly what is asked."""
    CONTRADICTED = "contradicted"
    """The question assumes what they do not bear out; what they say instead is shown and cited."""
    NOT_A_QUESTION = "not_a_question"
    """It asks nothing of the documents: an order, a role to play."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote that an answer relies on."""

    marker: int
    """As in the answer's text: `[1]` is marker 1."""
    source: str
    """Path relative to the corpus folder."""
    title: str
    quote: str
    """The extracted text of `source` at [start:end], to the letter."""
    start: int
    end: int
    """Characters in the extracted text; for .txt and .md, the decoded file itself."""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the question was asked."""

    retrieve_s: float
    """Until the passages were found."""
    first_token_s: float
    """Until the first words: of the documents, where the model quotes them first; else of the answer."""
    total_s: float


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of a document: the extracted text of `source` at [start:end]."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundExtent:
    """A passage of the search."""

    source: str
    start: int
    end: int
    score: float
    """Fused relevance; comparable within one search only."""
    text: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """A sentence of the documents that was chosen to carry one of the draft."""

    source: str
    start: int
    end: int
    quote: str
    cosine: float
    """Of its vector to that of question and sentence together."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A measure that a decision was made by."""

    name: str
    """order, nearest_cosine, answered, translated, claimed_by_quotes or answers_question."""
    value: float
    line: float
    """Where the decision turns."""
    about: str = ""
    """The sentence of the documents that it is a measure of, if it is one of a sentence."""


@dataclass(frozen=True, slots=True)
class Considered:
    """What a local model may have found the answer in."""

    text: str
    """Words or a sentence of the documents; "(all that was read)" for these together."""
    log_odds: float | None
    """By the model, that it answers by itself; None where it does not tell, or was not asked."""
    passed_over: str | None
    """Why it was not taken, whatever the model says, in English; None where that decides."""


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of a draft, and what became of it."""

    text: str
    cut: str | None
    """Why it does not stand, in English; None where it does."""
    carriers: tuple[Carrier, ...]
    signals: tuple[Signal, ...] = ()
    """What decided of it by a measure; they stand among the explanation's, too."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about."""

    found: tuple[FoundExtent, ...]
    """Best first."""
    read: tuple[Extent, ...]
    """What the model, or the choice of sentences, had before it."""
    why_read: str
    """In English."""
    signals: tuple[Signal, ...]
    """In the order in which they were looked at."""
    quoted: str
    """Words of the documents as a local model gave them."""
    considered: tuple[Considered, ...]
    """In the order in which they were looked at."""
    draft: str
    """What was to be said before its sentences were judged; each attempt on a line of its own."""
    sentences: tuple[JudgedSentence, ...]
    outcome: str
    """In English: why there is a claim, a passage or a decline."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question, or an honest decline."""

    question: str
    text: str
    """One to three sentences with [1] markers; in a decline, one sentence."""
    language: str
    """ISO 639-1 of the text."""
    standalone_question: str
    """The question as it was searched: complete without the conversation, without orders and greetings around it, and,
    typed without capitals, with names as the documents spell them.
    """
    citations: tuple[Citation, ...]
    """By marker."""
    abstained: bool
    """True where no claim is made."""
    decline_reason: str | None
    """A DeclineReason, or None where a claim is made."""
    timings: Timings
    explanation: Explanation | None = field(default=None, compare=False, repr=False)
    """How it came about; None where an answer was read from a report."""


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """Stream event: retrieval is done."""

    hits: tuple[Hit, ...]
    standalone_question: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Stream event: the model is busy with other questions. Comes again when the place in the queue changes."""

    position: int
    """1 for the question that is next; 0, once, as soon as it is this one's turn."""


@dataclass(frozen=True, slots=True)
class QuoteDelta:
    """Stream event: more of the words of the documents that the answer will rely on, as the model reads them out.

    They claim nothing yet: the answer may turn out to be a decline.
    """

    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Stream event: the next sentence of the answer, which has passed its checks, without markers yet."""

    text: str


StreamEvent = Waiting | PassagesFound | QuoteDelta | TextDelta | Answer
"""An Answer is the last event of every stream; its text replaces the deltas."""

History = Sequence[Turn]
