"""A chat model behind a provider's LangChain package, or behind any OpenAI-compatible server."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from assistant.errors import SettingsError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import one_line
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NO_KEY = "none"
"""Servers of one's own mostly want no key, and clients want one nevertheless."""

_SEED = 0
_SEED_OPTIONS = {
    "azure_openai": "seed",
    "google_genai": "seed",
    "mistralai": "random_seed",
    "ollama": "seed",
    "openai": "seed",
}
"""What providers that take a seed call it. Others' classes hand it on unasked, and their servers refuse the call."""


def hosted_chat_model(settings: Settings) -> ChatModel:
    """What `init_chat_model` makes of the settings; nothing is called yet. Raises SettingsError."""
    return ChatModel(name=settings.chat_model, llm=_seeded(_init(settings), settings), runtime=None)


def _init(settings: Settings) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    name, failures = settings.chat_model, []
    for options in _option_sets(settings):
        try:
            llm: BaseChatModel = init_chat_model(name, **options)
        except ImportError as error:
            raise SettingsError(
                f"The chat model {name} cannot be used: {one_line(error)}", fix=_install(name)
            ) from error
        except Exception as error:  # noqa: BLE001 (each package refuses in its own way; the first refusal is raised below)
            failures.append(error)
        else:
            return llm
    raise SettingsError(
        f"The chat model {name} cannot be set up: {one_line(failures[0])}",
        fix="Set the provider's API key in the environment, or correct --chat-model or ASSISTANT_CHAT_MODEL: "
        "`embedded`, `none`, the path of a GGUF file, `hf:OWNER/REPO/FILE.gguf`, or `provider:model` as LangChain's "
        "init_chat_model takes it.",
    ) from failures[0]


def _seeded(llm: "BaseChatModel", settings: Settings) -> "BaseChatModel":
    """With a fixed seed where that is safe.

    Servers that only imitate a provider's may refuse what they do not know, and OpenAI's newer API, which some of its
    models need, has no seed.
    """
    option = _SEED_OPTIONS.get(settings.chat_model.partition(":")[0])
    if option not in type(llm).model_fields or settings.chat_base_url is not None:
        return llm
    has_newer_api = getattr(llm, "_use_responses_api", lambda _: False)  # langchain-openai tells it only so
    return llm if has_newer_api({}) else llm.model_copy(update={option: _SEED})


def _option_sets(settings: Settings) -> Iterator[dict[str, Any]]:
    """What to ask for, the best first: without as few as need be of the options that a class may refuse.

    With an address, each with the user's key and then without one. Of as many options, the timeout is given up last.
    """
    address = {} if settings.chat_base_url is None else {"base_url": settings.chat_base_url}
    wanted: dict[str, Any] = {"temperature": 0, "max_retries": 0, "timeout": settings.chat_timeout_s}
    if settings.chat_model.startswith("ollama:"):  # ignores `timeout`
        wanted["client_kwargs"] = {"timeout": wanted.pop("timeout")}
    for count in range(len(wanted) + 1):
        for refused in combinations(wanted, count):
            options = {name: value for name, value in wanted.items() if name not in refused} | address
            yield options
            if address:
                yield {**options, "api_key": _NO_KEY}


def _install(name: str) -> str:
    provider = name.partition(":")[0].replace("_", "-")
    return f"Install the provider's package, mostly: pip install langchain-{provider}"
