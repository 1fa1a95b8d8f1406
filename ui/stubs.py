"""Lets gradio be imported in half the time."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stubs() -> Iterator[None]:
    """Import gradio inside it. Of each of its component classes gradio writes a stub for editors into its own folder,
    or compares it with the one there, at every start. It does so for classes that are in a file: here, none is.
    """
    found = inspect.getfile

    def getfile(thing: Any) -> str:
        if type(thing).__name__ == "ComponentMeta":
            raise OSError("as for a class that was typed in")
        return found(thing)

    inspect.getfile = getfile  # type: ignore[assignment] # of the same arguments under another name
    try:
        yield
    finally:
        inspect.getfile = found
