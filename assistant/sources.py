"""From the index to citations: sentences of the passages as candidates, and the check that a quote is in its file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from assistant import counting, dates, deciding, grounding, quantities
from assistant.citations import Candidate, akin, choose
from assistant.errors import CitationError, StaleSourceError
from assistant.evidence import Passage
from assistant.types import Citation
from index.documents import decode, read_bytes
from index.errors import CorpusError
from index.search import Index
from index.snapshot import stale
from index.types import Hit, Span
from index.words import stems, words

EXTRACTS = 2
"""Sentences in an answer without a chat model."""

CLOSEST = 4
"""Sentences that are shown where nothing answers."""

MOST_QUOTES = 3
"""That carry one sentence of an answer."""

NEAR_ENOUGH = 0.3
"""An extract without a chat model needs this share of the question's weighted words, or a cosine of NEAR_COSINE."""

NEAR_COSINE = 0.86

COSINE_GAP = 0.1
"""Sentences on one topic lie closer together than this, by the embedded model."""

ALIKE = 0.84
"""Cosine, by the embedded model, below which sentences hardly tell the same but for a word."""

AS_LIKE = 0.02
"""Cosine to the question, by the embedded model, by which another one may be less like it."""

SHARED = 0.2
"""Share of its weighted words that such a sentence has in common with another one of its language at least."""

ALIKE_WORDS = 0.7
"""Of other models: the share of words that they have in common."""

_NEAR = 3
"""Sentences, before or behind another one, that may belong to it."""

RESTATING = 0.6
"""Share of a question's weighted words from which a sentence says, or denies, what it asks: who is meant may be said by
a pronoun. Drawn by hand.
"""

_IMITATED = re.compile(r"\[\d{1,2}\]\s*[^\[\]\n]{1,200}?\.(?:txt|md)\b", re.IGNORECASE)
"""A citation as the assistant gives them: a document that holds one tells what others are to have said."""

_DATELINE = re.compile(r"[^\d:,;]{2,40}\.")
"""A few words."""

_HEADING = re.compile(r"\s*#{1,6}\s")
"""It says what follows is about, and answers nothing."""

_HEADLIKE = re.compile(r"(?!\s*[-*+•|>])[^\d:|]{1,80}(?<![.!?…»”\")])\s*")
"""A line that may be a heading: without an end, a number or a colon, and no item of a list. Others come first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand."""

    sentence: str
    """"" where they stand nowhere."""
    language: str | None
    """Of its document."""
    goes_on: bool = False
    """By what stands behind it, it is cut at an abbreviation."""


