"""Prepared states of the runtime on disk: which prompt prefix is in which file, within a budget of bytes.

A file's name tells the key of what it holds, its tokens and the checksum of its bytes. So the folder is its own list: a
state is there as a whole or not at all, processes may share it, and there is nothing that can disagree with the files.
"""

import hashlib
import logging
import os
import re
import time
import uuid
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PREPARED = "prepared"
"""The folder of states in an index's folder: they go where it goes."""

_log = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{64}-\d+-[0-9a-f]{8}\.state")
"""Key, tokens and checksum."""
_UNFINISHED = ".part"
_ABANDONED_S = 3_600
"""Age of a file that was begun by a process that is no more."""
_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a slot held after reading a prefix."""

    name: str
    """Of the file, in the states' folder."""
    tokens: int


class StateFolder:
    """Keeps the states that were used last; the newest is kept even if it alone is over the budget.

    `depends_on` names whatever a state depends on besides the prefix: a state of another model or runtime is no state.
    """

    def __init__(self, folder: Path, budget_bytes: int, depends_on: str) -> None:
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._depends_on = depends_on
        self._checked: set[str] = set()
        for path in self._files():
            with suppress(OSError):
                if path.suffix == _UNFINISHED and path.stat().st_mtime < time.time() - _ABANDONED_S:
                    path.unlink()

    def find(self, prefix: str) -> SavedState | None:
        """The state saved for `prefix`, marked as just used; None where there is none, or a damaged one only."""
        for path in self._states_of(prefix):
            _, tokens, checksum = path.stem.split("-")
            with suppress(OSError):
                if path.name in self._checked or _checksum(path) == checksum:
                    self._checked.add(path.name)
                    os.utime(path)
                    return SavedState(path.name, int(tokens))
                _log.warning("What the model had read is damaged on the disk: it is read again.")
                path.unlink()
        return None

    def begin(self) -> str:
        """Name of a file to save a state to, which `keep` gives its place."""
        with suppress(OSError):  # the folder may have been deleted meanwhile
            self._folder.mkdir(mode=0o700, exist_ok=True)
        return f"{uuid.uuid4().hex}{_UNFINISHED}"

    def keep(self, prefix: str, begun: str, tokens: int, size: int) -> None:
        """Put a state of so many bytes, saved as `begun`, in place of any before; remove the oldest over the budget.

        Raises OSError, also where it is not there as a whole.
        """
        path = self._folder / begun
        if path.stat().st_size != size:
            raise OSError(f"{path} is not whole")
        place = self._folder / f"{self._key(prefix)}-{tokens}-{_checksum(path)}.state"
        path.replace(place)
        self._checked.add(place.name)
        for other in self._states_of(prefix):
            if other.name != place.name:
                self.drop(other.name)
        self._evict()

    def drop(self, begun: str) -> None:
        """Remove a file, where that can be done."""
        with suppress(OSError):
            (self._folder / begun).unlink(missing_ok=True)

    def forget(self, prefix: str) -> None:
        """Drop a state that turned out to be unusable."""
        for path in self._states_of(prefix):
            self.drop(path.name)

    @property
    def full(self) -> bool:
        """Could another state push out one that was found or kept here? Others may be of texts that are no more."""
        sizes = [stat.st_size for path, stat in self._known() if path.name in self._checked]
        return sum(sizes) + max(sizes, default=0) > self._budget_bytes

    def _known(self) -> list[tuple[Path, os.stat_result]]:
        known = []
        for path in self._states():
            with suppress(OSError):  # another process may remove it
                known.append((path, path.stat()))
        return known

    def _evict(self) -> None:
        total = 0
        newest_first = sorted(self._known(), key=lambda each: each[1].st_mtime_ns, reverse=True)
        for number, (path, stat) in enumerate(newest_first):
            total += stat.st_size
            if number > 0 and total > self._budget_bytes:
                self.drop(path.name)

    def _states_of(self, prefix: str) -> list[Path]:
        key = f"{self._key(prefix)}-"
        return [path for path in self._states() if path.name.startswith(key)]

    def _states(self) -> list[Path]:
        return [path for path in self._files() if _NAME.fullmatch(path.name)]

    def _files(self) -> list[Path]:
        try:
            return sorted(self._folder.iterdir())
        except OSError:  # the folder may be deleted meanwhile
            return []

    def _key(self, prefix: str) -> str:
        return hashlib.sha256(f"{self._depends_on}\0{prefix}".encode()).hexdigest()


def _checksum(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum = zlib.crc32(block, checksum)
    return f"{checksum:08x}"
