"""What may be asked of an Assistant, and what it does with it."""

from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Turn
from assistant.errors import HistoryError, QuestionError, UsageError
from assistant.types import Answer
from index.types import Hit

from ..answering_fakes import CAPTAIN, CARGO, WHO, Loaders, assert_verifies, keywords


def test_ask_many_keeps_the_order(assistant: Assistant, loaders: Loaders) -> None:
    assert loaders.model
    loaders.model.replies["draft"] = lambda call: CARGO if "carry" in call.text else CAPTAIN
    first, second = assistant.ask_many(iter(["What did the ferry carry to Norrport?", WHO]))
    assert CARGO in first.text
    assert CAPTAIN in second.text
    assert assistant.ask_many([]) == []


def test_a_conversation(assistant: Assistant, loaders: Loaders, folder: Path) -> None:
    assert loaders.model
    answer = assistant.ask("And its captain?", history=[Turn("What did the ferry carry?", "Salt. [1]")])
    assert loaders.model.kinds == ["condense", "draft"]
    assert answer.standalone_question == WHO
    assert_verifies(answer, folder / "corpus")


@pytest.mark.parametrize("question", ["", " \n", "?!", "x" * 2_001, None, 5, ["Who?"], "Who \ud800?"])
@pytest.mark.parametrize("entry", ["ask", "stream", "search"])
def test_bad_questions_load_nothing(entry: str, question: Any, assistant: Assistant, loaders: Loaders) -> None:
    with pytest.raises(QuestionError):
        getattr(assistant, entry)(question)
    assert loaders.loaded == []


@pytest.mark.parametrize("history", [None, "Who?", [("Who?", "Ada.")], [{"question": "Who?"}], 5, ["Who?"]])
def test_bad_histories_load_nothing(history: Any, assistant: Assistant, loaders: Loaders) -> None:
    for entry in (assistant.ask, assistant.stream):
        with pytest.raises(HistoryError):
            entry(WHO, history)
    assert loaders.loaded == []


def test_the_longest_question(assistant: Assistant) -> None:
    longest = f"{WHO} {'x' * 2_000}"[:2_000]
    assert assistant.ask(longest).question == longest


def test_a_number_of_passages_without_sense(assistant: Assistant, loaders: Loaders) -> None:
    for wrong in (assistant.as_retriever, lambda k: assistant.search(WHO, k)):
        with pytest.raises(UsageError, match="1 or more"):
            wrong(k=-1)
    assert loaders.loaded == []


def test_search_needs_no_chat_model(assistant: Assistant, loaders: Loaders) -> None:
    hits = assistant.search("captain", k=1)
    assert len(hits) == 1
    assert isinstance(hits[0], Hit)
    assert assistant.document(hits[0].source).text[hits[0].start : hits[0].end] == hits[0].text
    assert "chat" not in loaders.loaded
    with pytest.raises(KeyError):
        assistant.document("unknown.txt")


def test_without_a_chat_model(folder: Path, loaders: Loaders) -> None:
    with Assistant.open(**keywords(folder, chat_model="none")) as assistant:
        answer = assistant.ask(WHO)
        assert CAPTAIN in answer.text
        assert_verifies(answer, folder / "corpus")
        assert loaders.model
        assert loaders.model.calls == []


def test_the_same_question_has_the_same_answer_whatever_came_before(folder: Path, loaders: Loaders) -> None:
    def told(answer: Answer) -> tuple[Any, ...]:
        return answer.text, answer.citations, answer.language, answer.standalone_question, answer.decline_reason

    questions = [WHO, "What did the ferry carry?", "How much is the crossing?", "Who burned the stable?"]
    assert loaders.model
    with Assistant.open(**keywords(folder)) as assistant:
        forth = [told(answer) for answer in assistant.ask_many(questions)]
    with Assistant.open(**keywords(folder)) as assistant:
        back = [told(answer) for answer in assistant.ask_many(reversed(questions))]
    assert forth == back[::-1]
