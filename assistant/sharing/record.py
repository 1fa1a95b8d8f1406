"""Where a running server can be asked: a file in the index's folder that only its user can read."""

import hashlib
import hmac
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.models.choice import model_path
from assistant.models.files import identity
from assistant.settings import Settings
from assistant.syncing import check_corpus
from index.manifest import read_manifest

FILE = "server.json"
HOST = "127.0.0.1"
"""Not in the record: no file may send a question elsewhere."""
_ROOT = Path(__file__).parents[2]

_MAKES_ANSWERS = frozenset((".py", ".md", ".json", ".yaml", ".gguf"))
"""Suffixes of code, prompts, fitted data and adapters."""


@dataclass(frozen=True, slots=True)
class Record:
    """How to ask a server."""

    port: int
    token: str
    """Known to the server and to whoever may read the file."""
    fingerprint: str
    """Of what it answers with."""


def fingerprint(settings: Settings) -> str:
    """Equal for processes that answer alike: same program, models, index and caution.

    A sync that changes documents changes nothing here: a server notices it by itself. Raises what opening an assistant
    raises, and OSError where a local model's file is missing.
    """
    manifest = read_manifest(settings.index_dir)
    check_corpus(settings, manifest)
    path = model_path(settings)
    alike = (
        _source(),
        settings.chat_model if path is None else identity(path),
        settings.chat_base_url,
        settings.chat_timeout_s,
        settings.caution,
        settings.embedding_model,
        settings.chroma_url,
        manifest.index_id,
        asdict(manifest.embedding),
        asdict(manifest.chunking),
    )
    return hashlib.sha256(json.dumps(alike).encode()).hexdigest()


def _source() -> list[tuple[int, int]]:
    """Sizes and times of what makes the answers: they tell versions apart, also while a version is developed."""
    files = (path for part in ("assistant", "index", "prompts") for path in (_ROOT / part).rglob("*"))
    found = (path.stat() for path in files if path.suffix in _MAKES_ANSWERS)
    return sorted((status.st_size, status.st_mtime_ns) for status in found)


def proof(token: str, nonce: str) -> str:
    """What only a holder of the token can tell. A server is asked for it first: after a crash, its port may be another
    user's, who must learn neither token nor question.
    """
    return hmac.new(token.encode(), nonce.encode(), hashlib.sha256).hexdigest()


def write_record(index_dir: Path, record: Record) -> None:
    """In one step, in place of another server's. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f"{FILE}.", dir=index_dir)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(record), file)
        Path(name).replace(index_dir / FILE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_record(index_dir: Path) -> Record | None:
    """None where there is none, or one that somebody else may have written or read."""
    try:
        with (index_dir / FILE).open(encoding="utf-8") as file:
            return Record(**json.load(file)) if _private(os.fstat(file.fileno())) else None
    except (OSError, ValueError, TypeError):
        return None


def remove_record(index_dir: Path, record: Record) -> None:
    """Unless another server has taken its place."""
    if read_record(index_dir) == record:
        with suppress(OSError):
            (index_dir / FILE).unlink()


def owners_known() -> bool:
    """Can it be told whose a file is? On Windows it cannot, nor so whether a record is private: nothing is shared."""
    return hasattr(os, "geteuid")


def _private(found: os.stat_result) -> bool:
    """Does the file belong to this user, and to nobody else?"""
    return owners_known() and found.st_uid == os.geteuid() and not found.st_mode & 0o077
