"""What a question asks for, by its words."""

import pytest

from assistant import asking
from assistant.asking import for_yes_or_no, wants_words


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Was the ferry built in Solvig?", "en", False),
        ("Was trug die Fähre?", "de", True),
        ("Did the captain comment on it?", "en", False),
        ("Comment est-elle partie ?", "fr", True),
        ("Is there a dove on the flag?", "en", False),
        ("Kim był kapitan, who?", "pl", True),
        ("¿Y para qué sirven las barcas?", "es", True),
        ("Les marins iront où ?", "fr", True),
        ("La ville où elle est née est-elle grande ?", "fr", False),
        ("È come un fiume?", "it", False),
        ("Et que portait la barque ?", "fr", True),
        ("Und was trug die Fähre?", "de", True),
        ("Worauf und worüber fuhr die Fähre?", "de", True),
        ("¿Y sirven las barcas que llegaron?", "es", False),
    ],
)
def test_more_than_a_yes_or_no_is_wanted(question: str, language: str, expected: bool) -> None:
    assert wants_words(question, language) is expected


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("And what does it carry?", "en", "What"),
        ("How much did it cost?", "en", "How much"),
        ("Et avec qui navigue-t-elle ?", "fr", "Avec qui"),
        ("En quelle année a-t-elle coulé ?", "fr", "En quelle"),
        ("Und wie viele Segel hat sie?", "de", "Wie viele"),
        ("¿Y para qué sirve?", "es", "¿Para qué"),
        ("And the mate?", "en", ""),
        ("Et combien ?", "fr", ""),
        ("Sorry, I meant: what does it carry?", "en", ""),
        ("¿Y su hermana qué hace en la empresa?", "es", ""),
        ("", "en", ""),
        ("So then how?", "en", "So then how"),
        ("And what about the mate?", "en", ""),
        ("Was ist mit dem Hafen?", "de", ""),
        ("Et qu'est-ce qu'ils portent ?", "fr", ""),
        ("Ou bien le port de Tarn ?", "fr", ""),
    ],
)
def test_the_words_that_a_question_opens_with(question: str, language: str, words: str) -> None:
    assert asking.opening(question, language) == words


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Was the ferry built in Solvig?", "en", True),
        ("And can’t it carry salt?", "en", True),
        ("Le bac part-il à midi ?", "fr", True),
        ("Est-ce que le bac part à midi ?", "fr", True),
        ("Fährt die Fähre nach Solvig?", "de", True),
        ("¿Lleva sal la barca?", "es", True),
        ("Il traghetto porta sale?", "it", True),
        ("O barco leva sal?", "pt", True),
        ("Vaart de boot naar Solvig?", "nl", True),
        ("Who built the ferry?", "en", False),
        ("Name the builder of the ferry.", "en", False),
        ("The builder of the ferry?", "en", False),
        ("Can you tell me the height of the ferry?", "en", False),
        ("Pouvez-vous me dire son nom ?", "fr", False),
        ("Können Sie mir den Namen nennen?", "de", False),
        ("D'où vient-elle ?", "fr", False),
        ("Le bac ?", "fr", False),
        ("Für was braucht man sie?", "de", False),
        ("In che anno partì?", "it", False),
        ("Em que ano partiu o barco?", "pt", False),
        ("Waarmee betaalt men?", "nl", False),
        ("Vem byggde färjan?", "sv", False),
    ],
)
def test_for_yes_or_no(question: str, language: str, expected: bool) -> None:
    assert for_yes_or_no(question, language) == expected
