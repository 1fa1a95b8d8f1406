"""Pure: follow-ups that tell themselves how they go on: with another name, another topic, a correction, the second of
several. A small model keeps such words in its rewriting, or asks again what was asked before.

They are few, and where anything is left open a model has to make the question complete, but for one that is whole.
"""

import re
from collections.abc import Mapping, Sequence

from assistant import conversation, counting
from assistant.asking import goes_on, only_asks, opens_with_and, several, wants_words
from assistant.citations import without_markers
from assistant.grounding import only_names
from assistant.phrases import is_decline, unframed
from assistant.types import Turn
from index.language import function_words
from index.types import Span
from index.words import words

_LONG = 10
"""Words from which on what a pronoun stands for is in the question itself."""

_MOST = 3
"""Names of a question of which one may be meant."""

_FILLERS = (
    r"(?:(?:ok(?:ay)?|thanks|thank you|good|well|now|and|so|then|for|to|on|i have|let['’]s"
    r"|d['’]accord|merci|bon|bien|alors|maintenant|et|j['’]ai|passons à|pour"
    r"|danke|gut|jetzt|nun|und|noch|dann|ich habe|zu|zum|gracias|vale|bueno|ahora|y|tengo|pasando a"
    r"|grazie|bene|ora|e|ho|obrigad[oa]|bom|agora|tenho|bedankt|goed|nu|en|ik heb"
    r"|an?|the|une?|le|la|einem?|eine[rn]?|el|una|uno|uma?|um|een)\b[\s,.;:!–—-]*)*"
)
_TOPIC = re.compile(
    rf"^\W*{_FILLERS}(?:"
    r"(?:another|different|new) (?:topic|subject|question|matter)|something (?:else|different)"
    r"|chang\w+ (?:of |the )*(?:topic|subject)"
    r"|autre (?:sujet|chose|question)|chang\w+ de sujet|nouveau sujet"
    r"|andere[snmr]? (?:thema|frage)|(?:et)?was (?:ganz |völlig )?anderes|themen?wechsel|neue[sr]? (?:thema|frage)"
    r"|otr[oa] (?:cosa|pregunta|cuesti[oó]n|tema|asunto)|cambi\w+ de tema"
    r"|(?:un['’])?altr[oa] (?:cosa|domanda|argomento)|cambi\w+ argomento"
    r"|outr[oa] (?:coisa|pergunta|quest[aã]o|assunto)|mud\w+ de assunto"
    r"|andere? (?:onderwerp|vraag)|iets (?:heel )?anders"
    r")\s*(?:[:.,;]|[–—-]\s)\s*(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""Words of several languages for a change of topic, and what follows them."""

_NO = (
    r"(?:no|non|nein|nee|n[aã]o|sorry|pardon|excusez?[- ]moi|d[eé]sol[eé]e?|perd[oó]n|perdon[ae]|disculp[ae]"
    r"|lo siento|entschuldigung|entschuldige|verzeihung|(?:mi )?scus[ai]|desculp[ae]|perd[aã]o|actually|en fait)"
    r"[\s,.;:!–—-]+"
)
_MEANT = re.compile(
    rf"^(?:{_NO})*(?:"
    r"i (?:actually |really )?(?:meant?|was asking about|wanted to (?:ask|know) about)"
    r"|je (?:voulais(?: plutôt)? dire|parlais(?: plutôt)?(?: de)?)"
    r"|ich (?:meinte|wollte(?: eigentlich| doch)? nach)"
    r"|(?:yo )?(?:me refer[ií]a(?: a)?|quer[ií]a decir|quer[ií]a preguntar por|quise decir|hablaba(?: de)?)"
    r"|(?:io )?(?:intendevo|volevo dire)"
    r"|(?:eu )?(?:quis dizer|queria dizer)"
    r"|ik bedoelde?"
    r") (?P<meant>[^?!.,:;]{1,60}?)(?: fragen)?[.!]*$",
    re.IGNORECASE,
)
"""The same for what was meant instead."""
_BARE = re.compile(rf"^(?:{_NO})+(?P<meant>[^?!.,:;]{{1,40}})[.!]*$", re.IGNORECASE)
"""A "no", and what is meant."""
_ALSO = re.compile(r"^\W*(?:and|et|und|y|e|en)\s(?P<meant>[^?!.,:;]{1,40}?)\s?[?.!]*$", re.IGNORECASE)

_ARTICLE = r"(?:the |le |la |les |l['’]|der |die |das |den |dem |el |los |las |il |lo |gli |het )"
_NOUN = re.compile(rf"^{_ARTICLE}[^\W\d_]+(?:[-'’ ][^\W\d_]+)?$", re.IGNORECASE)
_AND_NAME = re.compile(
    r"^\W*(?:(?:and|or|but|also|what about|how about|et|ou|mais|aussi|qu['’]en est-il|und|oder|aber|auch"
    r"|was ist(?= mit)|wie ist es(?= mit)|y|o|pero|qué hay|también|e|ma|anche|mas|também|en|of|maar|ook|nein|non|no)"
    r"\b[\s,]*)+"
    r"(?P<preposition>(?:with|for|in|at|from|to|of|by|avec|pour|chez|à|de|par|mit|für|von|bei|aus|nach|zu|con|para|por|en|a"
    r"|per|da|di|com|met|voor|van) )?"
    rf"{_ARTICLE}?(?P<name>[^?!.,:;]+?)(?: (?:too|please|aussi|auch|también|anche|também|ook))?\W*$",
    re.IGNORECASE,
)
"""A name, and nothing else said."""
_OWNER = re.compile(r"['’]s$")
_CONTRACTED = re.compile(r"^(?:du|del|al) |^d['’]", re.IGNORECASE)
"""A preposition that has drawn an article in, or lost its vowel."""
_UNDRAWN = {"du ": "le ", "del ": "el ", "al ": "el "}
_BEHIND_ARTICLE = re.compile(rf"\b{_ARTICLE}$", re.IGNORECASE)
_PART = re.compile(r"\w ?\b(?:of|von|vom|des?|d['’]|du|del|della|di|do|da|van) ?(?:\w{2,3} |l['’])?$", re.IGNORECASE)
"""What stands before a name that tells whose or where something is."""
_GERMAN_NOUN = re.compile(r"\b(?:der|die|den|dem|des|im|am|zum|zur|viele?|welche[rsmn]?) $", re.IGNORECASE)
"""What stands before a word that has a capital as all German nouns have."""

_MAN_OR_THING = re.compile(r"\b(?:der|das|dem|den|im|am|beim|zum|zur) $", re.IGNORECASE)
"""What stands before a German noun, rather than before the name of a firm ("die Post")."""

_ORDINALS: Sequence[re.Pattern[str]] = [
    re.compile(rf"(?<!\w){_ARTICLE}(?:{said})(?: one(?!\w)|(?=\W*$))", re.IGNORECASE)
    for said in (
        "first|premi[eè]re?|erste[nr]?|primer[oa]|prim[oa]",
        "second|deuxi[eè]me|seconde?|zweite[nr]?|segund[oa]|second[oa]|tweede",
        "third|troisi[eè]me|dritte[nr]?|tercer[oa]|terz[oa]|derde",
        "fourth|quatri[eè]me|vierte[nr]?|cuart[oa]|quart[oa]|vierde",
    )
]
"""Of several languages: "the second one", or "the second" at the end."""

_TELLING = 2
"""Words that tell something, of a question that is whole without an article."""

_DETERMINED: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"(?<!\w)(?:{articles})(?P<noun>[^\W\d_]+)", re.IGNORECASE)
    for language, articles in {
        "en": r"(?:the|an?) ",
        "fr": r"(?:les?|la|une?|des|du|aux?) |(?:l|d)['’]",
        "de": r"(?:der|die|das|den|dem|des|eine?[nmrs]?|im|am|zum|zur|vom|beim) ",
        "es": r"(?:el|la|los|las|una?|del|al) ",
        "it": r"(?:il|lo|la|i|gli|le|una?|uno|(?:de|ne|a|da|su)(?:l|i|gli|ll[aoe])) |(?:(?:de|ne|a|da|su)?ll|un)['’]",
        "pt": r"(?:[oa]s?|uma?|[dn][oa]s?|aos?|às?) ",
        "nl": r"(?:de|het|een) ",
    }.items()
}
"""A noun behind an article. What stands before it says something of it, or it is none of a whole question."""

