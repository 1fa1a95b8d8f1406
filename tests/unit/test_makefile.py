"""What make would run; nothing is run."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def would_run(*arguments: str, folder: Path = ROOT) -> list[str]:
    """The lines of recipes, of the project's Makefile in a folder."""
    command = ["make", "--dry-run", "--file", str(ROOT / "Makefile"), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("target", ["test", "results"])
def test_what_runs_the_embedded_model_fetches_it_whatever_model_is_set(target: str) -> None:
    assert ".venv/bin/assistant pull --chat-model embedded" in would_run(target)
