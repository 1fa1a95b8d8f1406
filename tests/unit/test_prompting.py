"""Prompts are data: checked when they are loaded, and untouched by what they are filled with."""

from pathlib import Path

import pytest

from assistant import prompting

PROMPTS = {
    name: getattr(prompting, f"{name}_prompt")
    for name in ("documents", "answer", "answer_or_none", "stated", "condense", "translate")
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
    assert prompt.user


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("nasty", NASTY)
def test_values_are_content_and_never_markup(name: str, nasty: str) -> None:
    prompt = PROMPTS[name]()
    values = dict.fromkeys(prompt.placeholders, nasty)
    system, user = prompt.template().format_messages(**values)
    assert system.text == prompt.system
    assert user.text.count(nasty) >= len(values)
    assert "$" not in user.text.replace(nasty, "")


@pytest.mark.parametrize("name", ["answer", "answer_or_none", "stated"])
def test_all_questions_to_the_same_documents_begin_alike(name: str) -> None:
    beginning = prompting.documents_prompt().template().format_messages(documents="One.\n\nTwo.")
    values = dict.fromkeys(PROMPTS[name]().placeholders, "Who?") | {"documents": "One.\n\nTwo."}
    whole = PROMPTS[name]().template().format_messages(**values)
    assert whole[0] == beginning[0]
    assert whole[1].text.startswith(beginning[1].text)
    assert whole[1].text != beginning[1].text


def test_one_message_for_the_system_and_one_for_the_user() -> None:
    for load in PROMPTS.values():
        assert [kind.type for kind in load().template().format_messages(**dict.fromkeys(load().placeholders, "x"))] == [
            "system",
            "human",
        ]


def test_braces_and_dollars_of_a_prompt_itself() -> None:
    prompt = prompting.Prompt('Reply with {"a": 1}.', "For $$5: $question")
    assert prompt.placeholders == {"question"}
    system, user = prompt.template().format_messages(question="Who?")
    assert (system.text, user.text) == ('Reply with {"a": 1}.', "For $5: Who?")


@pytest.mark.parametrize("content", ["No placeholder", "System\n---\n$question $unknown"])
def test_missing_and_unknown_placeholders_are_errors(
    content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "made_up.md").write_text(content, encoding="utf-8")
    monkeypatch.setattr(prompting, "files", {"prompts": tmp_path}.__getitem__)
    with pytest.raises(ValueError, match=r"made_up\.md"):
        prompting._prompt("made_up", "question")


def test_what_separates_the_messages_may_stand_in_the_user_s() -> None:
    assert "---" not in prompting.documents_prompt().system
