"""The page's words in French, English and German. `{names}` are filled with str.format."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.conversation import MAX_QUESTION_CHARS
from assistant.types import DeclineReason

_COMMAND = re.compile("`[^`]+`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All words of the page in one language."""

    language: str
    """ISO 639-1."""
    title: str
    one_document: str
    many_documents: str
    loading: str
    ready: str
    unavailable: str
    question: str
    placeholder: str
    send: str
    stop: str
    clear: str
    hint: str
    examples: str
    example_one: tuple[str, ...]
    """Questions to a single document, whose title stands above them."""
    example_many: tuple[str, ...]
    """Questions that name one document each."""
    you: str
    reply: str
    waiting: str
    searching: str
    reading_one: str
    reading_many: str
    queue_one: str
    queue_many: str
    quoted: str
    wording: str
    stopped: str
    failed: str
    unexpected: str
    no_claim: Mapping[str, str]
    """What stands above an answer that makes none, by its DeclineReason."""
    sources: str
    why: str
    """Opens the explanation, which is in English."""
    show_source: str
    page: str
    copy: str
    copied: str
    not_copied: str
    retry: str
    seconds: str
    decimal_mark: str
    date: str
    months: tuple[str, ...]
    problems: Mapping[str, str]
    """What a reader can meet, by the error's class; none in English, which the errors themselves speak."""


ENGLISH = Texts(
    language="en",
    title="Ask your documents",
    one_document="Answers come from “{title}”, with the passages they rest on.",
    many_documents="Answers come from {count} documents, with the passages they rest on.",
    loading="Loading the model…",
    ready="Ready",
    unavailable="Not available",
    question="Your question",
    placeholder="Ask a question…",
    send="Send",
    stop="Stop",
    clear="New conversation",
    hint="Enter sends, Shift + Enter adds a line",
    examples="For example",
    example_one=(
        "What is the document about?",
        "What does the document report as new?",
        "Which places does the document mention?",
    ),
    example_many=(
        "What is “{title}” about?",
        "What does “{title}” report as new?",
        "Which places does “{title}” mention?",
    ),
    you="You asked",
    reply="Answer",
    waiting="The model is still loading. Your answer follows.",
    searching="Searching the documents…",
    reading_one="Reading one passage…",
    reading_many="Reading {count} passages…",
    queue_one="1 question before yours…",
    queue_many="{count} questions before yours…",
    quoted="In the documents:",
    wording="Wording the answer…",
    stopped="Stopped.",
    failed="This question could not be answered.",
    unexpected="Something unexpected went wrong. Please try again; the log says more.",
    no_claim={
        DeclineReason.NOT_COVERED: "Not in the documents",
        DeclineReason.DETAIL_MISSING: "Closest passage",
        DeclineReason.CONTRADICTED: "Not as the question assumes",
        DeclineReason.NOT_A_QUESTION: "Not a question about the documents",
    },
    sources="Sources",
    why="How it came about",
    show_source="Source {marker}",
    page="page {page}",
    copy="Copy",
    copied="Copied",
    not_copied="Not copied",
    retry="Try again",
    seconds="{seconds} s",
    decimal_mark=".",
    date="{day} {month} {year}",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    problems={},
)

