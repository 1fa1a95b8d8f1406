"""How often does a sentence lack the "not" that a question turns on, or say the opposite? It is counted, not fitted."""

from pathlib import Path
from typing import Any

from assistant.contrary import is_contrary
from index.chunking import segment
from index.types import Span
from index.words import words
from scripts.fit.data import articles


def counted(squad: Path, xquad_de: Path) -> dict[str, Any]:
    """Shares of questions: of the answerable those lost, for it is so with the sentence that answers, in English (SQuAD
    2.0) and in German (XQuAD); of the others those where it is so with the sentence that has most of their words.
    """
    english, german = _turned(squad, "en"), _turned(xquad_de, "de")
    return {
        "questions": sum(map(len, (*english, *german))),
        "answerable_lost": _share(english[0]),
        "german_lost": _share(german[0]),
        "others_stopped": _share(english[1]),
    }


def _turned(path: Path, language: str) -> tuple[list[bool], list[bool]]:
    """Of each answerable question, and of each other one, whether its sentence turns it away."""
    turned: dict[bool, list[bool]] = {True: [], False: []}
    for article in articles(path):
        for paragraph in article.paragraphs:
            spans = segment(paragraph.text, Span(0, len(paragraph.text)), language)
            sentences = [paragraph.text[span.start : span.end] for span in spans]
            for asked in paragraph.questions:
                if asked.answerable:
                    sentence = sentences[sum(span.start <= asked.starts[0] for span in spans) - 1]
                else:
                    sentence = _likely(sentences, asked.text)
                turned[asked.answerable].append(is_contrary(sentence, language, asked.text, language))
    return turned[True], turned[False]


def _share(of: list[bool]) -> float:
    return round(sum(of) / len(of), 4)


def _likely(sentences: list[str], question: str) -> str:
    return max(sentences, key=lambda sentence: len({*words(sentence)} & {*words(question)}))
