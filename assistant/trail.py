"""What happens on the way of a question, noted for whoever asks why it was answered so."""

from collections.abc import Iterable, Sequence

from assistant import deciding
from assistant.citations import Candidate
from assistant.evidence import Passage
from assistant.types import Carrier, Explanation, Extent, JudgedSentence, Signal
from index.types import Hit


class Trail:
    """Grows while a question is answered; made into an Explanation at the end."""

    def __init__(self) -> None:
        self.hits: Sequence[Hit] = ()
        self.passages: Sequence[Passage] = ()
        self.why_read = ""
        self.signals: list[Signal] = []
        self.quoted = ""
        self.draft = ""
        self.sentences: list[JudgedSentence] = []
        self.outcome = ""

    def holds(self, signal: Signal) -> bool:
        """Note a measure that something is decided by; does it reach its line?"""
        self.signals.append(signal)
        return deciding.holds(signal)

    def sure(self, log_probability: float) -> bool:
        """Note how probable the tokens of a translation are on average; may it stand?"""
        return self.holds(deciding.translated(log_probability))

    def judged(self, sentence: str, cut: str | None, carriers: Iterable[Candidate] = ()) -> None:
        """Note what became of a sentence of the draft; `cut` is None where it stands."""
        self.sentences.append(JudgedSentence(sentence, cut, tuple(map(_carrier, carriers))))

    def explanation(self) -> Explanation:
        """All that was noted."""
        return Explanation(
            found=tuple(map(_extent, self.hits)),
            read=tuple(map(_extent, self.passages)),
            why_read=self.why_read,
            signals=tuple(self.signals),
            quoted=self.quoted,
            draft=self.draft,
            sentences=tuple(self.sentences),
            outcome=self.outcome,
        )


def _extent(of: Hit | Passage) -> Extent:
    return Extent(of.source, of.start, of.end)


def _carrier(candidate: Candidate) -> Carrier:
    return Carrier(candidate.source, candidate.span.start, candidate.span.end, candidate.text, candidate.cosine)
