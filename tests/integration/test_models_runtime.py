"""The embedded chat model for real, and the hosted path against its loopback server."""

import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, convert_to_openai_messages

from assistant.errors import ChatModelError
from assistant.models import ChatModel, load_chat_model
from assistant.models.failures import translated_errors
from assistant.models.local import SEED
from assistant.models.process import ModelProcess
from assistant.models.runtime import CONVERSATION_SLOT, SLOT_TOKENS, SLOTS, TIMEOUT_S, LlamaRuntime
from assistant.settings import Settings

pytestmark = pytest.mark.chat_model

DOCUMENT = "The lighthouse keeper is called Aldo. He paints boats on Mondays and repairs clocks on Fridays. " * 3
QUESTION = "What is the lighthouse keeper called?"


@pytest.fixture
def model(embedded_chat: ChatModel) -> ChatModel:
    return embedded_chat


@pytest.fixture
def runtime(model: ChatModel) -> LlamaRuntime:
    assert model.runtime is not None
    return model.runtime


def messages(question: str = QUESTION) -> list[BaseMessage]:
    return [SystemMessage(f"Answer in one sentence.\n{DOCUMENT}"), HumanMessage(question)]


def prefix(runtime: LlamaRuntime) -> str:
    """The rendered prompt up to the question."""
    return runtime.render(messages()).partition(QUESTION)[0]


def prepare(runtime: LlamaRuntime, slot: int = 0) -> None:
    """Read it to its end."""
    for _ in runtime.prepare(prefix(runtime), slot):
        pass


def answer(model: ChatModel, question: str = QUESTION) -> str:
    llm = model.llm.bind(id_slot=0, cache_prompt=True, max_tokens=24)
    return str(llm.invoke(messages(question)).content)


def logprobs(model: ChatModel, question: str = QUESTION, slot: int = 0) -> list[float]:
    """Of an answer's first tokens: exact to the last bit where the state is."""
    llm = model.llm.bind(id_slot=slot, cache_prompt=True, max_tokens=6, logprobs=True)
    content = llm.invoke(messages(question)).response_metadata["logprobs"]["content"]
    return [token["logprob"] for token in content]


def saved_states(runtime: LlamaRuntime) -> list[Path]:
    return list(runtime._states._folder.iterdir())


def test_answers(model: ChatModel) -> None:
    assert model.name == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert "Aldo" in answer(model)


def test_streams_what_the_server_answers_at_once(model: ChatModel, runtime: LlamaRuntime) -> None:
    options = {"id_slot": 0, "cache_prompt": True, "max_completion_tokens": 24, "logprobs": True, "top_logprobs": 5}
    prepare(runtime)
    response = httpx.post(
        f"{runtime.base_url}/v1/chat/completions",
        json={"messages": convert_to_openai_messages(messages()), "temperature": 0, "seed": SEED} | options,
        headers={"Authorization": f"Bearer {runtime.api_key}"},
        timeout=TIMEOUT_S,
        trust_env=False,
    )
    expected = response.json()["choices"][0]

    prepare(runtime)
    llm = model.llm.bind(**options)
    chunks = [str(chunk.content) for chunk in llm.stream(messages())]
    assert "".join(chunks) == expected["message"]["content"]
    assert len(chunks) > 3

    prepare(runtime)
    found = llm.invoke(messages()).response_metadata["logprobs"]["content"]
    assert found == expected["logprobs"]["content"][: len(found)]  # the end of the text is no chunk of a stream
    assert len(found) > 3


def test_prepared_prefix_is_reused(model: ChatModel, runtime: LlamaRuntime) -> None:
    prepare(runtime)
    llm = model.llm.bind(id_slot=0, cache_prompt=True, max_tokens=1)
    usage = llm.invoke(messages()).usage_metadata
    assert usage is not None
    tokens = len(runtime.tokens(prefix(runtime)))
    assert usage["input_token_details"]["cache_read"] >= tokens - 1  # a token may span the border


def test_answer_does_not_depend_on_the_questions_before(model: ChatModel, runtime: LlamaRuntime) -> None:
    def prepared() -> list[float]:
        prepare(runtime)
        return logprobs(model)

    runtime._states.forget(prefix(runtime))
    read, restored = prepared(), prepared()
    answer(model, "When does he repair clocks, and what does he do on the other days of the week?")
    after_another = prepared()
    runtime._states.forget(prefix(runtime))
    answer(model, "Who paints boats?")
    read_after_another = prepared()
    assert read == restored == after_another == read_after_another


def test_an_answer_does_not_depend_on_the_slot(model: ChatModel, runtime: LlamaRuntime) -> None:
    def on(slot: int) -> list[float]:
        prepare(runtime, slot)
        return logprobs(model, slot=slot)

    runtime._states.forget(prefix(runtime))
    expected = on(0)
    assert [on(slot) for slot in range(SLOTS)] == [expected] * SLOTS, "restored"
    for slot in range(SLOTS):
        runtime._states.forget(prefix(runtime))
        assert on(slot) == expected, "read"


def test_preparing_changes_no_answer(model: ChatModel, runtime: LlamaRuntime) -> None:
    httpx.post(
        f"{runtime.base_url}/slots/0?action=erase", headers={"Authorization": f"Bearer {runtime.api_key}"}, json={}
    ).raise_for_status()
    unprepared = answer(model)
    prepare(runtime)
    assert answer(model) == unprepared


