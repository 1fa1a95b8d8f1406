"""The assistant as LangChain parts."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, SkipValidation

from assistant.errors import HistoryError, QuestionError
from assistant.types import Answer, StreamEvent, TextDelta, Timings, Turn
from index.types import Hit

if TYPE_CHECKING:
    from assistant.answering import Assistant

QuestionInput = str | Mapping[str, Any] | PromptValue | BaseMessage | Sequence[BaseMessage]
"""A question, or {"question": …, "messages": [earlier ones]}; without "question", the last message is the question.

What a chat model takes will do as well: a prompt's value, or messages.
"""


class AssistantRetriever(BaseRetriever):
    """`Assistant.search` as a retriever."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: "SkipValidation[Any]"
    k: int = 10

    def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
        return [_document(hit) for hit in self.assistant.search(query, self.k)]


class AnswerRunnable(Runnable[QuestionInput, Answer]):
    """`Assistant.ask` and `Assistant.stream` as a runnable; callbacks and tracing reach the model's calls."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant

    def invoke(self, input: QuestionInput, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer. Raises what `Assistant.ask` raises."""

        def answer(given: QuestionInput) -> Answer:
            return self._assistant.ask(*_question(given))

        return self._call_with_config(answer, input, config, run_type="chain", **kwargs)

    async def ainvoke(self, input: QuestionInput, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """`invoke` without blocking the event loop."""

        async def answer(given: QuestionInput) -> Answer:
            return await self._assistant.aask(*_question(given))

        return await self._acall_with_config(answer, input, config, run_type="chain", **kwargs)

    def stream(self, input: QuestionInput, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer as it grows; the last one is complete."""

        def answers(given: Iterator[QuestionInput]) -> Iterator[Answer]:
            growing = _Growing()
            for question in given:
                with closing(self._assistant.stream(*_question(question))) as events:
                    for event in events:
                        yield from growing.after(event)

        yield from self._transform_stream_with_config(iter([input]), answers, config, run_type="chain", **kwargs)

    async def astream(
        self, input: QuestionInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        """`stream` without blocking the event loop."""

        async def given() -> AsyncIterator[QuestionInput]:
            yield input

        async def answers(given: AsyncIterator[QuestionInput]) -> AsyncIterator[Answer]:
            growing = _Growing()
            async for question in given:
                async with aclosing(self._assistant.astream(*_question(question))) as events:
                    async for event in events:
                        for answer in growing.after(event):
                            yield answer

        traced = self._atransform_stream_with_config(given(), answers, config, run_type="chain", **kwargs)
        async with aclosing(cast("AsyncGenerator[Answer, None]", traced)):
            async for answer in traced:
                yield answer


class _Growing:
    """Events -> answers that grow."""

    def __init__(self) -> None:
        self._text = ""

    def after(self, event: StreamEvent) -> Iterator[Answer]:
        if isinstance(event, Answer):
            yield event
        elif isinstance(event, TextDelta):
            self._text += event.text
            yield Answer("", self._text, "", "", (), False, None, Timings(0.0, 0.0, 0.0))


def _question(given: QuestionInput) -> tuple[str, tuple[Turn, ...]]:
    if isinstance(given, str):
        return given, ()
    if isinstance(given, PromptValue):
        given = given.to_messages()
    if isinstance(given, BaseMessage):
        given = [given]
    if isinstance(given, Sequence):
        given = {"messages": given}
    if not isinstance(given, Mapping) or not {"question", "messages"} & set(given):
        raise QuestionError("The input holds no question", fix='Give a string, or {"question": …, "messages": […]}.')
    messages = _messages(given.get("messages") or given.get("history") or ())
    question = given.get("question")
    if question is None:
        last = messages.pop() if messages else None
        if not isinstance(last, HumanMessage):
            raise QuestionError("The last message is not a question", fix="End the messages with a HumanMessage.")
        question = last.text
    return question, _turns(messages)


def _messages(given: object) -> list[BaseMessage | Turn]:
    """In all the shapes that LangChain takes for messages; turns as they are."""
    try:
        if isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
            return [one if isinstance(one, Turn) else convert_to_messages([one])[0] for one in given]
        reason = f"{type(given).__name__} is no list"
    except (ValueError, TypeError, NotImplementedError) as error:  # convert_to_messages raises any of them
        reason = str(error).partition("\n")[0]
    raise HistoryError(f"The messages cannot be read: {reason}", fix="Give HumanMessage and AIMessage objects.")


def _turns(messages: Sequence[BaseMessage | Turn]) -> tuple[Turn, ...]:
    """Pairs of a human message and the answer to it; turns are taken as they are."""
    turns: list[Turn] = []
    question = ""
    for message in messages:
        if isinstance(message, Turn):
            turns.append(message)
        elif isinstance(message, HumanMessage):
            question = message.text
        elif isinstance(message, AIMessage):
            turns.append(Turn(question, message.text))
            question = ""
    return tuple(turns)


def _document(hit: Hit) -> Document:
    metadata = asdict(hit)
    return Document(page_content=metadata.pop("text"), metadata=metadata)
