"""Prompts: loaded from prompts/*.md, checked, and turned into LangChain templates.

A file holds the system message and the user message, with a line of three dashes between them. Where a prompt goes on
from another one, so that its beginning stays in the model's cache, the file holds only what is added.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

DECLINE_WORD = "NONE"
"""What a model replies where the documents are silent, if its prompt offers that way out."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with $placeholders."""

    system: str
    user: str

    @property
    def placeholders(self) -> frozenset[str]:
        """Names that have to be given."""
        return frozenset(Template(self.system + self.user).get_identifiers())

    def then(self, addition: str) -> "Prompt":
        """This prompt with more text at the end of the user message."""
        return Prompt(self.system, self.user + addition)

    def template(self) -> "ChatPromptTemplate":
        """For `prompt | model`."""
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate([("system", _braces(self.system)), ("human", _braces(self.user))])


def _prompt(name: str, *placeholders: str, after: Prompt | None = None) -> Prompt:
    text = files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    if after:
        prompt = after.then(text.rstrip("\n"))
    else:
        system, _, user = text.partition("\n---\n")
        prompt = Prompt(system.strip(), user if user.endswith("\n\n") else user.rstrip("\n"))
    if prompt.placeholders != set(placeholders):
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
def answer_prompt() -> Prompt:
    """Draft an answer, for models whose knowledge of the answer has been asked for before."""
    return _prompt("answer", "documents", "question", "language", after=documents_prompt())


@cache
def answer_or_none_prompt() -> Prompt:
    """Draft an answer or decline, in one call."""
    return _prompt("answer_or_none", "documents", "question", "language", "none", after=documents_prompt())


@cache
def stated_prompt() -> Prompt:
    """Do the documents state the answer?"""
    return _prompt("stated", "documents", "question", after=documents_prompt())


@cache
def condense_prompt() -> Prompt:
    """Conversation and question -> standalone question."""
    return _prompt("condense", "conversation", "question", "language")


@cache
def translate_prompt() -> Prompt:
    """A draft in the wrong language -> the question's."""
    return _prompt("translate", "language", "text")
