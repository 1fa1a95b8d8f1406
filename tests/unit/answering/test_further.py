"""What further sentences add to an answer: members of a list, another value."""

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
OPENED = "The bridge of Tarn was opened in 1995."
OPENED_LATER = "The bridge of Tarn was opened in 1997."
WHEN = "When was the bridge of Tarn opened?"


def told(call: Call) -> str:
    """A sentence about whoever was quoted."""
    quoted = call.messages[-1].text
    return "The town of Norr trades with Berta." if "Berta" in quoted else "The town of Norr trades with Aldo."


def year(call: Call) -> str:
    """Of the sentence that the model has read."""
    return "1995" if OPENED in call.text else "1997"


def opened(call: Call) -> str:
    """A sentence with the year that was quoted."""
    return OPENED if "1995" in call.messages[-2].text + call.messages[-1].text else OPENED_LATER


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


@pytest.mark.parametrize("sources", [("a.txt", "b.txt"), ("a.txt", "a.txt")])
def test_documents_that_disagree_are_both_told_and_cited(sources: tuple[str, str], open_index: OpenIndex) -> None:
    letters: dict[str, str] = {}
    for source, sentence in zip(sources, (OPENED, OPENED_LATER), strict=True):
        letters[source] = f"{letters.get(source, '')}{sentence}\n\n"
    streamed, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert not answer.abstained
    assert "disagree" in answer.text
    assert {"1995", "1997"} <= set(re.findall(r"\d{4}", answer.text))
    assert re.search(r"“199[57]”\.$", streamed)
    assert {citation.quote for citation in answer.citations} == {OPENED, OPENED_LATER}


@pytest.mark.parametrize(
    ("other", "dates"),
    [
        ("2024-03-02", ("“1995” (2024-03-02)", "“1997” (2024-03-02)")),
        (
            "2023-01-05",
            ("“1995” (2024-03-02; “1997”: 2023-01-05)", "“1997” (2023-01-05; “1995”: 2024-03-02)"),
        ),
        ("unknown", ("“1995” (2024-03-02)", "“1997” (“1995”: 2024-03-02)")),
    ],
)
def test_the_dates_of_both_documents_are_told(other: str, dates: tuple[str, str], open_index: OpenIndex) -> None:
    letters = {
        "a.md": f"---\ndate: 2024-03-02\n---\n\n{OPENED}\n",
        "b.md": f"---\ndate: {other}\n---\n\n{OPENED_LATER}\n",
    }
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert any(told in answer.text for told in dates), answer.text


@pytest.mark.parametrize(
    ("other", "alone"),
    [
        ("The bridge of Tarn was opened in 1995, on a Monday.", "Yes"),
        ("The bridge of Tarn was opened again in 1997.", "No"),
        ("Salt is dug in Solvig since 1821.", "Yes"),
    ],
    ids=["the same", "not convincing", "something else"],
)
def test_what_does_not_disagree_is_not_told(other: str, alone: str, open_index: OpenIndex) -> None:
    def reads(call: Call) -> str:
        return alone if other in call.text else "Yes"

    scripted = model(quote="1995", requote=other, draft=OPENED, phrase=OPENED, alone=reads)
    _, answer = run(open_index({"a.txt": OPENED, "b.txt": other}), scripted, WHEN)
    assert [citation.quote for citation in answer.citations] == [OPENED]
    assert "disagree" not in answer.text


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


@pytest.mark.parametrize(("one", "other"), [("Boat 4", "Boat 5"), ("the Solvig A12", "the Solvig A14")])
def test_names_with_a_number_do_not_disagree(one: str, other: str, open_index: OpenIndex) -> None:
    def quoted(call: Call) -> str:
        return one if f"uses {one}" in call.text else other

    letters = {"a.txt": f"The ferry line of Tarn uses {one}.", "b.txt": f"The ferry line of Tarn uses {other}."}
    scripted = model(quote=one, requote=quoted, draft=letters["a.txt"], phrase=letters["a.txt"])
    _, answer = run(open_index(letters), scripted, "What does the ferry line of Tarn use?")
    assert "disagree" not in answer.text


@pytest.mark.parametrize(
    "other", ["The town of Norr does not trade with Berta.", "It is not true: Berta trades with Norr."]
)
def test_what_a_sentence_denies_is_no_member(other: str, open_index: OpenIndex) -> None:
    scripted = model(quote="Aldo", requote="Berta", draft=told, phrase=told)
    first, *_ = TRADE.strip().split("\n\n")
    _, answer = run(open_index({"a.txt": f"{first}\n\n{other}\n"}), scripted, WHICH)
    assert "Berta" not in answer.text


def test_a_day_and_a_year_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "1995" if "1995" in call.text else "5 May"

    letters = {"a.txt": f"{OPENED}\n", "b.txt": "The bridge of Tarn was opened on 5 May.\n"}
    _, answer = run(open_index(letters), model(quote=value, draft=OPENED, phrase=OPENED), WHEN)
    assert not answer.abstained
    assert "disagree" not in answer.text


