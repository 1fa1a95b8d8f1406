"""The step that keeps CUDA off machines without a GPU. No pip is run."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "install_torch.py"
CUDA = ["filelock", 'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"']
CPU = ["filelock", "sympy>=1.13.3"]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("install_torch", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["install_torch.py"])
    monkeypatch.setattr(module, "is_installed", lambda: False)
    return module


def report(requires_dist: list[str], url: str = "file:///torch.whl") -> dict[str, Any]:
    return {"install": [{"download_info": {"url": url}, "metadata": {"requires_dist": requires_dist}}]}


@pytest.mark.parametrize(
    ("requires_dist", "platform", "is_cuda"),
    [
        (CUDA, "linux", True),
        (["cuda-toolkit[cublas]==13.0.3"], "linux", True),
        (["triton==3.7.1"], "linux", True),
        (CPU, "linux", False),
        ([], "linux", False),
        (CUDA, "darwin", False),  # the same metadata serves all wheels; the CUDA packages are for Linux
    ],
)
def test_what_a_cuda_build_is(script: ModuleType, requires_dist: list[str], platform: str, is_cuda: bool) -> None:
    assert script.is_cuda_build(report(requires_dist), platform) is is_cuda


class Pip:
    """Answers as pip would: reports in order, then records what gets installed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, reports: list[dict[str, Any] | None]) -> None:
        self.reports = reports
        self.asked: list[list[str]] = []
        self.installed: list[list[str]] = []
        monkeypatch.setattr(subprocess, "run", self.run)
        monkeypatch.setattr(subprocess, "call", self.call)
        monkeypatch.setattr(sys, "platform", "linux")

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.asked.append(command)
        answer = self.reports.pop(0)
        return subprocess.CompletedProcess(command, 0 if answer else 1, json.dumps(answer), "")

    def call(self, command: list[str]) -> int:
        self.installed.append(command)
        return 0


def test_the_cpu_index_comes_first(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch, [report(CPU, "https://example.org/cpu.whl")])
    assert script.main() == 0
    assert script.CPU_INDEX in pip.asked[0]
    assert pip.asked[0][pip.asked[0].index("--retries") + 1] == "0"
    assert pip.installed[0][-2:] == ["--no-deps", "https://example.org/cpu.whl"]


def test_pip_as_configured_comes_second(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch, [None, report(CPU, "file:///wheels/cpu.whl")])
    assert script.main() == 0
    assert script.CPU_INDEX not in pip.asked[1]
    assert pip.installed[0][-1] == "file:///wheels/cpu.whl"


def test_a_cuda_build_is_refused(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = Pip(monkeypatch, [None, report(CUDA)])
    assert script.main() == 1
    assert pip.installed == []
    assert "TORCH=cuda" in capsys.readouterr().err


def test_a_cuda_build_can_be_wanted(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch, [])
    monkeypatch.setattr(sys, "argv", ["install_torch.py", "cuda"])
    assert script.main() == 0
    assert pip.asked == []
    assert pip.installed[0][-1] == script.REQUIREMENT


def test_nothing_is_done_where_it_is_installed(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(monkeypatch, [])
    monkeypatch.setattr(script, "is_installed", lambda: True)
    assert script.main() == 0
    assert pip.installed == []
