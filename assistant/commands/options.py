"""Options that several commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass
class Invocation:
    """What holds for the whole run; click hands it down as `context.obj`."""

    debug: bool = False


def _set_debug(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.ensure_object(Invocation).debug |= value


def debug_option() -> click.Option:
    """`--debug`, understood before and after the command's name."""
    return click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        callback=_set_debug,
        help="Show the log, and the traceback of an error.",
    )


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

_SETTINGS = {
    "corpus": click.option("--corpus", type=click.Path(path_type=Path), metavar="DIR", help="The folder of documents."),
    "index_dir": click.option(
        "--index-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where the index lives."
    ),
    "chat_model": click.option(
        "--chat-model", metavar="MODEL", help="embedded, none, a GGUF file, hf:OWNER/REPO/FILE.gguf or provider:model."
    ),
    "embedding_model": click.option(
        "--embedding-model", metavar="MODEL", help="embedded, or what SentenceTransformer() takes."
    ),
}


def settings_options(*names: str) -> Callable[[Decorated], Decorated]:
    """The options of these settings, as keywords that are None where not given."""

    def decorate(command: Decorated) -> Decorated:
        for name in reversed(names):
            command = _SETTINGS[name](command)
        return command

    return decorate
