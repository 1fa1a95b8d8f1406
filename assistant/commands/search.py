"""`assistant search`: passages with scores, no chat model."""

from pathlib import Path

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, spinner
from assistant.printable import one_line


@click.command()
@click.argument("query")
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="How many passages.")
@settings_options("corpus", "index_dir", "embedding_model")
@json_option
def search(
    query: str, k: int, corpus: Path | None, index_dir: Path | None, embedding_model: str | None, as_json: bool
) -> None:
    """Show passages with scores; no chat model."""
    from assistant.answering import Assistant

    with (
        Assistant.open(corpus=corpus, index_dir=index_dir, embedding_model=embedding_model) as assistant,
        spinner("Loading the model"),
    ):
        hits = assistant.search(query, k=k)
    if as_json:
        print_json({"query": query, "hits": list(hits)})
        return
    for hit in hits:
        click.echo(f"{hit.score:.3f}  {one_line(hit.source)} {hit.start}–{hit.end}\n       {one_line(hit.text)}")
