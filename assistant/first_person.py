"""Pure: whether a sentence of a document speaks of whoever wrote it: said by the assistant, it would be of itself.

Seven languages. With a capital, where no sentence begins, such a word is part of a name.
"""

import re

_WORDS = {
    language: re.compile(rf"(?:^|[.!?:;]\s+)(?i:{said})\b(?!-)|\b(?:{said})\b(?!-)")
    for language, said in {
        "en": r"my|me|we|us|ours?",
        "fr": r"je|j['’]|moi|mon|ma|mes|nous|notre|nos",
        "de": r"ich|mich|mir|meine?[nmrs]?|wir|uns|unser(?:e[nmrs]?)?",
        "es": r"yo|mis?|nosotr[oa]s|nuestr[oa]s?",
        "it": r"io|mi[oae]|miei|noi|nostr[oaie]",
        "pt": r"eu|meus?|minhas?|nós|noss[oa]s?",
        "nl": r"ik|(?<![Dd]e )(?<!een )mijn|wij|we|ons|onze",  # "de mijn" is a mine
    }.items()
}

_I = re.compile(
    r"(?:^|[^\w\s]\s*|\b[a-z]+\s|\b(?:When|As|If|But|And|So|Then|While|Since|Today|Now|Here|\d+)\s)"
    r"(?<!type )(?<!phase )(?<!part )(?<!class )(?<!stage )(?<!grade )(?<!book )(?<!act )(?<!chapter )I\b(?!-)"
)
"""The English one; behind a name it is a number, "World War I"."""

_SPEECH = re.compile(r"«.*?»|“.*?”|„.*?[“”]|\".*?\"", re.DOTALL)


def used(sentence: str, language: str) -> bool:
    """Does it, but for what it quotes of somebody's speech?"""
    told = _SPEECH.sub("", sentence)
    return (language == "en" and _I.search(told) is not None) or (
        language in _WORDS and _WORDS[language].search(told) is not None
    )