FRENCH = Texts(
    language="fr",
    title="Interrogez vos documents",
    one_document="Les réponses viennent de «\u00a0{title}\u00a0», avec les passages qui les fondent.",
    many_documents="Les réponses viennent de {count} documents, avec les passages qui les fondent.",
    loading="Chargement du modèle…",
    ready="Prêt",
    unavailable="Indisponible",
    question="Votre question",
    placeholder="Posez une question…",
    send="Envoyer",
    stop="Arrêter",
    clear="Nouvelle conversation",
    hint="Entrée envoie, Maj + Entrée va à la ligne",
    examples="Par exemple",
    example_one=(
        "De quoi parle le document\u00a0?",
        "Quelles nouveautés le document annonce-t-il\u00a0?",
        "Quels lieux le document mentionne-t-il\u00a0?",
    ),
    example_many=(
        "De quoi parle «\u00a0{title}\u00a0»\u00a0?",
        "Quelles nouveautés annonce «\u00a0{title}\u00a0»\u00a0?",
        "Quels lieux mentionne «\u00a0{title}\u00a0»\u00a0?",
    ),
    you="Votre question",
    reply="Réponse",
    waiting="Le modèle se charge encore. La réponse suivra.",
    searching="Recherche dans les documents…",
    reading_one="Lecture d’un passage…",
    reading_many="Lecture de {count} passages…",
    queue_one="1 question avant la vôtre…",
    queue_many="{count} questions avant la vôtre…",
    quoted="Dans les documents\u00a0:",
    wording="Rédaction de la réponse…",
    stopped="Arrêté.",
    failed="Cette question n’a pas pu recevoir de réponse.",
    unexpected="Une erreur inattendue s’est produite. Réessayez\u00a0; le journal en dit plus.",
    no_claim={
        DeclineReason.NOT_COVERED: "Absent des documents",
        DeclineReason.DETAIL_MISSING: "Passage le plus proche",
        DeclineReason.CONTRADICTED: "Autre chose que ce que suppose la question",
        DeclineReason.NOT_A_QUESTION: "Pas une question sur les documents",
    },
    sources="Sources",
    why="Comment on y est arrivé",
    show_source="Source {marker}",
    page="page {page}",
    copy="Copier",
    copied="Copié",
    not_copied="Copie impossible",
    retry="Réessayer",
    seconds="{seconds} s",
    decimal_mark=",",
    date="{day} {month} {year}",
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    problems={
        "QuestionError": "La question doit contenir du texte, {limit} caractères au plus. Modifiez-la et renvoyez-la.",
        "ModelNotFoundError": "Le modèle n’est pas sur cette machine. Commande à exécuter\u00a0: {command}.",
        "ModelDamagedError": "Le fichier du modèle est endommagé. Commande à exécuter\u00a0: {command}.",
        "ChatUnreachableError": "Le serveur du modèle est injoignable. Vérifiez qu’il tourne, "
        "ainsi que ASSISTANT_CHAT_BASE_URL.",
        "ChatTimeoutError": "Le modèle n’a pas répondu à temps. Reposez la question, "
        "ou augmentez ASSISTANT_CHAT_TIMEOUT_S.",
        "ChatNonsenseError": "Le serveur du modèle a donné une réponse incompréhensible. "
        "Vérifiez ASSISTANT_CHAT_BASE_URL, qui finit le plus souvent par /v1.",
        "IndexNotFoundError": "Les documents n’ont pas encore été indexés. Commande à exécuter\u00a0: {command}.",
        "IndexDamagedError": "L’index des documents est endommagé. Commande à exécuter\u00a0: {command}.",
        "IndexMismatchError": "L’index a été construit avec d’autres réglages. Commande à exécuter\u00a0: {command}.",
        "StaleSourceError": "Un document a changé ou disparu depuis son indexation. "
        "Commande à exécuter\u00a0: {command}.",
    },
)

