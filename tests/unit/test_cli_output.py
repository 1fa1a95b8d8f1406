"""What is printed is safe on a terminal and valid JSON in a pipe."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.commands.output import print_json, progress_bar
from assistant.printable import one_line, printable

ESCAPES = {
    "a colour": "\x1b[31mred",
    "the one-character CSI": "\x9b2J",
    "a window title": "\x1b]0;title\x07",
    "a backspace": "safe\b\b\b\bevil",
    "an overwritten line": "safe\revil",
    "reversed text": "txt.\u202egnp",
    "an isolate": "\u2067abc\u2069",
    "a lone surrogate": "\ud800",
    "DEL": "\x7f",
}


@pytest.mark.parametrize("text", ESCAPES.values(), ids=list(ESCAPES))
def test_control_characters_are_not_printed(text: str) -> None:
    assert not set(printable(text)) & set("\x1b\x9b\x07\b\r\u202e\u2067\u2069\ud800\x7f")


@pytest.mark.parametrize("text", ["« Déjà vu »\n\tzweite Zeile", "日本語", "👩‍🔬", "soft\u00adhyphen"])
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) == text


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@dataclass(frozen=True, slots=True)
class Inner:
    text: str


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_json_is_lossless_and_holds_no_control_characters(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("click.echo", printed.append)
        print_json({"value": Inner(text), "many": [Inner(text)]})
    assert json.loads(printed[0]) == {"value": {"text": text}, "many": [{"text": text}]}
    assert printable(printed[0]) == printed[0]


def test_progress_is_silent_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Working") as progress:
        progress(1, 2)
        progress(2, 2, "Done")
    assert capsys.readouterr() == ("", "")
