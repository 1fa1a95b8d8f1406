"""Folder -> index: incremental by content hash, all or nothing.

Everything is read and cut up first. Then vectors are added, which no reader sees until `manifest.json` names them; then
the manifest is replaced; then what it no longer names is deleted. Killed at any point, the index answers as before or
as after, and the next sync goes on where this one stopped.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from index.chunking import ChunkingParams
from index.embedding import Embedder
from index.errors import AssistantError, IndexBusyError, IndexDamagedError, IndexMismatchError, IndexNotFoundError
from index.files import write_atomically, writing
from index.layout import (
    LOCK,
    TEXTS,
    index_id,
    keywords_folder,
    latest_generation,
    leftovers,
    remove,
    text_file,
    vector_store,
    vectors_folder,
)
from index.lexical import LexicalIndex
from index.manifest import (
    FORMAT,
    EmbeddingInfo,
    Manifest,
    check_match,
    read_manifest,
    remedy_of,
    write_manifest,
)
from index.reading import Folder, Prepared, changes, prepare, read_folder
from index.store import VectorStore
from index.types import Progress, SyncReport

_GROUP = 16
"""Texts embedded and stored at a time: a step of the progress bar, and what an interruption can lose."""


def sync(
    corpus: Path,
    index_dir: Path,
    embedder: Embedder,
    *,
    chroma_url: str | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Make the index hold what the folder holds.

    `rebuild` embeds everything anew beside the old index, which answers until the new one is complete.
    Raises CorpusError and its kinds (nothing changed), IndexBusyError, IndexMismatchError, IndexDamagedError,
    EmbeddingModelError, VectorStoreError, NoSpaceError, UnwritableIndexError.
    """
    params = ChunkingParams()
    folder = read_folder(corpus, index_dir)  # before the index folder is made
    with _locked(index_dir):
        embedding = EmbeddingInfo(embedder.name, embedder.revision, embedder.dimension)
        previous = _previous(index_dir, rebuild)
        if previous and not rebuild:
            check_match(previous, index_dir, embedding, params)
        prepared = prepare(folder, previous.documents if previous and not rebuild else (), params)
        manifest = Manifest(
            format=FORMAT,
            index_id=previous.index_id if previous else index_id(index_dir),
            generation=_generation(index_dir, previous, rebuild),
            revision=previous.revision + 1 if previous else 0,
            corpus=str(corpus.resolve()),
            embedding=embedding,
            chunking=params,
            documents=tuple(item.record for item in prepared),
        )
        with closing(vector_store(index_dir, manifest, chroma_url)) as store:
            store.create(made_with=_fingerprint(embedding, params))
            _add_vectors(store, prepared, embedder, progress)
            if previous and replace(manifest, revision=previous.revision) == previous and _intact(index_dir, previous):
                manifest = previous  # nothing to write
            else:
                _write(index_dir, manifest, prepared)
            _clean(store, index_dir, manifest, previous, chroma_url)
    return _report(corpus, folder, previous, manifest)


def unchanged(corpus: Path, index_dir: Path, *, model: str, revision: str) -> SyncReport | None:
    """What `sync` would report of a folder that is indexed as it is; None where it has something to do.

    Reads files only: neither the embedding model nor the vectors are opened, which whoever searches opens and checks.
    Raises CorpusError and its kinds.
    """
    folder = read_folder(corpus, index_dir)
    try:
        manifest = read_manifest(index_dir)
        embedding, done = manifest.embedding, changes(folder, manifest.documents)
        up_to_date = (
            not (done.added or done.changed or done.removed)
            and manifest.corpus == str(corpus.resolve())
            and (embedding.name, embedding.revision) == (model, revision)
            and manifest.chunking == ChunkingParams()
            and vectors_folder(index_dir, manifest).is_dir()
            and not any(leftovers(index_dir, manifest))
            and _intact(index_dir, manifest)
        )
    except (AssistantError, OSError):  # `sync` meets it again, and mends or tells it
        return None
    return _report(corpus, folder, manifest, manifest) if up_to_date else None


@contextmanager
def _locked(index_dir: Path) -> Iterator[None]:
    """The index folder, made where it is missing, for this process alone."""
    from filelock import FileLock, Timeout

    try:
        with writing(index_dir):
            index_dir.mkdir(parents=True, exist_ok=True)
            with FileLock(index_dir / LOCK, timeout=0):
                yield
    except Timeout as error:
        raise IndexBusyError(
            f"Another process is indexing into {index_dir}", fix="Wait until it is done, then try again."
        ) from error


