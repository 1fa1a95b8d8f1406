"""The lock files against pyproject.toml: nothing is missing, nothing is too old, nothing brings CUDA."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.removesuffix("\\")) for line in lines if re.match(r"[\w.-]+==", line)]


def pinned(name: str) -> dict[str, set[str]]:
    """Package -> versions; several where Python versions differ."""
    pins: dict[str, set[str]] = {}
    for requirement in locked(name):
        pins.setdefault(canonicalize_name(requirement.name), set()).update(
            spec.version for spec in requirement.specifier
        )
    return pins


@pytest.mark.parametrize(
    ("lock", "groups"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_every_requirement_is_locked(lock: str, groups: list[str]) -> None:
    config, pins = project(), pinned(lock)
    lines = [
        *config["project"]["dependencies"],
        *(line for name in groups for line in config["dependency-groups"][name]),
    ]
    wanted = [requirement for requirement in map(Requirement, lines) if requirement.name != "torch"]
    amiss = [
        str(requirement)
        for requirement in wanted
        if not all(map(requirement.specifier.contains, pins.get(canonicalize_name(requirement.name), {""})))
    ]
    assert not amiss, "run `make lock`"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_nothing_locked_brings_cuda(lock: str) -> None:
    names = list(pinned(lock))
    assert len(names) > 100
    assert [name for name in names if re.match("torch$|nvidia|cuda|triton", name)] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_everything_locked_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_dev_lock_is_the_other_and_more() -> None:
    assert set(map(str, locked("requirements.lock"))) <= set(map(str, locked("requirements-dev.lock")))


def test_the_torch_of_the_script_is_the_one_that_is_required() -> None:
    script = (ROOT / "scripts" / "install_torch.py").read_text(encoding="utf-8")
    version = re.search(r'^VERSION = "(.+)"$', script, re.MULTILINE)
    torch = next(r for r in map(Requirement, project()["project"]["dependencies"]) if r.name == "torch")
    assert version
    assert torch.specifier.contains(version[1])
    assert [entry["version"] for entry in project()["tool"]["uv"]["dependency-metadata"]] == [version[1]]
