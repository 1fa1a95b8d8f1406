"""Pure: follow-ups that tell themselves how they go on: with another topic, a correction, the second of several.

A small model keeps such words in its rewriting, or asks again what was asked before.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant import conversation, counting
from assistant.asking import wants_words
from assistant.citations import without_markers
from assistant.grounding import TOKEN, only_names
from assistant.phrases import unframed
from assistant.types import Turn
from index.language import function_words
from index.words import words

_ABOUT = frozenset(("about", "en", "mit", "con", "com", "met", "hay", "um"))
"""Of "what about …", in several languages."""


_TOPIC = re.compile(
    r"^[^?:]{0,40}?\b(?:"
    r"(?:another|different|new) (?:topic|subject|question|matter|thing)|something (?:else|different)"
    r"|chang\w+ (?:of |the )*(?:topic|subject)"
    r"|autre (?:sujet|chose|question)|chang\w+ de sujet|nouveau sujet"
    r"|andere[snmr]? (?:thema|frage)|(?:et)?was (?:ganz |völlig )?anderes|themen?wechsel|neue[sr]? (?:thema|frage)"
    r"|otr[oa] (?:cosa|pregunta|cuesti[oó]n|tema|asunto)|cambi\w+ de tema"
    r"|altr[oa] (?:cosa|domanda|argomento|tema)|cambi\w+ (?:argomento|discorso)"
    r"|outr[oa] (?:coisa|pergunta|quest[aã]o|assunto|tema)|mud\w+ de (?:assunto|tema)"
    r"|andere? (?:onderwerp|vraag)|iets (?:heel )?anders"
    r")\b[^?:.,]{0,15}[:.,;–—-]\s*(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""Words of several languages for a change of topic, and what follows them."""

_NO = (
    r"(?:(?:oh|ah|no|non|nein|nee|n[aã]o|sorry|pardon|excusez?[- ]moi|d[eé]sol[eé]e?|perd[oó]n|perdon[ae]|disculpe?a?"
    r"|lo siento|entschuldigung|entschuldige|verzeihung|(?:mi )?scus[ai]|desculpe?a?|perd[aã]o|actually|en fait)\b"
    r"[\s,.;:!–—-]*)"
)
_MEANT = re.compile(
    rf"^{_NO}*(?:"
    r"i (?:actually |really )?(?:meant?|was (?:asking|talking)|wanted to (?:ask|know))(?: to (?:ask|say))?(?: about)?"
    r"|je (?:voulais(?: plutôt)? (?:dire|parler)|parlais|pensais)(?: plutôt)?(?: (?:de|à)(?= ))?"
    r"|ich (?:meinte|dachte an|sprach von|wollte(?: eigentlich| doch)? (?:nach|über))"
    r"|(?:yo )?(?:me refer[ií]a|quer[ií]a (?:decir|preguntar)|quise decir|hablaba|preguntaba)(?: (?:a|de|por)(?= ))?"
    r"|(?:io )?(?:intendevo|volevo dire|mi riferivo|parlavo)(?: (?:a|di)(?= ))?"
    r"|(?:eu )?(?:quis dizer|queria dizer|(?:me )?referia(?:-me)?|falava)(?: (?:a|de)(?= ))?"
    r"|ik bedoelde?"
    r")[\s:,]+(?P<meant>[^?!.]+?)(?: (?:fragen|sagen|sprechen|wissen|gemeint))?[.!]*$",
    re.IGNORECASE,
)
"""The same for what was meant instead."""

_BARE = re.compile(rf"^{_NO}*(?<=[,.;:!–—-] )(?P<meant>[^\s?!.,]+(?: [^\s?!.,]+){{0,3}})[.!]*$", re.IGNORECASE)
"""A "no" and a few words."""

_CONTRACTED = re.compile(r"^(?:d['’](?=\w)|(du|au|del|al)\b|(?:des|aux)\b)", re.IGNORECASE)
"""A preposition, with or without the article that it has drawn in."""
_UNDRAWN = {"du": "le", "au": "le", "del": "el", "al": "el"}
_ARTICLE = r"(?:the|le|la|les|l['’]|der|die|das|den|dem|el|los|las|il|lo|gli|os?|as?|het)"
_OF = r"(?:of|von|vom|des?|d['’]|du|del|della|di|do|da|van)"
_ONE_OF = re.compile(rf"^(?:{_ARTICLE}|celui|celle|ceux|that|those|one) {_OF}(?:\s|(?<=['’]))", re.IGNORECASE)
"""Something of somebody: what it is stands in the question before."""
_PART_OF = re.compile(rf"\w {_OF} ?(?:{_ARTICLE} ?)?$", re.IGNORECASE)
_BEFORE = re.compile(rf"\b{_ARTICLE}\s*$", re.IGNORECASE)
_FIRST = re.compile(rf"^{_ARTICLE}(?:(?<=['’])|\s)", re.IGNORECASE)

_ORDINALS: Sequence[re.Pattern[str]] = [
    re.compile(rf"\b{_ARTICLE} (?:{said})(?: one)?\b(?=\W*(\w*))", re.IGNORECASE)
    for said in (
        "first|premi[eè]re?|erste[nr]?|primer[oa]|prim[oa]|primeir[oa]|eerste",
        "second|deuxi[eè]me|seconde?|zweite[nr]?|segund[oa]|second[oa]|tweede",
        "third|troisi[eè]me|dritte[nr]?|tercer[oa]|terz[oa]|terceir[oa]|derde",
        "fourth|quatri[eè]me|vierte[nr]?|cuart[oa]|quart[oa]|vierde",
    )
]

