"""Loads the models in the background, so that the page is there at once."""

from enum import StrEnum
from threading import Thread

from assistant.errors import AssistantError
from ui.protocol import DocumentAssistant


class Readiness(StrEnum):
    """Whether questions are answered without delay."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class WarmUp:
    """The loading of one assistant's models."""

    def __init__(self, assistant: DocumentAssistant) -> None:
        self._assistant = assistant
        self.problem: AssistantError | None = None

    def start(self) -> Thread:
        """Begin loading; returns at once, with the thread that loads."""
        thread = Thread(target=self._load, name="warm-up", daemon=True)
        thread.start()
        return thread

    def readiness(self) -> Readiness:
        """As of now. Ready as soon as the assistant says so, even where an earlier attempt failed."""
        if self._assistant.ready:
            return Readiness.READY
        return Readiness.FAILED if self.problem else Readiness.LOADING

    def _load(self) -> None:
        try:
            self._assistant.warm_up()
        except AssistantError as error:
            self.problem = error
