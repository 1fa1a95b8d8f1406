"""`assistant ask`: an answer with its sources."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json
from assistant.printable import printable
from assistant.types import Answer, PassagesFound, StreamEvent, TextDelta


@click.command()
@click.argument("question")
@settings_options("corpus", "index_dir", "chat_model", "embedding_model")
@json_option
def ask(
    question: str,
    corpus: Path | None,
    index_dir: Path | None,
    chat_model: str | None,
    embedding_model: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION with its sources."""
    from assistant.answering import Assistant

    with Assistant.open(
        corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model
    ) as assistant:
        if as_json:
            print_json(asdict(assistant.ask(question)))
        elif sys.stdout.isatty():
            _show(assistant.stream(question))
        else:
            click.echo(printable(describe(assistant.ask(question))))


def describe(answer: Answer) -> str:
    """The answer, then each source with its quote."""
    sources = (
        f"[{cited.marker}] {cited.source}" + (f", {cited.title}" if cited.title else "") + f"\n    {cited.quote}"
        for cited in answer.citations
    )
    return "\n\n".join([answer.text, *sources])


def _show(events: Iterable[StreamEvent]) -> None:
    """Write the draft as it comes; in the end the answer and its sources take its place."""
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    console = Console(highlight=False)
    draft = ""
    answer = None
    with Live(Spinner("dots", "Searching the documents"), console=console, transient=True) as live:
        for event in events:
            match event:
                case PassagesFound():
                    live.update(Spinner("dots", f"Reading {len(event.hits)} passages"))
                case TextDelta():
                    draft += event.text
                    live.update(Text(printable(draft)))
                case Answer():
                    answer = event
    if answer:
        text = Text(printable(describe(answer)))
        text.highlight_regex(r"\[\d+\]", "bold cyan")
        console.print(text, soft_wrap=False)
