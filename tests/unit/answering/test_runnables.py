"""The assistant as LangChain's users expect it."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from assistant import Answer, Assistant, Turn
from assistant.errors import ChatUnreachableError, HistoryError, QuestionError
from assistant.types import PassagesFound, QuoteDelta, TextDelta, Waiting

from ..answering_fakes import ADA, CAPTAIN, LETTERS, WHO, Loaders, ScriptedModel, assert_verifies

BEFORE = [HumanMessage("What did the ferry carry?"), AIMessage("Salt. [1]")]


@pytest.fixture
def model(loaders: Loaders) -> ScriptedModel:
    assert loaders.model
    return loaders.model


@pytest.fixture
def runnable(assistant: Assistant) -> Runnable[Any, Answer]:
    return assistant.as_runnable()


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.question, answer.text, answer.citations, answer.standalone_question, answer.language


# --- retriever ---


def test_retriever(assistant: Assistant) -> None:
    retriever = assistant.as_retriever(k=2)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("captain of the ferry")
    assert len(found) == 2
    for document in found:
        assert isinstance(document, Document)
        place = document.metadata
        assert {"source", "title", "start", "end", "score"} <= set(place)
        assert LETTERS[place["source"]][place["start"] : place["end"]] == document.page_content
    assert CAPTAIN in found[0].page_content
    assert [document.page_content for document in found] == [hit.text for hit in assistant.search(WHO, 2)]


def test_retriever_in_batches_async_and_composed(assistant: Assistant) -> None:
    retriever = assistant.as_retriever(k=1)
    one = retriever.invoke("captain")
    assert retriever.batch(["captain", "horses"])[0] == one
    assert asyncio.run(retriever.ainvoke("captain")) == one
    joined = retriever | (lambda documents: documents[0].page_content)
    assert CAPTAIN in joined.invoke("captain")
    with pytest.raises(QuestionError):
        retriever.invoke(" ")


def test_retriever_tells_callbacks(assistant: Assistant) -> None:
    class Seen(BaseCallbackHandler):
        def on_retriever_end(self, documents: Any, **_: Any) -> None:
            told.extend(documents)

    told: list[Document] = []
    assert assistant.as_retriever(k=1).invoke("captain", config={"callbacks": [Seen()]}) == told != []


# --- inputs ---


@pytest.mark.parametrize(
    "given",
    [
        WHO,
        {"question": WHO},
        {"question": WHO, "messages": []},
        {"messages": [HumanMessage(WHO)]},
        {"messages": [SystemMessage("Be kind."), HumanMessage(WHO)]},
        {"messages": [{"role": "user", "content": WHO}]},
        {"messages": [("human", WHO)]},
        {"messages": [HumanMessage([{"type": "text", "text": WHO}])]},
        [HumanMessage(WHO)],
        HumanMessage(WHO),
        ChatPromptTemplate.from_messages([("system", "Be kind."), ("human", "{q}")]).invoke({"q": WHO}),
        PromptTemplate.from_template("{q}").invoke({"q": WHO}),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_first_question_in_any_shape(given: Any, runnable: Runnable[Any, Answer], assistant: Assistant) -> None:
    assert told(runnable.invoke(given)) == told(assistant.ask(WHO))


@pytest.mark.parametrize(
    "given",
    [
        {"question": "And its captain?", "messages": BEFORE},
        {"messages": [*BEFORE, HumanMessage("And its captain?")]},
        {"messages": [SystemMessage("Be kind."), *BEFORE, HumanMessage("And its captain?")]},
        {"question": "And its captain?", "messages": [Turn("What did the ferry carry?", "Salt. [1]")]},
        [*BEFORE, HumanMessage("And its captain?")],
    ],
)
def test_a_follow_up_in_any_shape(
    given: Any, runnable: Runnable[Any, Answer], assistant: Assistant, model: ScriptedModel
) -> None:
    answer = runnable.invoke(given)
    assert model.kinds == ["condense", "draft"]
    assert "What did the ferry carry?" in model.calls[0].text
    assert told(answer) == told(assistant.ask("And its captain?", [Turn("What did the ferry carry?", "Salt. [1]")]))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("", QuestionError),
        (None, QuestionError),
        (5, QuestionError),
        ({}, QuestionError),
        ([], QuestionError),
        ({"query": WHO}, QuestionError),
        ({"question": None}, QuestionError),
        ({"question": 5}, QuestionError),
        ({"messages": []}, QuestionError),
        ({"messages": BEFORE}, QuestionError),
        ({"question": WHO, "messages": "Who?"}, HistoryError),
        ({"question": WHO, "messages": 5}, HistoryError),
        ({"question": WHO, "messages": [5]}, HistoryError),
        ({"question": WHO, "messages": [{"role": "nobody", "content": ""}]}, HistoryError),
    ],
)
def test_what_is_no_input(given: Any, error: type[Exception], runnable: Runnable[Any, Answer]) -> None:
    with pytest.raises(error):
        runnable.invoke(given)
    with pytest.raises(error):
        list(runnable.stream(given))
    with pytest.raises(error):
        asyncio.run(runnable.ainvoke(given))


# --- calling ---


def test_all_ways_of_calling_give_the_same(runnable: Runnable[Any, Answer], folder: Path) -> None:
    async def ways() -> list[Answer]:
        streamed = [answer async for answer in runnable.astream(WHO)]
        return [await runnable.ainvoke(WHO), *await runnable.abatch([WHO, WHO]), streamed[-1]]

    answers = [runnable.invoke(WHO), *runnable.batch([WHO, {"question": WHO}]), list(runnable.stream(WHO))[-1]]
    answers += asyncio.run(ways())
    assert len({told(answer) for answer in answers}) == 1
    assert_verifies(answers[0], folder / "corpus")


def test_a_streamed_answer_grows(runnable: Runnable[Any, Answer]) -> None:
    *partial, last = runnable.stream(WHO)
    texts = [answer.text for answer in partial]
    assert texts == sorted(texts, key=len)
    assert texts[-1] == ADA
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert last.citations


def test_a_streamed_answer_holds_neither_queue_nor_quote(
    runnable: Runnable[Any, Answer], assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = runnable.invoke(WHO)
    told = [Waiting(1), Waiting(0), PassagesFound((), WHO), QuoteDelta(CAPTAIN), TextDelta("Ada"), whole]
    monkeypatch.setattr(assistant, "stream", lambda *_: (event for event in told))
    assert [answer.text for answer in runnable.stream(WHO)] == ["Ada", whole.text]


def test_batches_return_exceptions_when_asked(runnable: Runnable[Any, Answer]) -> None:
    first, second = runnable.batch([WHO, ""], return_exceptions=True)
    assert isinstance(first, Answer)
    assert isinstance(second, QuestionError)


def test_a_stream_left_early_stops_the_model(runnable: Runnable[Any, Answer], model: ScriptedModel) -> None:
    stream = runnable.stream(WHO)
    next(stream)
    stream.close()
    assert model.closed == ["draft"]
    assert runnable.invoke(WHO).citations


def test_an_async_stream_closed_early_stops_the_model(runnable: Runnable[Any, Answer], model: ScriptedModel) -> None:
    async def main() -> None:
        stream: Any = runnable.astream(WHO)
        await anext(stream)
        await stream.aclose()
        assert model.closed == ["draft"]

    asyncio.run(main())


# --- composing ---


def test_composed_with_what_comes_before_and_after(runnable: Runnable[Any, Answer]) -> None:
    chain = ChatPromptTemplate.from_messages([("human", "Who is the {role} of the ferry?")]) | runnable | quoted
    assert CAPTAIN in chain.invoke({"role": "captain"})
    assert CAPTAIN in list(chain.stream({"role": "captain"}))[-1]
    assert CAPTAIN in asyncio.run(chain.ainvoke({"role": "captain"}))
    assert all(CAPTAIN in quotes for quotes in chain.batch([{"role": "captain"}] * 2))


def test_composed_in_other_ways(runnable: Runnable[Any, Answer]) -> None:
    both = RunnablePassthrough.assign(answer=runnable).invoke({"question": WHO})
    assert both["question"] == WHO
    assert both["answer"].citations
    assert RunnableLambda(lambda text: {"question": text}).pipe(runnable).invoke(WHO).citations
    assert runnable.with_config(run_name="ask").with_retry(stop_after_attempt=1).invoke(WHO).citations
    assert next(answer for _, answer in runnable.batch_as_completed([WHO])).citations


def quoted(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def test_schemas_can_be_asked_for(runnable: Runnable[Any, Answer]) -> None:
    assert runnable.get_input_jsonschema()
    assert runnable.get_graph().nodes


# --- callbacks and tracing ---


class Seen(BaseCallbackHandler):
    """What a tracer sees."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.tokens: list[str] = []
        self.parents: dict[Any, Any] = {}
        self.names: dict[Any, str] = {}

    def on_chain_start(self, *_: Any, run_id: Any, parent_run_id: Any = None, **more: Any) -> None:
        self.parents[run_id] = parent_run_id
        self.names[run_id] = more.get("name") or ""
        self.events.append("chain start")

    def on_chain_end(self, *_: Any, **__: Any) -> None:
        self.events.append("chain end")

    def on_chain_error(self, *_: Any, **__: Any) -> None:
        self.events.append("chain error")

    def on_chat_model_start(self, *_: Any, run_id: Any, parent_run_id: Any = None, **__: Any) -> None:
        self.parents[run_id] = parent_run_id
        self.events.append("model start")

    def on_llm_new_token(self, token: str, **_: Any) -> None:
        self.tokens.append(token)

    def on_llm_end(self, *_: Any, **__: Any) -> None:
        self.events.append("model end")

    def on_llm_error(self, *_: Any, **__: Any) -> None:
        self.events.append("model error")

    @property
    def roots(self) -> int:
        return sum(parent is None for parent in self.parents.values())


