"""All figures -> JSON, bars, Markdown."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.evaluation.summary import Share
from scripts.bench.commands import Commands
from scripts.bench.indexing import Grown, Indexed
from scripts.bench.machine import Memory
from scripts.bench.server import Speed, generating_speed
from scripts.bench.side_by_side import ARTICLE, ASSISTANT, FIRST, PARTS, PIPELINES, PLAIN, SECOND, UNGROUNDED, Row
from scripts.bench.timing import Spread, spread
from scripts.results import NOT_MEASURED, Bar, bar_table, percent

FIGURES = {
    "first words": "first_words_s",
    "first words that stand": "first_standing_s",
    "first words of the answer": "first_answer_s",
    "total": "total_s",
}
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """All of one run, as it is written to JSON."""

    date: str
    machine: dict[str, str | int]
    versions: dict[str, str]
    chat_model: str
    seed: int
    indexes: dict[str, Indexed]
    """By corpus: article, paragraphs."""
    rows: list[Row]
    speeds: list[Speed]
    memory: Memory | None
    """Of the process that ran both pipelines."""
    state_bytes_per_1000_tokens: float | None
    failures: list[str]
    """Questions and commands that ended with an error."""
    left_out: list[str]
    """What this run did not measure, and why."""
    commands: Commands | None = None
    growth: list[Grown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Summary:
    """One pipeline in one part."""

    part: str
    pipeline: str
    answers: int
    found_s: Spread | None
    """None of a pipeline that does not tell."""
    first_words_s: Spread
    first_standing_s: Spread
    first_answer_s: Spread
    total_s: Spread
    right: Share
    """Of the answers that can be judged: those in which the right words stand."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """The assistant's medians, divided by those of the plain pipeline."""

    part: str
    first_words: float
    first_standing: float
    first_answer: float
    total: float


@dataclass(frozen=True, slots=True)
class Floor:
    """The time to the first words that nothing can go below: read the question, generate one token."""

    part: str
    median_s: float
    times: float
    """How many times longer the assistant took; median."""


def summaries(rows: Sequence[Row]) -> list[Summary]:
    """In the order of parts, of the questions that all their pipelines answered; none where there are no rows."""
    asked = Counter((row.part, row.question) for row in rows)
    sides = {part: len({row.pipeline for row in rows if row.part == part}) for part in PARTS}
    found = []
    for part in PARTS:
        for pipeline in PIPELINES:
            common = (row for row in rows if asked[row.part, row.question] == sides[row.part])
            if own := [row for row in common if (row.part, row.pipeline) == (part, pipeline)]:
                judged = [row.holds_gold for row in own if row.holds_gold is not None]
                times = [row.times for row in own]
                found.append(
                    Summary(
                        part=part,
                        pipeline=pipeline,
                        answers=len(own),
                        found_s=_known([each.found_s for each in times]),
                        first_words_s=spread([each.first_words_s for each in times]),
                        first_standing_s=spread([each.first_standing_s for each in times]),
                        first_answer_s=spread([each.first_answer_s for each in times]),
                        total_s=spread([each.total_s for each in times]),
                        right=Share(sum(judged), len(judged)),
                    )
                )
    return found


def _known(seconds: Sequence[float | None]) -> Spread | None:
    told = [each for each in seconds if each is not None]
    return spread(told) if told else None


def ratios(summed: Sequence[Summary]) -> list[Ratios]:
    """Of the parts that both pipelines have."""
    by_side = {(each.part, each.pipeline): each for each in summed}
    found = []
    for part in PARTS:
        ours, plain = by_side.get((part, ASSISTANT)), by_side.get((part, PLAIN))
        if ours and plain:
            found.append(
                Ratios(
                    part,
                    ours.first_words_s.median / plain.first_words_s.median,
                    ours.first_standing_s.median / plain.first_standing_s.median,
                    ours.first_answer_s.median / plain.first_answer_s.median,
                    ours.total_s.median / plain.total_s.median,
                )
            )
    return found


def median_speed(speeds: Sequence[Speed]) -> Speed:
    """Of the bare server, with the article."""
    return Speed(
        statistics.median(s.reading for s in speeds),
        statistics.median(s.generating for s in speeds),
        statistics.median(s.generating_first for s in speeds),
    )


