"""A local model that was taught to quote what answers: which words become the answer."""

import pytest

from assistant.models.runtime import SHORT_SLOT
from index.search import Index

from ..answering_fakes import (
    CAPTAIN,
    CARGO,
    WHO,
    Call,
    FakeRuntime,
    OpenIndex,
    indexed,
)
from .composing_fakes import run, taught_model


def test_the_quote_and_whether_it_answers_come_in_one_call(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="Ada Lindqvist")
    streamed, answer = run(index, scripted, WHO, runtime=taught)
    assert scripted.kinds == ["quote", "alone"]
    assert streamed == CAPTAIN
    assert CAPTAIN in [citation.quote for citation in answer.citations]


def test_words_are_given_in_their_sentence(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="barrels of salt")
    streamed, answer = run(index, scripted, "What did the ferry carry to Norrport?", runtime=taught)
    assert scripted.kinds == ["quote", "alone"]
    assert streamed == CARGO
    assert [citation.quote for citation in answer.citations] == [CARGO]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The ferry carries barrels of salt and some fish, appr. 3 t of it a day.", None),
        ("The ferry carries barrels of salt. 3 t of fish are too many.", None),
        ("The ferry carries barrels of salt.\n\n3 t of fish are too many.", "The ferry carries barrels of salt."),
        ("## Ferries with barrels of salt\n\nNobody knows.", None),
        ("The function of the ferry is to carry barrels of salt [0, 1] to the town.", None),
    ],
    ids=["an abbreviation", "what may be one", "none", "a heading", "what looks like a marker"],
)
def test_a_sentence_that_may_not_be_whole_is_not_given(
    text: str, sentence: str | None, open_index: OpenIndex, taught: FakeRuntime
) -> None:
    scripted = taught_model(quote="barrels of salt")
    streamed, _ = run(
        open_index({"a.md": f"# The ferry\n\n{text}\n"}), scripted, "What does the ferry carry?", runtime=taught
    )
    assert streamed == (sentence or "According to the documents: barrels of salt.")