class SeenAsync(AsyncCallbackHandler):
    def __init__(self) -> None:
        self.tokens: list[str] = []

    async def on_llm_new_token(self, token: str, **_: Any) -> None:
        self.tokens.append(token)


@pytest.mark.parametrize("way", ["invoke", "stream", "ainvoke", "astream", "abatch", "batch"])
def test_callbacks_see_the_model(way: str, runnable: Runnable[Any, Answer]) -> None:
    seen, later = Seen(), SeenAsync()
    config: Any = {"callbacks": [seen] if way in ("invoke", "stream", "batch") else [seen, later]}

    async def drain() -> None:
        async for _ in runnable.astream(WHO, config):
            pass

    if way == "stream":
        list(runnable.stream(WHO, config))
    elif way == "astream":
        asyncio.run(drain())
    elif way.startswith("a"):
        asyncio.run(getattr(runnable, way)([WHO] if way == "abatch" else WHO, config))
    else:
        getattr(runnable, way)([WHO] if way == "batch" else WHO, config)
    assert seen.events[0] == "chain start"
    assert seen.events[-1] == "chain end"
    assert (seen.events.count("model start"), seen.events.count("model end")) == (1, 1)
    assert seen.events.count("chain start") == seen.events.count("chain end")
    assert "".join(seen.tokens) == ADA
    assert seen.roots == 1, "the model's calls are children of the runnable's"
    assert later.tokens == (seen.tokens if len(config["callbacks"]) == 2 else [])


