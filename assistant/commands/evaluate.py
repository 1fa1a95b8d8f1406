"""`assistant eval`: run question sets against a baseline."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import INTERRUPTED, print_json, progress_bar

if TYPE_CHECKING:
    from assistant.evaluation.types import Row


@click.command("eval")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), metavar="DIR", help="Write report.json and junit.xml there.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="An earlier report.json.")
@settings_options("corpus", "index_dir", "chat_model", "embedding_model")
@json_option
def evaluate(
    files: tuple[Path, ...],
    report: Path | None,
    baseline: Path | None,
    corpus: Path | None,
    index_dir: Path | None,
    chat_model: str | None,
    embedding_model: str | None,
    as_json: bool,
) -> None:
    """Run question sets; exit 1 on a regression.

    A regression is a question that fails and passed in the baseline; without one, every failure. Ctrl-C reports what
    was asked so far.
    """
    from rich.console import Console

    from assistant import evaluation
    from assistant.answering import Assistant

    earlier = evaluation.load_report(baseline) if baseline else None
    sets = [evaluation.load_question_set(file) for file in files]
    if report:
        evaluation.prepare_folder(report)
    rows: list[Row] = []
    interrupted = False
    with (
        Assistant.open(
            corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model
        ) as assistant,
        progress_bar("Loading the model") as progress,
    ):
        assistant.warm_up()  # what is missing ends the run here, not each question

        def asked(row: "Row", done: int, total: int) -> None:
            rows.append(row)
            progress(done, total, "Asking")

        try:
            evaluation.run(assistant, sets, progress=asked)
        except KeyboardInterrupt:
            interrupted = True
    result = evaluation.Report(tuple(rows), complete=not interrupted)
    comparison = None if interrupted else evaluation.compare(result, earlier)
    try:
        if as_json:
            print_json({"report": result, "comparison": comparison})
        else:
            console = Console()
            evaluation.render_table(result, console)
            if comparison and earlier:
                evaluation.render_comparison(comparison, console)
    finally:  # also where the reader of the table has left
        if report:
            evaluation.write_report(result, report)
    if not comparison:
        total = sum(len(questions.questions) for questions in sets)
        click.echo(f"Interrupted: {len(rows)} of {total} questions were asked.", err=True)
        click.get_current_context().exit(INTERRUPTED)
    if comparison.failed:
        click.get_current_context().exit(1)
