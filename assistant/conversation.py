"""The conversation: its language, its checks, and the follow-up made complete."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant import asking, counting
from assistant.errors import HistoryError, QuestionError
from assistant.grounding import TOKEN
from assistant.phrases import is_decline, unframed
from assistant.types import Turn
from index.chunking import segment
from index.language import common_words, detect, function_words, own_words
from index.types import Span
from index.words import stems, words

MAX_QUESTION_CHARS = 2_000
"""Longest question, in characters."""

TURNS = 3
"""Earlier turns that a follow-up may refer to."""

TURN_CHARS = 400
"""Of each of their questions and answers: a small context holds them in any script."""

_GOES_ON = re.compile(r"\]\s+[^\s\[]")
"""Behind a marker, an answer has another sentence."""

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")

SHORT_WORDS = 4
"""Questions up to this long may be a name, whose letters tell nothing of the language spoken."""

_TITLE_WORDS = frozenset(
    (
        *("title", "headline", "heading", "titre", "titel", "uberschrift", "schlagzeile"),
        *("titular", "titulo", "titolo", "manchete"),
    )
)
"""Folded. Some mean other things too: such a question is asked of the titles first and of the texts next."""

_PRONOUNS: Mapping[str, frozenset[str]] = {
    language: frozenset(said.split())
    for language, said in {
        "en": "it its they them their he him his she her this that these those",
        "fr": "il elle ils elles lui leur leurs son sa ses cela celui celle ceux cet cette ces",
        "de": "er sie es ihn ihm ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner deren dessen "
        "dies dieser diese dieses diesem diesen "
        "dafur davon dazu daran darin daraus daruber darauf dabei dagegen dadurch danach davor dahin dort",
        "es": "su sus ella ellos ellas esto eso esta ese esa este estos estas esos esas",
        "it": "suo sua suoi sue loro lui lei questo questa questi queste quello quella",
        "pt": "seu seus suas ele ela eles elas isso isto este esse essa",
        "nl": "hij zij ze hun zijn haar hem dit dat deze",
    }.items()
}
"""Folded, of the third person, and demonstratives; and the German adverbs made of them."""

_POINTS_AHEAD = re.compile(
    r"\bda(?:f[üu]r|von|zu|ran|rin|raus|r[üu]ber|rauf|bei|gegen|durch|nach|vor|hin), ", re.IGNORECASE
)
"""German: to the clause behind it."""

_CE = re.compile(r"(?<![-\w])ce (?!qu)", re.IGNORECASE)
"""French: what stands before a noun, unlike that of "est-ce" and "ce qui"."""

_ARTICLES = frozenset(("das", "ein", "eine", "einen", "einem", "einer"))
"""German ones before a noun that is hardly a name ("die Post" may be one)."""

_PROVEN = ("fr", "en", "de", "es")


def check_question(question: object) -> str:
    """The question without blanks around it. Raises QuestionError."""
    if not isinstance(question, str) or not _asks(question):
        raise QuestionError("The question is empty", fix="Ask something about the documents.")
    question = question.strip()
    if any("\ud800" <= character <= "\udfff" for character in question):  # half a character, which UTF-8 cannot hold
        raise QuestionError("The question holds a broken character", fix="Type it again.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"The question has {len(question):,} characters; {MAX_QUESTION_CHARS:,} are allowed", fix="Shorten it."
        )
    return question


def check_history(history: object) -> tuple[Turn, ...]:
    """The turns, with "?" for half a character, which UTF-8 cannot hold. Raises HistoryError."""
    if isinstance(history, Sequence) and not isinstance(history, (str, bytes)):
        turns = tuple(history)
        if all(isinstance(t, Turn) and isinstance(t.question, str) and isinstance(t.answer, str) for t in turns):
            return tuple(Turn(_in_whole_characters(t.question), _in_whole_characters(t.answer)) for t in turns)
    raise HistoryError("The history is not a list of turns", fix='Give it as [Turn("question", "answer"), …].')


def _in_whole_characters(text: str) -> str:
    return text.encode(errors="replace").decode()


def question_language(question: str, history: Sequence[Turn], documents: Iterable[str | None]) -> str:
    """ISO 639-1 of the language to answer in: that of the question.

    Where the words alone do not tell ("and Oslo?"), the conversation counts most, then the documents.
    """
    prior: dict[str, float] = dict.fromkeys(_PROVEN, 1.0)
    known = [language for language in documents if language]
    if known:
        usual = max(sorted(set(known)), key=known.count)
        prior[usual] = prior.get(usual, 0.0) + 1.0
    before = detect(" ".join(own_words(turn.question) for turn in history[-TURNS:]), prior) if history else None
    if before:
        prior[before] = prior.get(before, 0.0) + 3.0
    found = detect(own_words(question), prior) or max(sorted(prior), key=lambda code: prior[code])
    return before if before and found != before and _leaves_open(question, before, found) else found


def _leaves_open(question: str, before: str, found: str) -> bool:
    """Is this a name or a few words, none of which speak for `found` more than for the language spoken before?

    What asks in `found` only is none of these ("Was kostet …").
    """
    if asking.wants_words(question, found) and not asking.wants_words(question, before):
        return False
    spoken = function_words(question)
    gain = spoken.get(found, 0) - spoken.get(before, 0)
    return len(words(question)) <= SHORT_WORDS and (gain <= 0 or (gain == 1 and before in spoken))


def sentences(question: str) -> list[str]:
    """Its sentences."""
    return [question[span.start : span.end] for span in segment(question, Span(0, len(question)), None)]


def asks_for_title(question: str) -> bool:
    """Does it ask what the title of a document says? Words for it before a colon or full stop only set the scene."""
    clauses = [clause for clause in re.split(r"[.:;!?]", question) if _asks(clause)]
    return bool(clauses) and not _TITLE_WORDS.isdisjoint(words(clauses[-1]))


def spoken_in(text: str, language: str) -> bool:
    """Is this text in that language, as far as its common words tell? Names alone are of any language."""
    prior: Mapping[str, float] = {**dict.fromkeys(_PROVEN, 1.0), language: 2.0}
    return detect(common_words(text), prior) in (language, None)


def as_prompt(history: Sequence[Turn]) -> str:
    """The last turns as the model reads them; what answers nothing is none of them."""
    lines = []
    for turn in history[-TURNS:]:
        lines.append(f"A user asked: {turn.question[:TURN_CHARS]}")
        if told := _gist(turn):
            lines.append(f"The answer was: {told[:TURN_CHARS]}")
    return "\n".join(lines)


def _gist(turn: Turn) -> str:
    """What a follow-up may refer to of an answer, which has its quote in a sentence that tells more.

    A model puts all that it reads into its rewriting: names that have nothing to do with it, or what answers.
    """
    told, question = unframed(turn.answer), turn.question
    if is_decline(turn.answer):
        return ""
    if told != turn.answer or _GOES_ON.search(told):
        return told  # words alone, or several sentences
    if asking.for_somebody(question):
        return ", ".join(_new_names(turn)) or told
    if asking.for_amount(question) or asking.for_time(question) or asking.for_date(question):
        numbers = dict.fromkeys(number for number in _NUMBER.findall(_unmarked(told)) if number not in question)
        return told if counting.members(told) else ", ".join(numbers) or told
    return told


def _new_names(turn: Turn) -> list[str]:
    """Names of an answer that its question has not."""
    told, asked = _unmarked(unframed(turn.answer)), {*words(turn.question)}
    named = (told[span.start : span.end] for span in names(told))
    return [*dict.fromkeys(name for name in named if not asked.issuperset(words(name)))]


def _unmarked(answer: str) -> str:
    """Its first sentence, or words, without the markers behind it."""
    return answer.partition(" [")[0]


def standalone(
    rewritten: str,
    question: str,
    history: Sequence[Turn],
    opening: str = "",
    language: str = "",
    *,
    whole: bool = False,
) -> str:
    """The last question, complete without the conversation; `rewritten` goes on from its `opening`.

    It is the model's rewriting where that is plausible: one that shares no word with what was said before is made up,
    and one that leaves a pronoun open, or all that the question says, gives way to what was said before with the
    question behind it; to the question alone where that is `whole`, by its words.
    """
    line = next((line.strip() for line in rewritten.splitlines() if line.strip()), "")
    said = {word for text in (question, as_prompt(history)) for word in words(text)}
    made_up = said.isdisjoint(words(line))
    repeated = words(line)[: len(words(opening))] == words(opening)
    line = line if repeated else f"{opening} {line}"
    asked = words(question)
    unchanged = words(line) in (asked, asked[1:])  # without an "and"
    left_open = unchanged and ((len(asked) <= SHORT_WORDS and not whole) or refers(question, language))
    left_open |= _leaves_out(line, question, language, whole=whole)
    if not made_up and len(line) <= min(len(question) + 300, MAX_QUESTION_CHARS) and not left_open:
        return line
    if whole:
        return question
    last = history[-1]
    told = _unmarked(unframed(last.answer))
    refers_to_it = refers(question, language) and not is_decline(last.answer) and names(told)
    if asking.for_somebody(last.question):
        told = " ".join(_new_names(last))
    before = f"{last.question} {told[:TURN_CHARS] if refers_to_it else ''}".strip()
    return f"{before[: max(0, MAX_QUESTION_CHARS - len(question) - 1)]} {question}".strip()


def names(text: str) -> list[Span]:
    """Where names stand: words with a capital, one behind the other; none is a common word that opens the text, and a
    German noun behind its article.
    """
    found: list[Span] = []
    for number, word in enumerate(TOKEN.finditer(text)):
        if word[0] == word[0].lower() or word[0] == "I" or (number == 0 and function_words(word[0])):
            continue
        if found and text[found[-1].end : word.start()] == " ":
            found[-1] = Span(found[-1].start, word.end())
        else:
            found.append(Span(*word.span()))
    return [span for span in found if not _is_noun(text[: span.start].split()[-1:], text[span.start : span.end])]


def names_somebody(sentence: str) -> bool:
    """Does it hold a name that is more than its opening word, which has a capital anyway?"""
    return any(span.start or " " in sentence[span.start : span.end] for span in names(sentence))


def refers(question: str, language: str = "") -> bool:
    """Does it hold a word that may stand for something said before? Of any language, where its own is not known."""
    known = language in _PRONOUNS
    pronouns = _PRONOUNS[language] if known else frozenset().union(*_PRONOUNS.values())
    if language == "de":
        question = _POINTS_AHEAD.sub(" ", question)
    return not pronouns.isdisjoint(words(question)) or (language == "fr" and _CE.search(question) is not None)


def _is_noun(before: list[str], name: str) -> bool:
    return not _ARTICLES.isdisjoint(map(str.lower, before)) and name[1:].isalpha() and name[1:].islower()


def _leaves_out(rewritten: str, question: str, language: str, *, whole: bool) -> bool:
    """Has it none of the words that say something? Of two or more: one may be said in other words. Of a question that
    is whole, it has to have all, in whatever form.
    """
    telling = " ".join(word for word in words(question) if not function_words(word))
    said, kept = stems(telling, language), {*stems(rewritten, language)}
    if whole:
        return not kept.issuperset(said)
    return len(said) > 1 and kept.isdisjoint(said)


def _asks(text: str) -> bool:
    return any(character.isalnum() for character in text)
