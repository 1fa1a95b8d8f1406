"""The commands that errors tell the user to run."""

import shlex
from pathlib import Path

import pytest

from index.errors import IndexDamagedError, IndexMismatchError, IndexNotFoundError
from index.manifest import FILE, read_manifest
from index.remedy import INDEX_DIR, Remedy


def test_the_command_names_the_folder_and_what_is_not_the_default() -> None:
    assert Remedy(INDEX_DIR, "/letters").command() == "`assistant index /letters`"
    assert Remedy(INDEX_DIR, "/letters").command(rebuild=True) == "`assistant index /letters --rebuild`"
    other = Remedy(Path("/other"), "/letters", "some/model")
    assert other.command() == "`assistant index /letters --index-dir /other --embedding-model some/model`"


def test_a_shell_reads_paths_with_blanks_as_one_word() -> None:
    command = Remedy(Path("/my index"), "/my letters").command().strip("`")
    assert shlex.split(command) == ["assistant", "index", "/my letters", "--index-dir", "/my index"]


def test_each_sentence_holds_the_command() -> None:
    remedy = Remedy(INDEX_DIR, "/letters")
    assert remedy.command() in remedy.build
    assert remedy.command() in remedy.update
    assert remedy.command(rebuild=True) in remedy.rebuild


def test_no_index_and_a_damaged_one_name_their_place(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match=f"`assistant index FOLDER --index-dir {tmp_path}`"):
        read_manifest(tmp_path)
    (tmp_path / FILE).write_text("garbled")
    with pytest.raises(IndexDamagedError, match=f"`assistant index FOLDER --index-dir {tmp_path} --rebuild`"):
        read_manifest(tmp_path)


def test_an_index_of_another_version_is_rebuilt_of_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '{"format": 0, "index_id": "0", "generation": 0, "revision": 0, "corpus": "/letters", "documents": [],'
        ' "embedding": {"name": "embedded", "revision": "1", "dimension": 2}, "chunking": {}}'
    )
    with pytest.raises(IndexMismatchError, match=f"`assistant index /letters --index-dir {tmp_path} --rebuild`"):
        read_manifest(tmp_path)
