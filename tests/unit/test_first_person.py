"""Whether a sentence of a document speaks of whoever wrote it."""

import pytest

from assistant.first_person import used


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "I became captain in 1901."),
        ("en", "When I came to Tarn, the ferry carried salt."),
        ("en", "In 1908 I saw it; today I know why."),
        ("en", "She told me so."),
        ("en", "Our ferry is red."),
        ("fr", "J’ai vu le bac rouge."),
        ("fr", "Le bac est à nos frais."),
        ("de", "Die Fähre gehört uns."),
        ("de", "Rot. Meine Fähre ist rot."),
        ("es", "El barco es de mi hermana."),
        ("it", "La barca è nostra."),
        ("pt", "O barco é da minha irmã."),
        ("nl", "De boot is van mijn zus."),
    ],
)
def test_speaks_of_its_writer(language: str, sentence: str) -> None:
    assert used(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "World War I ended in 1918."),
        ("en", "The phase I trial of the US ferry was led by Boris I of Tarn, on the I-95."),
        ("en", "“We are late,” said the captain of the ferry."),
        ("fr", "La cathédrale Notre-Dame et Jack Ma."),
        ("fr", "« On nous a vus », a dit la capitaine."),
        ("de", "„Wir sind spät“, sagte die Kapitänin."),
        ("es", "La catedral de Nuestra Señora."),
        ("it", "La Cosa Nostra e la luna Io."),
        ("pt", "A igreja de Nossa Senhora."),
        ("nl", "In 1974 werd de mijn gesloten."),
        ("sv", "Jag är kapten."),
    ],
)
def test_speaks_of_no_writer(language: str, sentence: str) -> None:
    assert not used(sentence, language)