def _report(corpus: Path, folder: Folder, previous: Manifest | None, manifest: Manifest) -> SyncReport:
    return SyncReport(
        corpus=str(corpus),
        **asdict(changes(folder, previous.documents if previous else ())),
        ignored=folder.ignored,
        blank=folder.blank,
        chunks=len(manifest.chunks),
        replaced_corpus=previous.corpus if previous and previous.corpus != manifest.corpus else None,
    )


# --- writing ---


def _previous(index_dir: Path, rebuild: bool) -> Manifest | None:
    try:
        return read_manifest(index_dir)
    except IndexNotFoundError:
        return None
    except (IndexDamagedError, IndexMismatchError):
        if rebuild:
            return None
        raise


def _generation(index_dir: Path, previous: Manifest | None, rebuild: bool) -> int:
    """A rebuild keeps away from everything that lies there; a first sync goes on with an interrupted one."""
    latest = latest_generation(index_dir)
    if rebuild:
        return max(latest, previous.generation if previous else -1) + 1
    return previous.generation if previous else max(latest, 0)


def _fingerprint(embedding: EmbeddingInfo, params: ChunkingParams) -> str:
    return hashlib.sha256(repr((asdict(embedding), asdict(params))).encode()).hexdigest()[:16]


def _add_vectors(
    store: VectorStore, prepared: Sequence[Prepared], embedder: Embedder, progress: Progress | None
) -> None:
    """Embed what the store lacks."""
    stored_chunks, stored_sentences = store.chunks.ids(), store.sentences.ids()
    chunk_texts: dict[str, str] = {}
    sentence_texts: dict[str, str] = {}
    for item in prepared:
        for chunk in item.record.chunks:
            chunk_texts[chunk.id] = item.text[chunk.start : chunk.end]
            for id_, (start, end) in zip(chunk.sentence_ids, chunk.sentences, strict=True):
                sentence_texts[id_] = item.text[start:end]
    todo = [
        *((id_, text, store.chunks) for id_, text in chunk_texts.items() if id_ not in stored_chunks),
        *((id_, text, store.sentences) for id_, text in sentence_texts.items() if id_ not in stored_sentences),
    ]
    for start in range(0, len(todo), _GROUP):
        group = todo[start : start + _GROUP]
        vectors = embedder.embed_documents([text for _, text, _ in group])
        for collection in (store.chunks, store.sentences):
            rows = [row for row, (_, _, home) in enumerate(group) if home is collection]
            collection.add([group[row][0] for row in rows], vectors[rows])
        if progress:
            progress(min(start + _GROUP, len(todo)), len(todo))


def _write(index_dir: Path, manifest: Manifest, prepared: Sequence[Prepared]) -> None:
    (index_dir / TEXTS).mkdir(exist_ok=True)
    for item in prepared:
        path = text_file(index_dir, item.record.text_sha256)
        if not _holds(path, item.record.text_sha256):
            write_atomically(path, item.text.encode())
    folder = keywords_folder(index_dir, manifest.generation, manifest.revision)
    remove(folder)
    texts = [item.text[chunk.start : chunk.end] for item in prepared for chunk in item.record.chunks]
    LexicalIndex.from_texts(texts, manifest.chunk_languages).save(folder)
    write_manifest(index_dir, manifest)


def _intact(index_dir: Path, manifest: Manifest) -> bool:
    """Are texts and keywords there as they were written? Of vectors, what is missing was added already."""
    names = {document.text_sha256 for document in manifest.documents}
    folder = keywords_folder(index_dir, manifest.generation, manifest.revision)
    try:
        LexicalIndex.load(folder, manifest.chunk_languages, remedy_of(manifest, index_dir))
    except IndexDamagedError:
        return False
    return all(_holds(text_file(index_dir, name), name) for name in names)


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _clean(
    store: VectorStore, index_dir: Path, manifest: Manifest, previous: Manifest | None, chroma_url: str | None
) -> None:
    """Delete what the manifest does not name."""
    chunk_ids = {chunk.id for chunk in manifest.chunks}
    sentence_ids = {id_ for chunk in manifest.chunks for id_ in chunk.sentence_ids}
    store.chunks.delete(sorted(store.chunks.ids() - chunk_ids))
    store.sentences.delete(sorted(store.sentences.ids() - sentence_ids))
    if chroma_url:  # the generation before a rebuild, and that after, which one that was interrupted left
        for generation in {previous.generation if previous else 0, manifest.generation + 1} - {manifest.generation}:
            with closing(vector_store(index_dir, replace(manifest, generation=generation), chroma_url)) as other:
                other.drop()
    for path in list(leftovers(index_dir, manifest)):
        remove(path)
