"""What happens when the reader asks, stops, retries: plain functions over an assistant and a conversation."""

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Thread

from assistant.errors import AssistantError
from assistant.types import Answer, PassagesFound, QuoteDelta, StreamEvent, TextDelta, Waiting
from ui.conversation import Conversation, Exchange, Problem, Stage, history, running
from ui.generation import Generation, Generations
from ui.protocol import DocumentAssistant, DocumentInfo, DocumentText

logger = logging.getLogger(__name__)


def ask(
    assistant: DocumentAssistant, generations: Generations, session: str, conversation: Conversation, question: str
) -> Generator[Conversation, None, None]:
    """The conversation as the answer to `question` grows at its end; unchanged for a blank question.

    Errors become part of the conversation. Closing the iterator stops the answer; discarding its generation empties
    the conversation (only one hand writes on the page while an answer is under way); one that another generation of the
    session has replaced writes no more.
    """
    question = question.strip()
    if not question:
        yield conversation
        return
    generation = Generation(lambda: assistant.stream(question, history=history(conversation)))
    generations.start(session, generation)
    exchange = Exchange(question)
    try:
        for step in _progress(exchange, generation):
            exchange = step
            yield (*conversation, exchange)
    finally:
        generations.finish(session, generation)
    if generations.running(session):
        return
    if generation.discarded:
        yield ()
    elif running(exchange):
        yield (*conversation, replace(exchange, stage=Stage.STOPPED, waiting=0, quote=""))
    elif exchange.stage is Stage.ANSWERED:
        Thread(target=_expect_follow_up, args=(assistant, (*conversation, exchange)), daemon=True).start()


def retry(
    assistant: DocumentAssistant, generations: Generations, session: str, conversation: Conversation
) -> Generator[Conversation, None, None]:
    """Ask the last question again, as if for the first time."""
    if not conversation:
        yield conversation
        return
    yield from ask(assistant, generations, session, conversation[:-1], conversation[-1].question)


def _expect_follow_up(assistant: DocumentAssistant, conversation: Conversation) -> None:
    """While the reader reads the answer; the next question is answered without it, later."""
    try:
        assistant.expect_follow_up(history(conversation))
    except AssistantError as error:  # the next question meets it again and tells it
        logger.info("The conversation was not read ahead: %s", error)
    except Exception:  # a defect
        logger.exception("Reading the conversation ahead failed unexpectedly.")


def documents(assistant: DocumentAssistant) -> Sequence[DocumentInfo]:
    """What the assistant answers from; empty while that cannot be told."""
    try:
        return assistant.documents
    except AssistantError:
        return ()


def cited_documents(assistant: DocumentAssistant, conversation: Conversation) -> Mapping[str, DocumentText]:
    """The cited documents by source, without those that cannot be read: none before the assistant is ready."""
    answers = [exchange.answer for exchange in conversation if exchange.answer is not None]
    found: dict[str, DocumentText] = {}
    for source in {citation.source for answer in answers for citation in answer.citations if assistant.ready}:
        try:
            found[source] = assistant.document(source)
        except (AssistantError, KeyError):  # a conversation may be older than the index
            logger.info("The cited document %r cannot be read; its quotes are shown alone.", source)
    return found


def _progress(exchange: Exchange, generation: Generation) -> Iterator[Exchange]:
    yield exchange
    try:
        for event in generation:
            exchange = _after(exchange, event)
            yield exchange
    except AssistantError as error:
        problem = Problem.of(error)
        if not problem.refusal:
            logger.warning("A question could not be answered: %s", error)  # the page may tell less, in its language
        yield replace(exchange, stage=Stage.FAILED, waiting=0, quote="", draft="", problem=problem)
    except Exception:  # a defect: it must not take the page down with it
        logger.exception("Answering failed unexpectedly.")
        yield replace(exchange, stage=Stage.FAILED, waiting=0, quote="", draft="")


def _after(exchange: Exchange, event: StreamEvent) -> Exchange:
    match event:
        case Waiting():
            return replace(exchange, waiting=event.position)
        case PassagesFound():
            return replace(exchange, passages=len(event.hits))
        case QuoteDelta():
            return replace(exchange, waiting=0, quote=exchange.quote + event.text)
        case TextDelta():
            return replace(exchange, stage=Stage.WRITING, waiting=0, draft=exchange.draft + event.text)
        case Answer():
            return replace(exchange, stage=Stage.ANSWERED, waiting=0, quote="", draft="", answer=event)
