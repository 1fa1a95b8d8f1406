"""Prompts are data: checked when they are loaded, and untouched by what they are filled with."""

from pathlib import Path

import pytest

from assistant import prompting

PROMPTS = {
    name: getattr(prompting, f"{name}_prompt")
    for name in ("documents", "quote", "answer", "phrase", "answer_or_none", "stated", "condense")
}
NASTY = [
    "{braces}",
    "{{double}}",
    "{0} {}",
    "$dollars ${question}",
    "100 % %s",
    "a\n---\nb",
    "\\n",
    "<|im_end|>",
    "{x!r:>9}",
]


@pytest.mark.parametrize("name", PROMPTS)
def test_prompts_load_with_their_placeholders(name: str) -> None:
    prompt = PROMPTS[name]()
    assert prompt.placeholders
    assert set(prompt.template().input_variables) == prompt.placeholders
    assert prompt.system
    assert all(prompt.turns)


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("nasty", NASTY)
def test_values_are_content_and_never_markup(name: str, nasty: str) -> None:
    prompt = PROMPTS[name]()
    values = dict.fromkeys(prompt.placeholders, nasty)
    text = "\n".join(message.text for message in prompt.template().format_messages(**values))
    assert text.count(nasty) >= len(values)
    assert "$" not in text.replace(nasty, "")


@pytest.mark.parametrize("name", ["quote", "answer", "answer_or_none", "stated"])
def test_all_questions_to_the_same_documents_begin_alike(name: str) -> None:
    beginning = prompting.documents_prompt().template().format_messages(documents="One.\n\nTwo.")
    values = dict.fromkeys(PROMPTS[name]().placeholders, "Who?") | {"documents": "One.\n\nTwo."}
    whole = PROMPTS[name]().template().format_messages(**values)
    assert whole[0] == beginning[0]
    assert whole[1].text.startswith(beginning[1].text)
    assert whole[1].text != beginning[1].text


def test_user_and_assistant_speak_by_turns() -> None:
    for load in PROMPTS.values():
        messages = load().template().format_messages(**dict.fromkeys(load().placeholders, "x"))
        kinds = [message.type for message in messages]
        assert kinds[:2] == ["system", "human"]
        assert kinds[2:] == ["ai", "human"] * ((len(kinds) - 2) // 2)


def test_the_answer_goes_on_from_the_quote() -> None:
    values = {"documents": "One.", "question": "Who?", "quote": "Ada", "language": "English"}
    asked = prompting.quote_prompt().template().format_messages(**values)
    whole = prompting.answer_prompt().template().format_messages(**values)
    assert whole[: len(asked)] == asked
    assert whole[2].text == "Ada"


def test_braces_and_dollars_of_a_prompt_itself() -> None:
    prompt = prompting.Prompt('Reply with {"a": 1}.', ("For $$5: $question",))
    assert prompt.placeholders == {"question"}
    system, user = prompt.template().format_messages(question="Who?")
    assert (system.text, user.text) == ('Reply with {"a": 1}.', "For $5: Who?")


@pytest.mark.parametrize(
    "content", ["No placeholder", "System\n---\n$question $unknown", "System\n---\n$question\n---\nAn assistant's"]
)
def test_missing_and_unknown_placeholders_are_errors(
    content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "made_up.md").write_text(content, encoding="utf-8")
    monkeypatch.setattr(prompting, "files", {"prompts": tmp_path}.__getitem__)
    with pytest.raises(ValueError, match=r"made_up\.md"):
        prompting._prompt("made_up", "question")


def test_what_separates_the_messages_may_stand_in_the_user_s() -> None:
    assert "---" not in prompting.documents_prompt().system
