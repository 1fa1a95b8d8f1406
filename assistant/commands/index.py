"""`assistant index`: sync a folder into the index."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, progress_bar
from assistant.printable import printable

if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.types import SyncReport


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@settings_options("index_dir", "embedding_model")
@click.option("--rebuild", is_flag=True, help="Embed everything anew, unchanged files too.")
@json_option
def index(
    folder: Path | None, index_dir: Path | None, embedding_model: str | None, rebuild: bool, as_json: bool
) -> None:
    """Sync a folder of documents into the index.

    The default is the corpus of the settings, seeds/. Files are .txt and .md, in UTF-8 or what can be recognised.
    Unchanged files are not embedded again; files that are gone leave the index. Interrupted, the index stays as it was.
    """
    from assistant.settings import Settings

    settings = Settings.load(corpus=folder, index_dir=index_dir, embedding_model=embedding_model)
    report = sync_corpus(settings, rebuild=rebuild)
    if as_json:
        print_json(asdict(report))
    else:
        click.echo(printable(describe(report)))


def sync_corpus(settings: "Settings", *, rebuild: bool = False) -> "SyncReport":
    """Sync the folder of these settings, with a progress bar on a terminal."""
    from index.documents import list_files
    from index.embedding import load_embedder
    from index.sync import sync

    list_files(settings.corpus)  # a mistyped folder is told before a model loads
    embedder = load_embedder(settings.embedding_model)
    with progress_bar("Indexing") as progress:
        return sync(
            settings.corpus,
            settings.index_dir,
            embedder,
            chroma_url=settings.chroma_url,
            rebuild=rebuild,
            progress=progress,
        )


def describe(report: "SyncReport") -> str:
    """What a sync did: a line each for files that changed, then the sum."""
    groups = {"added": report.added, "changed": report.changed, "removed": report.removed, "ignored": report.ignored}
    lines = [f"{label:9}{name}" for label, names in groups.items() for name in names]
    if report.replaced_corpus:
        lines.append(f"This index held {report.replaced_corpus} before.")
    counts = ", ".join(f"{len(names)} {label}" for label, names in [*groups.items(), ("unchanged", report.unchanged)])
    return "\n".join([*lines, f"{report.corpus}: {counts}; {report.chunks} passages in the index."])
