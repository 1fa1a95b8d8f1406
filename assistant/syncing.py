"""Settings and the folder that an index was made of."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import FolderNotFoundError, IndexMismatchError, IndexNotFoundError, MissingError
from assistant.settings import Settings
from index.manifest import Manifest, read_manifest
from index.remedy import FOLDER, Remedy

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.types import Progress, SyncReport


@dataclass(frozen=True, slots=True)
class Synced:
    """An index that was brought up to date."""

    settings: Settings
    """As given, with the folder that was synced."""
    report: "SyncReport"
    embedder: "Embedder | None"
    """Loaded already, where it was needed: whoever asks the index next needs it too."""


def sync_corpus(
    settings: Settings, *, rebuild: bool = False, quick: bool = False, progress: "Progress | None" = None
) -> Synced:
    """Bring the index up to date with the folder of the settings. Raises what `index.sync.sync` raises.

    Of an index that cannot be read, a rebuild has to be told the folder: the default would replace what it held.

    `quick` loads no model where no file has changed; whether all vectors are there is then seen when they are searched.
    """
    from index.documents import list_files
    from index.embedding import known_revision, load_embedder
    from index.sync import sync, unchanged

    try:
        list_files(settings.corpus)  # a mistyped folder is told before a model loads
    except FolderNotFoundError as error:
        manifest = _manifest(settings.index_dir)
        if manifest and Path(manifest.corpus) == settings.corpus:  # nobody typed it: the index remembers it
            raise _folder_gone(settings) from error
        raise
    name = settings.embedding_model
    if quick and not settings.chroma_url and (revision := known_revision(name)):
        report = unchanged(settings.corpus, settings.index_dir, model=name, revision=revision)
        if report:
            return Synced(settings, report, None)
    if rebuild and "corpus" not in settings.model_fields_set:
        with suppress(IndexNotFoundError):  # of which folder an index is that cannot be read, nobody knows
            read_manifest(settings.index_dir)
    embedder = load_embedder(name)
    report = sync(
        settings.corpus,
        settings.index_dir,
        embedder,
        chroma_url=settings.chroma_url,
        rebuild=rebuild,
        progress=progress,
    )
    return Synced(settings, report, embedder)


def with_indexed_corpus(settings: Settings) -> Settings:
    """Settings whose folder is that of the index where none was given: the default would replace what it holds.

    Where that folder is gone and the default one bears its name, it was moved along with the working directory. An
    index that is missing or damaged is left for others to tell.
    """
    manifest = None if "corpus" in settings.model_fields_set else _manifest(settings.index_dir)
    if manifest is None:
        return settings
    indexed = Path(manifest.corpus)
    moved = not indexed.exists() and indexed.name == settings.corpus.name and settings.corpus.is_dir()
    return settings if moved else settings.model_copy(update={"corpus": indexed})


def _manifest(index_dir: Path) -> Manifest | None:
    try:
        return read_manifest(index_dir)
    except MissingError:
        return None


def _folder_gone(settings: Settings) -> FolderNotFoundError:
    command = replace(remedy_for(settings), corpus=FOLDER).command()
    return FolderNotFoundError(
        f"The folder {settings.corpus}, which the index in {settings.index_dir} was made of, is no longer there",
        fix=f"Bring it back, or index it where it is now: {command}.",
    )


def remedy_for(settings: Settings) -> Remedy:
    """What builds the index of these settings. The default folder is not named where it is not there."""
    known = "corpus" in settings.model_fields_set or settings.corpus.is_dir()
    return Remedy(settings.index_dir, settings.corpus if known else FOLDER, settings.embedding_model)


def check_corpus(settings: Settings, manifest: Manifest) -> None:
    """Raises IndexMismatchError where a folder was given and the index is of another one."""
    if "corpus" in settings.model_fields_set and settings.corpus.resolve() != Path(manifest.corpus):
        command = remedy_for(settings).command()
        raise IndexMismatchError(
            f"The index in {settings.index_dir} holds {manifest.corpus}, not {settings.corpus}",
            fix=f"Index that folder: {command}.",
        )
