"""The process that serves a model: loading it there leaves this one free, to show a page, say, or to be stopped."""

import json
import os
import subprocess
import sys
import weakref
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.errors import ChatModelError, ModelDamagedError

_PROGRAM = Path(__file__).with_name("llama_server.py")
_SPINS = "2000"
"""Rounds that a thread looks for work before it sleeps (GNU OpenMP). Unlimited, as where nothing else is said, the
model's threads wait for each other in vain while other programs use the cores, and generate several times slower.
"""


class ModelProcess:
    """A process of its own in which llama.cpp serves a model, until `close` or the end of this one."""

    def __init__(self, path: Path, **order: Any) -> None:
        """Start it, without waiting until it has loaded; `order` is what llama_server.py takes besides the path.

        Raises ChatModelError where no process can be started.
        """
        self._path = path
        self._address = ""
        self._asking = Lock()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env={"GOMP_SPINCOUNT": _SPINS} | os.environ,
            )
        except OSError as error:
            raise ChatModelError(
                f"The process of the chat model cannot be started: {error}", fix="Free some memory and ask again."
            ) from error
        self._end = weakref.finalize(self, _end, self._process)
        self._tell(json.dumps({"path": str(path)} | order))

    @property
    def ended(self) -> bool:
        """Was it closed, or has it ended by itself?"""
        return self._process.poll() is not None

    def address(self) -> str:
        """Where the model is served, once it is.

        Raises ModelDamagedError; ChatModelError where the process was closed, died, or cannot import llama.cpp.
        """
        with self._asking:
            if not self._address:
                assert self._process.stdout is not None  # a pipe was asked for
                line = ""
                with suppress(ValueError):  # closed already
                    line = self._process.stdout.readline()
                told = json.loads(line) if line else {}
                if "missing" in told:
                    raise ChatModelError(
                        f"llama.cpp cannot be used: {told['missing']}", fix="Set the program up again, as at first."
                    )
                if "error" in told:
                    raise ModelDamagedError(
                        f"The model file {self._path} cannot be loaded ({told['error']}): it is damaged, or of a kind "
                        "that llama.cpp does not know",
                        fix="Fetch it again, or choose another chat model with ASSISTANT_CHAT_MODEL.",
                    )
                if not told and not self._end.alive:
                    raise ChatModelError("The chat model was closed before it had loaded", fix="Ask again.")
                if not told:
                    raise ChatModelError(
                        f"The process of the chat model ended while it loaded {self._path} "
                        f"(exit code {self._process.wait()})",
                        fix="Free some memory and ask again, or choose a smaller model with ASSISTANT_CHAT_MODEL.",
                    )
                self._address = told["address"]
            return self._address

    def close(self) -> None:
        """End it. May be called twice."""
        self._end()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None  # a pipe was asked for
        with suppress(OSError):  # it died already: whoever asks for its address is told
            print(line, file=self._process.stdin, flush=True)


def _end(process: "subprocess.Popen[str]") -> None:
    """At once: it has nothing to lose. Where this process is killed, the end of its input ends it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what it did not read any more
                pipe.close()
