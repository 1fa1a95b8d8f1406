"""`assistant eval`: run question sets against a baseline."""

from pathlib import Path

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, progress_bar


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

    A regression is a question that fails and passed in the baseline; without one, every failure.
    """
    from rich.console import Console

    from assistant import evaluation
    from assistant.answering import Assistant

    earlier = evaluation.load_report(baseline) if baseline else None
    sets = [evaluation.load_question_set(file) for file in files]
    with (
        Assistant.open(
            corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model
        ) as assistant,
        progress_bar("Asking") as progress,
    ):
        result = evaluation.run(assistant, sets, progress=lambda _, done, total: progress(done, total))
    comparison = evaluation.compare(result, earlier)
    if report:
        evaluation.write_report(result, report)
    if as_json:
        print_json({"report": result, "comparison": comparison})
    else:
        console = Console()
        evaluation.render_table(result, console)
        if earlier:
            evaluation.render_comparison(comparison, console)
    if comparison.failed:
        click.get_current_context().exit(1)
