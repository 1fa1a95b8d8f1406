"""Settings and the folder that an index was made of."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import IndexMismatchError, MissingError
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
    embedder: "Embedder"
    """Loaded already: whoever asks the index next needs it too."""


def sync_corpus(settings: Settings, *, rebuild: bool = False, progress: "Progress | None" = None) -> Synced:
    """Bring the index up to date with the folder of the settings. Raises what `index.sync.sync` raises."""
    from index.documents import list_files
    from index.embedding import load_embedder
    from index.sync import sync

    list_files(settings.corpus)  # a mistyped folder is told before a model loads
    embedder = load_embedder(settings.embedding_model)
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

    An index that is missing or damaged is left for others to tell.
    """
    if "corpus" in settings.model_fields_set:
        return settings
    try:
        manifest = read_manifest(settings.index_dir)
    except MissingError:
        return settings
    return settings.model_copy(update={"corpus": Path(manifest.corpus)})


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
