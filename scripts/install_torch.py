"""Install torch without CUDA, or stop and say what to do.

On Linux, PyPI's torch is a CUDA build of several GB, useless without a GPU. So this asks torch's own CPU index first,
then pip as it is configured here, and looks at the wheel's metadata before it downloads anything large.
Standard library only: it runs before everything else is installed. torch's own dependencies are in the lock file.
"""

import argparse
import importlib.metadata
import json
import re
import subprocess
import sys
from typing import Any

VERSION = "2.13.0"
REQUIREMENT = f"torch=={VERSION}"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
GIVE_UP_QUICKLY = ("--retries", "0", "--timeout", "5")

NO_CPU_BUILD = f"""\
No CPU build of torch {VERSION} was found: {CPU_INDEX} cannot be reached, or has none for this
Python and machine, and what pip finds elsewhere is a CUDA build of several GB, or nothing. Do one of these, then again:
  - let this machine reach {CPU_INDEX};
  - put a CPU wheel of torch {VERSION} into a folder and name it:  export PIP_FIND_LINKS=FOLDER
  - take another Python, 3.11 to 3.14:  rm -r .venv, then add PYTHON=python3.12 to the command
  - accept the CUDA build:  add TORCH=cuda to the command"""


def is_installed() -> bool:
    """True where this version is here already, of whatever build."""
    try:
        return importlib.metadata.version("torch").split("+")[0] == VERSION
    except importlib.metadata.PackageNotFoundError:
        return False


def is_cuda_build(report: dict[str, Any], platform: str) -> bool:
    """Whether the wheel that pip's report names pulls in CUDA packages on this platform (`sys.platform`)."""
    requirements = [line for item in report["install"] for line in item["metadata"].get("requires_dist", [])]
    return platform == "linux" and any(re.match(r"(nvidia|cuda|triton)\b", line) for line in requirements)


def resolve(options: tuple[str, ...]) -> dict[str, Any] | None:
    """What pip would install, as its report, without installing it; None where it finds nothing."""
    command = [*pip("install"), "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run([*command, *options, REQUIREMENT], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def wheel(report: dict[str, Any]) -> str:
    """The address of the wheel that the report names: what was looked at is what gets installed."""
    return str(report["install"][0]["download_info"]["url"])


def pip(verb: str) -> list[str]:
    """The start of a pip command for the Python that runs this."""
    return [sys.executable, "-m", "pip", verb, "--disable-pip-version-check"]


def main() -> int:
    """Install torch; 0 when it is there."""
    parser = argparse.ArgumentParser(description="Install torch without CUDA.")
    parser.add_argument("build", nargs="?", choices=["cpu", "cuda"], default="cpu", help="cuda: whatever pip finds")
    if is_installed():
        return 0
    if parser.parse_args().build == "cuda":
        return subprocess.call([*pip("install"), REQUIREMENT])
    for index in (("--index-url", CPU_INDEX), ()):
        report = resolve((*index, *GIVE_UP_QUICKLY) if index else ())
        if report and not is_cuda_build(report, sys.platform):
            return subprocess.call([*pip("install"), "--no-deps", wheel(report)])
    print(NO_CPU_BUILD, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
