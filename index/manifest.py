"""What the index consists of: one small file, replaced atomically, that decides what readers see."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.chunking import ChunkingParams
from index.errors import IndexDamagedError, IndexMismatchError, IndexNotFoundError
from index.files import write_atomically
from index.remedy import Remedy
from index.types import DocumentInfo

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILE = "manifest.json"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class EmbeddingInfo:
    """The model whose vectors are stored."""

    name: str
    revision: str
    dimension: int


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """A chunk without its text."""

    id: str
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]

    @property
    def sentence_ids(self) -> tuple[str, ...]:
        """Of the sentences' vectors."""
        return tuple(f"{self.id}-{number}" for number in range(len(self.sentences)))


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document without its text."""

    info: DocumentInfo
    text_sha256: str
    """Of the text in UTF-8: the name of its file."""
    characters: int
    chunks: tuple[ChunkRecord, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that has to be read together."""

    format: int
    index_id: str
    generation: int
    """Grows with every rebuild; vectors and keywords of different generations lie apart."""
    revision: int
    """Grows with every sync that changes something."""
    corpus: str
    """The folder that was indexed, absolute."""
    embedding: EmbeddingInfo
    chunking: ChunkingParams
    documents: tuple[DocumentRecord, ...]
    """By source."""

    @property
    def chunks(self) -> tuple[ChunkRecord, ...]:
        """Of all documents, in their order."""
        return tuple(chunk for document in self.documents for chunk in document.chunks)

    @property
    def chunk_languages(self) -> tuple[str | None, ...]:
        """Of the documents that the chunks are of, in the same order."""
        return tuple(document.info.language for document in self.documents for _ in document.chunks)


def read_manifest(index_dir: Path, remedy: Remedy | None = None) -> Manifest:
    """`remedy`: of whoever knows which folder was meant, where the index cannot tell.

    Raises IndexNotFoundError, IndexDamagedError, IndexMismatchError (another format).
    """
    remedy = remedy or Remedy(index_dir)
    try:
        content = (index_dir / FILE).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise no_index(index_dir, remedy) from error
    except OSError as error:
        raise IndexDamagedError(
            f"The index in {index_dir} cannot be read: {error.strerror}", fix=remedy.rebuild
        ) from error
    try:
        manifest = _adapter().validate_json(content)
    except ValueError as error:
        raise IndexDamagedError(
            f"The index in {index_dir} is damaged: its {FILE} is garbled", fix=remedy.rebuild
        ) from error
    if manifest.format != FORMAT:
        raise IndexMismatchError(
            f"The index in {index_dir} is of another version of this program",
            fix=remedy_of(manifest, index_dir).rebuild,
        )
    return manifest


def no_index(index_dir: Path, remedy: Remedy | None = None) -> IndexNotFoundError:
    """The error for a place without an index."""
    return IndexNotFoundError(f"There is no index in {index_dir}", fix=(remedy or Remedy(index_dir)).build)


def remedy_of(manifest: Manifest, index_dir: Path) -> Remedy:
    """What mends this index and keeps it of its folder and its model."""
    return Remedy(index_dir, manifest.corpus, manifest.embedding.name)


def write_manifest(index_dir: Path, manifest: Manifest) -> None:
    """From here on, readers see what it names."""
    write_atomically(index_dir / FILE, _adapter().dump_json(manifest))


def check_match(manifest: Manifest, index_dir: Path, embedding: EmbeddingInfo, chunking: ChunkingParams) -> None:
    """Raises IndexMismatchError where the index was built with something else."""
    remedy = Remedy(index_dir, manifest.corpus, embedding.name)
    built = manifest.embedding
    if built.name != embedding.name:
        raise IndexMismatchError(
            f"The index was built with the embedding model {built.name}, not with {embedding.name}", fix=remedy.rebuild
        )
    if built != embedding:
        raise IndexMismatchError(
            f"The index was built with another revision of the embedding model {built.name}: "
            f"{built.revision}, not {embedding.revision}",
            fix=remedy.rebuild,
        )
    if manifest.chunking != chunking:
        raise IndexMismatchError("The index was built with other chunking settings", fix=remedy.rebuild)


@lru_cache(maxsize=1)
def _adapter() -> "TypeAdapter[Manifest]":
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)
