"""`assistant doctor`: what is there, what is missing, and what mends it."""

from pathlib import Path

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, spinner
from assistant.printable import one_line

_STYLES = {"ok": "green", "warn": "yellow", "missing": "red"}
MISSING = 3


@click.command()
@settings_options("corpus", "index_dir", "chat_model", "embedding_model")
@json_option
def doctor(
    corpus: Path | None, index_dir: Path | None, chat_model: str | None, embedding_model: str | None, as_json: bool
) -> None:
    """Tell what is missing and how to mend it.

    Looks at what is installed, pulled, indexed and reachable; exit 3 where something needed is missing.
    """
    from assistant.doctor import State, examine
    from assistant.program import as_called
    from assistant.settings import Settings
    from assistant.syncing import with_indexed_corpus

    settings = Settings.load(corpus=corpus, index_dir=index_dir, chat_model=chat_model, embedding_model=embedding_model)
    with spinner("Looking"):  # a model file that was not verified before is read as a whole
        findings = examine(with_indexed_corpus(settings))
    if as_json:
        print_json({"findings": list(findings)})
    else:
        for finding in findings:
            state = click.style(f"{finding.state:8}", fg=_STYLES[finding.state])
            fix = f" {one_line(as_called(finding.fix))}" if finding.fix else ""
            click.echo(f"{state}{finding.subject:17}{one_line(finding.found)}.{fix}")
    if any(finding.state is State.MISSING for finding in findings):
        click.get_current_context().exit(MISSING)
