"""The way from passages to a draft.

A hosted model answers or declines in one call, and so does a local one that says neither yes nor no (it may think aloud
first). A small one is led: which words answer, do they state the answer, and how is that said? Asked for the words of
the documents first, it finds the right place more often than when it answers at once, and to say the found words in the
question's language is then a smaller task. Words that it did not copy are replaced by the sentence they come from.

The words come first, because they are there first: the reader sees them while the rest is worked out.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

from assistant import asking, conversation, counting, denials, grounding, partners, phrases, stating, tidying
from assistant.asking import wants_words
from assistant.citations import Candidate
from assistant.reading import Reading
from assistant.sources import Place
from assistant.streaming import Composed
from assistant.translating import Fault, Translator
from assistant.types import QuoteDelta
from index.chunking import segment
from index.language import function_words, language_name
from index.types import Span
from index.words import words

_FEW_WORDS = 5
"""Words of a quote up to which a draft is shown only once it holds its names and numbers: they are soon said."""

_ADJECTIVE = re.compile(r"(?:e|en|es)$")
"""A German one, by its end."""

_OPENING = 3
"""Words of a draft that say nothing of its language."""

_WORDS_THAT_TELL = 8
"""Words of a draft after which its language is judged; they are held back until then."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a draft would rely on."""

    quote: str
    """Words of the documents, as a model remembers them."""
    stated: float | None
    """Log-odds that the documents state the answer; None where the model said neither yes nor no."""
    where: Candidate | None = None
    """The sentence that convinced it; None where none was looked at."""


def look_up(
    reading: Reading, question: str, language_of_question: Callable[[], str], *, only: str = ""
) -> Composed[Basis]:
    """The words of the documents that a local model takes for the answer, shown as far as it copies them.

    `language_of_question` may take its time when it is first asked: that is while the model reads out the quote.
    `only` is all that the model has read, if that is so little that there is nothing to choose from.
    """
    if only:
        quote, stated = only, (yield from reading.stated(question))
    else:
        said, stated = yield from _read_out(reading.quote(question), reading.documents, language_of_question)
        quote = tidying.tidy(said)
    return Basis("", None) if stated is None else Basis(quote, stated)


def answer_or_none(reading: Reading, question: str, language: str) -> Iterator[str]:
    """Pieces of an answer by a model that declines by itself: then there are none."""
    return _spoken(reading.answer_or_none(question, language_name(language)), language, reading, question)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that may stand."""

    quote: str
    """What it relies on."""
    pieces: Iterator[str]
    """"" while there is nothing to tell."""
    is_translation: bool = False
    """By a model that was taught to."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in the question's language, in one of several ways: the first that stands is given."""

    quote: str
    """What it relies on."""
    sentence: str | None
    """The sentence of the documents that it is of, where this is the better answer."""
    verbatim: str | None
    """A sentence that gives the quote as it is; None where that would not do."""
    drafts: Iterator[Draft]
    """The last of them translate the sentence that the words stand in."""
    untranslated: Callable[[], bool] = lambda: False
    """Once no draft stands: is it for want of a translation, not because the quote only echoes the question?"""


def say(
    reading: Reading,
    question: str,
    language: str,
    basis: Basis,
    place_of: Callable[[str], Place],
    sure: Callable[[float, bool], bool],
) -> Said:
    """Ways to say what was found. `place_of` tells where in the documents words were taken from, `sure` whether a
    translation may stand whose tokens have this mean log-probability.

    What a model quotes that was taught to is given in the words of the documents, where the reader can read them:
    another sentence would be worse, or wrong. Best is their own sentence. Of names that a sentence enumerates all are
    given where several are asked for. To yes or no, the whole sentence is the answer; so it is where it denies what the
    quote leaves out, or names others than the quote does of those that somebody works with.
    """
    name = language_name(language)
    place = place_of(basis.quote)
    spoken = place.language
    if counting.for_all(question, language) and (whole := counting.enumeration(place.sentence, basis.quote)):
        basis = replace(basis, quote=whole)
    denied = denials.hides_denial(basis.quote, place.sentence, spoken)

    def leaves_out(text: str) -> bool:
        return partners.leaves_out(text, place.sentence, question, spoken=spoken, language=language)

    part = reading.adapted and leaves_out(basis.quote)
    if part or (reading.adapted and spoken and (denied or not wants_words(question, language))):
        quote = tidying.tidy(place.sentence)
    else:
        quote = _made_good(basis.quote, question, language, reading.documents, spoken, place_of)
    if grounding.is_sentence(quote) and conversation.spoken_in(quote, language):
        return Said(quote, quote, None, iter(()))
    told = reading.adapted and (spoken == language or grounding.adds(quote, question))
    verbatim = stating.stated(quote, spoken, language, place.sentence) if told else None
    readable = reading.adapted and spoken == language and not place.goes_on
    sentence = stating.in_its_sentence(quote, place.sentence, language) if readable else None
    wording, ways = stating.worded(quote, spoken, language), _ways(reading)
    if len(quote.split()) <= _FEW_WORDS or wording != quote or grounding.only_names(quote, spoken):
        first = _complete(reading, question, wording, name, language, spoken)
    else:
        first = _spoken(ways[0](question, wording, name), language, reading, question, wording)
    if reading.adapted and spoken and spoken != language:
        translator = Translator(reading, question, language, spoken, sure, leaves_out if part else None)
        said = _unless(leaves_out, reading.phrase(question, wording, name)) if part else first
        drafts = _translations(translator, quote, wording, tidying.tidy(place.sentence), said)
        return Said(quote, sentence, verbatim, drafts, lambda: translator.fault is not Fault.ECHO)
    again = _spoken(ways[1](question, wording, name), language, reading, question, wording)
    attempts = [Draft(quote, first), Draft(quote, again)]
    if spoken != language and not grounding.only_names(wording, spoken):
        attempts.append(Draft(quote, reading.translated(wording, name, language_name(spoken) if spoken else "")))
    return Said(quote, sentence, verbatim, iter(attempts))