def floors(rows: Sequence[Row], speed: Speed) -> list[Floor]:
    """Of the parts that the assistant has."""
    found = []
    for part in PARTS:
        if own := [row for row in rows if (row.part, row.pipeline) == (part, ASSISTANT)]:
            seconds = [row.question_tokens / speed.reading + 1 / speed.generating for row in own]
            times = [row.times.first_words_s / floor for row, floor in zip(own, seconds, strict=True)]
            found.append(Floor(part, statistics.median(seconds), statistics.median(times)))
    return found


def generation_share(rows: Sequence[Row], speed: Speed) -> float:
    """Speed within the assistant's calls on the article, divided by the bare server's behind it. NaN without rows."""
    own = [row for row in rows if (row.part, row.pipeline) == (ARTICLE, ASSISTANT)]
    return generating_speed([call for row in own for call in row.calls]) / speed.generating


# --- bars ---


def bars(measured: Measured) -> Iterator[Bar]:
    """All that is promised, in the order of the table."""
    summed = summaries(measured.rows)
    found = {each.part: each for each in ratios(summed)}
    article = next((s for s in summed if (s.part, s.pipeline) == (ARTICLE, ASSISTANT)), None)
    yield ratio_bar("article: first words", "1/10", 1 / 10, found[ARTICLE].first_words if ARTICLE in found else None)
    words = article.first_words_s if article else None
    yield at_most("article: first words, median", 1.0, words.median if words else None)
    yield at_most("article: first words, p95", 2.5, words.p95 if words else None)
    yield ratio_bar("article: total", "1/3", 1 / 3, found[ARTICLE].total if ARTICLE in found else None)
    yield from _of_grounding(summed)
    yield ratio_bar("first on a topic: first words", "1/2", 1 / 2, found[FIRST].first_words if FIRST in found else None)
    second = found[SECOND].first_words if SECOND in found else None
    yield ratio_bar("second on a topic: first words", "1/8", 1 / 8, second)
    share = generation_share(measured.rows, median_speed(measured.speeds))
    yield Bar("generation, of the bare server's speed", "≥ 90%", f"{100 * share:.1f}%", share >= 0.9)
    paragraphs = measured.indexes.get("paragraphs")
    search = 1000 * paragraphs.search_s.median if paragraphs else None
    many = f"{paragraphs.files} paragraphs" if paragraphs else "the paragraphs"
    yield at_most(f"search among {many}, median", 15, search, "ms")
    yield at_most("resident memory of `assistant serve`, peak", 2.5, peak_gb(measured), "GB")
    commands = measured.commands
    yield at_most("`assistant ask`: first words, no server", 7, commands.ask_cold_s if commands else None)
    yield at_most("`assistant ask`: first words, beside a server", 2, commands.ask_beside_s if commands else None)
    yield at_most("`assistant serve`: the page is there", 4, commands.serve_http_s if commands else None)
    yield at_most("`assistant serve`: first question answered", 8, commands.serve_answer_s if commands else None)


def _of_grounding(summed: Sequence[Summary]) -> Iterator[Bar]:
    by_side = {each.pipeline: each for each in summed if each.part == ARTICLE}
    ours, without = by_side.get(ASSISTANT), by_side.get(UNGROUNDED)
    times = ours.total_s.median / without.total_s.median if ours and without else None
    yield at_most("article: total, of that without grounding", 1.5, times, "times")
    yield at_most("article: passages found, median", 0.3, ours.found_s.median if ours and ours.found_s else None)
    yield at_most("article: first checked sentence, median", 2.5, ours.first_answer_s.median if ours else None)


def ratio_bar(what: str, wanted: str, limit: float, value: float | None) -> Bar:
    """Of the assistant to the plain pipeline."""
    wanted = f"≤ {wanted} of plain"
    return Bar(what, wanted, NOT_MEASURED, None) if value is None else Bar(what, wanted, f"{value:.3f}", value <= limit)


