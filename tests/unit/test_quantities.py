"""A day's number is no count."""

import pytest

from assistant.quantities import is_ordinal

HOLIDAY = "Während meines Urlaubs vom 3. bis zum 17. August bin ich in Tarn."


@pytest.mark.parametrize("number", ["3", "3.", "17."])
def test_a_day_s_number_is_an_ordinal(number: str) -> None:
    assert is_ordinal(number, HOLIDAY, "de")


@pytest.mark.parametrize(
    ("number", "sentence", "spoken"),
    [
        ("3", "Der Verein hat am 3. Mai 3 Boote gekauft.", "de"),
        ("42", "Der Verein hat seit dem 3. Mai 42.", "de"),
        ("3", "Es kostet 3.50 Euro.", "de"),
        ("3", "The club has 3. It bought them in May.", "en"),
        ("drei Tage", HOLIDAY, "de"),
        ("5", HOLIDAY, "de"),
    ],
    ids=["a count, too", "the end", "a decimal", "no such language", "words", "not there"],
)
def test_other_numbers_are_none(number: str, sentence: str, spoken: str) -> None:
    assert not is_ordinal(number, sentence, spoken)
