"""The numbers of a text, in digits or in words."""

import pytest

from assistant.quantities import numbers

GROUPED_BY = [",", ".", "'", "’", " ", "\u00a0", "\u202f"]


@pytest.mark.parametrize("mark", GROUPED_BY)
def test_thousands_are_grouped_in_many_ways(mark: str) -> None:
    assert numbers(f"It cost 2{mark}500{mark}000 crowns.", None) == {"2500000"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("two thousand five hundred crowns", "en"),
        ("deux mille cinq cents couronnes", "fr"),
        ("zweitausendfünfhundert Kronen", "de"),
        ("dos mil quinientas coronas", "es"),
    ],
)
def test_number_words_are_numbers(text: str, language: str) -> None:
    assert numbers(text, language) == {"2500"}


def test_decimal_marks_of_two_languages_are_one() -> None:
    assert numbers("2,5 Prozent", "de") == numbers("2.5 percent", "en") == numbers("2.50 %", None) == {"2.5"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12 milliards", "fr"), ("douze milliards", "fr"), ("12\u00a0milliards", "fr"), ("12\u202f000 millions", "fr"),
        ("12 billion", "en"), ("twelve billion", "en"), ("12,000 million", "en"),
        ("12 Milliarden", "de"), ("zwölf Milliarden", "de"),
        ("12 mil millones", "es"), ("doce mil millones", "es"), ("12.000 millones", "es"),
        ("12.0 billion", "en"), ("12 Mrd. Euro", "de"), ("12 Md€", "fr"), ("€12bn", "en"),
        ("12 000 000 000", None), ("12,000,000,000", "en"),
    ],
)  # fmt: skip
def test_scales_are_part_of_a_number(text: str, language: str | None) -> None:
    assert numbers(f"({text})", language) == {"12000000000"}


def test_decimals_are_scaled() -> None:
    assert numbers("2,5 Millionen", "de") == numbers("2.5 million", "en") == numbers("2 500 000", "fr") == {"2500000"}


def test_dates_and_ranges_are_their_parts() -> None:
    assert numbers("am 18.11.2025", "de") == {"18", "11", "2025"}
    assert numbers("on 07/11/2025 at 9.30", None) == {"7", "11", "2025", "9.3"}
    assert numbers("1914-1918", None) == {"1914", "1918"}


def test_numbers_side_by_side_are_two() -> None:
    assert numbers("In 2025 100 firms took part.", None) == {"2025", "100"}
    assert numbers("In 2025 1000 firms took part.", "en") == {"2025", "1000"}
    assert numbers("1, 2, 3.", None) == {"1", "2", "3"}


def test_text_without_numbers_has_none() -> None:
    assert numbers("The ferry left at noon.", "en") == frozenset()
