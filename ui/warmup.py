"""Loads the models in the background, so that the page is there at once."""

import logging
from enum import StrEnum
from threading import Thread

from assistant.errors import AssistantError
from ui.conversation import Problem
from ui.protocol import DocumentAssistant

logger = logging.getLogger(__name__)


class Readiness(StrEnum):
    """Whether questions are answered without delay."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class WarmUp:
    """The loading of one assistant's models."""

    def __init__(self, assistant: DocumentAssistant) -> None:
        self._assistant = assistant
        self._failed = False
        self.problem: Problem | None = None
        """Why they could not be loaded; None where they could, or for something unexpected."""

    def start(self) -> Thread:
        """Begin loading; returns at once, with the thread that loads."""
        thread = Thread(target=self._load, name="warm-up", daemon=True)
        thread.start()
        return thread

    def readiness(self) -> Readiness:
        """As of now. Ready as soon as the assistant says so, even where an earlier attempt failed."""
        if self._assistant.ready:
            return Readiness.READY
        return Readiness.FAILED if self._failed else Readiness.LOADING

    def _load(self) -> None:
        try:
            self._assistant.warm_up()
        except AssistantError as error:
            logger.warning("The models could not be loaded: %s", error)
            self.problem = Problem.of(error)
            self._failed = True
        except Exception:  # a defect: the page must not wait for ever
            logger.exception("Loading the models failed unexpectedly.")
            self._failed = True
        else:
            self._read_ahead()

    def _read_ahead(self) -> None:
        """Questions are answered without it, later."""
        try:
            self._assistant.read_ahead(sentences=True)
        except AssistantError as error:  # the first question meets it again and tells it
            logger.info("Nothing was read ahead: %s", error)
        except Exception:  # a defect
            logger.exception("Reading ahead failed unexpectedly.")
