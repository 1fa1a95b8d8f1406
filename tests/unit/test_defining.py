"""Questions for what a name is, and sentences that say it."""

import pytest

from assistant.defining import asked_for, says


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("What is Solvig?", "en", "Solvig"),
        ("who is Ada Lindqvist", "en", "Ada Lindqvist"),
        ("Qu'est-ce que la Banque de Norrport ?", "fr", "Banque de Norrport"),
        ("Qui est Ada Lindqvist ?", "fr", "Ada Lindqvist"),
        ("Was ist Norrport?", "de", "Norrport"),
        ("¿Quién es Ada Lindqvist?", "es", "Ada Lindqvist"),
        ("Che cos'è Solvig?", "it", "Solvig"),
        ("Qu’est-ce que l’Union du Nord ?", "fr", "Union du Nord"),
        ("Qu'est-ce qu'Eskholm ?", "fr", "Eskholm"),
        ("What is a Solvig?", "en", "Solvig"),
        ("What is it?", "en", ""),
        ("Was ist neu?", "de", ""),
        ("What is 42?", "en", ""),
        ("What is the price of salt?", "en", ""),
        ("What is Solvig famous for?", "en", ""),
        ("Who is the captain of Solvig?", "en", ""),
        ("Was ist Solvig, und wem gehört es?", "de", ""),
        ("Where is Solvig?", "en", ""),
        ("Kdo je Ada?", "cs", ""),
    ],
)
def test_what_a_name_is_is_asked_in_few_words(question: str, language: str, name: str) -> None:
    assert asked_for(question, language) == name


@pytest.mark.parametrize(
    ("sentence", "spoken", "quote"),
    [
        ("Solvig is a port on the northern coast.", "en", "port on the northern coast"),
        ("Solvig (SO) est un port du nord.", "fr", "un port du nord"),
        ("Hier, Solvig, un port du nord, a gelé.", "fr", "port du nord"),
        ("Solvig était l’escale du nord.", "fr", "l’escale du nord"),
        ("L’Solvig est une alliance.", "fr", "alliance"),
        ("“Solvig” is a very old port.", "en", "port"),
        ("Elle quitta le port gelé Solvig.", "fr", "port gelé Solvig"),
        ("Wie man weiß, ist es still; Solvig ist ein Hafen.", "de", "Hafen"),
    ],
)
def test_a_sentence_says_what_a_name_is(sentence: str, spoken: str, quote: str) -> None:
    assert says(sentence, "Solvig", quote, spoken)


@pytest.mark.parametrize(
    ("sentence", "spoken", "quote"),
    [
        ("Solvig is closed, and so is the port.", "en", "port"),
        ("The port of Tarn, near Solvig, is a harbour.", "en", "harbour"),
        ("Solvigsund is a port.", "en", "port"),
        ("The captain of Solvig is a sailor.", "en", "sailor"),
        ("She left the port, Solvig, at noon.", "en", "port"),
        ("She left the northern port for Solvig.", "en", "northern port"),
        ("She met the captain of Solvig.", "en", "the captain of Solvig"),
        ("The members are Bruns Werft, Solvig and Tarn.", "en", "Bruns Werft"),
        ("She left the northern port Solvig Nord.", "en", "northern port"),
        ("Solvig is a port; its owner, Bruns, is a bank.", "en", "bank"),
        ("Solvig is the port where Ada met the king of Norrport.", "en", "king of Norrport"),
        ("Solvig is a portage.", "en", "port"),
        ("Solvig n’est pas un port.", "fr", "port"),
        ("Solvig is a port.", "xx", "port"),
        ("Solvig is a port.", "en", ""),
    ],
)
def test_other_sentences_do_not(sentence: str, spoken: str, quote: str) -> None:
    assert not says(sentence, "Solvig", quote, spoken)
