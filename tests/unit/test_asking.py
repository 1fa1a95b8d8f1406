"""What a question asks for, by its words."""

import pytest

from assistant.asking import wants_words


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Was the ferry built in Solvig?", "en", False),
        ("Was trug die Fähre?", "de", True),
        ("Did the captain comment on it?", "en", False),
        ("Comment est-elle partie ?", "fr", True),
        ("Is there a dove on the flag?", "en", False),
        ("Kim był kapitan, who?", "pl", True),
        ("¿Y para qué sirven las barcas?", "es", True),
        ("Les marins iront où ?", "fr", True),
        ("La ville où elle est née est-elle grande ?", "fr", False),
        ("È come un fiume?", "it", False),
        ("Et que portait la barque ?", "fr", True),
        ("Und was trug die Fähre?", "de", True),
        ("Worauf und worüber fuhr die Fähre?", "de", True),
        ("¿Y sirven las barcas que llegaron?", "es", False),
    ],
)
def test_more_than_a_yes_or_no_is_wanted(question: str, language: str, expected: bool) -> None:
    assert wants_words(question, language) is expected