def test_damaged_state_is_read_again(model: ChatModel, runtime: LlamaRuntime) -> None:
    prepare(runtime)
    expected = answer(model)
    runtime._states._checked.clear()
    for state in saved_states(runtime):
        state.write_bytes(b"")
    prepare(runtime)
    assert answer(model) == expected


def test_state_that_cannot_be_saved_costs_time_only(
    model: ChatModel, runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(runtime)
    expected = answer(model)
    runtime._states.forget(prefix(runtime))
    monkeypatch.setattr(runtime._states, "begin", lambda: "no-such-folder/state")
    prepare(runtime)
    assert answer(model) == expected


def test_slots_are_as_large_as_promised(runtime: LlamaRuntime) -> None:
    slots = httpx.get(f"{runtime.base_url}/slots", headers={"Authorization": f"Bearer {runtime.api_key}"}).json()
    assert [slot["n_ctx"] for slot in slots] == [SLOT_TOKENS] * SLOTS


def test_prefix_that_is_too_long(runtime: LlamaRuntime) -> None:
    with pytest.raises(ChatModelError, match=f"fewer than {SLOT_TOKENS:,}"):
        next(runtime.prepare("one two three " * SLOT_TOKENS))


def test_reading_may_be_left_and_begun_again(
    model: ChatModel, runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.runtime.STRETCH_TOKENS", 16)
    runtime._states.forget(prefix(runtime))
    prepare(runtime)
    expected = logprobs(model)
    runtime._states.forget(prefix(runtime))
    kept = len(saved_states(runtime))
    for slot, read in ((2, 32), (0, 48), (1, 64)):  # each goes on where the one before was left
        left = runtime.prepare(prefix(runtime), slot)
        assert next(left)[0] == 0
        if slot == 2:
            next(left)
        assert next(left)[0] == read
        left.close()
        assert runtime._states.find(prefix(runtime)) is None
        assert len(saved_states(runtime)) == kept + 1
    prepare(runtime)
    assert logprobs(model) == expected
    assert len(saved_states(runtime)) == kept + 1, "the whole takes the place of its beginning"


def test_what_others_read_meanwhile_is_not_read_again(runtime: LlamaRuntime) -> None:
    runtime._states.forget(prefix(runtime))
    waiting = runtime.prepare(prefix(runtime), 1)
    next(waiting)
    prepare(runtime)
    before = [path.stat().st_ino for path in saved_states(runtime)]
    assert list(waiting) == []
    assert [path.stat().st_ino for path in saved_states(runtime)] == before, "nothing was saved anew"


def test_a_follow_up_does_not_depend_on_those_before_it(model: ChatModel, runtime: LlamaRuntime) -> None:
    another = "What is the lighthouse keeper called, and what does he repair on Fridays?"

    def held() -> list[float]:
        for _ in runtime.hold(prefix(runtime)):
            pass
        return logprobs(model, another, CONVERSATION_SLOT)

    runtime.release(CONVERSATION_SLOT)
    expected = held()
    logprobs(model, "What is the lighthouse keeper called, and what does he paint?", CONVERSATION_SLOT)
    assert held() == expected
    runtime.release(CONVERSATION_SLOT)
    assert held() == expected


def test_closing_costs_no_state(runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ChatModelError("The client is closed", fix="Ask again.")

    prepare(runtime)
    with monkeypatch.context() as closed:
        closed.setattr(runtime, "_call", fails)
        closed.setattr(ModelProcess, "ended", True)
        with pytest.raises(ChatModelError):
            list(runtime.prepare(prefix(runtime)))
    assert runtime.kept(prefix(runtime))


def test_strangers_are_refused(runtime: LlamaRuntime) -> None:
    assert runtime.base_url.startswith("http://127.0.0.1:")
    for headers in ({}, {"Authorization": "Bearer guess"}):
        for path in ("/v1/chat/completions", "/completion", "/slots/0?action=save", "/tokenize"):
            assert httpx.post(f"{runtime.base_url}{path}", headers=headers, json={}).status_code == 401
        assert httpx.get(f"{runtime.base_url}/slots", headers=headers).status_code == 401
    assert httpx.get(runtime.base_url).status_code == 404  # no page


def test_states_are_private(runtime: LlamaRuntime) -> None:
    prepare(runtime)
    folder = saved_states(runtime)[0].parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_proxies_do_not_matter(model: ChatModel, runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert runtime.tokens("Aldo")
    assert answer(model)


def test_a_question_that_is_too_long_is_told(model: ChatModel) -> None:
    with (
        pytest.raises(ChatModelError, match="exceeds the available context") as caught,
        translated_errors(model.name, local=True),
    ):
        model.llm.invoke(messages("Who repairs clocks? " * SLOT_TOKENS))
    assert "shorter question" in caught.value.fix


def test_hosted_path(runtime: LlamaRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", runtime.api_key)
    settings = Settings.load(chat_model="openai:whatever", chat_base_url=f"{runtime.base_url}/v1")
    hosted = load_chat_model(settings)
    assert hosted is not None
    assert hosted.runtime is None
    assert "Aldo" in str(hosted.llm.bind(max_tokens=24).invoke(messages()).content)
    assert "Aldo" in "".join(str(chunk.content) for chunk in hosted.llm.bind(max_tokens=24).stream(messages()))
    hosted.close()


def test_leaving_without_closing_is_clean() -> None:
    code = """if True:
        from assistant.models import load_chat_model
        from assistant.settings import Settings
        model = load_chat_model(Settings.load(chat_model="embedded"))
        print(model.runtime._states._folder)
        next(model.llm.stream("Count to one hundred."))
    """
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert not Path(result.stdout.strip()).exists()
