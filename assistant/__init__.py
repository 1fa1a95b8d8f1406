"""Ask a folder of documents: short answers, verbatim citations, honest silence.

    from assistant import Assistant, Turn

    with Assistant.open() as assistant:
        answer = assistant.ask("…", history=[Turn("…", "…")])

Names load when they are first used, so that `import assistant` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.errors import AssistantError
    from assistant.settings import Settings
    from assistant.types import Answer, Citation, PassagesFound, QuoteDelta, TextDelta, Timings, Turn, Waiting

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "PassagesFound",
    "QuoteDelta",
    "Settings",
    "TextDelta",
    "Timings",
    "Turn",
    "Waiting",
]

_HOMES = {
    "Assistant": "answering",
    "AssistantError": "errors",
    "Settings": "settings",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'types')}"), name)
    globals()[name] = value
    return value
