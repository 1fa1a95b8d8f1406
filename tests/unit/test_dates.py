"""Dates in the words of other languages."""

import pytest

from assistant.dates import is_date, is_day, keeps_dates, months_of_dates, weekdays_beyond, with_dates


@pytest.mark.parametrize(
    ("text", "source", "target", "worded"),
    [
        ("2 janvier", "fr", "de", "2. Januar"),
        ("1er août 2024", "fr", "en", "August 1, 2024"),
        ("du 20 décembre au 2 janvier", "fr", "es", "du 20 de diciembre au 2 de enero"),
        ("December 1, 2024", "en", "fr", "1 décembre 2024"),
        ("on May 3rd, a Monday", "en", "de", "on 3. Mai, a Monday"),
        ("am 3. März 1908", "de", "it", "am 3 marzo 1908"),
        ("3 de mayo de 2020", "es", "en", "May 3, 2020"),
        ("en abril del 2020", "es", "fr", "en avril 2020"),
        ("Avril 2020", "fr", "de", "April 2020"),
        ("on May 3. Rain fell.", "en", "de", "on 3. Mai. Rain fell."),
        ("3 декабря 2020", "ru", "en", "December 3, 2020"),
        ("martes 8 de octubre", "es", "de", "Dienstag, 8. Oktober"),
        ("El martes 8 de octubre", "es", "fr", "mardi 8 octobre"),
        ("Samedi 14 septembre", "fr", "en", "Saturday, September 14"),
        ("Freitag, den 3. Mai 2024", "de", "es", "viernes, 3 de mayo de 2024"),
        ("On Friday, 3 May", "en", "it", "venerdì 3 maggio"),
        ("Friday, 3 May 2024", "en", "da", "fredag 3. maj 2024"),
        ("shut on Friday, 3 May", "en", "de", "shut on Freitag, 3. Mai"),
    ],
)
def test_dates_are_worded_as_in_the_other_language(text: str, source: str, target: str, worded: str) -> None:
    assert with_dates(text, source, target) == worded
    assert is_date(text, source) == (text[:1].isupper() or text.split()[0] not in ("du", "on", "am", "en", "shut"))


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("2 janvier", "fr", "fr"),
        ("2 janvier", None, "de"),
        ("2 janvier", "fr", "xx"),
        ("2 janvier", "xx", "fr"),
        ("31 février 2020", "fr", "de"),
        ("They may march in 3 rows.", "en", "de"),
        ("They march 12 miles; no more than 2 may enter.", "en", "de"),
        ("du 2 au 5 janvier 2020", "fr", "en"),
        ("3.–5. Mai 2020", "de", "en"),
        ("May 3-5, 2020", "en", "de"),
        ("1.2 March", "en", "de"),
        ("", "en", "de"),
    ],
)
def test_other_texts_keep_their_dates(text: str, source: str | None, target: str) -> None:
    assert with_dates(text, source, target) == text


@pytest.mark.parametrize(
    ("told", "language", "text", "spoken", "keeps"),
    [
        ("von Dezember bis Januar", "de", "de décembre à janvier", "fr", True),
        ("von Dezember bis März", "de", "de décembre à janvier", "fr", False),
        ("Avril fut froid.", "fr", "April was cold.", "en", True),
        ("cold since December 15, 2020", "en", "froid depuis le 15 déc. 2020", "fr", True),
        ("vom 20. Dezember an", "de", "du 20. Dezember", "fr", True),
        ("dekadent am 20.", "de", "du 20. Dezember", "fr", False),
        ("Le navire n’est jamais arrivé.", "fr", "La nave non è mai arrivata.", "it", True),
        ("They may go.", "en", "Ils peuvent partir en mai.", "fr", False),
        ("только в январе", "ru", "seulement en janvier", "fr", True),
        ("am Dienstag, dem 8. Oktober", "de", "El martes 8. Oktober", "es", True),
        ("am Mittwoch, dem 8. Oktober", "de", "El martes 8. Oktober", "es", False),
        ("am 8. Oktober", "de", "El martes 8. Oktober", "es", True),
        ("closed on Tuesdays", "en", "fermé le mardi", "fr", True),
        ("fechado à terça-feira", "pt", "closed on Tuesdays", "en", True),
        ("fechado à quarta-feira", "pt", "closed on Tuesdays", "en", False),
        ("Dienstag, 8. Oktober", "de", "Dienstag, 8. Oktober", "es", True),
    ],
)
def test_a_translation_keeps_dates(told: str, language: str, text: str, spoken: str, keeps: bool) -> None:
    assert keeps_dates(told, language, text, spoken) == keeps


