"""Medians -> SVG. Six pairs of bars in two colour schemes are a short template: no chart library is worth its size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from scripts.bench.report import Summary
from scripts.bench.side_by_side import ARTICLE, ASSISTANT, FIRST, PLAIN, SECOND

WIDTH, HEIGHT = 760, 340
_LEFT, _TOP, _BASE = 20, 56, 270
_BAR, _GAP = 44, 8
SHOWN = (PLAIN, ASSISTANT)
_TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">
<title id="title">Seconds to the first words and in all, median: plain pipeline and assistant</title>
<style>
text {{ font: 13px system-ui, sans-serif; fill: #24292f; text-anchor: middle }}
.part {{ font-weight: 600 }}
.legend {{ text-anchor: start }}
.axis {{ stroke: #8c959f }}
.plain {{ fill: #8c959f }}
.assistant {{ fill: #0969da }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3 }}
.plain {{ fill: #6e7681 }}
.assistant {{ fill: #58a6ff }}
}}
</style>
{content}
</svg>
"""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two bars, plain beside assistant."""

    part: str
    figure: str
    seconds: dict[str, float]


def chart(summed: Sequence[Summary]) -> str:
    """Seconds to the first words and in all, of the parts that were measured."""
    pairs = list(_pairs(summed))
    longest = max((max(pair.seconds.values()) for pair in pairs), default=0) or 1
    content = [
        f'<text class="legend" x="{_LEFT}" y="20">Median seconds from the question</text>',
        *_legend(),
        f'<line class="axis" x1="{_LEFT}" y1="{_BASE}" x2="{WIDTH - _LEFT}" y2="{_BASE}"/>',
    ]
    step = (WIDTH - 2 * _LEFT) / max(len(pairs), 1)
    for number, pair in enumerate(pairs):
        middle = _LEFT + (number + 0.5) * step
        content += _bars(pair, middle, longest)
        if number % 2 == 0:  # two pairs a part
            content.append(
                f'<text class="part" x="{middle + step / 2:.1f}" y="{_BASE + 46}">{escape(pair.part)}</text>'
            )
    return _TEMPLATE.format(width=WIDTH, height=HEIGHT, content="\n".join(content))


def _pairs(summed: Sequence[Summary]) -> Iterator[_Pair]:
    for part in (ARTICLE, FIRST, SECOND):
        sides = {each.pipeline: each for each in summed if each.part == part}
        if sides.keys() >= set(SHOWN):
            yield _Pair(part, "first words", {name: sides[name].first_words_s.median for name in SHOWN})
            yield _Pair(part, "total", {name: sides[name].total_s.median for name in SHOWN})


def _bars(pair: _Pair, middle: float, longest: float) -> Iterator[str]:
    for name in SHOWN:
        left = middle - _BAR - _GAP / 2 if name == PLAIN else middle + _GAP / 2
        height = (_BASE - _TOP) * pair.seconds[name] / longest
        top = _BASE - height
        yield f'<rect class="{name}" x="{left:.1f}" y="{top:.1f}" width="{_BAR}" height="{height:.1f}" rx="2"/>'
        yield f'<text x="{left + _BAR / 2:.1f}" y="{top - 6:.1f}">{pair.seconds[name]:.2f}</text>'
    yield f'<text x="{middle:.1f}" y="{_BASE + 22}">{escape(pair.figure)}</text>'


def _legend() -> Iterator[str]:
    for number, name in enumerate(SHOWN):
        x = WIDTH - 220 + 90 * number
        yield f'<rect class="{name}" x="{x}" y="9" width="12" height="12" rx="2"/>'
        yield f'<text class="legend" x="{x + 18}" y="20">{name}</text>'
