"""Which language a text is in: the only lingua import.

Character n-grams (lingua) decide long texts. Short questions are decided by their function words as well, and where
both are in doubt by what the caller expects.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from index.words import fold

if TYPE_CHECKING:
    from lingua import LanguageDetector

DOTTED_ORDINALS = frozenset(("de", "da", "nb", "no", "fi", "is", "cs", "sk", "pl", "hu", "sl", "hr", "et", "lv", "tr"))
"""Languages that write "4." for "4th"."""

_PROVEN = ("FR", "EN", "DE", "ES")
_USUAL = (*_PROVEN, "IT", "PT", "NL", "EL", "RU", "AR", "HE", "ZH", "JA", "KO")
"""Always thought of."""
_FURTHER = ("BG", "CA", "CS", "DA", "FI", "HI", "HR", "HU", "ID", "NB", "PL", "RO", "SK", "SV", "TR", "UK", "VI")
"""Thought of only where a text's letters or function words suggest one of them: loaded, each takes some 20 MB, and a
mistyped question in one of the usual languages may look like one in theirs."""
_FURTHER_LETTERS = re.compile(r"[ąćęłńśźżåøčďěňřšťůžğışőűășțţđľĺŕơưіїєґ]|[\u0900-\u097f\u1ea0-\u1eff]")
"""Small ones, which none of the usual languages writes, but for names."""

_MORE_THAN_A_NAME = 3
"""Words."""

_HEAD = 4_000
"""Characters that suffice to tell a text's language."""
_ENOUGH_LETTERS = 8
"""Letters from which n-grams are taken at their word: those of a bare "IBM" say little."""
_SHORT = 200
"""Characters up to which function words are looked at."""
_FUNCTION_WORD = 4.0
"""How many times likelier a language gets by a function word of its own."""
_UNEXPECTED = 0.5
"""Weight of a language that the prior leaves out, against 1.5 of one that it is sure of."""

_TYPED: Mapping[str, frozenset[str]] = {
    "es": frozenset(("q", "ke", "kien", "xq")),
    "fr": frozenset(("c", "ki", "kel", "kelle", "koi", "pk", "pkoi", "cest")),
    "de": frozenset(("wieviel", "wiviel", "nich")),
    "en": frozenset(("wich", "whats", "hows")),
}
"""Function words as people type them in haste."""
_SHORT_ENGLISH = re.compile(r"[ai]|a[mnst]|b[ey]|[dgs]o|h[ei]|i[fnst]|m[ey]|no|o[fhknr]|to|u[ps]|we")
"""Words of up to two letters."""
_LETTERS = {
    "es": "aeouyq",
    "fr": "acdjlmnsty",
    "pt": "aeo",
    "it": "aceilod",
    "en": "ai",
    "nl": "u",
    "ca": "aeio",
    "pl": "aiouwz",
}
"""Of the usual languages, and others, the letters that are words, or stand for one before an apostrophe. The lists of
stopwords-iso have nearly all letters, and the English one the codes of countries, among them words of other languages.
"""


def detect(text: str, prior: Mapping[str, float] | None = None) -> str | None:
    """ISO 639-1 code of the text's language, or None where nothing in it tells.

    `prior` says what to expect before the text is read (say, the languages of the documents and of the conversation):
    language -> weight, on any scale. It decides between languages that the text leaves open, and is overruled by one
    function word of another language.
    """
    expected = {code for code, weight in (prior or {}).items() if weight > 0}
    wide = _suggests_further(text) or any(code.upper() in _FURTHER for code in expected)
    scores = _confidences(text, wide=wide)
    if len(text) <= _SHORT:
        for code, number in _counted(text, wide=wide).items():
            if code in scores:
                scores[code] *= _FUNCTION_WORD**number
    if prior and (total := sum(prior.values())) > 0:
        scores = {code: score * (_UNEXPECTED + prior.get(code, 0.0) / total) for code, score in scores.items()}
    return max(sorted(scores), key=scores.__getitem__, default=None)


def likelier(word: str, one: str, other: str) -> float:
    """How likely a word is of one language rather than of the other, by its letters; 0.5 where neither is known."""
    scores = _confidences(word, wide=any(code.upper() in _FURTHER for code in (one, other)))
    both = scores.get(one, 0.0) + scores.get(other, 0.0)
    return scores.get(one, 0.0) / both if both else 0.5


