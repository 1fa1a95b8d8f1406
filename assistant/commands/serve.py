"""`assistant serve`: the web page. The one place where the parts below know of the page above."""

from contextlib import suppress
from pathlib import Path

import click

from assistant.commands.index import describe, sync_with_progress
from assistant.commands.options import settings_options
from assistant.errors import AssistantError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True, help="0 for a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
@settings_options("corpus", "index_dir", "chat_model", "embedding_model")
def serve(
    host: str,
    port: int,
    open_browser: bool,
    corpus: Path | None,
    index_dir: Path | None,
    chat_model: str | None,
    embedding_model: str | None,
) -> None:
    """Serve the chat page.

    The folder is synced into the index first, as by `assistant index`: --corpus, else the one that is indexed. Ctrl-C
    ends it.
    """
    from assistant.answering import Assistant
    from assistant.settings import Settings
    from assistant.sharing.server import shared
    from assistant.syncing import with_indexed_corpus
    from ui.address import free_port

    settings = Settings.load(corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model)
    free_port(host, port)  # told before the folder is indexed, which may take long
    synced = sync_with_progress(with_indexed_corpus(settings), quick=True)
    click.echo(describe(synced.report))
    with Assistant.open(synced.settings, embedder=synced.embedder) as assistant, shared(assistant):
        with suppress(AssistantError):  # the page tells it, and answers questions as soon as it can
            assistant.begin_loading()
        from ui.app import serve as serve_page  # takes seconds, in which the chat model loads

        serve_page(
            assistant,
            host=host,
            port=port,
            open_browser=open_browser,
            announce=lambda address: click.echo(f"The page is ready: {address}  (Ctrl-C ends it)"),
        )
        click.echo("Stopping.", err=True)
