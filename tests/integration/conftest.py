"""A corpus and a small embedder: everything else of the index is real."""

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray


class ToyEmbedder:
    """Texts that share words get near vectors. Counts what it embeds."""

    def __init__(self, name: str = "toy", revision: str = "1", dimension: int = 64) -> None:
        self.name, self.revision, self.dimension = name, revision, dimension
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return self.embed_queries(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            vector[zlib.crc32(word.encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


@pytest.fixture
def toy_embedder() -> ToyEmbedder:
    return ToyEmbedder()


@pytest.fixture
def toy_embedder_class() -> type[ToyEmbedder]:
    return ToyEmbedder


@pytest.fixture
def toy_corpus(tmp_path: Path) -> Path:
    """Three documents in three languages."""
    corpus = tmp_path / "corpus"
    (corpus / "dir").mkdir(parents=True)
    (corpus / "cat.txt").write_text("Le chat dort sur le grand lit bleu.\n\nIl rêve. Il ronronne.", encoding="utf-8")
    (corpus / "dir" / "dog.md").write_text("# Der Hund\n\nDer Hund bellt laut im Garten.", encoding="utf-8")
    (corpus / "zebra.txt").write_text("The zebra has black stripes and eats grass.", encoding="utf-8")
    return corpus


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"
