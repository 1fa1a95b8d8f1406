"""Pure: untrusted text (documents, questions, answers) without what a terminal, a log or XML would take harm from."""

import re

# C0 but newline and tab, DEL, C1, what turns the direction of text, halves of characters, and what XML forbids: a
# document could move the cursor or forge lines.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without control characters; newlines and tabs stay."""
    return CONTROL.sub("", text)


def one_line(text: str) -> str:
    """Printable, on a single line."""
    return " ".join(printable(text).split())