def at_most(what: str, limit: float, value: float | None, unit: str = "s") -> Bar:
    """Of something that is better small."""
    wanted = f"≤ {limit} {unit}"
    if value is None:
        return Bar(what, wanted, NOT_MEASURED, None)
    return Bar(what, wanted, f"{value:.2f} {unit}", value <= limit)


def peak_gb(measured: Measured) -> float | None:
    """Of the server, with everything loaded."""
    held = measured.commands.serve_memory if measured.commands else None
    return held.peak / 1e9 if held else None


# --- Markdown ---


def markdown(measured: Measured, held: Sequence[Bar], chart: str) -> str:
    """The whole page; `chart` is the picture's file name."""
    summed = summaries(measured.rows)
    speed = median_speed(measured.speeds)
    sections = {
        "Bars": bar_table(held),
        "Side by side": f"![Seconds to the first words and in all, plain and assistant]({chart})\n\n{HOW}\n\n"
        + side_by_side_table(summed)
        + "\n\nThe assistant's medians, divided by those of the plain pipeline:\n\n"
        + ratio_table(ratios(summed)),
        "Against the model's own speed": speed_section(measured, speed),
        "Index and search": index_table(measured.indexes),
        "Memory and disk": resources(measured),
        "Commands": command_table(measured.commands),
        "Growth": growth_table(measured.growth),
    }
    if measured.failures or measured.left_out:
        sections["Not measured"] = "\n".join(f"- {line}" for line in (*measured.left_out, *measured.failures))
    return "\n\n".join([header(measured), *(f"## {title}\n\n{text}" for title, text in sections.items())]) + "\n"


HOW = """\
The pipelines run in one process on one chat model and one embedder. The plain one cuts texts into chunks of 1,000
characters, puts the four nearest to the question into one prompt, and streams what the model says; the server keeps its
last prompt for it, as it does by default. Questions come in random order (fixed seed), and for each the pipelines do,
after a warm-up. Earlier turns of a conversation are really asked; the last one is timed. Between two turns the
assistant reads the conversation, as it does on its page while the reader reads the answer. On the article, the
assistant also runs without grounding: it quotes and drafts as ever, and checks nothing.

- article: the shipped text, read ahead as the page does.
- first on a topic: German paragraphs, each a file; nothing was read before. second on a topic: another question on
  the same paragraph, right after.
- article, never read: the article with another first line for each question, so nothing of it was read before.

"first words" are quoted from the documents or the answer's own, and are what the bars count. A quote is shown while the
assistant still makes sure that it answers the question; where it does not, the quote is withdrawn and the assistant
declines. "first words that stand" are then the decline's, in the end. "right" counts answers in which the right words
stand, where they are known."""


def header(measured: Measured) -> str:
    """When, where, with what."""
    host = measured.machine
    packages = ", ".join(f"{name} {version}" for name, version in measured.versions.items())
    return f"""# Speed

Written by `make bench`; do not edit. All rows are in bench.json.

- Measured on {measured.date}, {host["system"]} {host["architecture"]}, {host["cores"]} cores, \
{host["memory_gib"]} GiB of memory, no GPU.
- Chat model: {measured.chat_model}.
- {packages}."""


def side_by_side_table(summed: Sequence[Summary]) -> str:
    """Median / p95 in seconds."""
    lines = [
        "| | pipeline | answers | " + " | ".join(FIGURES) + " | right |",
        "| --- | --- |" + " ---: |" * (len(FIGURES) + 2),
    ]
    for each in summed:
        spreads: list[Spread] = [getattr(each, name) for name in FIGURES.values()]
        times = " | ".join(f"{s.median:.2f} / {s.p95:.2f}" for s in spreads)
        right = percent(each.right) if each.right.whole else "–"
        lines.append(f"| {each.part} | {each.pipeline} | {each.answers} | {times} | {right} |")
    return "\n".join([*lines, "", "Seconds, median / p95."])


def ratio_table(found: Sequence[Ratios]) -> str:
    """Markdown."""
    lines = ["| | " + " | ".join(FIGURES) + " |", "| --- |" + " ---: |" * len(FIGURES)]
    rows = (
        f"| {r.part} | {r.first_words:.3f} | {r.first_standing:.3f} | {r.first_answer:.3f} | {r.total:.3f} |"
        for r in found
    )
    return "\n".join([*lines, *rows])


