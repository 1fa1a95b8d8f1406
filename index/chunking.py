"""Pure: a document's text -> chunks with exact character offsets.

Lines -> blocks (paragraphs) -> units (what a sentence cannot leave: heading, list item, table row) -> sentences
-> chunks.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language import DOTTED_ORDINALS, function_words
from index.types import Chunk, Document, Span


@dataclass(frozen=True, slots=True)
class ChunkingParams:
    """Recorded in the index: an index of other parameters has to be rebuilt."""

    version: int = 4
    """Of the rules in this file."""
    target: int = 1_000
    """Characters. A paragraph up to this long is one chunk."""
    maximum: int = 1_400
    """UTF-8 bytes, never exceeded: about 350 tokens in European languages and 450 in Chinese, of the 512 that the
    embedder reads."""
    short: int = 100
    """Characters. Blocks up to this long (headings, one-line paragraphs) are joined with what follows."""


def chunk_document(document: Document, params: ChunkingParams) -> tuple[Chunk, ...]:
    """Chunks in order, without overlap; together their sentences hold every non-blank character."""
    text = document.text
    blocks = [_sentences_of_block(text, block, document.language, params) for block in _blocks(text)]
    groups = _join_short_blocks(
        text, [piece for block in blocks for piece in _split_long_block(text, block, params)], params
    )
    return tuple(_chunk(document, sentences) for sentences in groups)


def _chunk(document: Document, sentences: Sequence[Span]) -> Chunk:
    start, end = sentences[0].start, sentences[-1].end
    key = f"{document.source}\0{document.sha256}\0{start}\0{end}"
    return Chunk(
        id=hashlib.sha256(key.encode()).hexdigest()[:32],
        source=document.source,
        start=start,
        end=end,
        text=document.text[start:end],
        sentences=tuple(sentences),
    )


# --- lines, blocks, units ---

_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]")
_TABLE_ROW = re.compile(r"[ \t]*\|")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|1[.)])[ \t]")
_TITLE_WORDS = 6
"""The most of a title without markup."""
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-{2,})\s*\Z")
"""Makes the line above it a heading, in Markdown."""
_TITLE_ROOM = 10
"""Characters by which the widest line is wider than a title with the next word would be."""
_ENDS_SENTENCE = re.compile(r"[.!?…](?:\s|\Z)")
_NUMBER = re.compile(r"\d{1,3}[.)]")
_NUMBERED = re.compile(r"[ \t]*\d{1,3}[.)][ \t]")


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of non-blank lines; a heading line is a block of its own."""
    block: list[Span] = []
    position = 0
    for line in text.splitlines(keepends=True):
        span = Span(position, position + len(line))
        position = span.end
        if not line.strip():
            if block:
                yield block
            block = []
        elif _HEADING.match(line):
            if block:
                yield block
            yield [span]
            block = []
        else:
            block.append(span)
    if block:
        yield block


