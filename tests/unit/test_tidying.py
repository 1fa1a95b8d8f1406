"""What a model wrote, as one line."""

import pytest

from assistant.tidying import tidy


@pytest.mark.parametrize(
    ("draft", "tidied"),
    [
        ("18. November 2025", "18. November 2025"),
        ("1. FC Norrport won.", "1. FC Norrport won."),
        ("- salt", "salt"),
        ("1. salt\n2. rye", "salt, rye."),
        ("It carries:\n- salt;\n- rye, barley.", "It carries: salt; rye, barley."),
        ("**salt**", "salt"),
    ],
)
def test_lists_become_prose_and_dates_stay(draft: str, tidied: str) -> None:
    assert tidy(draft) == tidied


@pytest.mark.parametrize("draft", ["**salt** and (**rye**)", "**salt and rye**", "«**salt**»", "これは**塩**です"])
def test_bold_words_are_plain(draft: str) -> None:
    assert tidy(draft) == draft.replace("**", "")


@pytest.mark.parametrize(
    "draft", ["Look into __init__.py.", "It is __init__.", "a snake__case__name", "2**10 and 3**5", "a ** b ** c"]
)
def test_code_is_no_markup(draft: str) -> None:
    assert tidy(draft) == draft


@pytest.mark.parametrize(
    ("draft", "tidied"),
    [
        ("Ada![x](http://evil.example/?q=1)", "Ada"),
        ("[Ada](https://example.org) sails.", "Ada sails."),
        ("array[1](2)", "array[1](2)"),
        ("See https://example.org/a.", "See https://example.org/a."),
    ],
)
def test_links_and_images_lead_nowhere(draft: str, tidied: str) -> None:
    assert tidy(draft) == tidied