def speed_section(measured: Measured, speed: Speed) -> str:
    """Generation, and the floor of the time to the first words."""
    share = generation_share(measured.rows, speed)
    text = f"""\
The bare server reads the article at {speed.reading:.1f} tokens a second and generates {speed.generating:.1f} behind it
(128 tokens; medians of {len(measured.speeds)} times between the questions). Within the assistant's calls on the article
it generates {share * speed.generating:.1f} a second, {100 * share:.1f}% of that. After a few words, with next to
nothing read, it generates {speed.generating_first:.1f}: what was read is looked at again for every token.

The floor of the time to the first words is to read the question's tokens and to generate one:

| | floor, median | the assistant's first words, median |
| --- | ---: | ---: |"""
    rows = (f"| {f.part} | {f.median_s:.2f} s | {f.times:.1f} times the floor |" for f in floors(measured.rows, speed))
    return "\n".join([text, *rows])


def index_table(indexes: dict[str, Indexed]) -> str:
    """Markdown."""
    lines = [
        "| | files | text | seconds per MB | search, median / p95 | disk per MB of text |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*lines, *(f"| {name} | {index_cells(index)} |" for name, index in indexes.items())])


def index_cells(index: Indexed) -> str:
    """Of a row of a table; a small text pays for what any index has."""
    megabytes = index.text_bytes / MEGABYTE
    search = index.search_s
    cells = (
        f"{index.files}",
        f"{megabytes:.3f} MB",
        f"{index.index_s / megabytes:.1f}",
        f"{1000 * search.median:.1f} / {1000 * search.p95:.1f} ms",
        f"{index.index_bytes / MEGABYTE / megabytes:.1f} MB",
    )
    return " | ".join(cells)


def resources(measured: Measured) -> str:
    """Resident memory, and states on disk."""
    states = measured.state_bytes_per_1000_tokens
    server = measured.commands.serve_memory if measured.commands else None
    lines = [
        "| resident memory | peak | after |",
        "| --- | ---: | ---: |",
        f"| both pipelines, one chat model | {memory_cells(measured.memory)} |",
        f"| `assistant serve`, all questions on the article asked | {memory_cells(server)} |",
        "",
        "Each with the process of the chat model.",
        "",
        f"What the model has read is kept on disk: {states / MEGABYTE:.1f} MB for 1,000 tokens." if states else "",
    ]
    return "\n".join(lines).rstrip()


def memory_cells(held: Memory | None) -> str:
    """Of a row of a table."""
    return f"{held.peak / 1e9:.2f} GB | {held.now / 1e9:.2f} GB" if held else f"{NOT_MEASURED} | {NOT_MEASURED}"


def command_table(commands: Commands | None) -> str:
    """Markdown."""
    if commands is None:
        return "Not measured."
    rows = {
        "`assistant ask`, a new process, no server: first words on a terminal": commands.ask_cold_s,
        "`assistant ask` beside `assistant serve`: first words on a terminal": commands.ask_beside_s,
        "`assistant serve`: from the start to the first page over HTTP": commands.serve_http_s,
        "`assistant serve`: from the start to the whole answer to the first question": commands.serve_answer_s,
    }
    lines = [
        f"| on the shipped article, read when it was indexed | seconds, median of {commands.runs} questions |",
        "| --- | ---: |",
    ]
    return "\n".join([*lines, *(f"| {what} | {seconds:.2f} |" for what, seconds in rows.items())])


def growth_table(grown: Sequence[Grown]) -> str:
    """Markdown."""
    if not grown:
        return "Not measured; the flag `--growth` does."
    lines = [
        "Articles of five German paragraphs, repeated with other numbers and words so that none is a near-duplicate;",
        "no chat model, a process for each size.",
        "",
        "| articles | files | text | seconds per MB | search, median / p95 | disk per MB | memory, peak | after |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = (f"| {g.articles:,} | {index_cells(g.index)} | {memory_cells(g.memory)} |" for g in grown)
    return "\n".join([*lines, *rows])
