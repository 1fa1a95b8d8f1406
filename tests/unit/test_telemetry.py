"""No library reports its use to its maker: what it would send, it first writes to the user's cache."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMBEDS = 'from index.embedding import load_embedder\nload_embedder("embedded").embed_queries(["Qui dort ?"])\n'
ASKS = """
from assistant import Assistant
with Assistant.open(corpus="corpus", index_dir="index", chat_model="none", sync=True) as assistant:
    assert assistant.search("Qui dort ?")
import ui.app
"""


def left_behind(home: Path, code: str) -> list[str]:
    """Files in the home of a user whose process ran some code, outside of any CI service."""
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "XDG_CACHE_HOME")}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=home.parent, env=environment)
    return [path.name for path in home.rglob("*") if path.is_file()]


def test_nothing_is_told_of_a_search(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "chat.txt").write_text("Le chat dort sur le lit.", encoding="utf-8")
    assert left_behind(tmp_path / "home", ASKS) == []


def test_otherwise_it_would_be(tmp_path: Path) -> None:
    """Where this fails, ONNX Runtime has changed, and the test above shows nothing any more."""
    code = f'import os, index\ndel os.environ["ORT_DISABLE_TELEMETRY"]\n{EMBEDS}'
    assert "deviceid" in left_behind(tmp_path / "home", code)
