"""`assistant ask`: an answer with its sources."""

import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, spinner
from assistant.printable import one_line, printable
from assistant.types import Answer, PassagesFound, QuoteDelta, StreamEvent, TextDelta, Waiting

_TREE_WIDTH = 120
"""Columns of an explanation, on a terminal or in a pipe."""

if TYPE_CHECKING:
    from rich.console import RenderableType

    from assistant.settings import Settings


@click.command()
@click.argument("question")
@settings_options("corpus", "index_dir", "chat_model", "embedding_model")
@click.option("--explain", is_flag=True, help="Tell how the answer came about, and why it is one or none.")
@json_option
def ask(
    question: str,
    corpus: Path | None,
    index_dir: Path | None,
    chat_model: str | None,
    embedding_model: str | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION with its sources.

    An `assistant serve` that runs on the same index with the same settings answers sooner: its models are loaded.
    """
    from assistant.conversation import check_question
    from assistant.settings import Settings

    check_question(question)  # told first, whatever else is missing
    settings = Settings.load(corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model)
    if sys.stdout.isatty() and not as_json:
        _show(settings, question, explain=explain)
        return
    with spinner("Answering"):
        *_, answer = _events(settings, question)
    assert isinstance(answer, Answer)  # an Answer is the last event of every stream
    if as_json:
        fields = asdict(answer)
        if not explain:
            del fields["explanation"]
        print_json(fields)
    else:
        click.echo(describe(answer))
        if explain:
            click.echo(f"\n{_explained(answer)}", nl=False)


def _events(
    settings: "Settings", question: str, tell: Callable[[str], None] = lambda _: None
) -> Generator[StreamEvent, None, None]:
    """Of a running server where there is one, else of an assistant of this process, which has to load first."""
    from assistant.sharing.client import ask_server

    with closing(ask_server(settings, question)) as events:
        for event in events:
            yield event
            if isinstance(event, Answer):
                return
    from assistant.answering import Assistant

    with Assistant.open(settings) as assistant:
        tell("Loading the model")
        assistant.warm_up()
        tell("Searching the documents")
        yield from assistant.stream(question)


def describe(answer: Answer) -> str:
    """The answer, then each source with its quote, printable: lines are ours, a document cannot forge one."""
    sources = (
        f"[{cited.marker}] {one_line(cited.source)}"
        + (f", {one_line(cited.title)}" if cited.title else "")
        + f"\n    {one_line(cited.quote)}"
        for cited in answer.citations
    )
    return "\n\n".join([printable(answer.text), *sources])


def _explained(answer: Answer) -> str:
    """As a tree of lines; each is one line, whatever documents and model wrote."""
    import io

    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from assistant.explaining import Branch, outline

    def grown(branch: Branch, tree: Tree) -> Tree:
        for each in branch.branches:
            grown(each, tree.add(Text(one_line(each.text))))
        return tree

    branch = outline(answer)
    text = io.StringIO()
    Console(file=text, width=_TREE_WIDTH, highlight=False).print(grown(branch, Tree(Text(branch.text))))
    return text.getvalue()


def _show(settings: "Settings", question: str, *, explain: bool) -> None:
    """Write the draft as it comes; in the end the answer and its sources take its place."""
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    console = Console(highlight=False)
    activity, queue, quote, draft = "Searching the documents", "", "", ""
    answer = None
    with Live(Spinner("dots", activity), console=console, transient=True) as live:

        def tell(what: str) -> None:
            live.update(Spinner("dots", what), refresh=True)

        with closing(_events(settings, question, tell)) as events:
            for event in events:
                match event:
                    case Waiting():
                        queue = _questions_before(event.position)
                    case PassagesFound():
                        activity = f"Reading {len(event.hits)} passages"
                    case QuoteDelta():
                        quote += event.text
                        activity = "Wording the answer"
                    case TextDelta():
                        draft += event.text
                    case Answer():
                        answer = event
                live.update(_under_way(queue or activity, printable(quote), printable(draft)))
    if answer:
        text = Text(describe(answer))
        text.highlight_regex(r"(?<!\w)\[\d{1,2}\]", "bold cyan")
        console.print(text, soft_wrap=False)
        if explain:
            console.print(Text(f"\n{_explained(answer)}", style="dim"), soft_wrap=True)


def _questions_before(position: int) -> str:
    return "" if position == 0 else "1 question before yours" if position == 1 else f"{position} questions before yours"


def _under_way(activity: str, quote: str, draft: str) -> "RenderableType":
    """What is known of an answer: the words of the documents, quietly, above the draft, or above what is being done."""
    from rich.console import Group
    from rich.spinner import Spinner
    from rich.text import Text

    quoted = [Text(f"In the documents: {quote}\n", style="dim")] if quote.strip() else []
    return Group(*quoted, Text(draft) if draft else Spinner("dots", activity))