_COURTESIES = frozenset(
    ("thanks", "thank", "please", "danke", "bitte", "merci", "gracias", "grazie", "obrigado", "obrigada")
)

_AND: Mapping[str, str] = {
    "fr": "Et {meant} ?",
    "en": "And {meant}?",
    "de": "Und {meant}?",
    "es": "¿Y {meant}?",
    "it": "E {meant}?",
    "pt": "E {meant}?",
    "nl": "En {meant}?",
}


def complete(question: str, language: str, history: Sequence[Turn]) -> list[str]:
    """What it asks in full, as far as its own words tell; none where a model has to.

    Of several, the documents have to tell which is meant.
    """
    turns = _last(history)
    asked, found = "", list[str]()
    for number, each in enumerate((*(turn.question for turn in turns), question)):
        found = _completed(asked, each, language, turns[:number])
        open_ended = found or opens_with_and(each, language) or conversation.refers(each, language)
        asked = found[0] if len(found) == 1 else "" if open_ended else each
    return found


def is_whole(question: str, language: str) -> bool:
    """Does it say itself what it asks, and of what: with an interrogative, and a name, a noun behind an article and a
    verb, or several words that tell something?

    So it is asked as it stands where no model makes it complete ("Who is the captain?"), unlike "Which captain?" and
    "Which of the captains?".
    """
    said = words(question)
    if not wants_words(question, language) or goes_on(question, language):
        return False
    if conversation.refers(question, language) or _by_number(question):
        return False
    telling = [word for word in said if language not in function_words(word)]
    if len(said) > conversation.SHORT_WORDS and len(telling) >= _TELLING:
        return True
    nouns = _DETERMINED[language].finditer(question) if language in _DETERMINED else ()
    if any(
        language not in function_words(found["noun"]) and not only_asks(question[: found.start()]) for found in nouns
    ):
        return True
    return any(span.start and not _is_noun(question, span, language) for span in conversation.names(question))


