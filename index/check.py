"""Can an index be asked? Told without loading a model."""

from contextlib import closing
from pathlib import Path

from index.chunking import ChunkingParams
from index.embedding import known_revision
from index.manifest import EmbeddingInfo, Manifest, check_match
from index.snapshot import Snapshot


def check(index_dir: Path, embedding_model: str, chroma_url: str | None = None) -> Manifest:
    """What an index consists of, where all of it is there and was built with this model.

    Raises what `Index.open` raises, but for a revision that only the loaded model tells.
    """
    snapshot = Snapshot.load(index_dir, chroma_url)
    with closing(snapshot.store):
        manifest = snapshot.manifest
        revision = known_revision(embedding_model) or manifest.embedding.revision
        embedding = EmbeddingInfo(embedding_model, revision, manifest.embedding.dimension)
        check_match(manifest, index_dir, embedding, ChunkingParams())
        for record in manifest.documents:
            snapshot.text(record)
    return manifest
