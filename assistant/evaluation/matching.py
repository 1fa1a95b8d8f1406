"""Pure: does a text hold a phrase? Case, accents, white space, and the kind of hyphens and quotes do not count."""

import re
import unicodedata

_HYPHENS = "‐‑‒–—―−﹘⁃"
_APOSTROPHES = "‘’‚‛ʼ′`´‹›"
_QUOTES = '"“”„‟«»″'
_SAME = str.maketrans(
    dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_QUOTES, "")
    | {"œ": "oe", "æ": "ae"}
)
_INVISIBLE = {"Mn", "Me", "Cf"}  # combining accents; soft hyphens and zero-width characters
_DIGIT_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")


def normalize(text: str) -> str:
    """The form in which phrases are compared. Idempotent.

    Double quotes vanish, as does the space that French sets before some punctuation and inside numbers ("70 000").
    """
    text = unicodedata.normalize("NFKD", text.translate(_SAME)).casefold()
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) not in _INVISIBLE)
    text = " ".join(text.translate(_SAME).split())
    text = re.sub(r" +(?=[.,;:!?%)\]])", "", text)
    return _DIGIT_GROUPS.sub(lambda group: group.group().replace(" ", ""), text)


def holds(text: str, phrase: str) -> bool:
    """Whether `text` holds `phrase`. Numbers match as a whole: "7" is neither in "1987" nor in "7,5"."""
    needle = normalize(phrase)
    before = r"(?<!\d)(?<!\d[.,])" if needle[:1].isdecimal() else ""
    after = r"(?!\d|[.,]\d)" if needle[-1:].isdecimal() else ""
    return re.search(before + re.escape(needle) + after, normalize(text)) is not None
