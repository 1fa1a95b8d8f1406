"""When a sentence turns away what is asked."""

import pytest

from assistant.contrary import is_contrary


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Which towns did not sign?", "Norrport signed.", True),
        ("Which ferry is the smallest?", "The Solvig is the largest.", True),
        ("Did Solvig not sign?", "Solvig signed the treaty.", False),
        ("Is the Solvig small?", "The Solvig is large.", False),
        ("Why did Solvig not sign?", "Its council found the harbour too dear.", False),
        ("For what reason did trade decrease?", "A growing tax was to blame.", False),
        ("Which ferry is the smallest?", "The Solvig is the smallest.", False),
    ],
)
def test_is_contrary(question: str, sentence: str, expected: bool) -> None:
    assert is_contrary(sentence, "en", question, "en") == expected
