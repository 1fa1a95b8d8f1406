"""Texts -> vectors. The only sentence_transformers import, made only for models other than the embedded one."""

import hashlib
import re
from collections.abc import Callable, Sequence
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

_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
"""`name` or `owner/name`; anything else is a path."""

_HUB_TIMEOUT_S = 10.0
"""For the Hugging Face Hub to say that it is there."""


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
            return EmbeddedEmbedder()
        model = _sentence_transformer(expanded(name))
        return SentenceTransformerEmbedder(name, _revision(model, Path(expanded(name))), model)
    except Exception as error:  # loaders of weights raise anything, from OSError to RuntimeError
        raise _failed(name, error) from error


def _sentence_transformer(name: str) -> "SentenceTransformer":
    """Of a folder, of this machine's cache, or downloaded. Raises what the library does, OSError among others."""
    from sentence_transformers import SentenceTransformer

    if Path(name).exists() or not _HUB_NAME.fullmatch(name):
        return SentenceTransformer(name)
    out_of_reach = _hub_out_of_reach()  # told at once: the library tries for half a minute, for each file of a model
    try:
        return SentenceTransformer(name, local_files_only=bool(out_of_reach))
    except OSError as error:
        raise OSError(f"it is not on this machine, and {out_of_reach}" if out_of_reach else str(error)) from error


def _hub_out_of_reach() -> str:
    """Says so; "" where it can be reached."""
    import httpx2
    from huggingface_hub import HfApi, get_session

    hub = HfApi().endpoint
    try:
        get_session().head(hub, timeout=_HUB_TIMEOUT_S)
    except httpx2.HTTPError as error:
        return f"{hub} cannot be reached ({error})"
    return ""


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


class EmbeddedEmbedder:
    """An Embedder over the model that is installed with the assistant."""

    name = EMBEDDED

    def __init__(self) -> None:
        """Takes some tenths of a second. Raises ImportError, OSError, ValueError."""
        from index.e5.embedder import E5Model

        self.revision = _embedded_revision()
        self._model = E5Model()
        self.dimension = self._model.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return _checked(self, self._model.embed_queries, texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return _checked(self, self._model.embed_documents, texts)


class SentenceTransformerEmbedder:
    """An Embedder over a SentenceTransformer."""

    def __init__(self, name: str, revision: str, model: "SentenceTransformer") -> None:
        self.name = name
        self.revision = revision
        self._model = model
        self.dimension = model.get_embedding_dimension() or len(self.embed_queries(["a"])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return _checked(self, self._encoded(self._model.encode_query), texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Raises EmbeddingModelError."""
        return _checked(self, self._encoded(self._model.encode_document), texts)

    def _encoded(self, encode: Callable[..., Any]) -> Callable[[Sequence[str]], Vectors]:
        return lambda texts: np.asarray(
            encode(list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        )


def _checked(embedder: Embedder, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
    if not texts:
        return np.empty((0, embedder.dimension), dtype=np.float32)
    try:
        vectors = encode(texts)
    except Exception as error:
        raise _failed(embedder.name, error) from error
    if not np.isfinite(vectors).all():
        raise _failed(embedder.name, "it returned vectors that are not numbers")
    return vectors.astype(np.float32)


def _failed(name: str, reason: object) -> EmbeddingModelError:
    first_line = next(iter(str(reason).strip().splitlines()), type(reason).__name__)
    fix = (
        "Install the requirements again."
        if name == EMBEDDED
        else "Check ASSISTANT_EMBEDDING_MODEL: `embedded`, a folder or a model name."
    )
    return EmbeddingModelError(f"The embedding model {name} failed: {first_line}", fix=fix)


def _revision(model: "SentenceTransformer", folder: Path) -> str:
    """The commit on the Hub where there is one; else a digest of the weights' shapes and of some of their numbers, and
    of what the folder says besides (tokens, pooling, prompts).
    """
    for module in model.modules():
        commit = getattr(getattr(module, "config", None), "_commit_hash", None)
        if isinstance(commit, str):
            return commit
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key}{tuple(tensor.shape)}{tensor.double().sum().item():.6e}".encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".txt", ".model", ".vocab"):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


_ARITHMETIC = "int8-1"
"""Changes with how the embedded model computes: tokens, graph, rounding."""


def _embedded_revision() -> str:
    from index.e5.weights import weights_version

    return f"{weights_version()}-{_ARITHMETIC}"