@dataclass(frozen=True, slots=True)
class Support:
    """What carries a sentence of an answer."""

    quotes: tuple[Candidate, ...]
    """In document order."""
    missing: frozenset[str]
    """Names and numbers that the sentence has beyond them."""
    stands: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A sentence besides those of an answer."""

    candidate: Candidate
    alike: bool
    """May it tell the same as the answer's first one, but for a word or a number? It is like that one, or about as like
    the question.
    """


@dataclass(frozen=True, slots=True)
class Nearest:
    """The sentence of the documents that is most like the question."""

    cosine: float
    language: str | None
    """Of its document."""


def nearest(index: Index, parts: Sequence[Hit | Passage], question: str) -> Nearest | None:
    """Of their sentences; None where there are none."""
    vector = index.embed_query(question)
    found = []
    for part in parts:
        vectors = index.sentence_vectors(part.source, _spans(index, part))
        found += [Nearest(float(cosine), part.language) for cosine in vectors @ vector]
    return max(found, key=lambda each: each.cosine, default=None)


def candidates(index: Index, passages: Sequence[Passage], text: str) -> list[Candidate]:
    """Each sentence of the passages but imitated citations, with its cosine to `text`."""
    vector = index.embed_query(text)
    found = []
    for passage in passages:
        spans = _spans(index, passage)
        vectors = index.sentence_vectors(passage.source, spans)
        if index.document(passage.source).text[passage.start : passage.end] != passage.text:
            raise stale(passage.source)  # synced since it was found: the spans are those of another text
        for span, cosine in zip(spans, vectors @ vector, strict=True):
            quote = passage.text[span.start - passage.start : span.end - passage.start]
            if _IMITATED.search(quote):
                continue
            stemmed = frozenset(stems(quote, passage.language))
            found.append(Candidate(passage.source, passage.title, span, quote, stemmed, float(cosine)))
    return found


def support(
    index: Index, passages: Sequence[Passage], sentence: str, question: str, language: str, quoted: str = ""
) -> Support:
    """The sentences of the passages that carry a sentence of the answer.

    `quoted` are words of the passages that the answer relies on, as a model remembers them: where there are any, the
    sentence may say nothing beyond them and the question. Names and numbers of it that the quotes lack are looked for
    in further ones, the nearest first. Asked how many, it may count the names that one of them enumerates and it tells.
    """
    found, chosen = _ranked(index, passages, sentence, question, quoted)
    spoken = {passage.source: passage.language for passage in passages}
    carriers = [found[i] for i in chosen]
    names = grounding.names_inside((question, *(each.text for each in found)))

    def lacking_of(quotes: Sequence[Candidate]) -> tuple[frozenset[str], frozenset[str]]:
        """Names and numbers, and months and weekdays."""
        held = [(each.text, spoken[each.source]) for each in quotes]
        known, other = dates.months_of_dates(sentence, language, held)
        days = dates.weekdays_beyond(sentence, language, held)
        return grounding.lacking(sentence, language, held, names) - known, other | days

    def sought() -> frozenset[str]:
        """Of what is lacking, what the sentence may say at all."""
        said = f"{quoted} {question}"
        known = {*words(said), *(n for each in {*spoken.values(), language} for n in quantities.numbers(said, each))}
        return frozenset(word for word in lacking_of(carriers)[0] if not quoted or word in known)

    while carriers and len(carriers) < MOST_QUOTES and (missing := sought()):
        near = sorted(range(len(found)), key=lambda i: (found[i].source != carriers[0].source, abs(i - chosen[0])))
        holding = (
            found[i]
            for i in near
            if akin(found[i], carriers[0], _gap(index)) and not missing <= lacking_of([found[i]])[0]
        )
        if (further := next(holding, None)) is None:
            break
        carriers.append(further)
    same = {spoken[carrier.source] for carrier in carriers} == {language}
    missing, of_dates = lacking_of(carriers)
    if counting.for_members(question, language):
        missing -= counting.counts(sentence, [carrier.text for carrier in carriers])
    stands = bool(carriers) and not of_dates and not grounding.refutes(missing, same_language=same)
    return Support(tuple(sorted(carriers, key=_in_order)), missing | of_dates, stands)


def closest(index: Index, passages: Sequence[Passage], question: str, told: Iterable[str]) -> list[Candidate]:
    """What is nearest to the question, in document order: where `told` words stand, and the sentences most like it."""
    carrying = [carrier for words in told if words for carrier in carriers(index, passages, words, question)[:1]]
    alike = [candidate for candidate, _ in _by_likeness(index, passages, question)]
    each = {(candidate.source, candidate.span): candidate for candidate in (*carrying, *alike)}
    return sorted(list(each.values())[:CLOSEST], key=_in_order)


def in_context(index: Index, passages: Sequence[Passage], sentence: Candidate, question: str) -> str:
    """A sentence of the passages, behind the nearest one before it that names what it only means.

    That is what the question names and the sentence does not: "it", "the company". What stands between them is given
    too, or the end of it: "it" may be something else that is named there.
    """
    meant = grounding.meant(question, sentence.text)
    passage = _holding(passages, sentence)
    if not meant or not passage:
        return sentence.text
    spans = [span for span in _spans(index, passage) if span.end <= sentence.span.start]
    before = [passage.text[span.start - passage.start : span.end - passage.start] for span in spans]
    if not before:
        return sentence.text
    named = next((i for i in reversed(range(len(before))) if meant & set(words(before[i]))), len(before) - 1)
    between = before[named:] if len(before) - named <= _NEAR else [before[named], before[-1]]
    return " ".join((*between, sentence.text))


def around(index: Index, passages: Sequence[Passage], sentence: Candidate) -> str:
    """What stands near a sentence of the passages, with the title and the date of its document."""
    passage = _holding(passages, sentence)
    if not passage:
        return sentence.text
    spans = _spans(index, passage)
    at = spans.index(sentence.span)
    near = spans[max(0, at - _NEAR) : at + _NEAR + 1]
    text = passage.text[near[0].start - passage.start : near[-1].end - passage.start]
    return "\n".join((passage.title, passage.date or "", text))


def is_dateline(index: Index, sentence: Candidate) -> bool:
    """Is it the place that a piece of news comes from, which stands before it on its line: "Oslo. The king …"?"""
    if not _DATELINE.fullmatch(sentence.text.strip()) or not grounding.only_names(sentence.text):
        return False
    text = index.document(sentence.source).text
    before, after = text[: sentence.span.start].rpartition("\n")[2], text[sentence.span.end :].partition("\n")[0]
    return not before.strip() and bool(after.strip())


def _holding(passages: Sequence[Passage], sentence: Candidate) -> Passage | None:
    """The first passage that holds all of it."""
    span = sentence.span
    held = (p for p in passages if p.source == sentence.source and p.start <= span.start and span.end <= p.end)
    return next(held, None)


def carriers(index: Index, passages: Sequence[Passage], quoted: str, question: str) -> list[Candidate]:
    """The sentences of the passages that words were taken from, as a model remembers them; the best first."""
    found, chosen = _ranked(index, passages, quoted, question, quoted)
    return [found[i] for i in chosen]


def place(
    index: Index, passages: Sequence[Passage], quoted: str, question: str, likely: Candidate | None = None
) -> Place:
    """The sentence of the passages that words were taken from, as a model remembers them: the likely one, where they
    stand in it, or one that it was read with.
    """
    held_by = [likely] if likely and grounding.stands_in(quoted, likely.text) else []
    if likely and not held_by and (passage := _holding(passages, likely)):
        read = in_context(index, passages, likely, question)
        before = (c for c in candidates(index, [passage], question) if c.span.end <= likely.span.start)
        held_by = [each for each in before if each.text in read and grounding.stands_in(quoted, each.text)][-1:]
    for found in held_by or carriers(index, passages, quoted, question):
        passage = next(p for p in passages if p.source == found.source)
        held = _holding(passages, found)
        behind = held.text[found.span.end - held.start :] if held else ""
        following = behind[:2].strip()[:1]
        return Place(found.text, passage.language, following.islower() or following.isdigit())
    return Place("", None)


def extracts(index: Index, passages: Sequence[Passage], question: str) -> list[Candidate]:
    """The sentences nearest to the question, no headings, in document order; none where nothing is near."""
    best = _by_likeness(index, passages, question)[:EXTRACTS]
    line = NEAR_COSINE if index.embedding_model == deciding.fitted().embedding_model else inf
    return sorted((c for c, share in best if share >= NEAR_ENOUGH or c.cosine >= line), key=_in_order)


def likely(index: Index, passages: Sequence[Passage], question: str, count: int) -> list[Candidate]:
    """The sentences most like the question, no headings and no questions, the best first."""
    return [candidate for candidate, _ in _told(index, passages, question)[:count]]


def restating(index: Index, passages: Sequence[Passage], question: str, count: int) -> list[Candidate]:
    """Those of them that hold most of its words, in one of the documents' languages."""
    return [candidate for candidate, share in _told(index, passages, question)[:count] if share >= RESTATING]


