"""What further sentences add to an answer: members of a list."""

import re

import pytest

from assistant import further
from assistant.asking import several
from assistant.grounding import MAX_SENTENCES
from assistant.types import Answer
from index.search import Index

from ..answering_fakes import Call, OpenIndex, taught_runtime
from .composing_fakes import model, run

TRADE = "The town of Norr trades with Aldo.\n\nIt rains there in spring.\n\nThe town of Norr trades with Berta too.\n"
WHICH = "Which towns does the town of Norr trade with?"


def told(call: Call) -> str:
    """A sentence about whoever was quoted."""
    quoted = call.messages[-1].text
    return "The town of Norr trades with Berta." if "Berta" in quoted else "The town of Norr trades with Aldo."


def answers(call: Call) -> str:
    return "Yes" if "trades with" in call.text.partition("Is the exact")[0] else "No"


def test_a_list_is_told_from_as_many_sentences_as_name_its_members(open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told, alone=answers)
    streamed, answer = run(open_index({"a.txt": TRADE}), scripted, WHICH)
    assert answer.text == "The town of Norr trades with Aldo. [1] The town of Norr trades with Berta. [2]"
    assert streamed == "The town of Norr trades with Aldo. The town of Norr trades with Berta."
    assert [citation.quote for citation in answer.citations] == [
        "The town of Norr trades with Aldo.",
        "The town of Norr trades with Berta too.",
    ]


def test_a_member_of_another_document_is_told(open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told, alone=answers)
    first, _, second = TRADE.strip().split("\n\n")
    _, answer = run(open_index({"a.txt": first, "b.txt": second}), scripted, WHICH)
    assert {citation.source for citation in answer.citations} == {"a.txt", "b.txt"}


def test_a_member_is_of_what_the_question_names(open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told, alone=answers)
    rain = "It rains on the lake. " * 4
    text = "# On trade\n\n" + TRADE.replace(
        "The town of Norr trades with Berta too", f"{rain}A village there trades with Berta too"
    )
    _, answer = run(open_index({"a.txt": text}), scripted, WHICH)
    assert "Berta" not in answer.text


@pytest.mark.parametrize(("other", "named"), [("The town of Norr", True), ("It", False)])
def test_sentences_that_name_whom_the_question_names_have_odds_of_their_own(
    other: str, named: bool, open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(further, "NAMED_ODDS", 1e9)
    text = f"The town of Norr trades with Aldo. {other} trades with Berta too.\n"
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told, alone=answers)
    _, answer = run(open_index({"a.txt": text}), scripted, WHICH)
    assert ("Berta" in answer.text) != named


def test_nothing_is_told_twice(open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Aldo", draft=told, phrase=told, alone=answers)
    text = TRADE.replace("Berta too", "Aldo too")
    _, answer = run(open_index({"a.txt": text}), scripted, WHICH)
    assert len(answer.citations) == 1


def test_a_question_for_one_thing_gets_one(open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told, alone=answers)
    _, answer = run(open_index({"a.txt": TRADE}), scripted, "Who trades with the town of Norr?")
    assert "Berta" not in answer.text


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Which companies signed the charter?", "en", True),
        ("What are the aims of the club?", "en", True),
        ("Name all members.", "en", True),
        ("What does it do?", "en", False),
        ("Which process is used?", "en", False),
        ("In what year was it opened?", "en", False),
        ("Quelles sociétés ont signé ?", "fr", True),
        ("Quelle société a signé ?", "fr", False),
        ("Welche Firmen haben unterschrieben?", "de", True),
        ("Welche Firma hat unterschrieben?", "de", False),
        ("¿Qué empresas firmaron?", "es", True),
        ("¿Qué empresa firmó?", "es", False),
        ("Which company owns the mill?", "en", False),
        ("How many work there in all?", "en", False),
        ("Which large towns are members?", "en", True),
        ("Welche Rolle spielt sie?", "de", False),
        ("Welche Städte haben unterschrieben?", "de", True),
        ("¿Qué es el gremio?", "es", False),
        ("¿Qué país ganó?", "es", False),
        ("どの会社ですか？", "ja", False),
    ],
)
def test_several(question: str, language: str, expected: bool) -> None:
    assert several(question, language) == expected


@pytest.mark.parametrize(
    "other", ["The town of Norr does not trade with Berta.", "It is not true: Berta trades with Norr."]
)
def test_what_a_sentence_denies_is_no_member(other: str, open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told)
    first, *_ = TRADE.strip().split("\n\n")
    _, answer = run(open_index({"a.txt": f"{first}\n\n{other}\n"}), scripted, WHICH)
    assert "Berta" not in answer.text


def test_what_a_taught_model_quotes_besides_is_given_as_it_is(open_index: OpenIndex) -> None:
    def trades(call: Call) -> str:
        return "Ada" if "trades" in call.messages[-1].text.partition("Question:")[0] else "NONE of it"

    taught = taught_runtime()
    scripted = model(stated="Ada", quote="Aldo", requote="Berta", alone=trades)
    streamed, answer = run(open_index({"a.txt": TRADE}), scripted, WHICH, runtime=taught)
    assert streamed == "The town of Norr trades with Aldo. Also: Berta."
    assert answer.text == "The town of Norr trades with Aldo. [1] Also: Berta. [2]"


def _trading(towns: list[str]) -> str:
    return "\n\n".join(f"The town of Norr trades with {town}." for town in towns)


def _whoever_trades(call: Call) -> str:
    """Of the sentence that is read alone, the last word."""
    read = call.messages[-1].text.partition("Question:")[0]
    return re.findall(r"trades with (\w+)", read)[-1] if "trades" in read else "NONE of it"