@pytest.mark.parametrize(
    ("sentence", "language", "quote", "spoken", "known", "other"),
    [
        ("Il est parti le 3 juin 1926.", "fr", "Il est parti le 3 mai 1926.", "fr", set(), {"juin"}),
        ("Il est parti en juin.", "fr", "Il est parti en mai.", "fr", set(), {"juin"}),
        ("Il est parti le 3 mai 1926.", "fr", "PARIS, LE 3 MAI 1926", "fr", {"mai"}, set()),
        ("Il est parti en août.", "fr", "It left in August.", "en", {"aout"}, set()),
        ("He left on 3 May 1926.", "en", "Il est parti le 3 mai 1926.", "fr", {"may"}, set()),
        ("He left on May 3, 1926.", "en", "Il est parti le 3 juin 1926.", "fr", set(), {"may"}),
        ("Er fuhr am 3. Mai 1926.", "de", "He left on 03/05/1926.", "en", {"mai"}, set()),
        ("Er fuhr am 3. Mai 1926.", "de", "Er fuhr am 3. 5. 1926.", "de", {"mai"}, set()),
        ("Er fuhr am 3. Mai 1926.", "de", "He left on 1926-06-03.", "en", set(), {"mai"}),
        ("It left on 12 November 2023.", "en", "It left on 12 Nov. 2023.", "en", {"november"}, set()),
        ("Er fuhr am 12. Dezember 2023.", "de", "It left on 12 Nov. 2023.", "en", set(), {"dezember"}),
        ("Er fuhr am 12. September 2023.", "de", "It left on 12 Sept. 2023 at 9.30.", "en", {"september"}, set()),
        ("Er fuhr am 12. Mai 2023.", "de", "It left in spring at 5.30.", "en", set(), set()),
        ("Er fuhr am 3. Januar 2020.", "de", "Er fuhr am 3. Jänner 2020.", "de", set(), set()),
        ("The ferry may leave.", "en", "The ferry leaves in June.", "en", set(), set()),
        ("He left on 3 May 1926.", "en", "Он уехал 3 июня 1926 года.", "ru", set(), set()),
    ],
)
def test_months_of_dates(
    sentence: str, language: str, quote: str, spoken: str, known: set[str], other: set[str]
) -> None:
    assert months_of_dates(sentence, language, [(quote, spoken)]) == (known, other)


@pytest.mark.parametrize(
    ("sentence", "language", "quote", "spoken", "beyond"),
    [
        ("It opens on Tuesday.", "en", "Il ouvre mardi.", "fr", set()),
        ("It opens on Wednesday.", "en", "Il ouvre mardi.", "fr", {"wednesday"}),
        ("It opens on Tuesday.", "en", "Die Halle öffnet am Freitag.", "de", {"tuesday"}),
        ("It opens on Sunday.", "en", "O museu do sal abre na sexta-feira.", "pt", {"sunday"}),
        ("It opens on Tuesday.", "en", "Es öffnet bald.", "de", set()),
        ("It opens on Tuesday.", "en", "It opens on 8 October.", "en", set()),
        ("It opens on Tuesdays.", "en", "Open Tue and Sat.", "en", set()),
        ("Er kommt am Samstag.", "de", "Sa., 3. Mai", "de", set()),
        ("Er kommt am Samstag.", "de", "Er kommt am Sonnabend.", "de", set()),
        ("It opens on Tuesday evening.", "en", "Es öffnet am Dienstagabend.", "de", set()),
        ("It is closed on Sundays.", "en", "È chiuso le domeniche.", "it", set()),
        ("It was on Good Friday.", "en", "Es war am Karfreitag.", "de", set()),
        ("Nació en Santo Domingo un lunes.", "es", "He was born in Santo Domingo on a Monday.", "en", set()),
        ("Er kommt am Samstag.", "de", "В пятницу.", "ru", set()),
        ("Er kommt.", "de", "Il vient mardi.", "fr", set()),
    ],
)
def test_weekdays_beyond(sentence: str, language: str, quote: str, spoken: str, beyond: set[str]) -> None:
    assert weekdays_beyond(sentence, language, [(quote, spoken)]) == beyond


HOLIDAY = "Während meines Urlaubs vom 3. bis zum 17. August bin ich in Tarn."


@pytest.mark.parametrize("number", ["3", "3.", "17."])
def test_a_day_s_number_is_no_count(number: str) -> None:
    assert is_day(number, HOLIDAY, "de")


@pytest.mark.parametrize(
    ("number", "sentence", "spoken"),
    [
        ("3", "Der Verein hat am 3. Mai 3 Boote gekauft.", "de"),
        ("42", "Der Verein hat seit dem 3. Mai 42.", "de"),
        ("85", "Die Zahl der Boote stieg auf 85. Der Verein freut sich.", "de"),
        ("3", "Es kostet 3.50 Euro.", "de"),
        ("3", "The club has 3. It bought them in May.", "en"),
        ("drei Tage", HOLIDAY, "de"),
        ("5", HOLIDAY, "de"),
    ],
    ids=["a count, too", "the end", "the end of a sentence", "a decimal", "no such language", "words", "not there"],
)
def test_other_numbers_are_none(number: str, sentence: str, spoken: str) -> None:
    assert not is_day(number, sentence, spoken)
