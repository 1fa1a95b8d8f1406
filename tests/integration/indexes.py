"""What the tests of a real index share."""

from pathlib import Path
from typing import Any

from index.search import Index

Embedder = Any
"""The toy of conftest.py."""


def sources(index_dir: Path, embedder: Embedder, query: str = "zebra stripes") -> list[str]:
    """Of the hits of a query, best first."""
    with Index.open(index_dir, embedder) as index:
        return [hit.source for hit in index.search(query)]
