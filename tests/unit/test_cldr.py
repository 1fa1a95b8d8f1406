"""Numbers, lists and countries in the words of another language."""

import pytest

from assistant.cldr import in_words_of, is_common, listed, territory, with_grouping


@pytest.mark.parametrize(
    ("text", "source", "target", "worded"),
    [
        ("un milliard d'euros", "fr", "en", "1 billion d'euros"),
        ("un milliard d'euros", "fr", "de", "1 Milliarde d'euros"),
        ("un milliard d'euros", "fr", "es", "mil millones d'euros"),
        ("2,5 milliards", "fr", "es", "2,5 mil millones"),
        ("12.75 billion", "en", "fr", "12,75 milliards"),
        ("one billion", "en", "fr", "1 milliard"),
        ("about a billion euros", "en", "de", "about 1 Milliarde euros"),
        ("einer Milliarde Euro", "de", "en", "1 billion Euro"),
        ("Dreihundert Millionen", "de", "es", "300 millones"),
        ("mil millones de euros", "es", "en", "1 billion de euros"),
        ("plusieurs milliards de dollars", "fr", "es", "plusieurs miles de millones de dollars"),
        ("plusieurs milliards de dollars", "fr", "de", "plusieurs Milliarden de dollars"),
        ("several million", "en", "fr", "several millions"),
    ],
)
def test_worded_as_the_other_language_words_it(text: str, source: str, target: str, worded: str) -> None:
    assert in_words_of(text, source, target) == worded


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("un milliard d'euros", "fr", "fr"),
        ("un milliard d'euros", None, "de"),
        ("un milliard d'euros", "fr", "xx"),
        ("deux cents personnes", "fr", "de"),
        ("1,234,567 people", "en", "fr"),
        ("The ISBN is 9782070612758.", "en", "de"),
        ("Ada Lindqvist", "en", "fr"),
        ("", "en", "fr"),
    ],
)
def test_left_as_it_is(text: str, source: str | None, target: str) -> None:
    assert in_words_of(text, source, target) == text


def test_a_list_is_worded_as_its_language_lists() -> None:
    assert listed(["Ada", "Berta"], "de") == "Ada und Berta"
    assert listed(["Ada", "Berta", "Carl"], "en") == "Ada, Berta, and Carl"
    assert listed(["Ada", "Berta"], "xx") == "Ada, Berta"


def test_countries_are_named_in_another_language() -> None:
    assert territory("Norvège", "fr", "de") == "Norwegen"
    assert territory(" Norvège", "fr", "en") == "Norway"
    assert territory("norvège", "fr", "en") is None
    assert territory("Maurice", "fr", "en") is None, "somebody"
    assert territory("Solvig", "fr", "de") is None
    assert territory("Norvège", "fr", "xx") is None
    assert territory("Norvège", "xx", "fr") is None


def test_days_months_and_languages_are_common_words() -> None:
    assert is_common("Tuesday", "en")
    assert is_common("March", "en")
    assert is_common("French", "en")
    assert not is_common("Solvig", "en")
    assert not is_common("Tuesday", "xx")


@pytest.mark.parametrize(
    ("text", "source", "target", "grouped"),
    [
        ("18,400 euros", "en", "de", "18.400 euros"),
        ("18.400 Euro", "de", "en", "18,400 Euro"),
        ("18 400 euros", "fr", "en", "18,400 euros"),
        ("1.234.567,50 Euro", "de", "en", "1,234,567.50 Euro"),
        ("some 1,500, perhaps", "en", "fr", "some 1\u202f500, perhaps"),
        ("Python 3.8", "en", "de", "Python 3.8"),
        ("12.000 libros", "es", "en", "12,000 libros"),
        ("mide 3.125", "es", "en", "mide 3.125"),
        ("2.123 km", "en", "de", "2.123 km"),
        ("am 12.05.2020", "de", "en", "am 12.05.2020"),
        ("call +49 555 014 233", "fr", "en", "call +49 555 014 233"),
        ("18,400", "en", "en", "18,400"),
        ("18,400", None, "de", "18,400"),
        ("18,400", "xx", "de", "18,400"),
        ("18,400", "en", "xx", "18,400"),
        ("rows 4,12,900", "en", "de", "rows 4,12,900"),
    ],
)
def test_numbers_are_grouped_as_in_the_other_language(text: str, source: str | None, target: str, grouped: str) -> None:
    assert with_grouping(text, source, target) == grouped
