"""What the embedded chat model is taught: texts, questions about them, and the words that answer these, or none.

Read from files of others in SQuAD's format, in one folder:

    dev-v2.0.json, test-v2.0.json  SQuAD 2.0's development set (Rajpurkar et al. 2018) in two parts, the second one
                                   without answers (github.com/chrischute/squad, data/)
    squad-pt.json                  all of it in Portuguese (github.com/cjaniake/squad_v2.0_pt, dev-v2.0.json)
    xquad.{en,de,es,ro}.json       XQuAD (Artetxe et al. 2020; github.com/google-deepmind/xquad)
    piaf.json                      PIAF 1.1, French from the start (Keraron et al. 2020;
                                   github.com/psorianom/piaf-combo-huggingface, data/piaf-v1.1.json)

All are CC BY-SA 4.0 but PIAF, which is given under MIT; its texts are Wikipedia's, CC BY-SA too. The questions of a
paragraph and those of its translations correspond.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.grounding import whole
from assistant.prompting import DECLINE_WORD
from index.chunking import segment
from index.types import Span
from scripts.fit.data import Asked, Paragraph, all_articles

ASKED_AT_ONCE = 14
"""Questions about one text; one of another is added."""
ASKED_OF_A_WINDOW = 8
AROUND = ((0, 0), (1, 0), (0, 1), (1, 1), (1, 1))
"""Paragraphs before and after, of which one is drawn."""
LONGEST = 2_400
"""Characters of paragraphs together."""
LONGEST_TRANSLATED = 1_500
"""Of one that another one may stand beside."""
TOGETHER = 0.4
"""Of the others' translated ones, those with another one."""
OWN = {"en": 0.75, "pt": 0.4, "fr": 1.0}
"""Of the questions, those in the language of their paragraph, by language."""
FAR = 5
"""Questions about other paragraphs, where people wrote none that this one leaves open."""
LANGUAGES = ("en", "de", "es", "ro")
READ_IN = ("de", "es", "en")
_MARKS = " .,;:)('\"”“»«?!"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, and questions with the words of it that answer them, or DECLINE_WORD."""

    text: str
    asked: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Posed:
    """A question in its text's language and in another one, and the words that answer it with where they begin."""

    own: str
    other: str
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A text and the questions about it of which the answers are known."""

    text: str
    posed: list[_Posed]


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
        self._french = [
            [_read(paragraph) for paragraph in article.paragraphs] for article in all_articles(folder / "piaf.json")
        ]
        self._near_misses = {
            english.text: [(each.own, each.other) for each in english.posed if each.words == DECLINE_WORD]
            for title in self.titles()
            for english, _ in self._both(title)
        }

    def titles(self, *, but: Iterable[str] = ()) -> list[str]:
        """Of the articles in both languages."""
        left_out = set(but)
        return [a.title for a in self._english if a.title in self._portuguese and a.title not in left_out]

    def lessons(
        self, title: str, rng: random.Random, *, english: int, windows: int = 0, portuguese: int = 0
    ) -> Iterator[Lesson]:
        """So many texts of an article in English, sentences of others, and so many in Portuguese."""
        in_english, in_portuguese = map(list, zip(*self._both(title), strict=True))
        order = rng.sample(range(len(in_english)), len(in_english))
        for at in order[:english]:
            lesson = _together(in_english, at, rng, OWN["en"])
            yield Lesson(rng.choice(("", f"Title: {title.replace('_', ' ')}\n\n")) + lesson.text, lesson.asked)
        for at in order[english : english + windows]:
            yield _windowed(in_english, at, rng, "en")
        for at in order[english + windows : english + windows + portuguese]:
            yield _together(in_portuguese, at, rng, OWN["pt"])

    def french(self, rng: random.Random, *, texts: int, windows: int) -> Iterator[Lesson]:
        """So many texts of PIAF, each of another article, and sentences of others."""
        articles = rng.sample([each for each in self._french if len(each) > 1], texts + windows)
        for paragraphs in articles[:texts]:
            yield _together(paragraphs, rng.randrange(len(paragraphs)), rng, OWN["fr"])
        for paragraphs in articles[texts:]:
            yield _windowed(paragraphs, rng.randrange(len(paragraphs)), rng, "fr")

    def portuguese(self, title: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
        """Paragraphs in Portuguese, with questions in English and Portuguese, and whether it answers them."""
        for _, read in self._both(title):
            yield read.text, [(each.other, each.own, each.words != DECLINE_WORD) for each in read.posed]

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

    def _both(self, title: str) -> Iterator[tuple[_Read, _Read]]:
        """Paragraphs in English and Portuguese. Words are known where they are found; in English, of the part without
        answers, where both languages spell them alike.
        """
        article = next(article for article in self._english if article.title == title)
        for here, there in zip(article.paragraphs, self._portuguese[title]["paragraphs"], strict=True):
            english, portuguese = list[_Posed](), list[_Posed]()
            for question, translated in zip(here.questions, there["qas"], strict=True):
                asked, asked_pt = question.text, translated["question"]
                if translated.get("is_impossible"):
                    english.append(_Posed(asked, asked_pt, DECLINE_WORD, -1))
                    portuguese.append(_Posed(asked_pt, asked, DECLINE_WORD, -1))
                    continue
                found = _found(there["context"], translated.get("answers", [])[:1])
                if found:
                    words = whole(found, there["context"])
                    portuguese.append(_Posed(asked_pt, asked, words, there["context"].find(words)))
                if known := _words(question) if question.golds else _same(here, found):
                    english.append(_Posed(asked, asked_pt, *known))
            yield _Read(here.text, english), _Read(there["context"], portuguese)


def _read(paragraph: Paragraph) -> _Read:
    """Of a text in one language."""
    return _Read(paragraph.text, [_Posed(each.text, each.text, *_words(each)) for each in paragraph.questions])


def _together(paragraphs: Sequence[_Read], at: int, rng: random.Random, own: float) -> Lesson:
    """A paragraph alone or among others, what is asked about each of them, and a question about another one."""
    before, after = rng.choice(AROUND)
    part = slice(max(0, at - before), at + after + 1)
    if sum(len(each.text) for each in paragraphs[part]) > LONGEST:
        part = slice(at, at + 1)
    asked = [_put(each, rng, own) for read in paragraphs[part] for each in read.posed]
    others = [each for read in (*paragraphs[: part.start], *paragraphs[part.stop :]) for each in read.posed]
    far = [(_put(each, rng, own)[0], DECLINE_WORD) for each in rng.sample(others, min(len(others), FAR))]
    declined = sum(words == DECLINE_WORD for _, words in asked)
    text = "\n\n".join(read.text for read in paragraphs[part])
    return Lesson(text, _drawn(asked, rng, ASKED_AT_ONCE) + far[: 1 if declined else FAR])


def _windowed(paragraphs: Sequence[_Read], at: int, rng: random.Random, language: str) -> Lesson:
    """A sentence that answers some question, with the one before it or without, and its paragraph's questions."""
    text, posed = paragraphs[at].text, paragraphs[at].posed
    window = _window(text, [each.start for each in posed if each.start >= 0], rng, language)
    asked = []
    for each in posed:
        question, words = _put(each, rng, OWN[language])
        held = window.start <= each.start and each.start + len(words) <= window.end
        asked.append((question, words if held else DECLINE_WORD))
    return Lesson(text[window.start : window.end], _drawn(asked, rng, ASKED_OF_A_WINDOW))