def common_words(text: str) -> str:
    """The words without capitals and digits: a list of names reads as whatever language the names come from."""
    return " ".join(word for word in text.split() if word == word.lower() and re.search(r"[^\W\d]", word))


def own_words(question: str) -> str:
    """The words that a question asks with, in lower case: its opening word and those without capitals.

    What it quotes and whom it names may be in any language.
    """
    opening, *others = _QUOTED.sub(" ", question).split() or question.split() or [""]
    spoken = [word for word in others if (word == word.lower() and re.search(r"[^\W\d]", word)) or "¿" in word]
    shouted = question == question.upper()
    return (question if shouted else " ".join([opening, *spoken])).lower()


def language_name(code: str) -> str:
    """English name of a language: `fr` -> `French`; an unknown code is returned as it is."""
    from lingua import IsoCode639_1, Language

    iso = getattr(IsoCode639_1, code.upper(), None)
    return _NAMES.get(code) or (Language.from_iso_code_639_1(iso).name.capitalize() if iso else code)


_NAMES = {"nb": "Norwegian"}
"""Where lingua's is not the usual one."""


def _suggests_further(text: str) -> bool:
    """Has it letters of the further languages, or more function words of one of them than of the proven ones?

    A few words may be a name, of which neither tells anything.
    """
    head = text[:_HEAD].lower()
    counts = _counted(head, wide=True)
    length = len(head.split())

    def most(codes: Sequence[str]) -> int:
        return max(counts.get(code.lower(), 0) for code in codes)

    further = most(_FURTHER)
    spoken = length >= _MORE_THAN_A_NAME and further > most(_PROVEN) and further >= most(_USUAL)
    return spoken or (length > 1 and _FURTHER_LETTERS.search(head) is not None)


def _confidences(text: str, *, wide: bool) -> dict[str, float]:
    """By character n-grams; empty where the text has no letters."""
    head = text[:_HEAD].encode(errors="ignore").decode()  # JSON can hold half of a surrogate pair
    values = _detector(wide).compute_language_confidence_values(head)
    trust = min(1.0, sum(character.isalpha() for character in head) / _ENOUGH_LETTERS)
    return {value.language.iso_code_639_1.name.lower(): value.value**trust for value in values if value.value > 0}


@lru_cache(maxsize=2)
def _detector(wide: bool) -> "LanguageDetector":
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_iso_codes_639_1(*(getattr(IsoCode639_1, code) for code in _codes(wide))).build()


_QUOTED = re.compile(r"(?<!\w)[«“„‘\"].+?[»”“’\"](?!\w)")
_TOKEN = re.compile(r"\w+|[¿¡]")


def function_words(text: str) -> dict[str, int]:
    """How many of the text's words each of the usual languages counts among its function words, accents aside."""
    return _counted(text, wide=False)


def _counted(text: str, *, wide: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in _TOKEN.findall(fold(text)):
        for code in _languages_of_word(wide).get(word, ()):
            found[code] = found.get(code, 0) + 1
    return found


@lru_cache(maxsize=2)
def _languages_of_word(wide: bool) -> dict[str, set[str]]:
    from stopwordsiso import has_lang, stopwords

    languages: dict[str, set[str]] = {"¿": {"es"}, "¡": {"es"}}
    for code in map(str.lower, _codes(wide)):
        listed = "no" if code == "nb" else code
        for word in (*(stopwords(listed) if has_lang(listed) else ()), *_TYPED.get(code, ())):
            if _is_word(fold(word), code):
                languages.setdefault(fold(word), set()).add(code)
    return languages


def _is_word(word: str, code: str) -> bool:
    if len(word) == 1 and word.isascii() and code in (*map(str.lower, _USUAL), *_LETTERS):
        return word in _LETTERS.get(code, "")
    return code != "en" or len(word) > len("it") or _SHORT_ENGLISH.fullmatch(word) is not None


def _codes(wide: bool) -> Sequence[str]:
    return (*_USUAL, *_FURTHER) if wide else _USUAL