def _told(index: Index, passages: Sequence[Passage], question: str) -> list[tuple[Candidate, float]]:
    return [pair for pair in _by_likeness(index, passages, question) if not grounding.is_question(pair[0].text)]


def others(index: Index, passages: Sequence[Passage], question: str, quoted: Sequence[Candidate]) -> list[Other]:
    """The sentences but the quoted ones, headings and titles included, the most like the question first."""
    first, *_ = quoted
    (vector,) = index.sentence_vectors(first.source, [first.span])
    comparable = index.embedding_model == deciding.fitted().embedding_model
    known = {(quote.source, quote.span) for quote in quoted}

    spoken = {passage.source: passage.language for passage in passages}
    total = sum(map(index.idf, sorted(first.words)))
    found = [candidate for candidate, _ in _by_likeness(index, passages, question, headings=True)]
    likeness = next((each.cosine for each in found if (each.source, each.span) == (first.source, first.span)), 1.0)

    def alike(candidate: Candidate) -> bool:
        if len(first.words & candidate.words) >= ALIKE_WORDS * len(first.words):
            return True
        if not comparable:
            return False
        cosine = float(index.sentence_vectors(candidate.source, [candidate.span])[0] @ vector)
        if cosine < ALIKE and candidate.cosine < likeness - AS_LIKE:
            return False
        shared = sum(map(index.idf, sorted(first.words & candidate.words)))
        return spoken[candidate.source] != spoken[first.source] or shared >= SHARED * total

    return [Other(each, alike(each)) for each in found if (each.source, each.span) not in known]