def test_callbacks_see_both_calls_of_a_follow_up(runnable: Runnable[Any, Answer]) -> None:
    seen = Seen()
    runnable.invoke({"question": "And its captain?", "messages": BEFORE}, {"callbacks": [seen], "run_name": "asked"})
    assert seen.events.count("model start") == seen.events.count("model end") == 2
    assert seen.roots == 1
    assert "asked" in seen.names.values()


def test_callbacks_see_failures(runnable: Runnable[Any, Answer], model: ScriptedModel) -> None:
    model.replies["draft"] = ConnectionError("refused")
    seen = Seen()
    with pytest.raises(ChatUnreachableError):
        runnable.invoke(WHO, {"callbacks": [seen]})
    assert "model error" in seen.events
    assert seen.events[-1] == "chain error"


def test_outside_a_runnable_nothing_leaks(assistant: Assistant, runnable: Runnable[Any, Answer]) -> None:
    seen = Seen()
    runnable.invoke(WHO, {"callbacks": [seen]})
    before = list(seen.events)
    assistant.ask(WHO)
    assert seen.events == before


def test_events_of_a_stream(runnable: Runnable[Any, Answer]) -> None:
    async def collect() -> list[Any]:
        return [event async for event in runnable.astream_events(WHO, version="v2")]

    events = asyncio.run(collect())
    kinds = [event["event"] for event in events]
    assert kinds[0] == "on_chain_start"
    assert kinds[-1] == "on_chain_end"
    assert {"on_chat_model_start", "on_chat_model_stream", "on_chat_model_end"} <= set(kinds)
    pieces = [event["data"]["chunk"].text for event in events if event["event"] == "on_chat_model_stream"]
    assert "".join(pieces) == ADA
    assert events[-1]["data"]["output"].citations