def _asked_of_a_taught_one(index: Index) -> Answer:
    scripted = model(stated="Ada", quote="Aldo", requote=_whoever_trades, alone=_whoever_trades)
    return run(index, scripted, WHICH, runtime=taught_runtime())[1]


def test_members_of_many_documents_are_told_together_each_cited(open_index: OpenIndex) -> None:
    towns = ["Aldo", "Berta", "Carla", "Dora", "Emil", "Frieda"]
    answer = _asked_of_a_taught_one(open_index({f"{town}.txt": _trading([town]) for town in towns}))
    first, also = answer.text.split(" Also: ")
    assert first == "The town of Norr trades with Aldo. [1]"
    assert all(town in also for town in towns[1:])
    assert "Aldo" not in also
    assert re.search(r"and \w+\. \[2\] \[3\] \[4\] \[5\] \[6\]$", also)
    assert {citation.source for citation in answer.citations} == {f"{town}.txt" for town in towns}


def test_sentences_without_a_further_name_are_not_read_for_one(open_index: OpenIndex) -> None:
    answer = _asked_of_a_taught_one(open_index({"a.txt": _trading(["Aldo"] * 6 + ["Berta"])}))
    assert "Also: Berta." in answer.text


def test_names_are_looked_for_until_a_few_sentences_have_none(
    open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(further, "_IN_VAIN", 0)
    answer = _asked_of_a_taught_one(open_index({"a.txt": _trading(["Aldo", "Berta"])}))
    assert answer.text == "The town of Norr trades with Aldo. [1]"


def test_a_number_is_no_member_of_a_list_of_names(open_index: OpenIndex) -> None:
    answer = _asked_of_a_taught_one(open_index({"a.txt": _trading(["Aldo", "19"])}))
    assert "19" not in answer.text


def test_years_are_members_of_a_list_of_years(open_index: OpenIndex) -> None:
    def year_of(call: Call) -> str:
        return re.findall(r"\d{4}", call.messages[-1].text.partition("Question:")[0])[-1]

    floods = {f"{year}.txt": f"Das Hochwasser kam {year} nach Tarn.\n" for year in (1995, 2002)}
    scripted = model(stated="Ada", quote="1995", requote=year_of, alone="Ada")
    asked = "Welche Jahre brachten Tarn das Hochwasser?"
    _, answer = run(open_index(floods), scripted, asked, runtime=taught_runtime())
    assert answer.text == "Das Hochwasser kam 1995 nach Tarn. [1] Außerdem: 2002. [2]"


def test_what_is_told_already_is_left_out_of_an_enumeration(open_index: OpenIndex) -> None:
    def names(call: Call) -> str:
        read = call.messages[-1].text.partition("Question:")[0]
        return re.findall(r"trades with ([A-Z].*?)\.", read)[-1]

    scripted = model(stated="Ada", quote="Aldo", requote=names, alone="Ada")
    index = open_index({"a.txt": _trading(["Aldo", "Aldo and Berta"])})
    _, answer = run(index, scripted, WHICH, runtime=taught_runtime())
    assert answer.text == "The town of Norr trades with Aldo. [1] Also: Berta. [2]"


@pytest.mark.parametrize(("verb", "cited"), [("trades", True), ("does not trade", False)])
def test_a_member_is_cited_with_the_sentence_that_goes_on_from_it(
    verb: str, cited: bool, open_index: OpenIndex
) -> None:
    goes_on = "It has been so since 1990."
    letter = f"The town of Norr trades with Aldo.\n\nNorr {verb} with Berta. {goes_on}\n"

    def berta(call: Call) -> str:
        return "Berta" if goes_on in call.text else "NONE of it"

    scripted = model(stated="Ada", quote="Aldo", requote=berta, alone=berta)
    _, answer = run(open_index({"a.txt": letter}), scripted, WHICH, runtime=taught_runtime())
    assert ("Also: Berta." in answer.text) == cited
    assert (goes_on in [citation.quote for citation in answer.citations]) == cited


def test_no_more_is_looked_for_than_an_answer_has_room_for(open_index: OpenIndex) -> None:
    towns = ["Aldo", "Berta", "Carla", "Dora", "Emil", "Frieda"]
    scripted = model(quote="Aldo", requote=_whoever_trades, draft=told, phrase=told, alone="Yes")
    run(open_index({f"{town}.txt": _trading([town]) for town in towns}), scripted, WHICH)
    assert scripted.kinds.count("requote") <= MAX_SENTENCES - 1


def test_what_a_taught_model_quotes_besides_is_translated(open_index: OpenIndex) -> None:
    def trades(call: Call) -> str:
        return "Ada" if "trades" in call.messages[-1].text.partition("Question:")[0] else "NONE of it"

    def translated(call: Call) -> str:
        return "Berta" if "Berta" in call.text else "Aldo"

    scripted = model(stated="Ada", quote="Aldo", requote="Berta", alone=trades, translate=translated)
    asked = "Welche Städte besuchen die Stadt Norr?"
    streamed, _ = run(open_index({"a.txt": TRADE}), scripted, asked, runtime=taught_runtime())
    assert streamed == "Laut den Dokumenten: Aldo. Außerdem: Berta."


def test_who_the_first_sentence_names_by_the_way_may_be_a_member(open_index: OpenIndex) -> None:
    letter = "The town of Norr trades with Aldo since a feast in Berta.\n\nThe town of Norr trades with Berta too.\n"
    answer = _asked_of_a_taught_one(open_index({"a.txt": letter}))
    assert answer.text.endswith("since a feast in Berta. [1] Also: Berta. [2]")
