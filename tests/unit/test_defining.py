"""Questions for what a name is or stands for, and sentences that say it."""

import pytest

from assistant.defining import defines


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
        ("What does Solvig do?", "en", "Solvig"),
        ("What does the start-up Solvig do?", "en", "Solvig"),
        ("Que fait l'entreprise Solvig ?", "fr", "Solvig"),
        ("Qu'est-ce que Solvig fait ?", "fr", "Solvig"),
        ("Was macht das Unternehmen Solvig?", "de", "Solvig"),
        ("¿A qué se dedica la empresa Solvig?", "es", "Solvig"),
        ("Di che cosa si occupa Solvig?", "it", "Solvig"),
        ("O que faz a Solvig?", "pt", "Solvig"),
        ("Wat doet Solvig?", "nl", "Solvig"),
    ],
)
def test_what_a_name_is_is_asked_in_few_words(question: str, language: str, name: str) -> None:
    assert defines(f"{name} is a port.", "port", question, language=language, spoken="en")


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("What is the price of salt?", "en", "price of salt"),
        ("What is Solvig famous for?", "en", "Solvig"),
        ("What does Solvig do in winter?", "en", "Solvig"),
        ("What did Ada do?", "en", "Ada"),
        ("¿Quién hace Solvig?", "es", "Solvig"),
        ("Wie doet Solvig?", "nl", "Solvig"),
        ("What is Solvig's Tarn?", "en", "Solvig's Tarn"),
        ("Wer ist der Kapitän?", "de", "Kapitän"),
        ("Qu’est-ce que la Fondation Ada ?", "fr", "Ada"),
        ("Was ist Solvig, und wem gehört es?", "de", "Solvig"),
        ("Where is Solvig?", "en", "Solvig"),
        ("What is it?", "en", "it"),
        ("Was ist neu?", "de", "neu"),
        ("What is 42?", "en", "42"),
        ("Kdo je Ada?", "cs", "Ada"),
    ],
)
def test_other_questions_do_not_ask_it(question: str, language: str, name: str) -> None:
    assert not defines(f"{name} is a port.", "port", question, language=language, spoken="en")


@pytest.mark.parametrize(
    ("sentence", "spoken", "quote"),
    [
        ("Solvig is a port on the northern coast.", "en", "port on the northern coast"),
        ("Solvig (SO) est un port du nord.", "fr", "un port du nord"),
        ("Solvig sont des îles.", "fr", "îles"),
        ("Hier, Solvig, un port du nord, a gelé.", "fr", "port du nord"),
        ("Solvig était l’escale du nord.", "fr", "l’escale du nord"),
        ("L’Solvig est une alliance.", "fr", "alliance"),
        ("“Solvig” is a very old port.", "en", "port"),
        ("She left the northern port of salt, Solvig, at noon.", "en", "northern port of salt"),
        ("Elle aide l’ancien port de sel, Solvig, et la ville.", "fr", "ancien port de sel"),
        ("Elle aide un vieux port, Solvig.", "fr", "un vieux port"),
        ("Elle quitta le port gelé Solvig.", "fr", "port gelé Solvig"),
        ("Wie man weiß, ist es still; Solvig ist ein Hafen.", "de", "Hafen"),
    ],
)
def test_a_sentence_says_what_a_name_is(sentence: str, spoken: str, quote: str) -> None:
    assert defines(sentence, quote, "What is Solvig?", language="en", spoken=spoken)


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
        ("The members are Bruns Werft, Solvig, Tarn.", "en", "Bruns Werft"),
        ("She saw the old port, Solvig, and Tarn.", "en", "old port"),
        ("She left the northern port Solvig Nord.", "en", "northern port"),
        ("Solvig is a port; its owner, Bruns, is a bank.", "en", "bank"),
        ("Solvig is the port where Ada met the king of Norrport.", "en", "king of Norrport"),
        ("Solvig is a portage.", "en", "port"),
        ("Solvig is the capital of Norland.", "en", "Norland"),
        ("They met the Northern Commission, Solvig, Tarn and Orsk.", "en", "Northern Commission"),
        ("Elle vit le vieux port, Solvig, Tarn et Eskholm.", "fr", "vieux port"),
        ("Bruns bought Solvig in 1908.", "en", "Bruns bought Solvig"),
        ("Ada, de Solvig, une femme de la mer, arriva.", "fr", "femme de la mer"),
        ("Solvig n’est pas un port.", "fr", "port"),
        ("Solvig is a port.", "xx", "port"),
        ("Solvig is a port.", "en", ""),
    ],
)
def test_other_sentences_do_not(sentence: str, spoken: str, quote: str) -> None:
    assert not defines(sentence, quote, "What is Solvig?", language="en", spoken=spoken)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What does SON stand for?", "en"),
        ("What is SON short for?", "en"),
        ("Que signifie le sigle SON ?", "fr"),
        ("Wofür steht die Abkürzung SON?", "de"),
        ("¿Qué significan las siglas SON?", "es"),
        ("Che cosa significa SON?", "it"),
        ("O que significa SON?", "pt"),
        ("Waar staat SON voor?", "nl"),
        ("What is SON?", "en"),
    ],
)
def test_a_sentence_spells_a_name_out(question: str, language: str) -> None:
    for sentence in ("They joined Salt of the North (SON) in May.", "They joined SON (Salt of the North) in May."):
        assert defines(sentence, "Salt of the North", question, language=language, spoken="en")


@pytest.mark.parametrize(
    ("sentence", "quote", "question"),
    [
        ("SON is a big club.", "big club", "What does SON stand for?"),
        ("Salt of the North (SOT) is old.", "Salt of the North", "What does SON stand for?"),
        ("They joined Salt (SON).", "Salt", "What does SON stand for?"),
        ("Ada Lindqvist (Solvig) sings.", "Ada Lindqvist", "What is Solvig?"),
        ("Ada Lindqvist (SON) sings.", "Ada Lindqvist", "What is SON?"),
        ("They joined Salt of the North (SON).", "the North", "What does SON stand for?"),
    ],
)
def test_other_sentences_do_not_spell_it_out(sentence: str, quote: str, question: str) -> None:
    assert not defines(sentence, quote, question, language="en", spoken="en")