def plainly(question: str, language: str, history: Sequence[Turn]) -> str:
    """What a model completes instead: "And …?" for a correction, a question without the change of topic before it."""
    if topic := _TOPIC.match(question):
        return topic["rest"]
    meant = _meant(question, language, _last(history))
    return _AND[language].format(meant=meant) if meant and language in _AND else question


def _last(history: Sequence[Turn]) -> list[Turn]:
    """As many turns, and as much of each, as a model reads."""
    most = conversation.TURN_CHARS
    return [Turn(turn.question[:most], turn.answer[:most]) for turn in history[-conversation.TURNS :]]


def _completed(before: str, question: str, language: str, history: Sequence[Turn]) -> list[str]:
    if topic := _TOPIC.match(question):
        found = [topic["rest"][:1].upper() + topic["rest"][1:]]
    elif named := _named_instead(before, question, language):
        found = [named]
    else:
        found = _corrected(before, _meant(question, language, history), language)
    asks = (each for each in found if "?" in each or wants_words(each, language))
    whole = [each for each in asks if not opens_with_and(each, language)]
    left_open = any(_refers(each, language) or _by_number(each) for each in whole)
    too_long = any(len(each) > conversation.MAX_QUESTION_CHARS for each in whole)
    return [] if left_open or too_long or len(whole) > _MOST else whole


def _refers(question: str, language: str) -> bool:
    return conversation.refers(question, language) and len(words(question)) < _LONG