def _translations(
    translator: Translator, quote: str, wording: str, sentence: str, said: Iterator[str]
) -> Iterator[Draft]:
    """Of a quote, or the name that it is; else what the model says of it, if it knows the words; else of its sentence.
    No more where it is not sure of them, or where the quote only echoes the question.
    """
    yield Draft(quote, translator.stated(wording, phrases.STATED), is_translation=True)
    if translator.fault is not Fault.ECHO and asking.for_somebody(translator.question) and _is_name(quote):
        yield Draft(quote, iter([stating.framed(quote, translator.language, phrases.STATED)]), is_translation=True)
    if translator.fault in (Fault.UNSURE, Fault.ECHO):
        return
    if translator.fault is not Fault.UNTRANSLATED:
        yield Draft(quote, said)
    if wording != sentence:
        yield Draft(sentence, translator.stated(sentence, phrases.STATED), is_translation=True)


def _is_name(quote: str) -> bool:
    """Has it several words, each with a capital, the first no adjective? One may be a German noun."""
    said = quote.split()
    return (
        len(said) > 1
        and not _ADJECTIVE.search(said[0])
        and all(word[:1].isupper() and not function_words(word) for word in said)
    )


def _ways(reading: Reading) -> tuple[Callable[[str, str, str], Iterator[str]], ...]:
    """To say a quote: with the documents in view, and without them.

    What a model quotes that was taught to is exact, and the documents would only distract from it.
    """
    return (reading.phrase, reading.draft) if reading.adapted else (reading.draft, reading.phrase)


def _made_good(
    quote: str,
    question: str,
    language: str,
    documents: str,
    documents_language: str | None,
    place_of: Callable[[str], Place],
) -> str:
    """The quote, its sentences replaced by those of the documents where it only echoes the question or is not copied.

    What has to be said in another language anyway may be retold, with the same names and numbers: it is shorter.
    """
    adds = grounding.adds(quote, question)
    parts = []
    for span in segment(quote, Span(0, len(quote)), documents_language):
        part = quote[span.start : span.end]
        if not (adds and grounding.only_names(part)):
            sentence = tidying.tidy(place_of(part).sentence)
            if language == documents_language:
                holds = grounding.copied(part, documents)
            else:
                holds = grounding.carries(sentence, part, documents_language or language)
            part = part if adds and holds else sentence or part
        parts.append(part)
    return " ".join(dict.fromkeys(parts))


def _read_out(
    pieces: Generator[str | None, None, float | None], documents: str, meanwhile: Callable[[], object]
) -> Composed[tuple[str, float | None]]:
    """All pieces, shown as long as they are copied (what a model makes up is no word of the documents); and what the
    generator returns.

    `meanwhile` is some work to do after the first one, while the model, a process of its own, goes on.
    """
    known = " ".join(words(documents))
    text, copied, worked = "", True, False
    while True:
        try:
            piece = next(pieces) or ""
        except StopIteration as end:
            return text, end.value
        text += piece
        copied = copied and " ".join(words(text)) in known
        yield QuoteDelta(piece) if copied and piece else None
        if text and not worked:
            meanwhile()
            worked = True


def _complete(
    reading: Reading, question: str, quote: str, name: str, language: str, spoken: str | None
) -> Iterator[str]:
    """A draft, shown from where it holds all names and numbers of the quote; "" until then.

    Where none does: the quote, if it is names alone; else the first draft in the question's language.
    """
    drafts = []
    for say in _ways(reading):
        held, shown = "", False
        for piece in say(question, quote, name):
            held += piece
            if shown:
                yield piece
            elif len(held.split()) > _OPENING and _stands(held, quote, language, spoken):
                shown = True
                yield held
            else:
                yield ""
        if shown:
            return
        if _stands(held, quote, language, spoken):
            yield held
            return
        if conversation.spoken_in(held, language):
            drafts.append(held)
    yield quote if grounding.only_names(quote, spoken) or not drafts else drafts[0]


def _unless(fails: Callable[[str], bool], pieces: Iterator[str]) -> Iterator[str]:
    """A draft as a whole, if it does not fail; "" until then."""
    draft = ""
    for piece in pieces:
        draft += piece
        yield ""
    yield "" if fails(draft) else draft


def _stands(draft: str, quote: str, language: str, spoken: str | None) -> bool:
    return grounding.carries(draft, quote, language, spoken) and conversation.spoken_in(draft, language)


def _spoken(
    pieces: Iterator[str], language: str, reading: Reading, question: str, quote: str | None = None
) -> Iterator[str]:
    """The pieces, if they do not decline; in another language they give way to what is made of the quote, or of them.

    The first words are held back until both is clear; "" until then.
    """
    held: str | None = ""
    for piece in pieces:
        if held is None:
            yield piece
            continue
        held += piece
        if len(held.split()) > _WORDS_THAT_TELL:
            if tidying.declines(held):
                return
            if conversation.spoken_in(held, language):
                yield held
                held = None
                continue
        yield ""
    if held and held.strip() and not tidying.declines(held):
        if conversation.spoken_in(held, language):
            yield held
        else:
            yield from reading.phrase(question, quote or held, language_name(language))
