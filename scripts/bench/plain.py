"""What a tutorial builds: chunks, the nearest four, one prompt, the answer as the model gives it."""

from collections.abc import Iterable, Iterator

import numpy as np

from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.types import History, TextDelta
from index.embedding import Embedder
from scripts.bench.server import PLAIN_SLOT

CHUNK_CHARS, CHUNKS = 1_000, 4
PROMPT = (
    "Use the passages below to answer the question in its language, in one to three sentences. "
    "If they do not hold the answer, say that you do not know.\n\n{passages}\n\n{conversation}Question: {question}"
)


class PlainPipeline:
    """Everything else is the assistant's: model, embedder, process."""

    def __init__(self, texts: Iterable[str], embedder: Embedder, chat: ChatModel) -> None:
        self._chunks = [chunk for text in texts for chunk in chunks(text)]
        self._vectors = embedder.embed_documents(self._chunks)
        self._embedder = embedder
        self._chat = chat
        self._llm = chat.llm.bind(id_slot=PLAIN_SLOT)

    def ask(self, question: str, history: History) -> Iterator[TextDelta]:
        """Pieces of the answer. A conversation is searched by all its questions, and stands in the prompt.

        Raises ChatModelError.
        """
        searched = " ".join([*(turn.question for turn in history), question])
        nearest = np.argsort(-(self._vectors @ self._embedder.embed_queries([searched])[0]), kind="stable")[:CHUNKS]
        prompt = PROMPT.format(
            passages="\n\n".join(self._chunks[i] for i in nearest),
            conversation="".join(f"Question: {turn.question}\nAnswer: {turn.answer}\n\n" for turn in history),
            question=question,
        )
        with translated_errors(self._chat.name, local=True):
            for piece in self._llm.stream(prompt):
                if piece.text:
                    yield TextDelta(piece.text)


def chunks(text: str) -> list[str]:
    """Paragraphs joined up to 1,000 characters; longer ones are cut."""
    found: list[str] = []
    for paragraph in filter(str.strip, text.split("\n\n")):
        for start in range(0, len(paragraph), CHUNK_CHARS):
            piece = paragraph[start : start + CHUNK_CHARS]
            if found and len(found[-1]) + len(piece) + 2 <= CHUNK_CHARS:
                found[-1] += f"\n\n{piece}"
            else:
                found.append(piece)
    return found
