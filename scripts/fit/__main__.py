"""Fit what the assistant decides by, and write assistant/deciding.json.

    python -m scripts.fit FOLDER SOURCES ROWS [--questions N]

FOLDER holds squad2.en.json, xquad.en.json and xquad.de.json (see CONTRIBUTING.md), SOURCES what scripts.fit.adapter
reads. ROWS is a file for what the embedded chat model said of N questions, with its adapter and without it, some
seconds each; a run goes on where another one was broken off.
"""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from index.embedding import load_embedder
from index.files import write_atomically
from index.remedy import EMBEDDED
from scripts.fit import answered, contrary, nearness, orders, readings
from scripts.fit.teaching import Sources

WRITTEN = Path(__file__).parents[2] / "assistant" / "deciding.json"


def main() -> None:
    """Parse, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    folder = arguments.folder
    squad, english, german = (folder / f"{name}.json" for name in ("squad2.en", "xquad.en", "xquad.de"))
    embedder = load_embedder(EMBEDDED)
    lines = nearness.fit(embedder, squad, english, german)
    made: dict[str, Any] = {
        "provenance": {
            "made_by": "python -m scripts.fit",
            "date": date.today().isoformat(),
            "of": "scripts/fit/requests.yaml (this project's), SQuAD 2.0's development set but for its reporting "
            "articles, a Portuguese translation of it, XQuAD (all CC BY-SA 4.0); no corpus that ships with the project",
        },
        "embedding_model": EMBEDDED,
        "orders": orders.fit(embedder, squad, german),
        "nearness": lines,
        "answered": answered.fit(
            readings.collect(embedder, folder, Sources(arguments.sources), arguments.rows, arguments.questions), lines
        ),
        "contrary": contrary.counted(squad, german),
    }
    write_atomically(WRITTEN, (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    for part in (made["orders"]["fitted_on_other_languages"], made["nearness"], made["answered"], made["contrary"]):
        print(json.dumps(part, indent=1))


if __name__ == "__main__":
    main()
