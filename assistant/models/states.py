"""Saved states of the runtime: which prompt prefix is in which file, within a budget of bytes."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a slot held after reading a prefix."""

    name: str
    """Of the file, in the states' folder."""
    tokens: int
    size: int
    """Bytes."""


class StateBudget:
    """Keeps the states that were used last; the newest is kept even if it alone is over the budget."""

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._states: OrderedDict[str, SavedState] = OrderedDict()

    def new_name(self, prefix: str) -> str:
        """The file name for a prefix's state."""
        return f"{_key(prefix)}.state"

    def get(self, prefix: str) -> SavedState | None:
        """The state saved for `prefix`, marked as just used."""
        key = _key(prefix)
        if key in self._states:
            self._states.move_to_end(key)
        return self._states.get(key)

    def add(self, prefix: str, state: SavedState) -> None:
        """Note a state whose file was just written, and remove the files of the oldest ones over the budget."""
        self._states[_key(prefix)] = state
        while len(self._states) > 1 and sum(kept.size for kept in self._states.values()) > self._budget_bytes:
            _, oldest = self._states.popitem(last=False)
            (self._folder / oldest.name).unlink(missing_ok=True)

    def forget(self, prefix: str) -> None:
        """Drop a state that turned out to be unusable."""
        state = self._states.pop(_key(prefix), None)
        if state is not None:
            (self._folder / state.name).unlink(missing_ok=True)


def _key(prefix: str) -> str:
    return hashlib.sha256(prefix.encode()).hexdigest()