_AND_THAT = re.compile(r"^\W*(?:and|et|und|y|e|en) (?P<meant>[^?.!]+?)\W*$", re.IGNORECASE)
_AND: Mapping[str, str] = {
    "fr": "Et {meant} ?",
    "en": "And {meant}?",
    "de": "Und {meant}?",
    "es": "¿Y {meant}?",
    "it": "E {meant}?",
    "pt": "E {meant}?",
    "nl": "En {meant}?",
}


def complete(question: str, history: Sequence[Turn]) -> list[str]:
    """What it may ask in full, as far as its own words tell; none where a model has to.

    Of several, the documents have to tell which is meant.
    """
    if (topic := _other_topic(question)) is not None:
        return [topic]
    history = history[-conversation.TURNS :]
    asked, found = "", list[str]()
    for number, each in enumerate((*(turn.question for turn in history), question)):
        before = history[:number]
        found = [whole] if (whole := _named_instead(asked, each)) else _corrected(asked, each, before)
        named = [_with_member(whole, before) or whole for whole in found or [each]]
        found = [whole for whole in named if not _refers_by_number(whole)] if found or named != [each] else []
        asked = _other_topic(named[0]) or named[0]
    return found


def plainly(question: str, language: str) -> str:
    """A correction as a model understands it best, "And …?"; other questions as they are."""
    meant = _meant(question)
    return _AND[language].format(meant=meant) if meant and language in _AND else question


def _named_instead(before: str, question: str) -> str | None:
    named, instead = conversation.names(before), conversation.names(question)
    if len(named) != 1 or len(instead) != 1 or len(question.split()) > conversation.SHORT_WORDS + 1:
        return None
    (at,), (name,) = named, instead
    others = TOKEN.findall(f"{question[: name.start]} {question[name.end :]}")
    if not all(map(function_words, others)) or _is_whole(others):
        return None
    return f"{before[: at.start]}{question[name.start : name.end]}{before[at.end :]}"


def _is_whole(others: Iterable[str]) -> bool:
    """Do the words beside a name make a question with it, like "Who is …", rather than "What about …"?"""
    asked = set(words(" ".join(others)))
    return wants_words(" ".join(others)) and asked.isdisjoint(_ABOUT)


def _other_topic(question: str) -> str | None:
    found = _TOPIC.match(question)
    if not found or len(words(found["rest"])) < 3 or not ("?" in found["rest"] or wants_words(found["rest"])):
        return None
    rest = found["rest"][:1].upper() + found["rest"][1:]
    return None if conversation.refers(rest) and not conversation.names_somebody(rest) else rest


def _corrected(before: str, question: str, history: Sequence[Turn]) -> list[str]:
    """The question before, with what is meant in the place of each of its names, or of its ordinal."""
    meant = _meant(question)
    if (also := _AND_THAT.match(question)) and _is_ordinal(also["meant"]):
        meant = also["meant"]
    if not meant or not before or _ONE_OF.match(meant):
        return []
    if _is_ordinal(meant):
        meant = _with_member(meant, history)
        places = [found.span() for ordinal in _ORDINALS for found in ordinal.finditer(before)]
        places = places or [_span(before, name) for name in _members(history) if name in before]
    else:
        named = [(span.start, span.end) for span in conversation.names(before)]
        places = [(start, end) for start, end in named if not _PART_OF.search(before[:start])]
    return [_instead(before, start, end, meant) for start, end in places] if meant else []


def _instead(before: str, start: int, end: int, meant: str) -> str:
    article = _BEFORE.search(before[:start]) if _FIRST.match(meant) else None
    return f"{before[: article.start() if article else start]}{meant}{before[end:]}"


def _meant(question: str) -> str | None:
    """What a correction puts in the place of something; None where it asks itself."""
    found = _MEANT.match(question.strip()) or _BARE.match(question.strip())
    if not found or wants_words(found["meant"]):
        return None
    meant = _CONTRACTED.sub(lambda drawn: _UNDRAWN.get((drawn[1] or "").lower(), ""), found["meant"]).strip()
    names = meant[:1].isupper() and not all(map(function_words, meant.split()))
    return meant if names or _FIRST.match(meant) or found.re is _MEANT else None


def _with_member(question: str, history: Sequence[Turn]) -> str | None:
    """The question with the name of the one that it refers to by its number, in an answer before."""
    for ordinal, name in zip(_ORDINALS, _members(history), strict=False):
        if found := _one(ordinal, question):
            return f"{question[: found.start()]}{name}{question[found.end() :]}"
    return None


def _is_ordinal(text: str) -> bool:
    return any(ordinal.fullmatch(text) for ordinal in _ORDINALS)


def _refers_by_number(question: str) -> bool:
    return any(_one(ordinal, question) for ordinal in _ORDINALS)


def _one(ordinal: re.Pattern[str], question: str) -> re.Match[str] | None:
    """Where it stands alone: "the second bridge" is none of what was told."""
    found = ordinal.finditer(question)
    return next((each for each in found if each[0].endswith(" one") or not each[1] or function_words(each[1])), None)


def _members(history: Sequence[Turn]) -> list[str]:
    """Names that the last answer enumerates that enumerates some."""
    for turn in reversed(history):
        told = unframed(without_markers(turn.answer)).strip(" .")
        members = [item.strip() for item in counting.items(told)]
        if len(members) > 1 and all(only_names(_FIRST.sub("", member)) for member in members):
            return members
    return []


def _span(text: str, part: str) -> tuple[int, int]:
    at = text.index(part)
    return at, at + len(part)
