"""What becomes of a draft that is untidy, endless, invented, a list, or in the wrong language."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from assistant.errors import ChatNonsenseError
from assistant.types import Answer
from index.search import Index

from ..answering_fakes import (
    ADA,
    CAPTAIN,
    CARGO,
    FERRY_DE,
    WHO,
    OpenIndex,
    ScriptedModel,
    ask,
    assert_declines,
    assert_verifies,
    events,
    markers,
    pipeline,
    scripted,
)

# --- untidy drafts ---


@pytest.mark.parametrize("reply", ["", " \n\t "])
def test_a_hosted_model_that_says_nothing_has_failed(reply: str, index: Index) -> None:
    with pytest.raises(ChatNonsenseError):
        ask(index, scripted(reply), WHO)


@pytest.mark.parametrize("reply", ["…", "...", "\u200b", "\x00\x1b", "[1]"])
def test_an_empty_draft_declines(reply: str, index: Index) -> None:
    assert_declines(ask(index, scripted(reply, phrase=reply), WHO))


def test_invented_markers_go(index: Index) -> None:
    answer = ask(index, scripted("The captain of the ferry is Ada Lindqvist [7][12]. It carried salt [3, 4]."), WHO)
    assert set(markers(answer.text)) == {c.marker for c in answer.citations}
    assert "3, 4" not in answer.text
    assert_verifies(answer, index.corpus)


def test_control_characters_go(index: Index) -> None:
    answer = ask(index, scripted("The captain\x1b of the\x00 ferry is\x07 Ada \u202eLindqvist\u202c.\r\n"), WHO)
    assert all(character.isprintable() for character in answer.text)
    assert "Ada Lindqvist" in answer.text


def test_markup_is_text_like_any_other(index: Index) -> None:
    answer = ask(index, scripted("The captain is <b>Ada Lindqvist</b><script>alert(1)</script>."), WHO)
    assert_verifies(answer, index.corpus)


def test_repetition_is_said_once(index: Index) -> None:
    answer = ask(index, scripted(f"{ADA} " * 40), WHO)
    assert answer.text.count("Ada Lindqvist") == 1


def test_a_model_that_never_stops_is_stopped(index: Index) -> None:
    class Endless(ScriptedModel):
        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
            chunk = next(super()._stream(*args, **kwargs))
            while True:
                self.pieces.append("")
                yield chunk.model_copy(deep=True)

    model = Endless(replies={"draft": f"{ADA} ", "phrase": ADA})
    consumed = list(islice(pipeline(index, model).run(WHO, ()), 20_000))
    assert isinstance(consumed[-1], Answer)


def test_a_sentence_cut_short_is_left_out(index: Index) -> None:
    answer = ask(index, scripted(f"{ADA} It carried 42 barrels of"), WHO)
    assert "barrels" not in answer.text
    assert "Ada Lindqvist" in answer.text


@pytest.mark.parametrize("number", ["77", "seventy-seven", "4,200", "4 200", "42.5"])
def test_a_number_that_no_passage_holds_is_cut(number: str, index: Index) -> None:
    answer = ask(index, scripted(f"It carried {number} barrels of salt. {ADA}"), WHO)
    assert number not in answer.text
    assert "Ada Lindqvist" in answer.text
    assert_declines(ask(index, scripted(f"It carried {number} barrels of salt."), WHO))


@pytest.mark.parametrize("number", ["42", "forty-two"])
def test_a_number_of_the_passages_stays(number: str, index: Index) -> None:
    answer = ask(index, scripted(f"It carried {number} barrels of salt to Norrport."), "What did the ferry carry?")
    assert number in answer.text
    assert [c.quote for c in answer.citations] == [CARGO]


# --- lists ---

GUESTS = ["Anna Berg", "Bo Dahl", "Carl Ek", "Dora Falk", "Elsa Gran", "Frans Holm", "Greta Ivarsson", "Hans Jonsson"]
PARTY = f"The feast\n\nThe guests of the feast were {', '.join(GUESTS[:-1])} and {GUESTS[-1]}. It lasted all night.\n"


@pytest.mark.parametrize(
    "draft",
    [
        f"The guests were {', '.join(GUESTS[:-1])} and {GUESTS[-1]}.",
        "The guests of the feast were:\n" + "\n".join(f"- {guest}" for guest in GUESTS),
        "The guests of the feast were:\n" + "\n".join(f"- {guest}." for guest in GUESTS),
        "The guests of the feast were:\n\n" + "\n".join(f"{n}. {guest}" for n, guest in enumerate(GUESTS, 1)),
        "The guests of the feast were:\n" + "\n".join(f"{n}) {guest}" for n, guest in enumerate(GUESTS, 1)),
        "The guests of the feast were:\n" + "\n".join(f"* **{guest}**" for guest in GUESTS),
    ],
    ids=["sentence", "dashes", "dashes with ends", "numbers", "numbers in brackets", "stars"],
)
def test_a_list_is_whole(draft: str, open_index: OpenIndex) -> None:
    index = open_index({"feast.txt": PARTY})
    answer = ask(index, scripted(draft), "Who were the guests of the feast?")
    assert [guest for guest in GUESTS if guest not in answer.text] == []
    assert any(all(guest in c.quote for guest in GUESTS) for c in answer.citations)
    assert_verifies(answer, index.corpus)


# --- languages ---


def test_a_draft_in_another_language_is_said_again(index: Index) -> None:
    model = scripted(CAPTAIN, phrase=FERRY_DE)
    _, streamed, answer = events(index, model, "Wer ist der Kapitän der Fähre?")
    assert model.kinds == ["draft", "phrase", "claim"]
    assert CAPTAIN in model.calls[1].text
    assert "German" in model.calls[1].text
    assert streamed == FERRY_DE, "nobody sees the words in the wrong language"
    assert answer.language == "de"
    assert answer.text.startswith(FERRY_DE)
    assert_verifies(answer, index.corpus)


@pytest.mark.parametrize("phrase", [CAPTAIN, "", "Le capitaine du bateau est une femme qui navigue depuis longtemps."])
def test_where_that_fails_too_it_declines(phrase: str, index: Index) -> None:
    model = scripted(CAPTAIN, phrase=phrase)
    assert_declines(ask(index, model, "Wer ist der Kapitän der Fähre?"), "de")
    assert model.kinds == ["draft", "phrase"]


@pytest.mark.parametrize("invented", ["77", "siebenundsiebzig"])
def test_what_is_said_again_invents_no_number(invented: str, index: Index) -> None:
    phrase = f"Die Fähre trug {invented} Fässer mit Salz nach Norrport."
    assert_declines(ask(index, scripted(CARGO, phrase=phrase), "Was trug die Fähre?"), "de")


@pytest.mark.parametrize(("claim", "stands"), [("Yes.", True), ("No, it does not.", False), ("Perhaps", True)])
def test_a_hosted_model_reads_its_sentence_against_the_quotes(claim: str, stands: bool, index: Index) -> None:
    model = scripted("The captain, Ada Lindqvist, owns the ferry.", claim=claim)
    _, streamed, answer = events(index, model, WHO)
    assert answer.abstained != stands
    assert bool(streamed) == stands


def test_a_copy_need_not_be_read_again(index: Index) -> None:
    model = scripted(CAPTAIN)
    events(index, model, WHO)
    assert model.kinds == ["draft"]
