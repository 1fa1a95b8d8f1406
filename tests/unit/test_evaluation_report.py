"""Reports: figures, files, tables, and the comparison with an earlier run."""

import errno
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml
from rich.console import Console

import assistant.evaluation as evaluation
from assistant.errors import NoSpaceError, ReportError
from assistant.evaluation.comparison import compare
from assistant.evaluation.describe import describe
from assistant.evaluation.render import markdown_summary, render_comparison, render_table
from assistant.evaluation.report import load_report, to_json, write_report
from assistant.evaluation.summary import Group, Latency, Share, summarize
from assistant.evaluation.types import CheckResult, Comparison, Outcome, Report, Row, Verdict
from assistant.types import Answer, Citation, Timings

GOOD = CheckResult("contains", True, "the answer holds “x”")
BAD = CheckResult("contains", False, "the answer should hold “x”")


VERDICTS = {Outcome.PASSED: Verdict.RIGHT, Outcome.FAILED: Verdict.WRONG, Outcome.ERRORED: Verdict.ERRORED}


def row(id: str, outcome: Outcome = Outcome.PASSED, *, text: str = "Anna. [1]", seconds: float = 1.0, **changes) -> Row:
    cited = Citation(1, "shop.txt", "Shop", "Anna bought apples.", 0, 19)
    timings = Timings(seconds / 4, seconds / 2, seconds)
    answered = outcome is not Outcome.ERRORED
    fields = {
        "set": "a.questions.yaml",
        "id": id,
        "kind": "fact",
        "language": "en",
        "turns": ("Where?", "Who?"),
        "answerable": True,
        "outcome": outcome,
        "answer": Answer("Who?", text, "en", "Who?", (cited,), False, None, timings) if answered else None,
        "error": None if answered else "ZeroDivisionError: division by zero",
        "checks": () if not answered else (GOOD,) if outcome is Outcome.PASSED else (BAD,),
        "verdict": VERDICTS[outcome],
    }
    return Row(**(fields | changes))


def declined(id: str, **changes) -> Row:
    judged = row(id, answerable=False, **changes)
    answer = replace(judged.answer, abstained=True, citations=(), text="No.")
    return replace(judged, answer=answer, verdict=Verdict.DECLINED)


PASS, FAIL, CRASH = row("p"), row("f", Outcome.FAILED), row("e", Outcome.ERRORED)
MIXED = Report((PASS, FAIL, CRASH, declined("d", kind="near-miss", language="fr")))


def rendered(report: Report, **console: object) -> str:
    file = io.StringIO()
    render_table(report, Console(file=file, width=120, **console))
    return file.getvalue()


def test_summary_counts_right_and_declined_apart() -> None:
    summary = summarize(Report((*MIXED.rows, row("u", Outcome.FAILED, kind="near-miss", answerable=False))))
    assert summary.total == Group("all", Share(1, 3), Share(1, 3), Share(1, 3), Share(1, 2), 1)
    assert summary.kinds == (
        Group("fact", Share(1, 3), Share(1, 3), Share(1, 3), Share(0, 0), 1),
        Group("near-miss", *[Share(0, 0)] * 3, Share(1, 2), 0),
    )
    assert [group.label for group in summary.languages] == ["en", "fr"]
    assert summary.checks == (("contains", Share(2, 4)),)


def test_summary_counts_passages_that_answer_apart() -> None:
    shown = [row(verdict.value, Outcome.FAILED, verdict=verdict) for verdict in Verdict]
    total = summarize(Report(tuple(shown))).total
    assert (total.answerable, total.answer_given, total.wrong) == (Share(1, 6), Share(2, 6), Share(1, 6))


def test_latencies_are_nearest_rank() -> None:
    summary = summarize(Report(tuple(row(str(n), seconds=float(n)) for n in range(1, 21))))
    assert summary.latencies == (Latency("first token", 5.25, 9.5), Latency("total", 10.5, 19.0))
    assert summarize(Report((CRASH,))).latencies == ()


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    path, _ = write_report(MIXED, tmp_path / "new" / "folder")
    assert load_report(path) == MIXED
    assert load_report(path.parent) == MIXED
    assert [file.name for file in sorted(path.parent.iterdir())] == ["junit.xml", "report.json"]


def test_json_is_versioned_and_its_keys_are_in_order() -> None:
    fields = json.loads(to_json(MIXED))
    assert list(fields) == ["version", "complete", "rows"]
    assert fields["version"] == 1
    assert list(fields["rows"][0]) == list(Row.__slots__)
    assert list(fields["rows"][0]["answer"]) == list(Answer.__slots__)
    assert to_json(MIXED) == to_json(MIXED)


def test_half_a_surrogate_pair_and_control_characters_break_no_file(tmp_path: Path) -> None:
    report = Report((row("odd", Outcome.FAILED, text="\ud83d \x1b[31m \x00 \uffff"),))
    path, junit = write_report(report, tmp_path)
    assert load_report(path).rows[0].answer.text == "? \x1b[31m \x00 \uffff"
    assert "\x1b" not in junit.read_text(encoding="utf-8")
    assert "\x1b" not in rendered(report)
    JUnitXml.fromfile(str(junit))


