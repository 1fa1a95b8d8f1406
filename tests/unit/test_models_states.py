"""Which saved states are kept."""

from pathlib import Path

from assistant.models.states import SavedState, StateBudget


def save(states: StateBudget, folder: Path, prefix: str, size: int) -> Path:
    path = folder / states.new_name(prefix)
    path.write_bytes(bytes(size))
    states.add(prefix, SavedState(path.name, tokens=size, size=size))
    return path


def test_least_recently_used_goes_first(tmp_path: Path) -> None:
    states = StateBudget(tmp_path, budget_bytes=250)
    first, second = save(states, tmp_path, "first", 100), save(states, tmp_path, "second", 100)
    assert states.get("first") == SavedState(first.name, 100, 100)
    third = save(states, tmp_path, "third", 100)
    assert sorted(tmp_path.iterdir()) == sorted([first, third])
    assert states.get("second") is None
    assert not second.exists()


def test_newest_is_kept_even_alone_over_the_budget(tmp_path: Path) -> None:
    states = StateBudget(tmp_path, budget_bytes=50)
    small, large = save(states, tmp_path, "small", 40), save(states, tmp_path, "large", 100)
    assert not small.exists()
    assert large.exists()
    assert states.get("large") is not None


def test_forgotten_state_leaves_no_file(tmp_path: Path) -> None:
    states = StateBudget(tmp_path, budget_bytes=50)
    path = save(states, tmp_path, "prefix", 10)
    states.forget("prefix")
    states.forget("never seen")
    assert states.get("prefix") is None
    assert not path.exists()
