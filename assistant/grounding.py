"""Pure: what of a draft may stand: its names and numbers have to be those of the passages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from assistant import asking
from assistant.quantities import numbers
from index.language import common_words, function_words, likelier
from index.words import fold, stems, words

MAX_SENTENCES = 3
"""Of an answer."""

_ENDS = re.compile(r"[.!?…»”\"')。！？।؟۔]\s*$")
_BEHIND_MARK = " \n\u00a0\u202f!…"
_OPENS_QUOTATION = tuple("«“„\"‘'(‹")
_CLOSES_QUOTATION = "»”“\"’')›"
_STOPS = re.compile(r"[.!?…。！？।؟۔][»«”“\"'’)\s]*$")
_BREAKS_OFF = re.compile(r"[^\w)\]»”\"'’%€$£°]\s*$")
"""A comma, a dash: more was to come."""
_MARKS = ".,;:!?…()«»“”\"'’"
_SENTENCE_WORDS = 5
"""The least that a sentence which stands alone has."""
_SHORT = 3
"""Letters of the words that may stand between names."""
_WORD = re.compile(r"\w+")
_ACRONYM = re.compile(r"(?<![\w.-])[A-ZÀ-ÖØ-Þ]{2,3}(?![\w-])")
"""Of three letters or less."""
_MOST = 0.5
_SAME_WORD = 80
"""Per cent of the letters that a word shares with its misspelling."""
_COPIED = 90
"""Per cent of the letters of a quote that stand in the documents in one place."""
_LIKE_WORD = 75
"""Per cent of the letters that a word shares with one that it was made of: "légendairen" of "légendaires"."""
_FOREIGN = 0.85
"""How likely a word's letters have to be another language's: human translations (XQuAD's) hold hardly any such word."""
_SAME_NAME = 60
"""Per cent of the letters: "Norvège" is "Noruega", "Lissabon" is "Lisboa"."""

_ASIDE = re.compile(r"\s?\([^()]{1,150}\)")
_PART = r"[A-ZÀ-ÖØ-Þ][\w'’&.-]*"
_ARTICLE = r"(?: [a-zà-ÿ]{1,3}(?= )| [a-z]['’](?=\w))?"
_APPOSITION = re.compile(rf"(?:,|\s?:{_ARTICLE})\s?{_PART}(?: {_PART}){{0,5}}(?: \([^()]{{1,50}}\))?(?=[,.;)]|$)")
"""A name behind a comma or a colon, perhaps with an article."""
_SIGN_BEFORE = re.compile(r"(?<!\d)(?<!\d\s)(?:\b[A-Z]{1,3})?[$€£¥]\s?$")
_SIGN_BEHIND = re.compile(r"\s?(?:[%‰]|[$€£¥](?!\s?\d))")
"""Of a sum or a share, as long as it is not that of the number on its other side."""
_NO_DIGIT_BEFORE, _NO_DIGIT_BEHIND = r"(?<!\d)(?<!\d[.,])", r"(?!\d|[.,]\d)"
TOKEN = re.compile(r"\w+(?:[-'’.&]\w+)*")
"""A word with what joins its parts."""
_CLOCK = re.compile(
    r"(?<![\d.,:/])(?P<first>[0-2]?\d|3[01])(?:[.:/]|\s?h\s?|\sUhr\s)"
    r"(?P<second>[0-5]\d|\d(?=\.))(?![.,:/]?\d)(?!\s?[%€$£])"
)
"""A time or a day of the year: "10.15", "10:15", "10 h 15", "3.10.". A decimal with one digit ("2.5") is none."""
CAPITAL_NOUNS = frozenset(("de",))
"""Languages that write all nouns with a capital."""
_ANY_CAPITALS = ""
"""Stands for languages whose capitals tell nothing of names."""


def lacking(
    sentence: str, language: str, quotes: Iterable[tuple[str, str | None]], names: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Names, folded, and numbers of a sentence that none of the quotes holds, which come with their languages.

    `names` are known, folded: as the opening word of a sentence, or if they have three letters or less, only these are
    looked for; the latter where a quote is in the sentence's language ("UE" is "EU"), and does not spell them out. 1 is
    never lacking: it is an article in many languages. Nor are nouns of a language that writes them all with a capital,
    unless they look like an acronym or a brand.
    """
    quotes = list(quotes)
    known = frozenset(number for text, spoken in quotes for number in numbers(text, spoken)) | {"1"}
    held = {(fold(word), spoken == language) for text, spoken in quotes for word in _WORD.findall(text)}
    said = _names_of(sentence, language)
    if language not in CAPITAL_NOUNS:
        said += [word for word in map(fold, _WORD.findall(sentence)[:1]) if word in names]
    missing = {name for name in said if not any(_carries_name(name, *word) for word in held)}
    if any(same for _, same in held):
        spelled = {acronym for text, _ in quotes for acronym in _may_be_acronyms(text)}
        missing |= {fold(word) for word in _ACRONYM.findall(sentence)} & names - spelled
    return frozenset(missing) | (numbers(_known_times(sentence, known), language) - known)


def names_inside(sentences: Iterable[str]) -> frozenset[str]:
    """Names of one word, and short acronyms, folded, that stand inside of sentences, behind a word without a capital:
    theirs is not that of an opening word, nor of a part of a title.
    """
    return frozenset(name for sentence in sentences if is_sentence(sentence) for name in _names_inside(sentence))


def _names_inside(sentence: str) -> Iterator[str]:
    said = list(TOKEN.finditer(sentence))
    for before, word, after in zip(said, said[1:], [*said[2:], None], strict=False):
        beside = sentence[before.end() : word.start()] == " " and before[0].islower()
        goes_on = after is not None and _one_name(word, after)
        named = _ACRONYM.fullmatch(word[0]) or (len(word[0]) > _SHORT and not function_words(word[0]))
        if beside and not goes_on and named and word[0][0].isupper():
            yield fold(word[0])


def unborne(question: str, language: str, text: str, spoken: str | None) -> frozenset[str]:
    """Numbers of the question, of two digits or more, that the text does not hold."""
    return frozenset(n for n in numbers(question, language) - numbers(text, spoken) if len(n) > 1)


def echoes(sentence: str, question: str, language: str) -> bool:
    """Does it say nothing but what the question says, which wants more than a yes or no?"""
    if not asking.wants_words(question, language):
        return False
    if numbers(sentence, language) - numbers(question, language) - {"1"}:
        return False
    known = stems(question, language)
    new = set(stems(_spoken_words(sentence, language), language)) - set(known)
    return all(any(_alike(word, other, _SAME_WORD) for other in known) for word in new)


def _spoken_words(text: str, language: str) -> str:
    """Its words, without those that only hold others together; a name is none of these."""
    opening, *others = _WORD.findall(text) or [""]
    spoken = [word for word in others if word != word.lower() or language not in function_words(word)]
    return " ".join(spoken if language in function_words(opening) else [opening, *spoken])


def meant(question: str, sentence: str) -> frozenset[str]:
    """Names of the question, folded, that the sentence does not hold."""
    held = words(sentence)
    named = (name for name in _names(question) if len(name) > _SHORT)
    return frozenset(name for name in named if not any(_alike(name, word, _SAME_WORD) for word in held))


def presumes(question: str, language: str, passages: Iterable[tuple[str, str | None]]) -> bool:
    """Does it name something that the passages do not, together with something that they do?

    Then it takes for granted what they do not bear out. The passages come with their languages: of what another one may
    word differently, only acronyms and brands count.
    """
    held = {(fold(word), spoken == language) for text, spoken in passages for word in _WORD.findall(text)}
    foreign = not any(same for _, same in held)

    def is_known(name: str) -> bool:
        return any(_is_name(name, *word) for word in held)

    unknown = [name for name in _names_of(question, _ANY_CAPITALS if foreign else language) if not is_known(name)]
    return bool(unknown) and any(map(is_known, _names(question)))


def refutes(missing: Iterable[str], *, same_language: bool) -> bool:
    """Is a sentence unsupported, of which the quotes lack this? Names may have another form in another language."""
    return any(same_language or not word.isalpha() for word in missing)


def complete(sentence: str, before: Sequence[str], *, may_stop: bool = True) -> bool:
    """May it stand behind those before it: does it say something, not said yet, to its end?

    Without its mark one stands alone; if it may not stop anywhere, then a few words, or what does not show that more
    was to come. More than MAX_SENTENCES are too many.
    """
    said = any(character.isalnum() for character in sentence) and sentence not in before
    is_whole = may_stop or len(sentence.split()) < _SENTENCE_WORDS or not _breaks_off(sentence)
    return said and len(before) < MAX_SENTENCES and bool(_ENDS.search(sentence) or (not before and is_whole))


def _breaks_off(sentence: str) -> bool:
    *_, last = _WORD.findall(sentence) or [""]
    return _BREAKS_OFF.search(sentence) is not None or bool(function_words(last))


def is_question(text: str) -> bool:
    """Does it ask something? Then it answers nothing. A title or a quotation at its end may have the mark, too."""
    asked = text.strip().rstrip(_BEHIND_MARK)
    if asked[:1] in _OPENS_QUOTATION:
        asked = asked.rstrip(_BEHIND_MARK + _CLOSES_QUOTATION)
    return asked.endswith(("?", "？", "؟", "\u037e"))


def is_sentence(text: str) -> bool:
    """Does it look like one, rather than like a name, a number or a phrase?"""
    opens = not text.strip(_MARKS + " ")[:1].islower()
    return opens and len(text.split()) >= _SENTENCE_WORDS and bool(_STOPS.search(text)) and not only_names(text)


def only_names(text: str, spoken: str | None = None) -> bool:
    """Is it made of names and numbers, with short words at most ("and", "de") between them?

    Of a language that writes all nouns with a capital, one that stands alone is a noun rather than a name.
    """
    said = _WORD.findall(text)
    named = any(word != word.lower() or word.isdigit() for word in said)
    if not named or any(len(word.strip(_MARKS)) > _SHORT for word in common_words(text).split()):
        return False
    return spoken not in CAPITAL_NOUNS or not _nouns(said)


def _nouns(said: Sequence[str]) -> set[str]:
    """Words with a capital that have none beside them, acronyms and brands aside."""
    capital = [False, *(word != word.lower() for word in said), False]
    alone = (word for before, word, after in zip(capital, said, capital[2:], strict=False) if not before and not after)
    return {word for word in alone if word != word.lower() and word[1:] == word[1:].lower()}


def carries(draft: str, quote: str, language: str, spoken: str | None = None) -> bool:
    """Are all names and numbers of the quote, given in the draft's language, in the draft?

    Languages may spell names a little differently, and an acronym inside a phrase quite differently ("ONU" is "UN").
    """
    said = [fold(word) for word in _WORD.findall(draft)]
    names = _names(quote) if only_names(quote) else [name for name in _names(quote) if len(name) > _SHORT]
    if spoken in CAPITAL_NOUNS and language not in CAPITAL_NOUNS:
        nouns = set(map(fold, _nouns(_WORD.findall(quote))))
        names = [name for name in names if name not in nouns]
    return _held(quote, language, numbers(draft, language)) and all(
        any(_alike(name, word, _SAME_NAME) for word in said) for name in names
    )


def found_in(quote: str, documents: str, language: str | None) -> bool:
    """Are all numbers of the quote in the documents, and most of its names? A model may make up what it quotes.

    A quote without letters and digits is found nowhere.
    """
    counted = numbers(documents, language)
    if not _held(quote, language or "", counted):
        return False
    known = {fold(word) for word in _WORD.findall(documents)} | counted
    said = _WORD.findall(quote)
    opening = 1 if len(said) >= _SENTENCE_WORDS else 0  # its capital tells nothing
    named = [name for name in said[opening:] if name[0].isupper() or name.isdigit()]
    found = [
        any(_alike(name, word, _SAME_WORD) or word.startswith(name) for word in known) for name in map(fold, named)
    ]
    return bool(_WORD.search(quote)) and sum(found) >= len(found) * _MOST


def named(text: str) -> frozenset[str]:
    """Names and numbers of a text, folded."""
    return frozenset((*_names(text), *(word for word in words(text) if word.isdigit())))


def whole(quote: str, sentence: str) -> str:
    """Words of a sentence, with the rest of a name that they begin or end in, the sign of a sum or a share, and with
    the name in brackets or between commas behind them: it tells which ones are meant.
    """
    found = re.search(rf"{_NO_DIGIT_BEFORE}{re.escape(quote)}{_NO_DIGIT_BEHIND}", sentence)
    if not quote.strip() or not found:
        return quote
    start, end = found.span()
    for one, other in pairwise(TOKEN.finditer(sentence)):
        if one.end() == end and _one_name(one, other):
            end = other.end()
    for one, other in reversed(list(pairwise(TOKEN.finditer(sentence)))):
        if other.start() == start and _one_name(one, other) and not function_words(one[0]):
            start = one.start()
    if quote[:1].isdigit() and (sign := _SIGN_BEFORE.search(sentence, 0, start)):
        start = sign.start()
    if quote[-1:].isdigit() and (sign := _SIGN_BEHIND.match(sentence, end)):
        end = sign.end()
    *_, last = quote.split()
    common = last.isalpha() and last.islower() and len(sentence[:start].split()) != 1  # "in november, Ada …"
    aside = _ASIDE.match(sentence, end) or (_APPOSITION.match(sentence, end) if common else None)
    return sentence[start : aside.end() if aside else end]


def _one_name(one: re.Match[str], other: re.Match[str]) -> bool:
    """May these words, one behind the other, be parts of a name?"""
    return one.end() + 1 == other.start() and one[0][0].isupper() and other[0][0].isupper()


def half_translated(sentence: str, quote: str, question: str, spoken: str, language: str) -> bool:
    """Are words left in it as a quote in the language `spoken` has them, or nearly, that are none of its language?

    Two common words, one behind the other, or one that its letters tell. Languages share short ones ("de la"), and
    names.
    """
    asked, said = (set(pairwise(_WORD.findall(text))) for text in (question, sentence))

    def common(pair: tuple[str, str]) -> bool:
        return all(word.islower() and word.isalpha() for word in pair) and max(map(len, pair)) > _SHORT + 1

    kept = any(pair in said - asked and common(pair) for pair in pairwise(_WORD.findall(quote)))
    return kept or any(likelier(word, spoken, language) > _FOREIGN for word in _like_common(sentence, quote, question))


def untranslated(told: str, text: str, spoken: str, language: str) -> bool:
    """Is it the text again, which is not names alone, and by its letters in the language `spoken`?"""
    said = words(told)
    foreign = any(likelier(word, spoken, language) > _MOST for word in said)
    return said == words(text) and foreign and not only_names(text, spoken)


def _like_common(sentence: str, quote: str, question: str) -> Iterator[str]:
    """Words of the sentence that are like a common word of the quote; those of the question aside."""
    quoted = _WORD.findall(quote)
    common = {fold(word) for word in quoted if word.islower() and len(word) > _SHORT + 1}
    known = {fold(word) for word in (*_WORD.findall(question), *(word for word in quoted if not word.islower()))}
    for word in dict.fromkeys(_WORD.findall(sentence)):
        if fold(word) not in known and any(_alike(fold(word), other, _LIKE_WORD) for other in common):
            yield word


def adds(quote: str, question: str) -> bool:
    """Does the quote hold a word that the question does not?"""
    return not set(words(quote)) <= set(words(question))


def stands_in(quote: str, text: str) -> bool:
    """Is it there word for word?"""
    held = f" {' '.join(words(text))} "
    return any(map(str.isalnum, quote)) and f" {' '.join(words(quote))} " in held


def copied(quote: str, documents: str) -> bool:
    """Does it stand in the documents about as it is?"""
    from rapidfuzz.fuzz import partial_ratio

    return partial_ratio(" ".join(words(quote)), " ".join(words(documents))) >= _COPIED


def _held(text: str, language: str, known: frozenset[str]) -> bool:
    """Are all numbers of the text known, those of a time or a date in any notation? 1 is: many languages' article."""
    return numbers(_known_times(text, known), language) <= known | {"1"}


def _known_times(text: str, known: frozenset[str]) -> str:
    """The text with its times and days in that notation whose numbers are known."""

    def as_known(match: re.Match[str]) -> str:
        notations = (f"{match['first']}.{match['second']}", f"{match['first']}:{match['second']}")
        return next((notation for notation in notations if numbers(notation, None) <= known), match[0])

    return _CLOCK.sub(as_known, text)


def _may_be_acronyms(text: str) -> Iterator[str]:
    """Its words, and the initials of those side by side: "EU" for "European Union"."""
    yield from map(fold, _WORD.findall(text.replace(".", "")))
    initials = fold("".join(word[0] for word in TOKEN.findall(text)))
    for length in (2, _SHORT):
        yield from (initials[at : at + length] for at in range(len(initials) - length + 1))


def _names_of(text: str, language: str) -> list[str]:
    """Folded; of a language that writes all nouns with a capital, only those that are no ordinary word."""
    said = [word for word in _WORD.findall(text) if word.isalpha()]
    if language == _ANY_CAPITALS or language in CAPITAL_NOUNS:
        named = [word for word in said if word[1:] != word[1:].lower()]
    else:
        opens_with_a_name = len(said) > 1 and said[1] != said[1].lower() and not function_words(said[0])
        named = [word for word in said[0 if opens_with_a_name else 1 :] if word != word.lower()]
    return [fold(word) for word in named if len(word) > _SHORT]


def _names(text: str) -> list[str]:
    """Folded words with a capital, without one that only opens the text."""
    first, *others = [word for word in _WORD.findall(text) if not word.isdigit()] or [""]
    opens = first if first and not function_words(first) else ""
    return [fold(word) for word in (opens, *others) if word != word.lower()]


def _is_name(name: str, word: str, same_language: bool) -> bool:
    """Is the word this name? Another language may spell it a little differently."""
    return _alike(name, word, _SAME_WORD if same_language else _SAME_NAME)


def _carries_name(name: str, word: str, same_language: bool) -> bool:
    """The same of a quote: in one language, names are inflected at most ("Mali" is not "Malawi")."""
    if not same_language:
        return _alike(name, word, _SAME_NAME)
    shorter, longer = sorted((name, word), key=len)
    return name == word or (len(shorter) > _SHORT and longer.startswith(shorter) and len(longer) - len(shorter) <= 2)


def _alike(name: str, word: str, least: int) -> bool:
    from rapidfuzz.fuzz import ratio

    return name == word or (name.isalpha() and len(name) > _SHORT and ratio(name, word) >= least)
