"""What a chat model is asked once it has read some passages."""

import logging
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from statistics import fmean
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from assistant import prompting
from assistant.calls import beginning, bound, log_odds, none_odds, plain, stream
from assistant.errors import ChatNonsenseError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import translated_errors
from assistant.models.runtime import SHORT_SLOT
from assistant.prompting import DECLINE_WORD, Prompt
from assistant.streaming import Made
from assistant.turns import Line

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from assistant.models.runtime import LlamaRuntime

_log = logging.getLogger(__name__)

_LOGPROBS = 20

_QUOTATION = re.compile(r"[\"“”„«»]")
"""Of a text that holds some already."""

_QUOTE_TOKENS = 256
"""A quote is a few sentences at most; what is asked of a model may tempt it to write on and on."""

_QUOTE = MappingProxyType({"max_completion_tokens": _QUOTE_TOKENS})


class Reading:
    """Calls of a model that has read some passages. Each waits for its turn, and ends before the next one is made.

    `slot` is nobody else's meanwhile.
    """

    def __init__(self, chat: ChatModel, documents: str, model: Line, slot: int) -> None:
        self._chat = chat
        self.documents = plain(chat, {"documents": documents})["documents"]
        self._model = model
        self._slot = slot
        self._beginning = ""
        """Of the prompts, as the model reads it."""
        self._held = 0
        """Tokens that the slot holds: those of the documents, and those of the words that introduce the question."""

    @property
    def local(self) -> bool:
        """As the drafter's."""
        return self._chat.local

    @property
    def adapted(self) -> bool:
        """Was the model taught to quote, to tell where nothing answers, and to translate?"""
        return self._chat.runtime is not None and bool(self._chat.runtime.adapted)

    def prepare(self) -> Generator[tuple[int, int] | None, None, None]:
        """Let a local model read what comes before the question, if it has not done so before.

        Yields tokens read, and those in all; None while it waits for its turn, a stretch of the text at a time.
        """
        if self._chat.runtime is None:
            return
        self._beginning = beginning(self._chat.runtime, prompting.quote_prompt(), documents=self.documents)
        step = None
        with closing(self._chat.runtime.prepare(self._beginning, self._slot)) as stretches:
            try:
                step = next(stretches)  # restores what was read before, which takes no turn
                while True:
                    yield step
                    with self._model.ticket() as turn:
                        for _ in turn.waiting():
                            yield None
                        step = next(stretches)
            except StopIteration as end:
                self._held = end.value
        if step:
            yield self._held, self._held

    def answer_or_none(self, question: str, language: str) -> Iterator[str]:
        """Pieces of an answer; the text is DECLINE_WORD where the model declines. Raises ChatNonsenseError for none."""
        prompt, empty = prompting.answer_or_none_prompt(), True
        for piece in self._ask(prompt, question=question, language=language, none=DECLINE_WORD):
            empty = empty and not piece.strip()
            yield piece
        if empty:
            raise ChatNonsenseError(
                f"The chat model {self._chat.name} answered with nothing", fix="Ask again, or choose another one."
            )

    def stated(self, question: str) -> Generator[None, None, float | None]:
        """Log-odds that the documents answer, by a local model; None where it says neither yes nor no.

        Yields while it waits for its turn. Asked aside, so that a draft can go on from the quote.
        """
        if self.adapted:
            return (yield from _silently(self._taught(question, tokens=1)))
        known = plain(self._chat, {"question": question}) | {"documents": self.documents}
        with self._model.ticket() as turn, translated_errors(self._chat.name, local=self._chat.local):
            for _ in turn.waiting():
                yield
            if self._chat.runtime is not None:
                yield from _read_aside(self._beginning, self._chat.runtime)
            message = self._yes_or_no(prompting.stated_prompt(), known, restored=True)
            self._check_held(message)
            return log_odds(message, local=True)

    def stated_by(self, text: str, question: str) -> Generator[None, None, float | None]:
        """The same of a text alone, which nothing around it distracts from.

        What a model that was taught reads of it is kept, for other questions.
        """
        if not self.adapted:
            return (yield from self._aside(prompting.stated_prompt(), documents=text, question=question))
        return (yield from _silently(self._taught(question, text, tokens=1)))

    def claimed_by(self, text: str, claim: str) -> Generator[None, None, float | None]:
        """Log-odds of Yes against No to "does the text state exactly this claim?", in the same way.

        A hosted model, which may tell no probabilities, is sure of what it says.
        """
        return (yield from self._aside(prompting.claim_prompt(), text=text, claim=claim))

    def quote(self, question: str) -> Generator[str | None, None, float | None]:
        """Pieces of the words of the documents that answer, as a local model gives them; log-odds that they do, in the
        end: None where it says neither yes nor no.

        One that was taught tells in the same call; others are asked.
        """
        if self.adapted:
            return (yield from self._taught(question))
        yield from self._ask(prompting.quote_prompt(), _QUOTE, check=self._check_held, question=question)
        return (yield from self.stated(question))

    def quote_of(self, text: str, question: str) -> Iterator[str]:
        """The same of a text alone, without the log-odds."""
        if self.adapted:
            return self._taught(question, text)
        values = {"documents": text, "question": question}
        return stream(self._chat, self._model, prompting.quote_prompt(), values, SHORT_SLOT, options=_QUOTE)

    def _taught(
        self, question: str, text: str = "", *, tokens: int = _QUOTE_TOKENS
    ) -> Generator[str, None, float | None]:
        """Pieces of what a model quotes, of a text or of the documents, that was taught to say DECLINE_WORD where
        nothing answers.

        Returns the log-odds that something does, by its first token, None where there is none; what comes nearest it
        has to say all the same. Asked aside, in the slot of short prompts: what a slot holds is dropped when the
        adapter goes.
        """
        assert self._chat.runtime is not None
        documents, before = self.documents, partial(_read_aside, self._beginning)
        if text:
            documents = plain(self._chat, {"documents": text})["documents"]
            before = partial(_read_aside, beginning(self._chat.runtime, prompting.quote_prompt(), documents=documents))
        none = [self._chat.runtime.tokens(word)[0] for word in (DECLINE_WORD, f" {DECLINE_WORD}")]
        options = {
            "logprobs": True,
            "top_logprobs": _LOGPROBS,
            "max_completion_tokens": tokens,
            "logit_bias": [[token, False] for token in none],
            **self._chat.runtime.adapted,
        }
        odds: list[float] = []

        def weigh(message: "AIMessage") -> None:
            if not odds and message.response_metadata.get("logprobs"):
                odds.append(none_odds(message))

        yield from stream(
            self._chat,
            self._model,
            prompting.quote_prompt(),
            {"question": question},
            SHORT_SLOT,
            before=before,
            check=weigh,
            options=options,
            documents=documents,
        )
        return odds[0] if odds else None

    def _aside(self, prompt: Prompt, **values: str) -> Generator[None, None, float | None]:
        with self._model.ticket() as turn, translated_errors(self._chat.name, local=self._chat.local):
            for _ in turn.waiting():
                yield
            message = self._yes_or_no(prompt, plain(self._chat, values), restored=False)
            return log_odds(message, local=self.local)

    def draft(self, question: str, quote: str, language: str) -> Iterator[str]:
        """Pieces of an answer that says what was quoted."""
        return self._ask(prompting.answer_prompt(), question=question, quote=quote, language=language)

    def phrase(self, question: str, quote: str, language: str) -> Iterator[str]:
        """The same without the documents, which may distract."""
        values = {"question": question, "quote": quote, "language": language}
        return stream(self._chat, self._model, prompting.phrase_prompt(), values, SHORT_SLOT)

    def _yes_or_no(self, prompt: Prompt, values: Mapping[str, str], *, restored: bool) -> "AIMessage":
        if self._chat.runtime is None:
            return (prompt.template() | self._chat.llm).invoke(dict(values))
        options = {"logprobs": True, "top_logprobs": _LOGPROBS, "max_completion_tokens": 1}
        chain = prompt.template() | bound(self._chat, SHORT_SLOT, restored=restored, **options)
        return chain.invoke(dict(values))

    def translated(self, text: str, language: str, spoken: str) -> Generator[str, None, float]:
        """Pieces of the text in another language; `spoken` names its own, "" if it is not known.

        Returns the mean log-probability of its tokens by a model that was taught to translate from one; 0 of others'.
        """
        taught = self.adapted and bool(spoken)
        prompt = prompting.translate_from_prompt() if taught else prompting.translate_prompt()
        values = {"text": text, "language": language} | ({"spoken": spoken} if taught else {})
        options: dict[str, Any] = {}
        if self._chat.runtime is not None and taught:
            options = {"logprobs": True, "top_logprobs": 1, **self._chat.runtime.translating}
        told: list[float] = []

        def weigh(message: "AIMessage") -> None:
            tokens = (message.response_metadata.get("logprobs") or {}).get("content") or ()
            told.extend(token["logprob"] for token in tokens if '"' not in token["token"])

        with closing(
            stream(self._chat, self._model, prompt, values, SHORT_SLOT, check=weigh, options=options)
        ) as pieces:  # the model stops, and the turn ends, before the next call
            yield from _to_mark(pieces, inner=_QUOTATION.search(text) is not None)
        return fmean(told) if told else 0.0

    def _check_held(self, message: "AIMessage") -> None:
        """A restored state may be accepted and yet be read again, which costs time only (llama.cpp, issue 26676)."""
        details = message.usage_metadata.get("input_token_details") if message.usage_metadata else None
        reused = details.get("cache_read") if details else None
        if reused is not None and reused < self._held // 2:  # what introduces the question is not the same everywhere
            _log.warning("Of %d tokens that were read before, %d are read again.", self._held, self._held - reused)

    def _ask(
        self,
        prompt: Prompt,
        options: Mapping[str, Any] = MappingProxyType({}),
        *,
        check: Callable[["AIMessage"], None] = lambda _: None,
        **values: str,
    ) -> Iterator[str]:
        return stream(
            self._chat,
            self._model,
            prompt,
            values,
            self._slot,
            check=check,
            options=options,
            documents=self.documents,
        )


def _read_aside(prompt_prefix: str, runtime: "LlamaRuntime") -> Generator[None, None, None]:
    """Let the short slot hold what comes before a question: it is read again only where that could not be kept."""
    with closing(runtime.prepare(prompt_prefix, SHORT_SLOT)) as stretches:
        for _ in stretches:
            yield


def _to_mark(pieces: Iterator[str], *, inner: bool) -> Iterator[str]:
    """The pieces up to the quotation mark that ends what the prompt began with one; remarks may follow.

    Where there are `inner` ones, only one at the very end is left out.
    """
    held = ""
    for piece in pieces:
        before, mark, _ = (held + piece).partition('"')
        if mark and not inner:
            yield before
            return
        text, mark, held = (held + piece).rpartition('"')
        if held.strip():
            text, mark, held = text + mark + held, "", ""
        yield text
        held = mark + held


def _silently(steps: Generator[object, None, Made]) -> Generator[None, None, Made]:
    """What the steps return, without what they yield."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        yield
