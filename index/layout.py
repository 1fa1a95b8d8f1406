"""Where things lie in an index folder, and which vectors belong to it.

manifest.json       what readers see
id                  names the index on a Chroma server
lock                held while syncing
texts/              one file a text, named by its SHA-256
keywords-G-R/       BM25 of generation G, revision R
vectors-G/          Chroma, where no server is used
prepared/           not the index's own: what a local chat model has read already
server.json         not the index's own: where a running server can be asked
"""

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from index.files import write_atomically
from index.manifest import Manifest, remedy_of
from index.store import VectorStore

LOCK = "lock"
TEXTS = "texts"
_ID = "id"
_GENERATION = re.compile(r"(?:vectors|keywords)-(\d+)(?:-\d+)?")


def index_id(index_dir: Path) -> str:
    """Made up at the first sync, kept from then on."""
    path = index_dir / _ID
    if not path.exists():
        write_atomically(path, uuid.uuid4().hex[:12].encode())
    return re.sub(r"[^0-9a-f]", "", path.read_text(encoding="ascii", errors="ignore"))[:12].rjust(12, "0")


def text_file(index_dir: Path, text_sha256: str) -> Path:
    """Where a document's text is kept."""
    return index_dir / TEXTS / f"{text_sha256}.txt"


def keywords_folder(index_dir: Path, generation: int, revision: int) -> Path:
    """Where a keyword index is kept."""
    return index_dir / f"keywords-{generation}-{revision}"


def vectors_folder(index_dir: Path, manifest: Manifest) -> Path:
    """Where the vectors are, unless a server has them."""
    return index_dir / f"vectors-{manifest.generation}"


def vector_store(index_dir: Path, manifest: Manifest, chroma_url: str | None) -> VectorStore:
    """The vectors of the manifest's generation. Raises as VectorStore does."""
    name = f"assistant-{manifest.index_id}-{manifest.generation}"
    remedy = remedy_of(manifest, index_dir)
    if chroma_url:
        return VectorStore.remote(chroma_url, name, remedy)
    return VectorStore.local(vectors_folder(index_dir, manifest), name, remedy)


def latest_generation(index_dir: Path) -> int:
    """Of what lies there, finished or not; -1 for nothing."""
    matches = (_GENERATION.fullmatch(path.name) for path in index_dir.iterdir())
    return max((int(match[1]) for match in matches if match), default=-1)


def leftovers(index_dir: Path, manifest: Manifest) -> Iterator[Path]:
    """Files and folders that the manifest does not name."""
    keywords = keywords_folder(index_dir, manifest.generation, manifest.revision)
    named = {vectors_folder(index_dir, manifest).name, keywords.name}
    texts = {text_file(index_dir, document.text_sha256).name for document in manifest.documents}
    yield from (p for p in index_dir.iterdir() if _GENERATION.fullmatch(p.name) and p.name not in named)
    yield from (p for p in (index_dir / TEXTS).iterdir() if p.name not in texts)


def remove(path: Path) -> None:
    """A file or a folder; what cannot be removed now is left for the next sync."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