def test_days_of_a_month_disagree(open_index: OpenIndex) -> None:
    said = "The bridge of Tarn was opened on 5 May."
    letters = f"On bridges\n\n{said}\n\nRain fell.\n\nThe bridge of Tarn was opened on 19 May.\n"
    scripted = model(quote="5 May", requote="19 May", draft=said, phrase=said)
    _, answer = run(open_index({"a.txt": letters}), scripted, WHEN)
    assert "disagree" in answer.text
    assert {"5 May", "19 May"} <= set(re.findall(r"\d+ May", answer.text))


def test_a_number_of_what_is_asked_for_is_as_bare_as_one_alone(open_index: OpenIndex) -> None:
    letters = {
        "a.txt": "The bridge of Tarn was built by 40 masons.\n",
        "b.txt": "The bridge of Tarn was built by 70 masons.\n",
    }

    def value(call: Call) -> str:
        return "40" if "40 masons" in call.text else "70 masons"

    def said(call: Call) -> str:
        return letters["a.txt" if "40" in call.messages[-1].text else "b.txt"].strip()

    scripted = model(quote=value, requote=value, draft=said, phrase=said)
    _, answer = run(open_index(letters), scripted, "How many masons built the bridge of Tarn?")
    assert "disagree" in answer.text


def test_the_date_of_a_document_does_not_disagree(open_index: OpenIndex) -> None:
    letters = f"Minutes of Tarn, 6 May 1990\n\n{OPENED}\n"
    scripted = model(quote="1995", requote="1990", draft=OPENED, phrase=OPENED)
    _, answer = run(open_index({"a.txt": letters}), scripted, WHEN)
    assert not answer.abstained
    assert "disagree" not in answer.text


def test_what_a_document_says_of_the_year_of_its_date_may_disagree(open_index: OpenIndex) -> None:
    letters = {
        "a.txt": f"{OPENED}\n",
        "bridge.md": f"---\ndate: 1997-05-06\n---\n\n{OPENED_LATER}\n",
    }
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" in answer.text


def test_a_few_sentences_with_another_value_are_read(open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "_CONTRADICTING", 0)
    letters = {"a.txt": f"{OPENED}\n", "b.txt": f"{OPENED_LATER}\n"}
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" not in answer.text


def test_a_sum_and_a_count_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "70 €" if "70" in call.text else "18"

    letters = {"a.txt": "The bridge of Tarn cost 70 €.\n", "b.txt": "The bridge of Tarn has 18 arches.\n"}
    said = "The bridge of Tarn cost 70 €."
    scripted = model(quote=value, requote=value, draft=said, phrase=said)
    _, answer = run(open_index(letters), scripted, "How much did the bridge of Tarn cost?")
    assert "disagree" not in answer.text


def test_only_what_is_surer_than_an_answer_disagrees(open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = {"a.txt": f"{OPENED}\n", "b.txt": f"{OPENED_LATER}\n"}
    monkeypatch.setattr(further, "CONTRADICTION_ODDS", 1e9)
    _, answer = run(open_index(letters), model(quote=year, draft=opened, phrase=opened), WHEN)
    assert "disagree" not in answer.text


def test_a_bare_number_and_one_of_something_do_not_disagree(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "70 barrels" if "70" in call.text else "18"

    letters = {
        "a.txt": "The bridge of Tarn was built with 70 barrels.\n",
        "b.txt": "The bridge of Tarn was built by 18.\n",
    }
    said = "The bridge was built with 70 barrels."
    _, answer = run(open_index(letters), model(quote=value, draft=said, phrase=said), "With what was the bridge built?")
    assert "disagree" not in answer.text


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


def test_another_value_stands_in_the_sentence_that_is_cited(open_index: OpenIndex) -> None:
    def value(call: Call) -> str:
        return "1995" if "1995" in call.text else "1980"

    said = "The old stone bridge of Tarn over the wide river was opened in 1995."
    other = "Tarn was founded in 1980. The old stone bridge over the wide river was opened in 1997."
    scripted = model(quote=value, draft=said, phrase=said)
    _, answer = run(open_index({"a.txt": f"{said}\n", "b.txt": f"{other}\n"}), scripted, WHEN)
    assert "requote" in scripted.kinds, "it is asked for the other value, and gives that of the sentence before"
    assert "1980" not in answer.text


def test_who_the_first_sentence_names_by_the_way_may_be_a_member(open_index: OpenIndex) -> None:
    letter = "The town of Norr trades with Aldo since a feast in Berta.\n\nThe town of Norr trades with Berta too.\n"
    answer = _asked_of_a_taught_one(open_index({"a.txt": letter}))
    assert answer.text.endswith("since a feast in Berta. [1] Also: Berta. [2]")
