"""Is a file on disk the model it should be?"""

import hashlib
import json
import os
from pathlib import Path

import pytest

from assistant.errors import ModelDamagedError, ModelNotFoundError
from assistant.models.files import (
    EMBEDDED,
    ModelFile,
    check_gguf,
    install,
    is_verified,
    sidecar_path,
    verify,
    verify_again,
)

CONTENT = b"GGUF" + bytes(range(256)) * 8
MODEL = ModelFile(
    name="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    repo="owner/repo",
    filename="tiny.gguf",
    revision="0" * 40,
)


class Steps(list[tuple[str, int, int]]):
    """Records the progress it is told."""

    def __call__(self, what: str, done: int, total: int) -> None:
        self.append((what, done, total))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / MODEL.name
    path.write_bytes(CONTENT)
    return path


def rewrite_unnoticed(path: Path, content: bytes) -> None:
    """Other bytes under the same size and time of writing."""
    stat = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_pinned_model_has_two_sources() -> None:
    assert len(EMBEDDED.wheels) == 22
    assert EMBEDDED.wheels[0].endswith("part1==0.2.0")
    assert EMBEDDED.wheels[-1].endswith("part22==0.2.0")
    assert EMBEDDED.sha256 is not None
    assert len(EMBEDDED.sha256) == 64


def test_right_file_is_hashed_once(path: Path) -> None:
    first, second = Steps(), Steps()
    verify(path, MODEL, progress=first)
    verify(path, MODEL, progress=second)
    assert first == [("verifying", len(CONTENT), len(CONTENT))]
    assert second == []
    assert is_verified(path, MODEL.sha256)


@pytest.mark.parametrize("sidecar", ["", "[]", "{}", '{"size": 1}', '{"size": 1, "mtime_ns": 2, "sha256": "x"}'])
def test_sidecar_that_does_not_fit_is_not_believed(path: Path, sidecar: str) -> None:
    sidecar_path(path).write_text(sidecar, encoding="utf-8")
    steps = Steps()
    verify(path, MODEL, progress=steps)
    assert steps
    assert json.loads(sidecar_path(path).read_text(encoding="utf-8"))["sha256"] == MODEL.sha256


def test_file_written_since_is_hashed_again(path: Path) -> None:
    verify(path, MODEL)
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelDamagedError, match="another SHA-256") as caught:
        verify(path, MODEL)
    assert "assistant pull" in caught.value.fix


def test_sidecar_of_another_model_is_not_believed(path: Path) -> None:
    verify(path, MODEL)
    other = CONTENT[:-1] + b"!"
    rewrite_unnoticed(path, other)
    wanted = ModelFile("tiny.gguf", len(other), hashlib.sha256(b"").hexdigest(), "owner/repo", "tiny.gguf", "0" * 40)
    with pytest.raises(ModelDamagedError):
        verify(path, wanted)


def test_truncated_file(path: Path) -> None:
    path.write_bytes(CONTENT[:100])
    with pytest.raises(ModelDamagedError, match=r"100 bytes instead of 2,052"):
        verify(path, MODEL)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        verify(tmp_path / "tiny.gguf", MODEL)
    assert "assistant pull" in caught.value.fix


def test_pulled_file_whose_note_is_damaged_is_not_trusted(path: Path) -> None:
    verify_again(path)  # put there by hand
    sidecar_path(path).write_text("{", encoding="utf-8")
    with pytest.raises(ModelDamagedError, match="noted when it was pulled"):
        verify_again(path)


def test_sidecar_that_cannot_be_written_is_done_without(path: Path) -> None:
    sidecar_path(path).mkdir()
    verify(path, MODEL)
    assert not is_verified(path)


@pytest.mark.parametrize("content", [b"", b"GG", b"hello, I am a text"])
def test_not_a_gguf_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelDamagedError, match="not a GGUF file"):
        check_gguf(path, missing="…")


def test_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="cannot be read"):
        check_gguf(tmp_path, missing="…")


def test_pulled_file_is_checked_against_its_note(path: Path) -> None:
    verify(path, MODEL)
    verify_again(path)
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelDamagedError):
        verify_again(path)


def test_file_put_there_by_hand_is_taken_as_it_is(path: Path) -> None:
    verify_again(path)
    assert not sidecar_path(path).exists()


def test_installed_file_needs_no_second_hash(path: Path, tmp_path: Path) -> None:
    verify(path, MODEL)
    target = tmp_path / "target.gguf"
    target.write_bytes(b"old")
    install(path, target)
    steps = Steps()
    verify(target, MODEL, progress=steps)
    assert target.read_bytes() == CONTENT
    assert steps == []
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_hashed_once_in_a_process(tmp_path: Path) -> None:
    path = tmp_path / MODEL.name
    path.write_bytes(CONTENT)
    sidecar_path(path).mkdir()  # nothing can be noted there
    first, second, changed = Steps(), Steps(), Steps()
    verify(path, MODEL, progress=first)
    verify(path, MODEL, progress=second)
    os.utime(path, ns=(0, 0))
    verify(path, MODEL, progress=changed)
    assert (bool(first), bool(second), bool(changed)) == (True, False, True)
