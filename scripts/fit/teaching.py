"""What the embedded chat model is taught: texts, questions about them, and the words that answer these, or none.

Read from files of others in SQuAD's format, all CC BY-SA 4.0, in one folder:

    dev-v2.0.json, test-v2.0.json  SQuAD 2.0's development set (Rajpurkar et al. 2018) in two parts, the second one
                                   without answers (github.com/chrischute/squad, data/)
    squad-pt.json                  all of it in Portuguese (github.com/cjaniake/squad_v2.0_pt, dev-v2.0.json)
    xquad.{en,de,es,ro}.json       XQuAD (Artetxe et al. 2020; github.com/google-deepmind/xquad)

The questions of a paragraph and those of its translations correspond.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.prompting import DECLINE_WORD
from index.chunking import segment
from index.types import Span
from scripts.fit.data import Article, Asked, Paragraph, all_articles

ASKED_AT_ONCE = 8
"""Questions about one text; one of another is added."""
AROUND = ((0, 0), (0, 0), (0, 0), (1, 0), (0, 1), (1, 1))
"""Paragraphs before and after, of which one is drawn."""
LONGEST = 2_400
"""Characters of paragraphs together."""
LONGEST_TRANSLATED = 1_500
"""Of one that another one may stand beside."""
WINDOWS = 0.35
"""Of the paragraphs that stand alone, this share is read in part."""
BESIDE = 0.3
"""Of the Portuguese paragraphs, those with the next one behind."""
TOGETHER = 0.4
"""Of the others' translated ones, those with another one."""
IN_ENGLISH = (0.75, 0.6)
"""Of the questions about English and Portuguese paragraphs; the others are Portuguese."""
LANGUAGES = ("en", "de", "es", "ro")
READ_IN = ("de", "es", "en")
_MARKS = " .,;:)('\"”“»«?!"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, and questions with the words of it that answer them, or DECLINE_WORD."""

    text: str
    asked: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Both:
    """A question in English and Portuguese, and the words that answer it in either text with where they begin."""

    english: str
    portuguese: str
    words: str | None
    """None where they are not known."""
    start: int
    words_pt: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A paragraph in two languages."""

    english: str
    portuguese: str
    asked: list[_Both]