def _by_likeness(
    index: Index, passages: Sequence[Passage], question: str, *, headings: bool = False
) -> list[tuple[Candidate, float]]:
    """All sentences, the most like the question first, with the share of its weighted words that they hold."""
    found = [
        candidate
        for candidate in candidates(index, passages, question)
        if headings or (not _HEADING.match(candidate.text) and candidate.text != candidate.title)
    ]
    languages = sorted({passage.language or "" for passage in passages})
    asked = _words(question, languages)
    total = sum(index.idf(word) for word in sorted(asked)) or 1.0

    def share(candidate: Candidate) -> float:
        return sum(index.idf(word) for word in sorted(asked & candidate.words)) / total

    shares = [(c, share(c)) for c in found]

    def rank(pair: tuple[Candidate, float]) -> tuple[bool, float, tuple[str, int]]:
        candidate, held = pair
        headlike = not headings and _HEADLIKE.fullmatch(candidate.text) is not None
        return headlike, -(candidate.cosine * 4 + held), _in_order(candidate)

    return sorted(shares, key=rank)


def verify(citations: Sequence[Citation], passages: Sequence[Passage], index: Index) -> None:
    """Check each quote against the passages that were read, and against its file as it is now.

    Raises StaleSourceError where a file changed or vanished since it was indexed, CitationError where a quote was never
    in it.
    """
    for citation in citations:
        if not any(_holds(passage, citation) for passage in passages):
            raise CitationError(f"A quote is not in {citation.source}", fix="Ask again, and report this as a defect.")
        if _read(citation.source, index)[citation.start : citation.end] != citation.quote:
            raise _stale(citation.source, index)


def verify_files(quotes: Sequence[Candidate], index: Index) -> None:
    """Check quotes against their files as they are now, before anything is said of them. Raises StaleSourceError."""
    texts = {source: _read(source, index) for source in {quote.source for quote in quotes}}
    for quote in quotes:
        if texts[quote.source][quote.span.start : quote.span.end] != quote.text:
            raise _stale(quote.source, index)


def _read(source: str, index: Index) -> str:
    """As the file is now."""
    try:
        return decode(source, read_bytes(index.corpus, source))
    except CorpusError as error:
        raise _stale(source, index) from error


def _holds(passage: Passage, citation: Citation) -> bool:
    """To the letter, at its place."""
    start, end = citation.start - passage.start, citation.end - passage.start
    return passage.source == citation.source and start >= 0 and passage.text[start:end] == citation.quote


def _ranked(
    index: Index, passages: Sequence[Passage], sentence: str, question: str, quoted: str
) -> tuple[list[Candidate], list[int]]:
    """All sentences of the passages, and which of them carry this one, best first."""
    found = candidates(index, passages, f"{question} {sentence}")
    languages = sorted({passage.language or "" for passage in passages})
    chosen = choose(
        _words(sentence, languages),
        _words(question, languages),
        _words(quoted, languages),
        found,
        index.idf,
        _gap(index),
    )
    return found, chosen


def _gap(index: Index) -> float:
    return COSINE_GAP if index.embedding_model == deciding.fitted().embedding_model else inf


def _spans(index: Index, part: Passage | Hit) -> list[Span]:
    """Of the sentences that lie in it as a whole."""
    return [span for span in index.sentences(part.source) if part.start <= span.start and span.end <= part.end]


def _in_order(candidate: Candidate) -> tuple[str, int]:
    return candidate.source, candidate.span.start


def _words(text: str, languages: Sequence[str]) -> frozenset[str]:
    """Stems by the rules of each language of the documents: names and numbers meet in any language."""
    return frozenset(stem for language in languages for stem in stems(text, language or None))


def _stale(source: str, index: Index) -> StaleSourceError:
    if not index.corpus.is_dir():
        command = replace(index.remedy, corpus="FOLDER").command()
        return StaleSourceError(
            f"The folder {index.corpus}, which was indexed, is no longer there",
            fix=f"Bring it back, or index it where it is now: {command}.",
        )
    return StaleSourceError(f"{source} changed or vanished since it was indexed", fix=index.remedy.update)
