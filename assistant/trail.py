"""What happens on the way of a question, noted for whoever asks why it was answered so."""

from collections.abc import Iterable, Sequence

from assistant import deciding
from assistant.citations import Candidate
from assistant.evidence import Passage
from assistant.types import Carrier, Considered, Explanation, Extent, FoundExtent, JudgedSentence, Signal
from index.types import Hit


class Trail:
    """Grows while a question is answered; made into an Explanation at the end."""

    def __init__(self) -> None:
        self.hits: Sequence[Hit] = ()
        self.passages: Sequence[Passage] = ()
        self.why_read = ""
        self.signals: list[Signal] = []
        self.quoted = ""
        self.of_documents: list[Considered] = []
        self.drafts: list[str] = []
        self.sentences: list[JudgedSentence] = []
        self.outcome = ""

    def holds(self, signal: Signal) -> bool:
        """Note a measure that something is decided by; does it reach its line?"""
        self.signals.append(signal)
        return deciding.holds(signal)

    def considered(self, text: str, log_odds: float | None) -> None:
        """Note a sentence of the documents that the model was asked about: by its log-odds, does it answer?"""
        self.of_documents.append(Considered(text, log_odds, None))

    def passed_over(self, text: str, why: str) -> None:
        """Note words of the documents that cannot be the answer, once."""
        noted = Considered(text, None, why)
        if text and noted not in self.of_documents:
            self.of_documents.append(noted)

    def sure(self, log_probability: float, whole: bool) -> bool:
        """Note how probable the tokens of a translation, of a whole sentence or not, are on average; may it stand?"""
        return self.holds(deciding.translated(log_probability, whole=whole))

    def drafted(self, draft: str) -> None:
        """Note what is to be said."""
        if draft.strip():
            self.drafts.append(" ".join(draft.split()))

    def judged(
        self, sentence: str, cut: str | None, carriers: Iterable[Candidate] = (), signals: Sequence[Signal] = ()
    ) -> None:
        """Note what became of a sentence of a draft, by which measures; `cut` is None where it stands."""
        self.sentences.append(JudgedSentence(sentence, cut, tuple(map(_carrier, carriers)), tuple(signals)))

    def explanation(self) -> Explanation:
        """All that was noted."""
        return Explanation(
            found=tuple(FoundExtent(hit.source, hit.start, hit.end, hit.score, hit.text) for hit in self.hits),
            read=tuple(map(_extent, self.passages)),
            why_read=self.why_read,
            signals=tuple(self.signals),
            quoted=self.quoted,
            considered=tuple(self.of_documents),
            draft="\n".join(self.drafts),
            sentences=tuple(self.sentences),
            outcome=self.outcome,
        )


def _extent(of: Passage) -> Extent:
    return Extent(of.source, of.start, of.end)


def _carrier(candidate: Candidate) -> Carrier:
    return Carrier(candidate.source, candidate.span.start, candidate.span.end, candidate.text, candidate.cosine)