def test_junit_holds_a_case_for_each_question(tmp_path: Path) -> None:
    _, path = write_report(replace(MIXED, rows=(*MIXED.rows, row("p", set="b.questions.yaml"))), tmp_path)
    first, second = JUnitXml.fromfile(str(path))
    assert (first.name, first.tests, first.failures, first.errors) == ("a.questions.yaml", 4, 1, 1)
    assert (second.name, second.tests) == ("b.questions.yaml", 1)
    passed, failed, crashed, _ = first
    assert passed.result == []
    assert isinstance(failed.result[0], Failure)
    assert failed.result[0].message == "contains: the answer should hold “x”"
    assert failed.result[0].text == describe(FAIL)
    assert isinstance(crashed.result[0], Error)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 2, "rows": []}', b'{"rows": [{}]}', b"\xff"])
def test_what_is_not_a_report_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(ReportError) as raised:
        load_report(path)
    assert "\n" not in str(raised.value)


def test_a_report_of_an_interrupted_run_is_no_baseline(tmp_path: Path) -> None:
    path, _ = write_report(replace(MIXED, complete=False), tmp_path)
    with pytest.raises(ReportError, match="interrupted"):
        load_report(path)


def test_reports_from_before_runs_could_be_interrupted_are_read(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"version": 1, "rows": []}')
    assert load_report(tmp_path) == Report(())


def test_a_missing_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No such file"):
        load_report(tmp_path)


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_report(Report((PASS,)), tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NoSpaceError):
        write_report(MIXED, tmp_path)
    monkeypatch.undo()
    assert load_report(tmp_path) == Report((PASS,))
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ReportError):
        write_report(MIXED, tmp_path / "report.json")


def test_without_a_baseline_all_should_pass() -> None:
    assert compare(MIXED).regressions == ("a.questions.yaml::f", "a.questions.yaml::e")
    assert compare(MIXED).failed
    assert not compare(Report((PASS,))).failed


def test_regressions_improvements_and_vanished_questions() -> None:
    then = Report((row("worse"), row("better", Outcome.FAILED), row("gone"), row("gone-bad", Outcome.FAILED), FAIL))
    now = Report((row("worse", Outcome.ERRORED), row("better"), FAIL, row("new", Outcome.FAILED)))
    comparison = compare(now, then)
    assert comparison == Comparison(
        regressions=("a.questions.yaml::worse",),
        vanished=("a.questions.yaml::gone",),
        improvements=("a.questions.yaml::better",),
        changed=("a.questions.yaml::worse",),
    )
    assert comparison.failed


def test_durations_are_not_compared_but_every_word_is() -> None:
    then = Report((row("a", seconds=1.0), row("b")))
    now = Report((row("a", seconds=9.0), row("b", text="Anna did. [1]")))
    comparison = compare(now, then)
    assert comparison == Comparison((), (), (), ("a.questions.yaml::b",))
    assert not comparison.failed


def test_the_same_question_in_another_set_is_another_question() -> None:
    assert compare(Report((row("a", set="b"),)), Report((row("a", set="a"),))).vanished == ("a::a",)


def test_plain_lines_in_a_pipe() -> None:
    lines = rendered(MIXED).splitlines()
    assert lines[:6] == [
        "passed a.questions.yaml::p 1.0s (right)",
        "failed a.questions.yaml::f 1.0s (wrong)",
        "    contains: the answer should hold “x”",
        "errored a.questions.yaml::e",
        "    error: ZeroDivisionError: division by zero",
        "passed a.questions.yaml::d 1.0s (declined)",
    ]
    near_miss = "right or answer shown –, wrong claims –, unanswerable, no claim 1/1 (100%), errors 0"
    assert f"Kinds: near-miss: answerable, right –, {near_miss}" in lines
    assert "Seconds: total: median 1.00, p95 1.00" in lines


def test_tables_on_a_terminal_show_markup_as_it_is() -> None:
    text = rendered(Report((row("[red]x[/red]", Outcome.FAILED),)), force_terminal=True)
    assert "[red]x[/red]" in text
    assert "the answer should hold “x”" in text
    assert "\x1b[31mfailed" in text


def test_markdown() -> None:
    text = markdown_summary(replace(MIXED, rows=(*MIXED.rows, row("|", kind="a|b"))))
    columns = "answerable, right | right or answer shown | wrong claims | unanswerable, no claim | errors"
    assert f"| kind | {columns} |\n| --- | ---: | ---: | ---: | ---: | ---: |" in text
    assert "| a\\|b | 1/1 (100%) | 1/1 (100%) | 0/1 (0%) | – | 0 |" in text
    assert "| all | 2/4 (50%) | 2/4 (50%) | 1/4 (25%) | 1/1 (100%) | 1 |" in text


def test_the_comparison_in_lines() -> None:
    file = io.StringIO()
    render_comparison(Comparison(("s::a",), ("s::b",), (), ("s::a",)), Console(file=file, width=20))
    assert file.getvalue().splitlines() == [
        "regression: s::a",
        "vanished: s::b",
        "against the baseline: 1 regression, 1 vanished, 0 improvement, 1 answered differently",
    ]


def test_a_judged_question_in_words() -> None:
    assert describe(FAIL).splitlines() == [
        "before:    Where?",
        "question:  Who?",
        "answer:    Anna. [1]",
        "citation:  [1] shop.txt 0–19 “Anna bought apples.”",
        "✗ contains: the answer should hold “x”",
    ]
    assert describe(CRASH).splitlines()[-1] == "✗ error: ZeroDivisionError: division by zero"


def test_every_exported_name_is_there() -> None:
    assert all(getattr(evaluation, name) is not None for name in evaluation.__all__)
    with pytest.raises(AttributeError):
        _ = evaluation.nothing
