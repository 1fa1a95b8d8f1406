"""What `import assistant` gives, and what it costs."""

import subprocess
import sys
import typing

import pytest

import assistant
from assistant import errors
from index import errors as index_errors

PUBLIC = {
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
}
HEAVY = {
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "lingua",
    "numpy",
    "openai",
    "pydantic",
    "rich",
    "sentence_transformers",
    "torch",
    "transformers",
    "xllamacpp",
}


def test_all_lists_the_public_names() -> None:
    assert sorted(assistant.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", assistant.__all__)
def test_every_public_name_loads(name: str) -> None:
    assert getattr(assistant, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = assistant.Nonsense


def test_all_lists_every_error() -> None:
    defined = {
        name
        for module in (errors, index_errors)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, errors.AssistantError)
    }
    assert sorted(errors.__all__) == sorted(defined)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_stands_in_the_drawn_tree(name: str) -> None:
    drawn = f"{errors.__doc__}{index_errors.__doc__}"
    assert name in drawn


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_has_a_documented_exit_code(name: str) -> None:
    error: type[errors.AssistantError] = getattr(errors, name)
    assert error.__doc__
    assert error.exit_code == (1 if name == "AssistantError" else 2 if issubclass(error, errors.UsageError) else 3)


@pytest.mark.parametrize("statement", ["import assistant", "import assistant.cli", "from assistant import Turn"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    """The deterministic stand-in for the bars in seconds."""
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())


def test_the_public_types_are_annotated() -> None:
    for name in ("Answer", "Citation", "Timings", "Turn"):
        assert typing.get_type_hints(getattr(assistant, name))
