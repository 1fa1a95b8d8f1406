"""How commands that users are told to run begin: as this program was called."""

import re
import shlex
import shutil
import sys
from pathlib import Path

PROGRAM = "assistant"


def as_called(text: str) -> str:
    """`text`, its commands in backquotes beginning as this process did: after `make chat`, say, no shell finds
    `assistant`, which lies in a virtual environment that is not active.
    """
    return renamed(text, called(sys.argv[0], shutil.which(PROGRAM)))


def called(typed: str, found: str | None) -> str:
    """The word that begins a command: the plain name where a shell finds this very program by it, else what was typed.

    Under another name (of a test run, of a program that imports this one) nothing better than the plain name is known.
    """
    if Path(typed).name != PROGRAM or (found and Path(found).resolve() == Path(typed).resolve()):
        return PROGRAM
    return shlex.quote(typed)


def renamed(text: str, program: str) -> str:
    """`text` with `program` at the start of each command in backquotes."""
    return re.sub(f"`{PROGRAM} ", lambda _: f"`{program} ", text)
