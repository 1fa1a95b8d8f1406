"""Prompts: loaded from prompts/*.md, checked, and turned into LangChain templates.

A file holds the system message, then the user's and the assistant's by turns, with a line of three dashes between them.
Where a prompt goes on from another one, so that its beginning stays in the model's cache, the file holds only what is
added: more of the last message, then further ones. A last message of the assistant begins its reply.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import cycle
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

DECLINE_WORD = "NONE"
"""What a model replies where the documents are silent, if its prompt offers that way out."""

_BORDER = "\n---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with $placeholders."""

    system: str
    turns: tuple[str, ...]
    """The user's and the assistant's by turns; the user has the first, and the last but where a reply is begun."""

    @property
    def placeholders(self) -> frozenset[str]:
        """Names that have to be given."""
        return frozenset(Template("\n".join((self.system, *self.turns))).get_identifiers())

    def then(self, addition: str, *turns: str) -> "Prompt":
        """This prompt with more text at the end of its last message, and further messages."""
        return Prompt(self.system, (*self.turns[:-1], self.turns[-1] + addition, *turns))

    def template(self) -> "ChatPromptTemplate":
        """For `prompt | model`."""
        from langchain_core.prompts import ChatPromptTemplate

        turns = zip(cycle(("human", "ai")), map(_braces, self.turns), strict=False)
        return ChatPromptTemplate([("system", _braces(self.system)), *turns])


def _prompt(name: str, *placeholders: str, after: Prompt | None = None, begun: bool = False) -> Prompt:
    text = files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    first, *others = text.split(_BORDER) if text.endswith("\n\n") else text.rstrip("\n").split(_BORDER)
    prompt = after.then(first.rstrip("\n"), *others) if after else Prompt(first.strip(), tuple(others))
    if prompt.placeholders != set(placeholders) or len(prompt.turns) % 2 == begun:
        raise ValueError(f"prompts/{name}.md has {sorted(prompt.placeholders)}, expected {sorted(placeholders)}")
    return prompt


def _braces(text: str) -> str:
    """$name -> {name}; braces of the text itself are kept."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    return Template(escaped).substitute({name: f"{{{name}}}" for name in Template(escaped).get_identifiers()})


@cache
def documents_prompt() -> Prompt:
    """The beginning that all questions to the same passages share."""
    return _prompt("documents", "documents")


@cache
def quote_prompt() -> Prompt:
    """Which words of the documents answer the question?"""
    return _prompt("quote", "documents", "question", after=documents_prompt())


@cache
def answer_prompt() -> Prompt:
    """Quoted words -> an answer in the question's language, with the documents still in view."""
    return _prompt("answer", "documents", "question", "quote", "language", after=quote_prompt())


@cache
def phrase_prompt() -> Prompt:
    """Quoted words -> an answer in the question's language, without the documents."""
    return _prompt("phrase", "question", "quote", "language")


@cache
def answer_or_none_prompt() -> Prompt:
    """Answer or decline, in one call; for models that can be trusted with it."""
    return _prompt("answer_or_none", "documents", "question", "language", "none", after=documents_prompt())


@cache
def stated_prompt() -> Prompt:
    """Do the documents state the answer?"""
    return _prompt("stated", "documents", "question", after=documents_prompt())


@cache
def translate_prompt() -> Prompt:
    """Quoted words in the question's language, and nothing else; the reply's quotation mark stands there already."""
    return _prompt("translate", "text", "language", begun=True)


@cache
def translate_from_prompt() -> Prompt:
    """The same for a model that was taught to; it is told the language that they are in."""
    return _prompt("translate_from", "text", "spoken", "language", begun=True)


@cache
def claim_prompt() -> Prompt:
    """Do the quotes state what the draft claims?"""
    return _prompt("claim", "text", "claim")


@cache
def condense_prompt() -> Prompt:
    """Conversation and question -> standalone question."""
    return _prompt("condense", "conversation", "question", "language")


@cache
def condense_begun_prompt() -> Prompt:
    """The same with the words that the reply begins with."""
    return condense_prompt().then("", "$opening")