def _put(posed: _Posed, rng: random.Random, own: float) -> tuple[str, str]:
    """In one of its languages."""
    return posed.own if rng.random() < own else posed.other, posed.words


def _drawn(asked: Sequence[tuple[str, str]], rng: random.Random, most: int) -> list[tuple[str, str]]:
    """About as many that are answered as others."""
    answered = [each for each in asked if each[1] != DECLINE_WORD]
    others = [each for each in asked if each[1] == DECLINE_WORD]
    count = min(len(answered), most * 5 // 8)
    declined = min(len(others), max(2, min(most - count, count)))
    return rng.sample(answered, count) + rng.sample(others, declined)


def _window(text: str, starts: Sequence[int], rng: random.Random, language: str) -> Span:
    spans = list(segment(text, Span(0, len(text)), language))
    start = rng.choice(starts) if starts else 0
    at = max((number for number, span in enumerate(spans) if span.start <= start), default=0)
    return Span(spans[max(0, at - rng.choice((0, 1)))].start, spans[at].end)


def _words(question: Asked) -> tuple[str, int]:
    """The longest of its answers, which says most, with its place."""
    at = max(range(len(question.golds)), key=lambda number: (len(question.golds[number]), -number))
    return question.golds[at], question.starts[at]


def _found(context: str, answers: Sequence[dict[str, str | int]]) -> str | None:
    """Words of a translated answer without the marks around them, of one sentence, if they stand where it is said."""
    for answer in answers:
        words = str(answer["text"]).strip(_MARKS)
        if (
            any(map(str.isalnum, words))
            and ". " not in words
            and context.find(words, max(0, int(answer["answer_start"]) - 3)) >= 0
        ):
            return words
    return None


def _same(paragraph: Paragraph, words: str | None) -> tuple[str, int] | None:
    """Names and numbers of an answer that the other language spells alike; None where they are not found, once."""
    if words and (words[0].isupper() or words[0].isdigit()) and paragraph.text.count(words) == 1:
        return words, paragraph.text.find(words)
    return None