def _units(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Titles, list items and table rows apart; wrapped lines together."""
    if titled := _title_lines(text, lines):
        yield Span(lines[0].start, lines[titled - 1].end)
        lines = lines[titled:]
    start = lines[0].start
    in_list = False
    for line in lines:
        content = text[line.start : line.end]
        # a wrapped line may start with "4. Juli": a number opens an item in a list only
        item = bool(_ITEM.match(content)) or (bool(_NUMBERED.match(content)) and (in_list or line is lines[0]))
        in_list = in_list or item
        if line.start > start and (item or _TABLE_ROW.match(content)):
            yield Span(start, line.start)
            start = line.start
    yield Span(start, lines[-1].end)


def _title_lines(text: str, lines: Sequence[Span]) -> int:
    """How many of them are a title above others: one that is underlined, or that looks like one."""
    if len(lines) > 2 and _UNDERLINE.match(text[lines[1].start : lines[1].end]):
        return 2
    return int(len(lines) > 1 and _is_title(text, lines))


def _is_title(text: str, lines: Sequence[Span]) -> bool:
    """Is the first line a title without markup? A few words to their end, but without its mark, above sentences of
    which more would have fitted in it.
    """
    first, second = (text[line.start : line.end].strip() for line in lines[:2])
    widest = max(len(text[line.start : line.end].strip()) for line in lines[1:])
    room = widest - len(first) - len(second.split(maxsplit=1)[0]) > _TITLE_ROOM
    told = _ENDS_SENTENCE.search(text, lines[1].start, lines[-1].end) is not None
    opens = not second[0].islower() and not _ITEM.match(second) and not _TABLE_ROW.match(second)
    said = first.split()
    ends = first[-1].isalnum() and not (said[-1].islower() and function_words(said[-1]))  # "… runs from the" goes on
    return len(said) <= _TITLE_WORDS and ends and not _ITEM.match(first) and room and told and opens


# --- sentences ---

_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.\s*\Z")
_ABBREVIATED = re.compile(
    r"(?<!\w)(?:Kapt|Fa|Dipl|Hrn|geb|Hl|zzgl|Ste|Mgr|[ÉE]ts|Dña|Dª|Excm[ao]|Ilm[ao]|Exm[ao]|Rvdo|[Aa]pp?rox)\.\s*\Z"
)
"""What stands before something and ends no sentence, and is not among the segmenter's abbreviations."""
_NEAR = 8
"""Characters before a border that tell."""

_WINDOW = 10_000
"""UTF-8 bytes given to the segmenter at once: its time grows with the square of what quotes leave open."""


def _sentences_of_block(text: str, lines: Sequence[Span], language: str | None, params: ChunkingParams) -> list[Span]:
    return [
        part
        for unit in _units(text, lines)
        for window in _split_to_size(text, unit, _WINDOW)
        for sentence in segment(text, window, language)
        for part in _split_to_size(text, sentence, params.maximum)
    ]


def segment(text: str, span: Span, language: str | None) -> list[Span]:
    """Sentences of `text[span]`, without the blanks around them.

    A border counts where the rules of the language and of English agree: the French rules alone break after "M.",
    the English ones alone after "4." in a German date. Both break after "4." before a name that they do not know.
    """
    from sentencex import get_sentence_boundaries

    part = text[span.start : span.end]
    borders = {border["end_index"] for border in get_sentence_boundaries("en", part)}
    if language and language != "en":
        borders &= {border["end_index"] for border in get_sentence_boundaries(language, part)}
    borders = {border for border in borders if not _ABBREVIATED.search(part, max(0, border - _NEAR), border)}
    if language in DOTTED_ORDINALS:
        borders = {border for border in borders if not _ORDINAL.search(part, max(0, border - _NEAR), border)}
    sentences: list[Span] = []
    start = 0
    for end in sorted({*borders, len(part)}):
        stripped = _strip(text, Span(span.start + start, span.start + end))
        start = end
        if stripped is None:
            continue
        if sentences and not any(character.isalnum() for character in text[stripped.start : stripped.end]):
            sentences[-1] = Span(sentences[-1].start, stripped.end)  # a closing quote or dots alone
        elif len(sentences) == 1 and _NUMBER.fullmatch(text, sentences[0].start, sentences[0].end):
            sentences[0] = Span(sentences[0].start, stripped.end)  # the number of a list item
        else:
            sentences.append(stripped)
    return sentences


def _strip(text: str, span: Span) -> Span | None:
    content = text[span.start : span.end]
    left = len(content) - len(content.lstrip())
    stripped = content.strip()
    return Span(span.start + left, span.start + left + len(stripped)) if stripped else None


# --- sizes ---

_ZWJ = "\u200d"
_JOINERS = {_ZWJ, "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}  # and variation selector, skin tones


def _size(text: str, start: int, end: int) -> int:
    return len(text[start:end].encode("utf-8", "surrogatepass"))


def _split_to_size(text: str, span: Span, maximum: int) -> Iterator[Span]:
    """Parts of at most `maximum` UTF-8 bytes, cut at white space where there is some, without blanks around."""
    start = span.start
    while start < span.end:
        window = text[start : min(span.end, start + maximum)]
        fitting = len(window.encode("utf-8", "surrogatepass")[:maximum].decode("utf-8", "ignore"))
        end = start + fitting
        if end < span.end and not text[end].isspace():
            end = start + (_last_blank(window[:fitting]) or _before_marks(text, start, end) - start)
        if part := _strip(text, Span(start, end)):
            yield part
        start = end


def _last_blank(window: str) -> int:
    """Length of `window` up to its last white space, which is kept; 0 where it has none."""
    if window[-1].isspace():
        return len(window)
    words = window.rsplit(maxsplit=1)
    return len(window) - len(words[1]) if len(words) == 2 else 0


def _before_marks(text: str, start: int, end: int) -> int:
    """`end`, moved back so that a letter keeps its accents and an emoji its parts, where that is near."""
    for cut in range(end, max(start, end - 16), -1):
        if not (unicodedata.combining(text[cut]) or text[cut] in _JOINERS or text[cut - 1] == _ZWJ):
            return cut
    return end


# --- chunks ---


def _split_long_block(text: str, sentences: Sequence[Span], params: ChunkingParams) -> Iterator[list[Span]]:
    """A block as it is, or in parts of whole sentences and of about the same length."""
    length = sentences[-1].end - sentences[0].start
    aim = length / math.ceil(length / params.target)
    part: list[Span] = []
    for sentence in sentences:
        if part and (
            (part[-1].end - part[0].start + sentence.end - part[0].start) / 2 > aim
            or _size(text, part[0].start, sentence.end) > params.maximum
        ):
            yield part
            part = []
        part.append(sentence)
    yield part


def _join_short_blocks(text: str, blocks: Sequence[list[Span]], params: ChunkingParams) -> list[list[Span]]:
    """Headings and the like go with what follows them; a short end goes with what precedes it."""
    groups: list[list[Span]] = []
    open_group = False
    for number, block in enumerate(blocks):
        short = block[-1].end - block[0].start <= params.short
        last = number == len(blocks) - 1
        if (
            groups
            and (open_group or (short and last))
            and _size(text, groups[-1][0].start, block[-1].end) <= params.maximum
        ):
            groups[-1].extend(block)
        else:
            groups.append(list(block))
        open_group = short and groups[-1][-1].end - groups[-1][0].start <= params.target
    return groups
