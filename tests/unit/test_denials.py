"""What denies, and what a question that denies is answered by."""

from unicodedata import normalize

import pytest

from assistant.denials import denies, denies_alone, drops_denial, hides_denial, undenied


@pytest.mark.parametrize(
    ("sentence", "language", "quote", "spoken", "expected"),
    [
        ("The ferry does not sail on Monday.", "en", "The ferry sails on Monday.", "en", True),
        ("The ferry doesn't sail on Monday.", "en", "The ferry sails on Monday.", "en", True),
        ("The ferry does not sail on Monday.", "en", "The ferry never sails on Monday.", "en", False),
        ("Die Fähre fährt montags nicht.", "de", "Le bac ne circule pas le lundi.", "fr", False),
        ("Die Fähre fährt montags nicht.", "de", "Le bac circule le lundi.", "fr", True),
        ("The ferry sails free of charge.", "en", "The passengers of the ferry pay nothing.", "en", False),
        ("The ferry does not sail on Monday.", "en", "フェリーは月曜日に運航する。", "ja", False),
    ],
)
def test_denies_alone(sentence: str, language: str, quote: str, spoken: str, expected: bool) -> None:
    assert denies_alone(sentence, language, [(quote, spoken)]) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Le port n'a jamais fermé.", "fr", True),
        ("Le port n’ouvre que lundi.", "fr", True),
        ("Le capitaine est né à Solvig.", "fr", False),
        ("Le bac n°26 est à quai.", "fr", False),
        ("La ferry non parte.", "it", True),
        ("El barco no zarpa.", "es", True),
        ("No barco", "xx", False),
    ],
)
def test_denies(text: str, language: str, expected: bool) -> None:
    assert denies(text, language) == expected


def test_a_quote_may_hide_what_its_sentence_denies() -> None:
    assert hides_denial("signed by Solvig", "It was not signed by Solvig.", "en")
    assert not hides_denial("not signed", "It was not signed by Solvig.", "en")


@pytest.mark.parametrize(
    ("question", "language", "sentence", "spoken"),
    [
        ("Which towns did not sign the treaty?", "en", "Norrport and Solvig signed the treaty.", "en"),
        ("Which towns didn't sign the treaty?", "en", "Norrport and Solvig signed the treaty.", "en"),
        ("Who may not vote?", "en", "Adults vote in May.", "en"),
        ("Welche Städte haben den Vertrag nicht unterschrieben?", "de", "Norrport signed the treaty.", "en"),
        ("Quelles villes n'ont jamais signé ?", "fr", "Norrport unterschrieb den Vertrag.", "de"),
        ("Welke steden tekenden niet?", "nl", "Ongeveer tien steden tekenden.", "nl"),
    ],
)
def test_who_does_not_is_not_told_by_who_does(question: str, language: str, sentence: str, spoken: str) -> None:
    assert undenied(sentence, spoken, question, language)


@pytest.mark.parametrize(
    ("question", "language", "sentence", "spoken"),
    [
        ("Which towns did not sign the treaty?", "en", "Solvig never signed the treaty.", "en"),
        ("Which towns did not sign the treaty?", "en", "Solvig refused to sign the treaty.", "en"),
        ("Which towns did not sign the treaty?", "en", "All towns but Solvig signed.", "en"),
        ("Which towns did not sign the treaty?", "en", "Solvig n'a pas signé.", "fr"),
        ("Welche Stadt hat nicht unterschrieben?", "de", "Solvig hat sich geweigert.", "de"),
        ("Welche Stadt hat nicht unterschrieben?", "de", "Solvig lehnte den Vertrag ab.", "de"),
        ("¿Qué pueblo no firmó?", "es", "Solvig se niega a firmar.", "es"),
        ("Who says whether or not it sails?", "en", "The captain decides on each voyage.", "en"),
        ("What does ferry no. 5 carry?", "en", "It carries salt.", "en"),
        ("Quel port ne compte que deux quais ?", "fr", "Solvig a deux quais.", "fr"),
        ("Which towns did not sign the treaty?", "en", "ノルポートが署名した。", "ja"),
        ("Wie heißt der Hafen ohne Mole?", "de", "Der Hafen heißt Solvig.", "de"),
    ],
)
def test_a_sentence_may_tell_of_none(question: str, language: str, sentence: str, spoken: str) -> None:
    assert not undenied(sentence, spoken, question, language)


def test_letters_with_marks_of_their_own_are_read() -> None:
    assert denies(normalize("NFD", "Solvig não assinou."), "pt")


@pytest.mark.parametrize(
    ("sentence", "language", "quote", "drops"),
    [
        ("The ferry carried salt.", "en", "The ferry did not carry salt.", True),
        ("Yes, the ferry carried salt.", "en", "The ferry did not carry salt.", True),
        ("Oui, le ferry transportait du sel.", "fr", "Le ferry ne transportait pas de sel.", True),
        ("Le moulin a été construit en 1926.", "fr", "Le moulin n'a pas été construit en 1926.", True),
        ("El molino fue construido en 1926.", "es", "El molino no fue construido en 1926.", True),
        ("Ja, die Fähre fuhr am Montag.", "de", "Die Fähre fuhr am Montag nicht.", True),
        ("Ada sailed the ferry.", "en", "Ada did not sail the ferry; she built the mill.", True),
        ("The ferry carried salt.", "en", "The ferry did not carry salt, but carried wine.", True),
        ("The ferry carried wine.", "en", "The ferry did not carry salt, but carried wine.", False),
        ("It was built in 1926.", "en", "Ada built the mill in 1926, but it was not finished.", False),
        ("The mill is run by Ada Lindqvist.", "en", "Ada Lindqvist, who is not a sailor, runs the mill.", False),
        ("The bridge opened in 1926.", "en", "The bridge did not open until 1926.", False),
        ("El puente se inauguró en 1926.", "es", "El puente no se inauguró hasta 1926.", False),
        ("Die Brücke wurde 1926 eröffnet.", "de", "Die Brücke wurde nicht vor 1926 eröffnet.", False),
        ("Il reste trois moulins.", "fr", "Il ne reste aujourd'hui que trois moulins.", False),
        ("Nils Aas owns the ferry.", "en", "The ferry that does not run on Mondays is owned by Nils Aas.", False),
        ("He joined the navy in 1926.", "en", "He could not swim when he joined the navy in 1926.", False),
        ("The zone was set up in 1991.", "en", "The no-fly zone was set up in 1991.", False),
        ("The ferry carried no salt.", "en", "The ferry did not carry salt.", False),
        ("Ferry 5 carried salt.", "en", "Ferry No. 5 carried salt.", False),
    ],
)
def test_drops_denial(sentence: str, language: str, quote: str, drops: bool) -> None:
    assert drops_denial(sentence, language, [(quote, language)]) == drops


def test_a_denial_in_another_language_is_left_to_the_model() -> None:
    assert not drops_denial("Die Brücke wurde erst 1926 eröffnet.", "de", [("It did not open until 1926.", "en")])