def _named_instead(before: str, question: str, language: str) -> str | None:
    """The question before, with the only name of this one, which says no more, in the place of its own."""
    found = _AND_NAME.match(question)
    named = [span for span in conversation.names(before) if not _is_noun(before, span, language)]
    if not found or len(named) != 1 or not _COURTESIES.isdisjoint(words(question)):
        return None
    name, instead = found["name"].strip(), conversation.names(question)
    if len(instead) != 1 or question[instead[0].start : instead[0].end] != name or _is_thing(question, name):
        return None
    preposition = (found["preposition"] or "").strip().lower()
    if preposition and words(before[: named[0].start])[-1:] != words(preposition):
        return None
    return _instead(before, named[0], name)


def _is_noun(text: str, span: Span, language: str) -> bool:
    return language == "de" and _GERMAN_NOUN.search(text[: span.start]) is not None


def _is_thing(question: str, name: str) -> bool:
    return " " not in name and _MAN_OR_THING.search(question[: question.rindex(name)]) is not None


def _meant(question: str, language: str, history: Sequence[Turn]) -> str | None:
    """What a correction puts in the place of something: a name, or an article with a noun; by its number, one of those
    that an answer enumerates.
    """
    explicit = _MEANT.match(question)
    found = explicit or _BARE.match(question) or _ALSO.match(question)
    if not found:
        return None
    meant = _CONTRACTED.sub(lambda drawn: _UNDRAWN.get(drawn[0].lower(), ""), found["meant"])
    if by_number := _by_number(meant):
        return dict(enumerate(_members(history, language))).get(by_number[0])
    bare = re.sub(f"^{_ARTICLE}", "", meant, flags=re.IGNORECASE)
    named = only_names(bare) and bare[0].isupper() and not re.search(r"\d", bare) and conversation.names(question)
    if (
        named
        and not _is_thing(question, bare)
        and _COURTESIES.isdisjoint(words(bare))
        and not all(map(function_words, bare.split()))
    ):
        return meant
    return meant if explicit and _NOUN.match(meant) else None


def _corrected(before: str, meant: str | None, language: str) -> list[str]:
    """The question before, with what is meant in the place of its ordinal, or of a name."""
    if not meant or not before:
        return []
    if by_number := _by_number(before):
        return [_instead(before, by_number[1], meant)]
    is_noun = _NOUN.match(meant) is not None
    places = [span for span in conversation.names(before) if span.start]
    if not is_noun:
        places = [span for span in places if not _is_noun(before, span, language)]
    if is_noun and any(_PART.search(before[: span.start]) for span in places):
        return []  # of the mill's mayor, the mill would be asked about
    return [_instead(before, span, meant) for span in places]


def _instead(before: str, span: Span, meant: str) -> str:
    article = _BEHIND_ARTICLE.search(before[: span.start]) if _NOUN.match(meant) else None
    owner = _OWNER.search(before[span.start : span.end])
    return (
        f"{before[: article.start() if article else span.start]}{meant}{owner[0] if owner else ''}{before[span.end :]}"
    )


def _by_number(text: str) -> tuple[int, Span] | None:
    """Which one it refers to by a number, from 0, and where."""
    found = ((number, said.search(text)) for number, said in enumerate(_ORDINALS))
    return next(((number, Span(*each.span())) for number, each in found if each), None)


def _members(history: Sequence[Turn], language: str) -> list[str]:
    """Names that the last answer enumerates that enumerates anything; a sentence of the documents has commas too."""
    for turn in reversed(history):
        if is_decline(turn.answer):
            continue
        answer = without_markers(turn.answer.partition("[")[0]).strip(" .\n")
        told = unframed(answer).strip(" .\n")
        if told != answer:  # words alone
            members = [item.strip() for item in counting.items(told)]
            if len(members) > 1:
                return members if all(only_names(re.sub(f"^{_ARTICLE}", "", each)) for each in members) else []
            continue
        members = counting.members(told)
        if several(turn.question, language):  # elsewhere than at its end, it may enumerate something else
            return members if members and told.endswith(members[-1]) else []
        if members:
            return []
    return []
