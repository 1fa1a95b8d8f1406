"""Languages of texts and of short questions."""

import pytest

import index.language
from index.language import detect, language_name, own_words

FRENCH_DOCUMENTS = {"fr": 1.0}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Quel hopital de berlin", "fr"),
        ("et combien ?", "fr"),
        ("montant total ?", "fr"),
        ("Le sommet", "fr"),
        ("où ?", "fr"),
        ("et eux ?", "fr"),
        ("Who signed?", "en"),
        ("how much?", "en"),
        ("Tell me more", "en"),
        ("which companies?", "en"),
        ("Wer hat unterschrieben?", "de"),
        ("Und wie viel?", "de"),
        ("Wann?", "de"),
        ("Erzähl mir mehr", "de"),
        ("¿Quién firmó?", "es"),
        ("cuanto dinero", "es"),
        ("¿Por qué?", "es"),
        ("Quali aziende hanno firmato l'accordo?", "it"),
        ("Quais empresas assinaram o acordo?", "pt"),
        ("Welke bedrijven hebben de overeenkomst getekend?", "nl"),
        ("誰が署名しましたか", "ja"),
        ("谁签署了协议？", "zh"),
        ("Кто подписал?", "ru"),
        ("من وقع؟", "ar"),
    ],
)
def test_short_questions_on_french_documents(question: str, language: str) -> None:
    assert detect(question, FRENCH_DOCUMENTS) == language


@pytest.mark.parametrize("prior", [FRENCH_DOCUMENTS, {"fr": 2.0, "en": 1.0, "de": 1.0, "es": 1.0}])
@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Kto podpisał umowę?", "pl"),
        ("Ile to kosztuje?", "pl"),
        ("Vem undertecknade avtalet?", "sv"),
        ("Hur mycket kostar det?", "sv"),
        ("Kdo podepsal smlouvu?", "cs"),
        ("Kolik to stojí?", "cs"),
        ("Anlaşmayı kim imzaladı?", "tr"),
        ("Zirve nerede yapıldı?", "tr"),
        ("Hvem underskrev aftalen?", "da"),
        ("Hvornår fandt mødet sted?", "da"),
        ("Cine a semnat acordul?", "ro"),
        ("Cât costă?", "ro"),
        ("Хто підписав угоду?", "uk"),
        ("Де відбувся саміт?", "uk"),
        ("Hvor mye koster det?", "nb"),
        ("Kuinka paljon se maksaa?", "fi"),
        ("Siapa yang menandatangani perjanjian itu?", "id"),
        ("समझौते पर किसने हस्ताक्षर किए?", "hi"),
    ],
)
def test_further_languages(question: str, language: str, prior: dict[str, float]) -> None:
    assert detect(question, prior) == language


@pytest.mark.parametrize(
    "question",
    [
        "avec ki coopere mercedes benz",
        "Qui dirige la banque ?",
        "Who signed the agreement?",
        "Wie viel kostet das?",
        "¿Quién firmó?",
    ],
)
def test_the_further_languages_are_not_loaded_for_nothing(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take some 370 MB and three seconds."""
    usual = index.language._detector(wide=False)

    def detector(wide: bool) -> object:
        assert not wide
        return usual

    monkeypatch.setattr("index.language._detector", detector)
    assert detect(question, FRENCH_DOCUMENTS) in {"fr", "en", "de", "es"}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui dirige Škoda à Łódź ?", "fr"),
        ("Who founded Ørsted in Malmö, Åland?", "en"),
        ("Wo liegt die Stadt Łódź?", "de"),
        ("¿Dónde está la sede de Škoda?", "es"),
    ],
)
def test_a_foreign_name_does_not_change_the_language(question: str, language: str) -> None:
    assert detect(own_words(question), dict.fromkeys(("fr", "en", "de", "es"), 1.0)) == language


def test_the_prior_decides_what_the_text_leaves_open() -> None:
    assert detect("SAP 2025", {"de": 3}) == "de"
    assert detect("SAP 2025", {"es": 3}) == "es"


@pytest.mark.parametrize("prior", [None, {}, {"fr": 0.0}, {"xx": 1.0}])
def test_without_a_prior_that_says_something(prior: dict[str, float] | None) -> None:
    assert detect("Qui a signé cet accord entre les deux pays ?", prior) == "fr"


@pytest.mark.parametrize("text", ["", " ", "12345", "?!", "…", "\ud800"])
def test_nothing_to_tell_from(text: str) -> None:
    assert detect(text, FRENCH_DOCUMENTS) is None


def test_a_long_text() -> None:
    assert detect("The summit was held in Berlin, and many companies signed. " * 10_000) == "en"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who leads the Banque de France?", "who leads the de"),
        ("Wer schrieb „Les Misérables“?", "wer schrieb"),
        ("¿Quién dirige la Royal Opera House?", "¿quién dirige la"),
        ("Qui a lu « War and Peace » en 1869 ?", "qui a lu en"),
        ("l'accord d'hier", "l'accord d'hier"),
        ("WER HAT UNTERSCHRIEBEN?", "wer hat unterschrieben?"),
        ("“Hamlet”?", "?"),
        ("IBM", "ibm"),
        ("", ""),
    ],
)
def test_words_that_are_a_question_s_own(question: str, words: str) -> None:
    assert own_words(question) == words


def test_names() -> None:
    assert [language_name(code) for code in ("fr", "zh", "nb", "xx")] == ["French", "Chinese", "Norwegian", "xx"]
