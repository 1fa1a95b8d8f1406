"""How often does a sentence lack the "not" that a question turns on, or say the opposite? It is counted, not fitted."""

from pathlib import Path
from typing import Any

from assistant.denials import undenied
from assistant.opposites import opposed
from index.chunking import segment
from index.types import Span
from index.words import words
from scripts.fit.data import articles


def counted(squad: Path) -> dict[str, Any]:
    """Shares of SQuAD 2.0's questions: of the answerable those lost, for it is so with the sentence that answers; of
    the others those where it is so with the sentence that has most of their words.
    """
    undone: dict[bool, list[bool]] = {True: [], False: []}
    for article in articles(squad):
        for paragraph in article.paragraphs:
            spans = segment(paragraph.text, Span(0, len(paragraph.text)), "en")
            for asked in paragraph.questions:
                sentence = _likely([paragraph.text[span.start : span.end] for span in spans], asked.text)
                if asked.answerable:
                    span = [span for span in spans if span.start <= asked.starts[0]][-1]
                    sentence = paragraph.text[span.start : span.end]
                turned = (sentence, "en", asked.text, "en")
                undone[asked.answerable].append(undenied(*turned) or opposed(*turned))
    return {
        "questions": sum(map(len, undone.values())),
        "answerable_lost": round(sum(undone[True]) / len(undone[True]), 4),
        "others_stopped": round(sum(undone[False]) / len(undone[False]), 4),
    }


def _likely(sentences: list[str], question: str) -> str:
    return max(sentences, key=lambda sentence: len({*words(sentence)} & {*words(question)}))
