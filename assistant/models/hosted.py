"""A chat model behind a provider's LangChain package, or behind any OpenAI-compatible server."""

from typing import TYPE_CHECKING, Any

from assistant.errors import SettingsError
from assistant.models.chat_model import ChatModel
from assistant.models.failures import one_line
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NO_KEY = "none"
"""Servers of one's own mostly want no key, and clients want one nevertheless."""


def hosted_chat_model(settings: Settings) -> ChatModel:
    """What `init_chat_model` makes of the settings; nothing is called yet. Raises SettingsError."""
    options: dict[str, Any] = {"temperature": 0, "timeout": settings.chat_timeout_s, "max_retries": 0}
    if settings.chat_base_url is not None:
        options["base_url"] = settings.chat_base_url
    return ChatModel(name=settings.chat_model, llm=_init(settings, options), runtime=None)


def _init(settings: Settings, options: dict[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    name = settings.chat_model
    try:
        llm: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        raise SettingsError(f"The chat model {name} cannot be used: {one_line(error)}", fix=_install(name)) from error
    except Exception as error:
        if "base_url" in options and "api_key" not in options:
            return _init(settings, {**options, "api_key": _NO_KEY})
        raise SettingsError(
            f"The chat model {name} cannot be set up: {one_line(error)}",
            fix="Set the provider's API key in the environment, or correct ASSISTANT_CHAT_MODEL "
            "(`provider:model`, as LangChain's init_chat_model takes it).",
        ) from error
    return llm


def _install(name: str) -> str:
    provider = name.partition(":")[0].replace("_", "-")
    return f"Install the provider's package, mostly: pip install langchain-{provider}"
