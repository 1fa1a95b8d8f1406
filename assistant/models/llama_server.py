"""A process that serves a GGUF model, and the only import of xllamacpp. Run by process.py, as a file.

Its first line of input says what to serve; its one line of output where that is, or why it cannot be. It ends with its
input, so that it never outlives whoever started it. Nothing of the project is imported: it starts at once.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any


def main() -> None:
    """Serve until the input ends. Prints {"address": …} without a path, {"error": …}, or {"missing": …} (a library)."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, Python would notice Ctrl-C only afterwards
    order = json.loads(sys.stdin.readline())
    try:
        server = _served(**order)
    except (ImportError, RuntimeError) as error:
        what = "missing" if isinstance(error, ImportError) else "error"
        print(json.dumps({what: str(error)}), file=told, flush=True)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks; its end is told by the input
    print(json.dumps({"address": server.listening_address}), file=told, flush=True)
    sys.stdin.read()
    os._exit(0)  # an orderly end would wait for an answer that nobody wants any more


def _served(
    *, path: str, api_key: str, states: str, threads: int, slots: int, slot_tokens: int, adapters: Sequence[str] = ()
) -> Any:
    """Raises RuntimeError where llama.cpp cannot load the file, ImportError where it cannot be loaded itself."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.port = 0  # any free one, on the loopback interface
    params.api_keys = [api_key]
    params.ui = False
    params.verbosity = 0  # the terminal is the user's
    params.fit_params = False  # reads the file once more to see what fits a GPU
    params.warmup = False  # what is asked first warms it up as well
    params.n_parallel = slots
    # Divided evenly: a cache that slots share would let one change another's rounding.
    params.n_ctx = slots * slot_tokens
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE  # weights are rearranged: mapped, they stay twice
    params.cache_ram_mib = 0  # states are kept by runtime.py, which knows what they hold
    params.cache_idle_slots = False
    params.slot_save_path = states
    params.sse_ping_interval = 1  # seconds until a stream notices that nobody listens
    params.lora_adapters = [_idle(adapter) for adapter in adapters]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(params)


def _idle(adapter: str) -> Any:
    """At work only in requests that say so."""
    import xllamacpp

    taught = xllamacpp.CommonAdapterLoraInfo()
    taught.path, taught.scale = adapter, 0.0
    return taught


if __name__ == "__main__":
    main()