class Sources:
    """The files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._english = (*all_articles(folder / "dev-v2.0.json"), *all_articles(folder / "test-v2.0.json"))
        portuguese = json.loads((folder / "squad-pt.json").read_text(encoding="utf-8"))["data"]
        self._portuguese = {article["title"]: article for article in portuguese}
        self._xquad = {
            language: {article.title: article.paragraphs for article in all_articles(folder / f"xquad.{language}.json")}
            for language in LANGUAGES
        }
        self._near_misses = {
            paragraph.english: [
                (each.english, each.portuguese) for each in paragraph.asked if each.words == DECLINE_WORD
            ]
            for article in self._english
            if article.title in self._portuguese
            for paragraph in self._known(article)
        }

    def titles(self, *, but: Iterable[str] = ()) -> list[str]:
        """Of the articles in both languages."""
        left_out = set(but)
        return [a.title for a in self._english if a.title in self._portuguese and a.title not in left_out]

    def lessons(self, title: str, rng: random.Random, *, english: int, portuguese: int) -> Iterator[Lesson]:
        """So many paragraphs of an article in English, others in Portuguese."""
        article = next(article for article in self._english if article.title == title)
        paragraphs = list(self._known(article))
        order = rng.sample(range(len(paragraphs)), len(paragraphs))
        for at in order[:english]:
            yield _in_english(title, paragraphs, at, rng)
        for at in order[english : english + portuguese]:
            yield _in_portuguese(paragraphs, at, rng)

    def portuguese(self, title: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
        """Paragraphs in Portuguese, with questions in English and Portuguese, and whether it answers them."""
        article = next(article for article in self._english if article.title == title)
        for known in self._known(article):
            asked = [each for each in known.asked if each.words_pt is not None]
            yield known.portuguese, [(e.english, e.portuguese, e.words_pt != DECLINE_WORD) for e in asked]

    def across(self, title: str, rng: random.Random, languages: Sequence[str] = READ_IN) -> Iterator[Lesson]:
        """The paragraphs of an article that XQuAD has, each in one of the languages, asked about in all of them."""
        for at in range(len(self._xquad["en"].get(title, ()))):
            (language,) = rng.sample(languages, 1)
            read = self._xquad[language][title]
            asked = [
                (self._xquad[rng.choice(LANGUAGES)][title][at].questions[number].text, _words(question)[0])
                for number, question in enumerate(read[at].questions)
            ]
            misses = self._near_misses.get(self._xquad["en"][title][at].text, [])
            asked += [(rng.choice(both), DECLINE_WORD) for both in rng.sample(misses, min(len(misses), 2))]
            far = rng.choice([other for other in range(len(read)) if other != at])
            questions = self._xquad[rng.choice(LANGUAGES)][title][far].questions
            asked += [(each.text, DECLINE_WORD) for each in rng.sample(questions, min(1, len(questions)))]
            text = read[at].text
            if rng.random() < TOGETHER and len(text) < LONGEST_TRANSLATED:
                beside = rng.choice([other for other in range(len(read)) if other not in (at, far)])
                text = "\n\n".join(rng.sample([text, read[beside].text], 2))
            yield Lesson(text, asked)

    def _known(self, article: Article) -> Iterator[_Known]:
        """Words are known where they are found; in English, of the second part, where both spell them alike."""
        for here, there in zip(article.paragraphs, self._portuguese[article.title]["paragraphs"], strict=True):
            asked = []
            for question, translated in zip(here.questions, there["qas"], strict=True):
                if translated.get("is_impossible"):
                    asked.append(_Both(question.text, translated["question"], DECLINE_WORD, -1, DECLINE_WORD))
                    continue
                words_pt = _found(there["context"], translated.get("answers", [])[:1])
                words, start = _words(question) if question.golds else _same(here, words_pt)
                asked.append(_Both(question.text, translated["question"], words, start, words_pt))
            yield _Known(here.text, there["context"], asked)


def _in_english(title: str, paragraphs: Sequence[_Known], at: int, rng: random.Random) -> Lesson:
    """It stands alone, or among others, or only some sentences of it are read: with a title or without one."""
    text, window = paragraphs[at].english, Span(0, len(paragraphs[at].english))
    before, after = rng.choice(AROUND)
    longer = "\n\n".join(paragraph.english for paragraph in paragraphs[max(0, at - before) : at + after + 1])
    if len(longer) <= LONGEST:
        text = longer
    if text == paragraphs[at].english and rng.random() < WINDOWS:
        window = _window(text, [each.start for each in paragraphs[at].asked if each.start >= 0], rng)
        text = text[window.start : window.end]
    asked = []
    for each in paragraphs[at].asked:
        if each.words is not None:
            held = window.start <= each.start and each.start + len(each.words) <= window.end
            words = each.words if each.words != DECLINE_WORD and held else DECLINE_WORD
            asked.append((each.english if rng.random() < IN_ENGLISH[0] else each.portuguese, words))
    asked = _drawn(asked, rng)
    far = rng.choice([other for other in range(len(paragraphs)) if other != at])
    asked.append((rng.choice(paragraphs[far].asked).english, DECLINE_WORD))
    heading = rng.choice(("", f"Title: {title.replace('_', ' ')}\n\n"))
    return Lesson(heading + text, asked)


def _in_portuguese(paragraphs: Sequence[_Known], at: int, rng: random.Random) -> Lesson:
    text, following = paragraphs[at].portuguese, paragraphs[at + 1 : at + 2]
    if rng.random() < BESIDE and following and len(text) + len(following[0].portuguese) < LONGEST:
        text = f"{text}\n\n{following[0].portuguese}"
    asked = [
        (each.english if rng.random() < IN_ENGLISH[1] else each.portuguese, each.words_pt)
        for each in paragraphs[at].asked
        if each.words_pt is not None
    ]
    asked = _drawn(asked, rng)
    far = rng.choice([other for other in range(len(paragraphs)) if other not in (at, at + 1)])
    one = rng.choice(paragraphs[far].asked)
    asked.append(((one.english, one.portuguese)[rng.choice((0, 1))], DECLINE_WORD))
    return Lesson(text, asked)


def _drawn(asked: Sequence[tuple[str, str]], rng: random.Random) -> list[tuple[str, str]]:
    """About as many that are answered as others."""
    answered = [each for each in asked if each[1] != DECLINE_WORD]
    others = [each for each in asked if each[1] == DECLINE_WORD]
    count = min(len(answered), ASKED_AT_ONCE * 5 // 8)
    declined = min(len(others), max(2, min(ASKED_AT_ONCE - count, count)))
    return rng.sample(answered, count) + rng.sample(others, declined)


def _window(text: str, starts: Sequence[int], rng: random.Random) -> Span:
    """A sentence that answers some question, with the one before it or without."""
    spans = list(segment(text, Span(0, len(text)), "en"))
    start = rng.choice(starts) if starts else 0
    at = max((number for number, span in enumerate(spans) if span.start <= start), default=0)
    return Span(spans[max(0, at - rng.choice((0, 1)))].start, spans[at].end)


def _words(question: Asked) -> tuple[str, int]:
    """The longest of its answers, which says most, with its place."""
    at = max(range(len(question.golds)), key=lambda number: (len(question.golds[number]), -number))
    return question.golds[at], question.starts[at]


def _found(context: str, answers: Sequence[dict[str, str | int]]) -> str | None:
    """Words of a translated answer, without the marks around them, if they stand where they are said to."""
    for answer in answers:
        words = str(answer["text"]).strip(_MARKS)
        if any(map(str.isalnum, words)) and context.find(words, max(0, int(answer["answer_start"]) - 3)) >= 0:
            return words
    return None


def _same(paragraph: Paragraph, words: str | None) -> tuple[str | None, int]:
    """Names and numbers of an answer that the other language spells alike; None where they are not found, once."""
    if words and (words[0].isupper() or words[0].isdigit()) and paragraph.text.count(words) == 1:
        return words, paragraph.text.find(words)
    return None, -1
