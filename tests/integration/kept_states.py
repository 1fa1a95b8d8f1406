"""What a local model has read, as it is kept on the disk."""

from pathlib import Path


def of_documents(prepared: Path) -> list[Path]:
    """States of whole documents: what was read of one of their sentences alone has fewer tokens."""
    found = sorted(prepared.glob("*.state"))
    tokens = [int(path.stem.split("-")[1]) for path in found]
    return [path for path, count in zip(found, tokens, strict=True) if count == max(tokens)]
