"""When the model declines, the question's own language says so, and nothing else is said."""

import pytest

from assistant.phrases import PHRASES, UNTRANSLATED, decline, is_decline, untranslated
from assistant.types import DeclineReason
from index.language import detect
from index.search import Index

from ..answering_fakes import ADA, WHO, Call, ask, assert_declines, events, markers, scripted


@pytest.mark.parametrize(
    "reply", ["NONE", "NONE.", " NONE \n", "NONE\n", "None", "none.", "**NONE**", '"NONE"', "`NONE`"]
)
def test_none_declines(reply: str, index: Index) -> None:
    model = scripted(reply)
    _, streamed, answer = events(index, model, WHO)
    assert_declines(answer)
    assert streamed == ""
    assert model.kinds == ["draft"]


def test_none_with_an_explanation_declines(index: Index) -> None:
    reply = "NONE. The documents do not state who the captain of the other ferry is, only when it left."
    _, streamed, answer = events(index, scripted(reply), WHO)
    assert_declines(answer)
    assert streamed == ""


def test_a_hosted_model_may_decline_by_itself(index: Index) -> None:
    def reply(call: Call) -> str:
        return "NONE" if "NONE" in call.text else ADA

    assert_declines(ask(index, scripted(reply), WHO))


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui est le roi de la lune ?", "fr"),
        ("Who is the king of the moon?", "en"),
        ("Wer ist der König des Mondes?", "de"),
        ("¿Quién es el rey de la luna?", "es"),
    ],
)
def test_a_decline_is_in_the_question_s_language(question: str, language: str, index: Index) -> None:
    assert_declines(ask(index, scripted("NONE"), question), language)


@pytest.mark.parametrize("reason", [*DeclineReason, None])
def test_declines_are_in_their_language(reason: DeclineReason | None) -> None:
    for language in PHRASES[DeclineReason.NOT_COVERED]:
        text, named = decline(language, reason) if reason else untranslated(language)
        assert text == (PHRASES[reason] if reason else UNTRANSLATED)[language]
        assert named == language
        assert detect(text, {language: 1.0}) == language
        assert is_decline(text)
        assert markers(text) == []
        assert text[-1] in ".。"


def test_a_decline_in_a_language_without_one_is_english() -> None:
    assert decline("xx") == decline("en")
