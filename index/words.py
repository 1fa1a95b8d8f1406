"""Words as searching sees them: folded and stemmed. The only Stemmer import."""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"[぀-ヿ㐀-鿿]|\w+")  # Chinese and Japanese do not part words: their characters stand for them
_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def fold(text: str) -> str:
    """Without case and accents: "Hôpital" and "hopital" are one word."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Folded words in order."""
    return _WORD.findall(fold(text))


def stems(text: str, language: str | None) -> list[str]:
    """Folded words in order, cut to their stems by the rules of the language."""
    found = words(text)
    stemmer = _stemmer(language)
    return stemmer.stemWords(found) if stemmer else found


@lru_cache(maxsize=32)
def _stemmer(language: str | None) -> "Stemmer | None":
    import Stemmer

    name = _SNOWBALL.get(language or "")
    return Stemmer.Stemmer(name) if name else None
