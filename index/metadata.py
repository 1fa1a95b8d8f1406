"""Pure: a document's title, and the date it gives itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

_HEAD_LINES = 40
"""How far down a title or a date line is looked for."""
_SHORT_LINE = 200
"""Characters of the longest line that can be a title or a date; a longer title, which models read too, is cut."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Title, and date as ISO 8601 where the document states its own."""

    title: str
    date: str | None


def read_metadata(source: str, text: str, language: str | None) -> Metadata:
    """Front matter first, then what stands at the head of the text, then the file's name."""
    matter = _front_matter(source, text)
    head = _body(text, bool(matter)).split("\n", _HEAD_LINES)[:_HEAD_LINES]
    lines = [line.strip()[: 2 * _SHORT_LINE] for line in head]  # longer ones are too long all the same
    title = _text_of(matter.get("title")) or _heading(source, lines) or _first_line(lines) or PurePosixPath(source).stem
    return Metadata(title=_shortened(title), date=_iso(matter.get("date"), language) or _stated_date(lines, language))


# --- front matter ---

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


def _front_matter(source: str, text: str) -> Mapping[str, object]:
    if not source.lower().endswith(".md") or not _FRONT_MATTER.match(text):
        return {}
    import frontmatter

    try:
        return frontmatter.loads(text).metadata
    except Exception:  # noqa: BLE001 (a ruler and a colon make none; of odd scalars PyYAML raises anything)
        return {}


def _body(text: str, has_matter: bool) -> str:
    return _FRONT_MATTER.sub("", text, count=1) if has_matter else text


def _text_of(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


# --- title ---

_HEADING = re.compile(r"#{1,6}[ \t]+(.+)")
_SENTENCE = re.compile(r"(?:\S+\s+){4,}(?!(?:\d+|[A-Z]\w{0,2}|ed|etc)\.)\S*[.。]\W*|.*。\W*")
"""Of five words or more with a full stop that ends no abbreviation ("Ltd."), or with a full-width one."""


def _heading(source: str, lines: list[str]) -> str:
    if not source.lower().endswith(".md"):
        return ""
    headings = (match[1].rstrip(" \t#") for line in lines if (match := _HEADING.match(line)))
    return next((heading for heading in headings if heading), "")


def _first_line(lines: list[str]) -> str:
    """The first line, where it is short, stands alone above others, and is no sentence.

    A title answers nothing: what a note says in its only line, or first, has to stay part of its text.
    """
    first = next((number for number, line in enumerate(lines) if line), None)
    if first is None:
        return ""
    line, below = lines[first], lines[first + 1 :]
    alone = any(below) and not below[0]
    return line if alone and len(line) <= _SHORT_LINE and not _SENTENCE.fullmatch(line) else ""


def _shortened(title: str) -> str:
    """Up to a word's end, where it is too long."""
    if len(title) <= _SHORT_LINE:
        return title
    return title[: _SHORT_LINE + 1].rsplit(maxsplit=1)[0][:_SHORT_LINE]


# --- date ---

_DAY_OF = (
    r"(?P<date>(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{1,2}(?:\.|er|st|nd|rd|th|º)?(?:\s+de)?\s+[^\W\d]{3,12}\.?,?(?:\s+de)?\s+\d{4}"
    r"|[^\W\d]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})(?!\d))"
)
_LABEL = (
    r"(?i:[^\d\n]{0,20}\b(?:publi|updat|post|date|dat[ue]m|stand|veröffentlicht|aktualisiert|mis à jour|fecha"
    r"|actuali[sz]|pubblica|aggiorna|atualiza)"
    r"[^\d\n]{0,20}?)"
)
_PLACE = r"[^\W\d][\w .'’/()-]{0,40}?,\s+(?:(?:le|den|am|el|on)\s+)?"
_TIME = r"[\s,|·–—-]*(?:(?:at|à|um|a las|alle)\s+)?(?:\d{1,2}[:h.]\d{2}(?::\d{2})?(?:\s?[^\W\d]{1,5})?)?"
_DATE_LINE = re.compile(rf"[*_(]*(?:{_LABEL}|{_PLACE})?{_DAY_OF}{_TIME}[\s.)*_]*")
"""A line that is a date and nothing else: "04.07.1999", "Published on 4 July 1999 at 09:30", "Oslo, …"."""
_DATELINE = re.compile(rf"{_PLACE}{_DAY_OF}\s*(?:[–—]|-\s|\([^)]{{1,20}}\)\s*[–—-])")
"""The start of an agency report: "Oslo, 4 July 1999 – …"."""


_DATE_LENGTH = 60
"""Characters of the longest date in words."""


def _stated_date(lines: list[str], language: str | None) -> str | None:
    for line in lines:
        match = _DATE_LINE.fullmatch(line) or _DATELINE.match(line)
        if match and (found := _iso(match["date"], language)):
            return found
    return None


def _iso(value: object, language: str | None) -> str | None:
    """ISO date of what YAML calls a date, or of a string that names a day in full."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or len(value) > _DATE_LENGTH:
        return None
    import dateparser

    whole_days = {"REQUIRE_PARTS": ["day", "month", "year"]}
    for languages in ([language] if language else []), None:
        if languages == []:
            continue
        try:
            found = dateparser.parse(value, languages=languages, settings=whole_days)
        except ValueError:  # a language that dateparser does not know
            continue
        if found:
            return str(found.date().isoformat())
    return None
