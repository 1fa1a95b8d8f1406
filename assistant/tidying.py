"""Pure: what a chat model wrote -> one line of plain text."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from assistant.prompting import DECLINE_WORD

_DECLINE = re.compile(rf"\W*{DECLINE_WORD}\b")  # in capitals: "None of them" may begin an answer
_ITEM = re.compile(r"\s*(?:(?P<bullet>[-*•–+])|\d{1,3}[.)])\s+(?=\S)")
_BOLD = re.compile(r"(?<!\w)\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\w)", re.ASCII)  # "2**10 and 3**5" and __init__ are none
_TARGET = r"\((?:[a-z]+:|www\.|[#/.])[^)\s]*\)"
_IMAGE = re.compile(rf"!\[[^\]\n]*\]{_TARGET}")
_LINK = re.compile(rf"\[([^\]\n]+)\]{_TARGET}")
_DIRECTIONS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""Characters that turn the order of those after them around."""


def declines(draft: str) -> bool:
    """Did the model take the way out that its prompt offers?"""
    return bool(_DECLINE.match(draft)) or re.sub(r"\W", "", draft).casefold() == DECLINE_WORD.casefold()


def tidy(draft: str) -> str:
    """The draft without control characters and markup, in one line; items of a list stand behind each other."""
    text = "".join(c for c in draft if c.isspace() or not (unicodedata.category(c) == "Cc" or c in _DIRECTIONS))
    text = _BOLD.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(" ", text)))  # where a link leads is no part of an answer
    lines = [line for line in text.splitlines() if line.strip()]
    return " ".join(" ".join(_prose(lines)).split())


def _prose(lines: list[str]) -> Iterator[str]:
    for is_list, group in groupby(lines, key=lambda line: bool(_ITEM.match(line))):
        if not is_list:
            yield from group
            continue
        found = [(line, _ITEM.match(line)) for line in group]
        items = [(line[item.end() :] if item else line).strip() for line, item in found]
        if len(items) == 1:
            (line, item), *_ = found
            yield items[0] if item and item["bullet"] else line  # "3. Mai" is a date
        else:
            parts = [item.rstrip(".,;") for item in items]
            mark = "; " if any("," in part for part in parts) else ", "
            yield f"{mark.join(parts)}."
