"""`assistant index`: sync a folder into the index."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, progress_bar
from assistant.errors import AssistantError
from assistant.printable import one_line
from assistant.program import as_called

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.syncing import Synced
    from index.types import SyncReport


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@settings_options("index_dir", "embedding_model")
@click.option("--rebuild", is_flag=True, help="Embed everything anew, unchanged files too.")
@click.option("--no-prepare", is_flag=True, help="Let the chat model read nothing ahead.")
@json_option
def index(
    folder: Path | None,
    index_dir: Path | None,
    embedding_model: str | None,
    rebuild: bool,
    no_prepare: bool,
    as_json: bool,
) -> None:
    """Sync a folder of documents into the index.

    The default is the corpus of the settings, else the folder that was indexed last, else seeds/. Files are .txt
    and .md, in UTF-8 or what can be recognised. Unchanged files are not embedded again; files that are gone leave
    the index. Interrupted, the index stays as it was. Then a local chat model that has been pulled reads ahead what
    questions will need, if the folder is small; with a larger one it does so while `assistant serve` runs, and what
    was interrupted too.
    """
    from assistant.settings import Settings
    from assistant.syncing import with_indexed_corpus

    settings = Settings.load(corpus=folder, index_dir=index_dir, embedding_model=embedding_model)
    synced = sync_with_progress(with_indexed_corpus(settings), rebuild=rebuild)
    if as_json:
        print_json(asdict(synced.report))
    else:
        click.echo(describe(synced.report))
    if not no_prepare:
        _read_ahead(synced)


_SOON_READ = 30_000
"""Characters that a local model reads in some minutes; of more, `serve` reads while nobody asks."""


def _read_ahead(synced: "Synced") -> None:
    """With a progress bar; where no local model is ready, or nothing is to be kept, there is nothing to do."""
    from assistant.answering import Assistant
    from assistant.models.choice import model_path

    try:
        path = model_path(synced.settings)
        if synced.settings.prepared_mb == 0 or path is None or not path.is_file():
            return
        with Assistant.open(synced.settings, embedder=synced.embedder) as assistant:
            if assistant.characters > _SOON_READ:
                click.echo(
                    "The documents are long: `assistant serve` lets the model read them while nobody asks.", err=True
                )
                return
            with progress_bar("Reading") as bar:
                assistant.read_ahead(lambda done, total: bar(done, total, "Reading"))
    except AssistantError as error:  # the index is there; who asks is told again
        click.echo(one_line(f"Nothing was read ahead. {as_called(str(error))}"), err=True)


def sync_with_progress(settings: "Settings", *, rebuild: bool = False, quick: bool = False) -> "Synced":
    """Sync the folder of these settings, with a progress bar on a terminal; the rest as `sync_corpus` takes it."""
    from assistant.syncing import sync_corpus

    with progress_bar("Loading the model") as progress:
        return sync_corpus(
            settings, rebuild=rebuild, quick=quick, progress=lambda done, total: progress(done, total, "Indexing")
        )


def describe(report: "SyncReport") -> str:
    """What a sync did, printable: a line each for files that changed, then the sum."""
    groups = {"added": report.added, "changed": report.changed, "removed": report.removed, "ignored": report.ignored}
    lines = [f"{label:9}{one_line(name)}{_why(label, name)}" for label, names in groups.items() for name in names]
    if report.replaced_corpus:
        lines.append(f"This index held {shown_folder(report.replaced_corpus)} before.")
    counts = ", ".join(f"{len(names)} {label}" for label, names in [*groups.items(), ("unchanged", report.unchanged)])
    return "\n".join([*lines, f"{shown_folder(report.corpus)}: {counts}; {report.chunks} passages in the index."])


def _why(label: str, name: str) -> str:
    """A file is ignored for one of two reasons."""
    from index.documents import SUFFIXES

    if label != "ignored":
        return ""
    return " (blank)" if Path(name).suffix.lower() in SUFFIXES else " (not .txt or .md)"


def shown_folder(path: str) -> str:
    """A folder, whoever named it: beneath the working directory from there on, else in full."""
    full, here = Path(os.path.realpath(path)), Path.cwd()
    return one_line(str(full.relative_to(here) if full.is_relative_to(here) else full))