GERMAN = Texts(
    language="de",
    title="Fragen Sie Ihre Dokumente",
    one_document="Die Antworten kommen aus „{title}“, mit den Stellen, auf denen sie beruhen.",
    many_documents="Die Antworten kommen aus {count} Dokumenten, mit den Stellen, auf denen sie beruhen.",
    loading="Das Modell wird geladen…",
    ready="Bereit",
    unavailable="Nicht verfügbar",
    question="Ihre Frage",
    placeholder="Stellen Sie eine Frage…",
    send="Senden",
    stop="Anhalten",
    clear="Neues Gespräch",
    hint="Enter sendet, Umschalt + Enter neue Zeile",
    examples="Zum Beispiel",
    example_one=(
        "Worum geht es im Dokument?",
        "Welche Neuigkeiten nennt das Dokument?",
        "Welche Orte nennt das Dokument?",
    ),
    example_many=(
        "Worum geht es in „{title}“?",
        "Welche Neuigkeiten nennt „{title}“?",
        "Welche Orte nennt „{title}“?",
    ),
    you="Ihre Frage",
    reply="Antwort",
    waiting="Das Modell wird noch geladen. Die Antwort folgt.",
    searching="Die Dokumente werden durchsucht…",
    reading_one="Eine Textstelle wird gelesen…",
    reading_many="{count} Textstellen werden gelesen…",
    queue_one="1 Frage vor Ihrer…",
    queue_many="{count} Fragen vor Ihrer…",
    quoted="In den Dokumenten:",
    wording="Die Antwort wird formuliert…",
    stopped="Angehalten.",
    failed="Diese Frage konnte nicht beantwortet werden.",
    unexpected="Etwas Unerwartetes ist schiefgegangen. Versuchen Sie es noch einmal; mehr steht im Protokoll.",
    no_claim={
        DeclineReason.NOT_COVERED: "Nicht in den Dokumenten",
        DeclineReason.DETAIL_MISSING: "Nächstliegende Stelle",
        DeclineReason.CONTRADICTED: "Anders, als die Frage voraussetzt",
        DeclineReason.NOT_A_QUESTION: "Keine Frage zu den Dokumenten",
    },
    sources="Quellen",
    why="Wie es dazu kam",
    show_source="Quelle {marker}",
    page="Seite {page}",
    copy="Kopieren",
    copied="Kopiert",
    not_copied="Nicht kopiert",
    retry="Noch einmal",
    seconds="{seconds} s",
    decimal_mark=",",
    date="{day}. {month} {year}",
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    problems={
        "QuestionError": "Die Frage muss Text enthalten, höchstens {limit} Zeichen. Ändern Sie sie und fragen Sie neu.",
        "ModelNotFoundError": "Das Modell ist nicht auf diesem Rechner. Auszuführender Befehl: {command}.",
        "ModelDamagedError": "Die Datei des Modells ist beschädigt. Auszuführender Befehl: {command}.",
        "ChatUnreachableError": "Der Server des Modells ist nicht erreichbar. Prüfen Sie, ob er läuft, "
        "und ASSISTANT_CHAT_BASE_URL.",
        "ChatTimeoutError": "Das Modell hat nicht rechtzeitig geantwortet. Fragen Sie noch einmal, "
        "oder erhöhen Sie ASSISTANT_CHAT_TIMEOUT_S.",
        "ChatNonsenseError": "Der Server des Modells hat Unverständliches geantwortet. "
        "Prüfen Sie ASSISTANT_CHAT_BASE_URL, die meist auf /v1 endet.",
        "IndexNotFoundError": "Die Dokumente sind noch nicht indiziert. Auszuführender Befehl: {command}.",
        "IndexDamagedError": "Der Index der Dokumente ist beschädigt. Auszuführender Befehl: {command}.",
        "IndexMismatchError": "Der Index wurde mit anderen Einstellungen gebaut. Auszuführender Befehl: {command}.",
        "StaleSourceError": "Ein Dokument wurde seit der Indizierung geändert oder entfernt. "
        "Auszuführender Befehl: {command}.",
    },
)

ALL = {texts.language: texts for texts in (ENGLISH, FRENCH, GERMAN)}


def for_browser(accept_language: str | None) -> Texts:
    """The words in the reader's most wanted language, by the HTTP header Accept-Language; English where none fits."""
    wanted: list[tuple[float, str]] = []
    for entry in (accept_language or "").split(","):
        tag, _, quality = entry.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        wanted.append((weight, tag.strip().lower().partition("-")[0]))
    known = [(weight, language) for weight, language in wanted if language in ALL and weight > 0]
    return ALL[max(known, key=lambda pair: pair[0])[1]] if known else ENGLISH


def number(texts: Texts, value: float) -> str:
    """With one decimal, as the language writes it."""
    return f"{value:.1f}".replace(".", texts.decimal_mark)


def problem(texts: Texts, kind: str, fix: str) -> str | None:
    """What went wrong and what to do next, with the commands of `fix` as they stand there; None where only the error's
    own English words tell it.
    """
    template = texts.problems.get(kind)
    command = ", ".join(_COMMAND.findall(fix))
    if template is None or ("{command}" in template and not command):
        return None
    return template.format(command=command, limit=MAX_QUESTION_CHARS)


def date(texts: Texts, iso: str) -> str:
    """A date YYYY-MM-DD in words; anything else as it is."""
    try:
        day = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return texts.date.format(day=day.day, month=texts.months[day.month - 1], year=day.year)