def test_what_a_document_asks_is_no_answer(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index({"a.md": "# The ferry\n\n## Does the ferry carry barrels of salt?\n\nNobody knows.\n"})
    streamed, answer = run(opened, taught_model(quote="barrels of salt"), "What does the ferry carry?", runtime=taught)
    assert streamed == ""
    assert answer.abstained


def test_it_is_the_sentence_that_convinced(open_index: OpenIndex, taught: FakeRuntime) -> None:
    opened = open_index(
        {"a.txt": "Solvig\n\nThe house of the ferry burned down in the winter. It was built in the winter.\n"}
    )

    def alone(call: Call) -> str:
        return "in" if "built" in call.messages[-1].text.partition("Question:")[0] else "NONE in the winter"

    scripted = taught_model(quote="NONE in the winter", alone=alone, requote="in the winter")
    streamed, answer = run(opened, scripted, "When was the house of the ferry built?", runtime=taught)
    assert streamed == "It was built in the winter."
    assert [citation.quote for citation in answer.citations] == [streamed]


def test_a_question_for_yes_or_no_is_answered_by_the_whole_sentence(index: Index, taught: FakeRuntime) -> None:
    streamed, _ = run(index, taught_model(quote="Ada Lindqvist"), "Is Ada Lindqvist the captain?", runtime=taught)
    assert streamed == CAPTAIN


def test_it_quotes_aside_with_what_it_quotes_from_read_before(index: Index, taught: FakeRuntime) -> None:
    scripted = taught_model(quote="barrels of salt", translate="Fässer mit Salz")
    run(index, scripted, "Was trug die Fähre nach Norrport?", runtime=taught)
    quote, alone, translation = scripted.calls
    for call in (quote, alone):
        assert (call.options["id_slot"], call.options["cache_prompt"]) == (SHORT_SLOT, True)
    assert translation.options["cache_prompt"] is False, "what a slot holds changes rounding"
    assert quote.options["logit_bias"] == [[ord("N"), False], [ord(" "), False]], "it has to say what comes nearest"
    assert [slot for _, slot in taught.prepared] == [0, SHORT_SLOT, SHORT_SLOT]


def test_some_names_of_an_enumeration_give_way_to_all(open_index: OpenIndex, taught: FakeRuntime) -> None:
    rules = "as it is written in the book of the rules that lies in the town hall of the oldest one of them, "
    towns = open_index({"a.txt": f"The league\n\n{rules}four towns are members: Norrport, Solvig, Tarn and Wick.\n"})
    streamed, _ = run(towns, taught_model(quote="Solvig"), "Which towns are members of the league?", runtime=taught)
    assert streamed == "According to the documents: Norrport, Solvig, Tarn and Wick."
    streamed, _ = run(towns, taught_model(quote="Solvig"), "Which town is a member of the league?", runtime=taught)
    assert streamed == "According to the documents: Solvig."


def test_names_that_it_breaks_off_are_whole(open_index: OpenIndex, taught: FakeRuntime) -> None:
    guild = open_index({"a.txt": "The guild\n\n* The Norr Mill and the smithy of Berta Quist work together.\n"})
    streamed, _ = run(guild, taught_model(quote="Norr, Berta"), "Which two work together?", runtime=taught)
    assert streamed == "According to the documents: Norr Mill, Berta Quist."


def test_names_on_a_line_of_their_own_answer(open_index: OpenIndex, taught: FakeRuntime) -> None:
    asked = open_index({"a.txt": "Questions\n\nWho founded Norrport?\nAda Byron.\n\nWho rules it?\nBerta Quist.\n"})
    _, answer = run(asked, taught_model(quote="Ada Byron"), "Who founded Norrport?", runtime=taught)
    assert not answer.abstained
    assert "Ada Byron" in answer.text


GUILD = "The guild\n\nThe Norrport mill, the oldest of the bay, works with the Tarn smithy and Solvig Ek.\n"
ALL = "The Norrport mill, the oldest of the bay, works with the Tarn smithy and Solvig Ek."


def test_one_of_several_partners_gives_way_to_the_sentence_that_names_all(
    open_index: OpenIndex, taught: FakeRuntime
) -> None:
    scripted = taught_model(quote="the Tarn smithy")
    streamed, _ = run(open_index({"guild.txt": GUILD}), scripted, "Who works the Norrport mill with?", runtime=taught)
    assert streamed == ALL


def test_a_list_may_be_quoted_without_the_words_between(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The guild\n\nAda sells salt, which is dug at sea, and also fish, nets and oil.\n"
    streamed, _ = run(
        open_index({"a.txt": text}), taught_model(quote="salt, fish, nets"), "What does Ada sell?", runtime=taught
    )
    assert streamed == "Ada sells salt, which is dug at sea, and also fish, nets and oil."


@pytest.mark.parametrize("said", ["Ada Lindqvist and Berta Quist", "Quist", "Ada Berta Lindqvist"])
def test_what_it_quotes_has_to_stand_in_the_documents(said: str, index: Index, taught: FakeRuntime) -> None:
    streamed, answer = run(index, taught_model(quote=said, requote=said, phrase="", draft=""), WHO, runtime=taught)
    assert "Quist" not in answer.text
    assert "Berta" not in streamed


def test_what_the_quote_leaves_undenied_is_told_whole(open_index: OpenIndex, taught: FakeRuntime) -> None:
    text = "The ferry treaty\n\nThe treaty was not signed by Solvig. Norrport was late.\n"
    opened = open_index({"treaty.txt": text})
    streamed, _ = run(opened, taught_model(quote="signed by Solvig"), "By whom was the treaty signed?", runtime=taught)
    assert streamed == "The treaty was not signed by Solvig."


def test_a_title_is_all_there_is_to_quote(tmp_path_factory: pytest.TempPathFactory, taught: FakeRuntime) -> None:
    letters = {"ferry.txt": "Three towns want a ferry\n\nTwo towns asked the king for a ferry on Monday.\n"}
    with indexed(tmp_path_factory.mktemp("title"), letters) as opened:
        scripted = taught_model()
        said, _ = run(opened, scripted, "How many towns want a ferry, in the headline?", runtime=taught)
    assert scripted.kinds == ["stated", "alone"]
    assert said == "According to the documents: Three towns want a ferry."
