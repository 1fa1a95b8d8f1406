"""Which saved states are kept, and which are trusted."""

import os
from pathlib import Path

import pytest

from assistant.models.states import SavedState, StateFolder


def save(states: StateFolder, folder: Path, prefix: str, size: int, age_s: int = 0) -> Path:
    """The file of a state of so many bytes, last used so long ago."""
    begun = states.begin()
    (folder / begun).write_bytes(os.urandom(size))
    states.keep(prefix, begun, tokens=size, size=size)
    found = states.find(prefix)
    assert found is not None
    path = folder / found.name
    os.utime(path, (path.stat().st_mtime - age_s,) * 2)
    return path


def test_least_recently_used_goes_first(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 250, "model")
    first, second = save(states, tmp_path, "first", 100, age_s=9), save(states, tmp_path, "second", 100, age_s=5)
    assert states.find("first") == SavedState(first.name, 100)
    third = save(states, tmp_path, "third", 100)
    assert sorted(tmp_path.iterdir()) == sorted([first, third])
    assert states.find("second") is None
    assert not second.exists()


def test_full_where_another_state_would_push_one_out(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 250, "model")
    assert not states.full
    save(states, tmp_path, "first", 100)
    assert not states.full
    save(states, tmp_path, "second", 60)
    assert states.full


def test_what_nobody_needs_any_more_leaves_room(tmp_path: Path) -> None:
    before = StateFolder(tmp_path, 250, "model")
    old, needed = save(before, tmp_path, "old", 100, age_s=9), save(before, tmp_path, "needed", 60, age_s=5)
    states = StateFolder(tmp_path, 250, "model")
    assert states.find("needed")
    assert not states.full
    new = save(states, tmp_path, "new", 100)
    assert sorted(tmp_path.iterdir()) == sorted([needed, new])
    assert not old.exists()
    assert states.full


def test_of_a_prefix_one_state_is_kept(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 500, "model")
    save(states, tmp_path, "prefix", 10)
    another = save(states, tmp_path, "prefix", 11)
    assert list(tmp_path.iterdir()) == [another]


def test_newest_is_kept_even_alone_over_the_budget(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 50, "model")
    small, large = save(states, tmp_path, "small", 40, age_s=9), save(states, tmp_path, "large", 100)
    assert not small.exists()
    assert large.exists()
    assert states.find("large") is not None


def test_another_process_finds_it(tmp_path: Path) -> None:
    path = save(StateFolder(tmp_path, 500, "model"), tmp_path, "prefix", 10)
    assert StateFolder(tmp_path, 500, "model").find("prefix") == SavedState(path.name, 10)


@pytest.mark.parametrize(("depends_on", "prefix"), [("another model", "prefix"), ("model", "another prefix")])
def test_a_state_answers_for_nothing_else(depends_on: str, prefix: str, tmp_path: Path) -> None:
    save(StateFolder(tmp_path, 500, "model"), tmp_path, "prefix", 10)
    assert StateFolder(tmp_path, 500, depends_on).find(prefix) is None


@pytest.mark.parametrize("damage", [b"", b"other bytes"])
def test_a_damaged_state_is_none(damage: bytes, tmp_path: Path) -> None:
    path = save(StateFolder(tmp_path, 500, "model"), tmp_path, "prefix", 11)
    path.write_bytes(damage)
    assert StateFolder(tmp_path, 500, "model").find("prefix") is None
    assert not path.exists()


def test_what_was_left_unfinished_goes_when_nobody_can_be_at_it_any_more(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 500, "model")
    old, new = tmp_path / states.begin(), tmp_path / states.begin()
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert StateFolder(tmp_path, 500, "model").find("prefix") is None
    assert [old.exists(), new.exists()] == [False, True]


def test_forgotten_state_leaves_no_file(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 50, "model")
    path = save(states, tmp_path, "prefix", 10)
    states.forget("prefix")
    states.forget("never seen")
    assert states.find("prefix") is None
    assert not path.exists()


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.state"
    other.write_text("mine")
    states = StateFolder(tmp_path, 1, "model")
    save(states, tmp_path, "first", 10, age_s=9)
    save(states, tmp_path, "second", 10)
    assert other.exists()


def test_a_folder_that_vanished_holds_nothing(tmp_path: Path) -> None:
    states = StateFolder(tmp_path / "gone", 50, "model")
    assert states.find("prefix") is None
    states.forget("prefix")


def test_a_state_that_was_not_written_as_a_whole_is_none(tmp_path: Path) -> None:
    states = StateFolder(tmp_path, 500, "model")
    begun = states.begin()
    (tmp_path / begun).write_bytes(b"half")
    with pytest.raises(OSError, match="not whole"):
        states.keep("prefix", begun, tokens=8, size=8)
    states.drop(begun)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_deleted_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "prepared"
    folder.mkdir()
    states = StateFolder(folder, 500, "model")
    folder.rmdir()
    assert save(states, folder, "prefix", 10).exists()
