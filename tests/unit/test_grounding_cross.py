"""What a sentence takes from a quote: with what stands in brackets behind it, in one language or in another."""

import pytest

from assistant.grounding import carries, half_translated, only_names, untranslated, whole

HOLD = "The hold was full of cargo (salt, 3 barrels of tar) when the ferry left."


def test_what_stands_in_brackets_goes_with_the_words_before_it() -> None:
    assert whole("full of cargo", HOLD) == "full of cargo (salt, 3 barrels of tar)"


@pytest.mark.parametrize("quote", ["the ferry left", "The hold was full", "a cargo of fish", ""])
def test_other_words_stay_as_they_are(quote: str) -> None:
    assert whole(quote, HOLD) == quote


@pytest.mark.parametrize(
    ("quote", "sentence", "expected"),
    [
        ("a new guild", "They made a new guild: the Norrport League (NL).", "a new guild: the Norrport League (NL)"),
        ("une guilde", "Ils fondent une guilde : l’Alliance du Sel.", "une guilde"),
        ("une guilde", "Ils fondent une guilde : l’Alliance Verte.", "une guilde : l’Alliance Verte."),
        ("18 mai 1908", "Le 18 mai 1908, Ada Dahl est partie.", "18 mai 1908"),
        ("mai", "En mai, Ada Dahl est partie.", "mai"),
        ("her sister", "She met her sister, Ada Dahl, at sea.", "her sister, Ada Dahl"),
        ("a guild", "They made a guild: the rest was easy.", "a guild"),
    ],
)
def test_the_name_behind_the_words_goes_with_them(quote: str, sentence: str, expected: str) -> None:
    assert whole(quote, sentence) == expected


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("230 barrels", "$230 barrels"),
        ("500", "HK$500"),
        ("38", "38 %"),
        ("400", "400€"),
        ("7", "7"),
        ("Ada", "Ada"),
        ("1908", "1908"),
        ("12 boats", "12 boats"),
    ],
)
def test_a_number_keeps_its_sign_and_takes_no_other_s(quote: str, expected: str) -> None:
    sentence = "For $230 barrels were sold, 47 %, 38 % more, then for 400€, HK$500, and 7 were left: $Ada%. "
    assert whole(quote, sentence + "By 1908 $6 million; for 90 € 12 boats.") == expected


@pytest.mark.parametrize(
    ("quote", "name"),
    [
        ("Ada", "Ada Lindqvist"),
        ("Lindqvist", "Ada Lindqvist"),
        ("Ada Lindqvist", "Ada Lindqvist"),
        ("Solvig", "Port of Solvig Bay"),
        ("sister of Ada", "sister of Ada Lindqvist"),
        ("The Port", "The Port"),
    ],
)
def test_a_name_is_whole(quote: str, name: str) -> None:
    sentence = "The Port of Solvig Bay was built by the sister of Ada Lindqvist, Bo Dahl said."
    assert whole(quote, sentence) == name.removeprefix("Port of ")


def test_a_sentence_that_keeps_the_quote_s_words_is_half_translated() -> None:
    assert half_translated("Les trois barques want to leave.", "Les trois barques", "Who wants to leave?", "fr", "en")


@pytest.mark.parametrize(
    ("sentence", "language", "quote"),
    [
        ("Three boats want to leave.", "en", "trois barques"),
        ("Ada Lindqvist manda en el barco de la isla.", "es", "Ada Lindqvist, capitaine du bateau de la baie"),
        ("The boats are of Solvig Port.", "en", "les bateaux de Solvig Port"),
        ("Die Technologie der Zone kostet 3 Millionen Dollar.", "de", "la technologie de la zone coûte 3 millions"),
        ("The navigation of the region is simple.", "en", "la navigation de la région est simple"),
    ],
)
def test_names_and_short_words_are_of_many_languages(sentence: str, language: str, quote: str) -> None:
    assert not half_translated(sentence, quote, "Who?", "fr", language)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Die Bateaux gehören der Patrouille.", "les bateaux de la patrouille"),
        ("Sie rettet die Équipage des Schiffes.", "sauver l’équipage du navire"),
        ("Die légendairen Brücken stehen.", "les ponts légendaires"),
    ],
)
def test_so_is_one_that_makes_its_words_of_the_quote_s(sentence: str, quote: str) -> None:
    assert half_translated(sentence, quote, "Wofür?", "fr", "de")


def test_words_of_the_question_are_no_part_of_it() -> None:
    assert not half_translated(
        "The trois barques left.", "trois barques", "When did the trois barques leave?", "fr", "en"
    )


def test_a_description_comes_with_the_name_behind_it() -> None:
    sentence = "It sails with the oldest boat of the north, Solvig Ek, and Tarn, Norr and Ulv."
    assert whole("the oldest boat of the north", sentence) == "the oldest boat of the north, Solvig Ek"
    assert whole("Tarn", sentence) == "Tarn", "what is enumerated stands for itself"
    assert whole("It sails", sentence) == "It sails"


@pytest.mark.parametrize(
    ("text", "spoken", "expected"),
    [
        ("Salz", "de", False),
        ("Salz", "fr", True),
        ("Salz und Fisch", "de", False),
        ("Ada Lindqvist", "de", True),
        ("NATO", "de", True),
        ("1908", "de", True),
    ],
)
def test_a_german_noun_alone_is_no_name(text: str, spoken: str, expected: bool) -> None:
    assert only_names(text, spoken) == expected


def test_a_german_noun_has_another_word_in_another_language() -> None:
    assert carries("Elle portait du sel.", "Salz", "fr", "de")
    assert not carries("Elle portait du sel.", "Salz", "fr", "sv")
    assert not carries("Berta Quist l'a construite.", "Ada Lindqvist", "fr", "de")


def test_what_stays_as_it_is_was_not_translated() -> None:
    assert untranslated("Winter", "Winter.", "de", "fr")
    assert untranslated("peatones y ciclistas", "peatones y ciclistas", "es", "en")
    assert not untranslated("Hiver", "Winter", "de", "fr")
    assert not untranslated("Berta", "Berta", "en", "de"), "a name is the same everywhere"
    assert not untranslated("2027", "2027", "de", "fr")
