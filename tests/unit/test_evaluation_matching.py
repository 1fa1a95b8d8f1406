"""Phrases are found whatever their typography, and numbers only as a whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.matching import holds, normalize


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("La Défense", "defense"),
        ("STRASSE", "Straße"),
        ("l’hôpital", "l'hopital"),
        ("dix\u00a0mille  euros\n", "dix mille euros"),
        ("franco‑allemand", "franco-allemand"),
        ("« initiative »", "initiative"),
        ("un « grand » pas", "un “grand” pas"),
        ("Vraiment\u202f?", "vraiment?"),
        ("le cœur", "coeur"),
        ("zu\u00adsammen", "zusammen"),
        ("18 projets", "18"),
        ("en 2018.", "2018"),
        ("2,5 milliards", "2,5"),
        ("18\u202f000 projets", "18 000"),
        ("18000 projets", "18 000"),
        ("18%", "18 %"),
        ("[A1]", "A1"),
    ],
)
def test_holds(text: str, phrase: str) -> None:
    assert holds(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("en 2018", "18"),
        ("180 projets", "18"),
        ("18,5 milliards", "18"),
        ("2.18 milliards", "18"),
        ("18 000 projets", "18"),
        ("A12", "A1"),
        ("Bonn", "Berlin"),
        ("a.c", "a-c"),
        ("abc", "a.c"),
    ],
)
def test_does_not_hold(text: str, phrase: str) -> None:
    assert not holds(text, phrase)


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text())
def test_case_and_unicode_form_do_not_count(text: str) -> None:
    assert normalize(unicodedata.normalize("NFD", text)) == normalize(unicodedata.normalize("NFC", text))
    assert normalize(text.casefold()) == normalize(text)


_WORDS = st.lists(st.text("abcéïôüñçœß'’-", min_size=1), min_size=1, max_size=5)


@given(before=_WORDS, phrase=_WORDS, after=_WORDS, space=st.sampled_from([" ", "\u00a0", "\n", " \t "]))
def test_a_phrase_is_found_in_any_text_around_it(
    before: list[str], phrase: list[str], after: list[str], space: str
) -> None:
    text = space.join([*before, *phrase, *after])
    assert holds(text, " ".join(phrase))
    assert holds(text.upper(), " ".join(phrase))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_is_found_only_in_itself(stated: int, sought: int) -> None:
    assert holds(f"Es sind {stated}.", str(sought)) == (stated == sought)
