"""What mends an index: the command that errors and `assistant doctor` tell."""

import shlex
from dataclasses import dataclass
from pathlib import Path

FOLDER = "FOLDER"
"""Where nothing tells which one."""
EMBEDDED = "embedded"
INDEX_DIR = Path(".assistant/index")
"""Defaults of the settings, which a command need not name."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The same command for one index, in sentences."""

    index_dir: Path
    corpus: Path | str = FOLDER
    """As it stands in the manifest or in the settings, or for the user to fill in."""
    embedding_model: str = EMBEDDED

    def command(self, *, rebuild: bool = False) -> str:
        """As a shell takes it; paths may hold blanks. Its environment must leave the defaults as they are."""
        words = ["assistant", "index", str(self.corpus)]
        if self.index_dir != INDEX_DIR:
            words += ["--index-dir", str(self.index_dir)]
        if self.embedding_model != EMBEDDED:
            words += ["--embedding-model", self.embedding_model]
        return f"`{shlex.join([*words, '--rebuild'] if rebuild else words)}`"

    @property
    def build(self) -> str:
        """Where there is none."""
        return f"Build it: {self.command()}."

    @property
    def update(self) -> str:
        """Where it is not what the folder is, or lacks what a sync adds."""
        return f"Bring the index up to date: {self.command()}."

    @property
    def rebuild(self) -> str:
        """Where it cannot be read, or was built with something else."""
        return f"Build it anew: {self.command(rebuild=True)}."
