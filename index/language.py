"""Which language a text is in: the only lingua import."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

_CODES = ("FR", "EN", "DE", "ES", "IT", "PT", "NL", "EL", "RU", "AR", "HE", "ZH", "JA", "KO")
"""Few languages of the Latin script: each costs about 15 MB; other scripts are told by their letters."""

_HEAD = 4_000
"""Characters that suffice to tell a text's language."""


def detect(text: str, prior: Mapping[str, float] | None = None) -> str | None:
    """ISO 639-1 code of the text's language, or None where nothing in it tells.

    `prior` weighs languages before the text is read (say, those of the documents and of the conversation):
    language -> weight, any scale; languages it leaves out are unlikely, not impossible. It decides short and
    ambiguous texts, and no others.
    """
    scores = confidences(text)
    if not scores:
        return None
    if prior:
        total = sum(prior.values())
        scores = {code: score * (0.05 + prior.get(code, 0.0) / total) for code, score in scores.items()}
    return max(scores, key=lambda code: (scores[code], code))


def confidences(text: str) -> dict[str, float]:
    """How likely each language is by the text alone; empty where the text has no letters."""
    values = _detector().compute_language_confidence_values(text[:_HEAD])
    found = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    return {code: value for code, value in found.items() if not math.isclose(value, 0.0)}


def language_name(code: str) -> str:
    """English name of a language: `fr` -> `French`; an unknown code is returned as it is."""
    from lingua import IsoCode639_1, Language

    iso = getattr(IsoCode639_1, code.upper(), None)
    return Language.from_iso_code_639_1(iso).name.capitalize() if iso else code


@lru_cache(maxsize=1)
def _detector() -> "LanguageDetector":
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_iso_codes_639_1(*(getattr(IsoCode639_1, code) for code in _CODES)).build()
