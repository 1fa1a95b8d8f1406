"""A chat model from a GGUF file."""

from assistant.models.chat_model import ChatModel
from assistant.models.runtime import TIMEOUT_S, LlamaRuntime

SEED = 0
MAX_ANSWER_TOKENS = 512


def local_chat_model(runtime: LlamaRuntime) -> ChatModel:
    """Connect LangChain to a model that may still be loading, and wait for it.

    Raises ModelDamagedError, ChatModelError.
    """
    import openai
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    http = openai.DefaultHttpxClient(trust_env=False)  # no proxy stands between a machine and itself
    llm = ChatOpenAI(
        model=runtime.name,
        base_url=f"{runtime.base_url}/v1",
        api_key=SecretStr(runtime.api_key),
        temperature=0,
        seed=SEED,
        max_completion_tokens=MAX_ANSWER_TOKENS,
        timeout=TIMEOUT_S,
        stream_chunk_timeout=None,  # the first chunk comes when the prompt is read
        max_retries=0,
        stream_usage=True,  # tells what of a prompt was held already
        http_client=http,
    )
    return ChatModel(name=runtime.name, llm=llm, runtime=runtime, on_close=(http.close, runtime.close))
