"""`assistant pull`: fetch and verify the chat model."""

import click

from assistant.commands.options import json_option, settings_options
from assistant.commands.output import print_json, progress_bar


@click.command()
@settings_options("chat_model")
@json_option
def pull(chat_model: str | None, as_json: bool) -> None:
    """Fetch and verify the chat model.

    Nothing is fetched where it is there already. A file is put in place only after its SHA-256 was checked.
    """
    from assistant.models.pull import pull as pull_model
    from assistant.settings import Settings

    settings = Settings.load(chat_model=chat_model)
    with progress_bar("Fetching the chat model", of_bytes=True) as progress:
        path = pull_model(settings, progress=lambda label, done, total: progress(done, total, label))
    if as_json:
        print_json({"chat_model": settings.chat_model, "path": path})
    elif path:
        click.echo(f"The chat model is ready: {path}")
    else:
        click.echo(f"The chat model {settings.chat_model} needs no file.")
