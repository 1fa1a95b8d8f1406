"""`ask`, `search` and `eval` over an assistant that the test plays."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from rich.live import Live

from assistant.answering import Assistant
from assistant.cli import run
from assistant.commands import ask, index
from assistant.errors import ChatUnreachableError, ModelNotFoundError, ReportError
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Citation,
    Explanation,
    PassagesFound,
    QuoteDelta,
    StreamEvent,
    TextDelta,
    Timings,
    Turn,
    Waiting,
)
from index.types import Hit, SyncReport

SYNCED = SimpleNamespace(
    report=SyncReport("seeds", (), (), (), (), (), (), 0), settings=SimpleNamespace(chat_model="none", prepared_mb=0)
)
TEXT = "The ferry left at noon. It carried salt."
SOURCE = "harbour.txt"


@dataclass(frozen=True)
class Document:
    text: str


class Ferry:
    """Knows one fact. Its title tries to rename the terminal's window."""

    def __init__(self) -> None:
        self.closed = False

    def __enter__(self) -> "Ferry":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def warm_up(self) -> None:
        pass

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        del history
        if question == "Ctrl-C":
            raise KeyboardInterrupt
        if question == "unreachable":
            raise ChatUnreachableError("Nothing listens", fix="Start it.")
        quote = "The ferry left at noon."
        citation = Citation(1, SOURCE, "Letter\x1b]0;evil\x07", quote, 0, len(quote))
        timings = Timings(0.1, 0.2, 0.3)
        why = Explanation((), (), "all of it", (), "", (), "At\nnoon\x1b[31m.", (), "a claim")
        return Answer(question, "At noon [1].", "en", question, (citation,), False, None, timings, why)

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[StreamEvent]:
        yield PassagesFound(tuple(self.search(question)), question)
        yield TextDelta("At ")
        yield TextDelta("noon")
        yield self.ask(question, history)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        del query
        return [Hit(SOURCE, "Letter", 0, len(TEXT), TEXT, 0.5)][:k]

    def document(self, source: str) -> Document:
        assert source == SOURCE
        return Document(TEXT)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The keywords of every opening; each opens a Ferry."""
    keywords: list[dict[str, Any]] = []

    def open_ferry(settings: Settings | None = None, **given: Any) -> Ferry:
        keywords.append(settings.model_dump(include=settings.model_fields_set) if settings else given)
        return Ferry()

    monkeypatch.setattr(Assistant, "open", open_ferry)
    return keywords


def test_ask_in_a_pipe_is_plain_text(opened: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "When?", "--chat-model", "none", "--index-dir", "here"]) == 0
    assert capsys.readouterr() == ("At noon [1].\n\n[1] harbour.txt, Letter]0;evil\n    The ferry left at noon.\n", "")
    assert opened == [{"index_dir": Path("here"), "chat_model": "none"}]


@pytest.mark.usefixtures("opened")
def test_ask_explains_when_it_is_asked_to(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["ask", "When?", "--explain"]) == 0
    out = capsys.readouterr().out
    assert "Why this claim\n├── asked: When?\n" in out
    assert "├── draft: At\n├── draft: noon[31m.\n" in out
    assert out.endswith("└── outcome: a claim\n")
    assert run(["ask", "When?", "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["explanation"]["outcome"] == "a claim"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["ask", "When?", "--explain"]) == 0
    assert "outcome: a claim" in capsys.readouterr().out


@pytest.mark.usefixtures("opened")
def test_ask_on_a_terminal_streams_and_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert run(["ask", "When?"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[1;36m[1]\x1b[0m" in out
    assert "\x1b]0;" not in out
    assert out.rstrip().endswith("The ferry left at noon.")


@pytest.mark.usefixtures("opened")
def test_ask_on_a_terminal_shows_the_queue_and_the_words_of_the_documents(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def stream(ferry: Ferry, question: str) -> Iterator[StreamEvent]:
        yield PassagesFound(tuple(ferry.search(question)), question)
        for position in (2, 1, 0):
            yield Waiting(position)
        yield QuoteDelta("The ferry left\x1b]0;evil\x07")
        yield QuoteDelta(" at noon.")
        yield TextDelta("At noon")
        yield ferry.ask(question)

    class Screen(Live):
        def update(self, renderable: Any, *, refresh: bool = False) -> None:
            drawn = StringIO()
            Console(file=drawn, width=80).print(renderable)
            shown.append(drawn.getvalue())
            super().update(renderable, refresh=refresh)

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("rich.live.Live", Screen)
    monkeypatch.setattr(Ferry, "stream", stream)
    assert run(["ask", "When?"]) == 0
    *_, reading, two, one, turn, quote, more, draft, _ = shown
    assert "2 questions before yours" in two
    assert "1 question before yours" in one
    assert turn[1:] == reading[1:], "but for the spinner"
    assert "Reading 1 passages" in reading
    assert "In the documents: The ferry left]0;evil" in quote
    assert "Wording the answer" in more
    assert draft.split("\n") == ["In the documents: The ferry left]0;evil at noon.", "", "At noon", ""]
    out = capsys.readouterr().out
    assert "\x1b]0;" not in out
    assert out.rstrip().endswith(" harbour.txt, Letter]0;evil\n    The ferry left at noon.")


@pytest.mark.parametrize(
    "arguments", [["ask", "When?"], ["search", "ferry"], ["index"]], ids=lambda arguments: arguments[0]
)
@pytest.mark.usefixtures("opened")
def test_a_terminal_shows_that_the_model_loads(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def load(*_: object, **__: object) -> list[Hit]:
        shown.append("".join(capsys.readouterr()))
        return []

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("rich.console.Console", partial(Console, force_terminal=True))
    monkeypatch.setattr(Ferry, "warm_up", load)
    monkeypatch.setattr(Ferry, "search", load)
    monkeypatch.setattr("assistant.syncing.sync_corpus", lambda *_, **__: (load(), SYNCED)[1])
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 0
    assert "Loading the model" in shown[0]


@pytest.mark.parametrize(
    ("arguments", "label"),
    [(["ask", "When?", "--json"], "Answering"), (["ask", "When?"], "Answering"), (["doctor"], "Looking")],
)
@pytest.mark.usefixtures("opened")
def test_a_terminal_shows_a_sign_of_life_where_the_output_is_elsewhere(
    arguments: list[str], label: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    answer = Ferry().ask("When?")
    monkeypatch.setattr("rich.console.Console", partial(Console, force_terminal=True))
    monkeypatch.setattr(Ferry, "ask", lambda *_: (shown.append(capsys.readouterr().err), answer)[1])
    monkeypatch.setattr("assistant.doctor.examine", lambda _: (shown.append(capsys.readouterr().err), ())[1])
    assert run(arguments) == 0
    assert label in shown[0]
    assert label not in capsys.readouterr().out


def test_a_document_cannot_forge_lines() -> None:
    quote = "The ferry\nleft.\n\n[2] forged.txt\n    It sank."
    citation = Citation(1, "harbour\n[3] forged.txt", "Letter\n[4] forged.txt", quote, 0, len(quote))
    answer = Answer("When?", "At noon [1].", "en", "When?", (citation,), False, None, Timings(0.1, 0.2, 0.3))
    assert ask.describe(answer).splitlines() == [
        "At noon [1].",
        "",
        "[1] harbour [3] forged.txt, Letter [4] forged.txt",
        "    The ferry left. [2] forged.txt It sank.",
    ]
    names = ("a.txt\nremoved  b.txt",)
    report = SyncReport("docs\n", names, names, (), names, names, (), 1, "old\nfolder")
    assert [line.split()[0] for line in index.describe(report).splitlines()] == [
        "added",
        "changed",
        "removed",
        "ignored",
        "This",
        "docs:",
    ]


@pytest.mark.usefixtures("opened")
def test_ask_json_holds_the_answers_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "When?", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    expected = asdict(Ferry().ask("When?"))
    del expected["explanation"]
    assert printed == {**expected, "citations": list(expected["citations"])}
    assert printed["timings"] == {"retrieve_s": 0.1, "first_token_s": 0.2, "total_s": 0.3}


@pytest.mark.usefixtures("opened")
def test_an_error_of_the_model_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "unreachable"]) == 3
    assert capsys.readouterr() == ("", "Nothing listens. Start it.\n")


@pytest.mark.usefixtures("opened")
def test_search_prints_hits(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "ferry", "-k", "3"]) == 0
    assert capsys.readouterr().out == f"0.500  harbour.txt 0–{len(TEXT)}\n       {TEXT}\n"


@pytest.mark.usefixtures("opened")
def test_search_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "ferry", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["query"] == "ferry"
    assert printed["hits"][0] | {"source": SOURCE, "start": 0, "end": len(TEXT), "text": TEXT} == printed["hits"][0]


RIGHT = "- {id: right, question: 'When?', expect: {contains: [noon], abstains: false}}\n"
WRONG = "- {id: wrong, question: 'When?', expect: {contains: [midnight], abstains: false}}\n"


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.questions.yaml"
    path.write_text(RIGHT, encoding="utf-8")
    return path


@pytest.mark.usefixtures("opened")
def test_eval_reports_and_succeeds(questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(questions), "--report", str(tmp_path / "report")]) == 0
    out, err = capsys.readouterr()
    assert "ferry" in out
    assert err == ""
    assert (tmp_path / "report" / "report.json").is_file()
    assert (tmp_path / "report" / "junit.xml").is_file()


@pytest.mark.usefixtures("opened")
def test_eval_without_a_model_asks_nothing(
    questions: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Ferry) -> None:
        raise ModelNotFoundError("The chat model is not here", fix="Run `assistant pull`.")

    monkeypatch.setattr(Ferry, "warm_up", missing)
    assert run(["eval", str(questions)]) == 3
    assert capsys.readouterr() == ("", "The chat model is not here. Run `assistant pull`.\n")


def test_eval_tries_the_report_s_folder_first(
    opened: list[dict[str, Any]], questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", str(questions), "--report", str(questions)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert opened == []


@pytest.mark.usefixtures("opened")
def test_eval_shows_the_table_even_if_the_report_cannot_be_written(
    questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ReportError("No space", fix="Free some.")

    monkeypatch.setattr("assistant.evaluation.write_report", full)
    assert run(["eval", str(questions), "--report", str(tmp_path)]) == 2
    assert "passed ferry.questions.yaml::right" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.usefixtures("opened")
def test_eval_interrupted_reports_what_was_asked(
    options: list[str], questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions.write_text(RIGHT + RIGHT.replace("right", "later").replace("When?", "Ctrl-C"), encoding="utf-8")
    assert run(["eval", str(questions), "--report", str(tmp_path / "report"), *options]) == 130
    out, err = capsys.readouterr()
    assert "right" in out
    assert "later" not in out
    assert err == "Interrupted: 1 of 2 questions were asked.\n"
    written = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert ([row["id"] for row in written["rows"]], written["complete"]) == (["right"], False)


@pytest.mark.usefixtures("opened")
def test_eval_json_is_one_object(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(questions), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in printed["report"]["rows"]] == ["right"]
    assert printed["comparison"]["regressions"] == []


@pytest.mark.usefixtures("opened")
def test_eval_without_a_baseline_fails_with_any_question(questions: Path) -> None:
    questions.write_text(RIGHT + WRONG, encoding="utf-8")
    assert run(["eval", str(questions)]) == 1


@pytest.mark.usefixtures("opened")
def test_eval_with_a_baseline_fails_with_regressions_only(questions: Path, tmp_path: Path) -> None:
    questions.write_text(RIGHT + WRONG, encoding="utf-8")
    run(["eval", str(questions), "--report", str(tmp_path / "before")])
    baseline = ["--baseline", str(tmp_path / "before" / "report.json")]
    assert run(["eval", str(questions), *baseline]) == 0
    questions.write_text(RIGHT.replace("noon", "midnight") + WRONG, encoding="utf-8")
    assert run(["eval", str(questions), *baseline]) == 1


@pytest.mark.parametrize("content", ["not: a list", "- {id: x}", None])
def test_a_bad_question_set_is_wrong_usage(
    opened: list[dict[str, Any]], questions: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        questions.unlink()
    else:
        questions.write_text(content, encoding="utf-8")
    assert run(["eval", str(questions)]) == 2
    err = capsys.readouterr().err
    assert questions.name in err
    assert err.count("\n") == 1
    assert opened == []
