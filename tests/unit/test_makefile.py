"""What make would run; nothing is run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def would_run(*arguments: str, folder: Path = ROOT) -> list[str]:
    """The lines of recipes, of the project's Makefile in a folder."""
    command = ["make", "--dry-run", "--file", str(ROOT / "Makefile"), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("target", ["test", "results", "bench"])
def test_what_runs_the_embedded_model_fetches_it_whatever_model_is_set(target: str) -> None:
    assert ".venv/bin/assistant pull --chat-model embedded" in would_run(target)


def test_all_tests_run_and_the_embedded_model_has_the_cores_for_itself() -> None:
    runs = [line.partition("-m pytest ")[2] for line in would_run("test") if "-m pytest " in line]
    assert runs == ['--numprocesses auto -m "not chat_model"', "-m chat_model tests/integration tests/browser"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder where all is set up: Python runs, the stamps are newer than what they depend on."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    sources = ["requirements.lock", "requirements-dev.lock", "pyproject.toml", "scripts/install_torch.py"]
    for age, name in enumerate(reversed([*sources, ".venv/.installed", ".venv/.installed-dev"])):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_000_000_000 - age, 1_000_000_000 - age))
    return tmp_path


@pytest.mark.parametrize(("interpreter", "anew"), [("/bin/sh", False), ("/where/it/was/.venv/bin/python", True)])
def test_the_environment_of_a_folder_that_was_moved_is_made_anew(clone: Path, interpreter: str, anew: bool) -> None:
    pip = clone / ".venv" / "bin" / "pip"
    pip.write_text(f"#!{interpreter}\necho pip 1\n")
    pip.chmod(0o755)
    os.utime(pip, (0, 0))
    lines = would_run("test", "PYTHON=python3", folder=clone)
    assert ("python3 -m venv --clear .venv" in lines) is anew
    assert any("scripts/install_torch.py" in line for line in lines) is anew
