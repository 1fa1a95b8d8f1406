"""From the index to citations: the sentences of passages, and which of them carry a sentence of an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from assistant import counting, dates, deciding, grounding, quantities
from assistant.citations import Candidate, akin, choose
from assistant.evidence import Passage
from index.search import Index
from index.snapshot import stale
from index.types import Hit, Span
from index.words import stems, words

MOST_QUOTES = 3
"""That carry one sentence of an answer."""

COSINE_GAP = 0.1
"""Sentences on one topic lie closer together than this, by the embedded model."""

_NEAR = 3
"""Sentences, before or behind another one, that may belong to it."""

_IMITATED = re.compile(r"\[\d{1,2}\]\s*[^\[\]\n]{1,200}?\.(?:txt|md)\b", re.IGNORECASE)
"""A citation as the assistant gives them: a document that holds one tells what others are to have said."""

_DATELINE = re.compile(r"[^\d:,;]{2,40}\.")
"""A few words."""


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


def candidates(index: Index, passages: Sequence[Passage], text: str) -> list[Candidate]:
    """Each sentence of the passages but imitated citations, with its cosine to `text`."""
    vector = index.embed_query(text)
    found = []
    for passage in passages:
        spans = spans_of(index, passage)
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
    return Support(tuple(sorted(carriers, key=in_order)), missing | of_dates, stands)


def in_context(index: Index, passages: Sequence[Passage], sentence: Candidate, question: str) -> str:
    """A sentence of the passages, behind the nearest one before it that names what it only means.

    That is what the question names and the sentence does not: "it", "the company". What stands between them is given
    too, or the end of it: "it" may be something else that is named there.
    """
    meant = grounding.meant(question, sentence.text)
    passage = _holding(passages, sentence)
    if not meant or not passage:
        return sentence.text
    spans = [span for span in spans_of(index, passage) if span.end <= sentence.span.start]
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
    spans = spans_of(index, passage)
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


def _ranked(
    index: Index, passages: Sequence[Passage], sentence: str, question: str, quoted: str
) -> tuple[list[Candidate], list[int]]:
    """All sentences of the passages, and which of them carry this one, best first."""
    found = candidates(index, passages, f"{question} {sentence}")
    languages = sorted({passage.language or "" for passage in passages})
    chosen = choose(
        stems_of(sentence, languages),
        stems_of(question, languages),
        stems_of(quoted, languages),
        found,
        index.idf,
        _gap(index),
    )
    return found, chosen


def _gap(index: Index) -> float:
    return COSINE_GAP if index.embedding_model == deciding.fitted().embedding_model else inf


def spans_of(index: Index, part: Passage | Hit) -> list[Span]:
    """Of the sentences that lie in it as a whole."""
    return [span for span in index.sentences(part.source) if part.start <= span.start and span.end <= part.end]


def in_order(candidate: Candidate) -> tuple[str, int]:
    return candidate.source, candidate.span.start


def stems_of(text: str, languages: Sequence[str]) -> frozenset[str]:
    """Stems by the rules of each language of the documents: names and numbers meet in any language."""
    return frozenset(stem for language in languages for stem in stems(text, language or None))
