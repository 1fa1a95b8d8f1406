"""Searching an index needs no torch, which takes seconds to load and hundreds of megabytes."""

import json
import subprocess
import sys
from pathlib import Path

SEARCH = """
import json, sys
from assistant import Assistant
from index.embedding import load_embedder
from index.sync import sync
from pathlib import Path
corpus, index_dir = map(Path, sys.argv[1:])
sync(corpus, index_dir, load_embedder("embedded"))
with Assistant.open(corpus=corpus, index_dir=index_dir, chat_model="none") as assistant:
    found = [hit.source for hit in assistant.search("Qui dort ?")]
print(json.dumps([found, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_indexing_and_searching_load_no_torch(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "chat.txt").write_text("Le chat dort sur le lit.", encoding="utf-8")
    command = [sys.executable, "-c", SEARCH, str(tmp_path / "corpus"), str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    found, modules = json.loads(done.stdout)
    assert found == ["chat.txt"]
    assert {"torch", "transformers", "sentence_transformers", "tokenizers"}.isdisjoint(modules)
