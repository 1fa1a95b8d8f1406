"""Titles and dates that documents give themselves."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from index import metadata
from index.metadata import read_metadata

BODY = "\n\nLe texte commence ici, et il est assez long pour ne pas être un titre."


@pytest.mark.parametrize(
    ("source", "text", "title"),
    [
        ("a.txt", "Un titre\n\nUn texte.", "Un titre"),
        ("a.txt", "\n\n  Un titre  \r\n\r\nUn texte.", "Un titre"),
        ("a.txt", "Une phrase.\nEt la suite.", "a"),
        ("dir/notes.v2.txt", "Une seule ligne", "notes.v2"),
        ("a.txt", "Une seule ligne\n", "a"),
        ("a.txt", "Le bac a porté 42 barils de sel.\n\nSon capitaine aussi.\n", "a"),
        ("a.txt", "Il a dit : « Le bac est parti. »\n\nEt il est parti.\n", "a"),
        ("a.txt", "渡船运来四十二桶盐。\n\n船长也来了。\n", "a"),
        ("a.txt", "Le bac est-il parti sans sel ?\n\nNon.\n", "Le bac est-il parti sans sel ?"),
        ("a.txt", "Le rapport annuel de Sel et Cie.\n\nUn texte.\n", "Le rapport annuel de Sel et Cie."),
        ("a.txt", "Sel et Cie.\n\nUn texte.\n", "Sel et Cie."),
        ("a.txt", "mot " * 100 + "\n\nUn texte.", "a"),
        ("a.md", "Préambule.\n\n## Le titre ##\n\nUn texte.", "Le titre"),
        ("a.txt", "# 1 argument\n\nUn texte.", "# 1 argument"),
        ("a.md", "---\ntitle: Le  titre\n---\n# Autre\n", "Le titre"),
        ("a.md", "---\ntitle: [1, 2]\n---\n# Autre\n", "Autre"),
        ("a.md", "---\n: : [\n---\n# Autre\n", "Autre"),
        ("a.md", "---\nseulement un trait\n---\n\n# Autre\n", "Autre"),
        ("a.md", "# #\n\n# Le titre\n", "Le titre"),
    ],
)
def test_title(source: str, text: str, title: str) -> None:
    assert read_metadata(source, text, "fr").title == title


@pytest.mark.parametrize("scalar", ["!!bool maybe", "!!int ''", "!!timestamp x", "!!float ''", "2025-13-45"])
def test_front_matter_that_yaml_cannot_make_sense_of_is_text(scalar: str) -> None:
    assert read_metadata("a.md", f"---\ntitle: Un titre\nodd: {scalar}\n---\n# Autre\n", "fr").title == "Autre"


@pytest.mark.parametrize("matter", ["---\ntitle: {0}\n---\nTexte.", "# {0}\n\nTexte."])
def test_a_long_title_is_cut_at_a_word(matter: str) -> None:
    title = read_metadata("a.md", matter.format("mot " * 3_000), "fr").title
    assert title == " ".join(["mot"] * 50)
    assert read_metadata("a.md", matter.format("m" * 3_000), "fr").title == "m" * 200


@pytest.mark.parametrize("line", ["# x" + " #" * 100_000 + "x", "18.11.2025" + " " * 200_000 + "x"])
def test_no_pattern_sees_the_whole_of_a_long_line(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """It would try every split of it, which takes minutes."""
    lengths: dict[str, int] = {}

    def measure(name: str) -> Callable[[str], None]:
        return lambda text: lengths.update({name: len(text)})

    for name in ("_HEADING", "_DATE_LINE", "_DATELINE"):
        monkeypatch.setattr(metadata, name, SimpleNamespace(match=measure(name), fullmatch=measure(name)))
    read_metadata("a.md", line, "fr")
    assert lengths.keys() == {"_HEADING", "_DATE_LINE", "_DATELINE"}
    assert max(lengths.values()) <= 1_000


@pytest.mark.parametrize(
    ("line", "language", "date"),
    [
        ("Publié le 18 novembre 2025", "fr", "2025-11-18"),
        ("Mis à jour le 03/02/2025 à 10h15", "fr", "2025-02-03"),
        ("Par Jean Dupont, le 1er mars 2024", "fr", "2024-03-01"),
        ("18 November 2025", "en", "2025-11-18"),
        ("November 18, 2025", "en", "2025-11-18"),
        ("Updated: Nov. 18th, 2025", "en", "2025-11-18"),
        ("Published on Tuesday, 18 November 2025 at 10:15", "en", "2025-11-18"),
        ("18.11.2025", "de", "2025-11-18"),
        ("Stand: 18.11.2025, 10:15 Uhr", "de", "2025-11-18"),
        ("Veröffentlicht am 18. November 2025", "de", "2025-11-18"),
        ("Publicado el 18 de noviembre de 2025", "es", "2025-11-18"),
        ("2025-11-18", None, "2025-11-18"),
        ("*18 novembre 2025*", "fr", "2025-11-18"),
        ("Berlin, 18 November 2025 – The summit has begun, and it goes on for a long time.", "en", "2025-11-18"),
        ("Berlin, den 18. November 2025 – Der Gipfel hat begonnen.", "de", "2025-11-18"),
        ("Berlin (AFP), 18 novembre 2025 — Le sommet a commencé.", "fr", "2025-11-18"),
    ],
)
def test_stated_date(line: str, language: str | None, date: str) -> None:
    assert read_metadata("a.txt", f"Un titre\n\n{line}{BODY}", language).date == date


@pytest.mark.parametrize(
    "line",
    [
        "L'accord a été signé le 18 novembre 2025.",
        "Le sommet du 18 novembre 2025",
        "Budget 2025",
        "Depuis 2021, l'entreprise construit des drones – et elle grandit.",
        "Le 18 novembre 2025, le sommet a commencé.",
        "31.02.2025",
        "18 novembre",
        "Version 18.11.2025.3",
        "La réunion, 18 novembre 2025, a duré deux heures.",
    ],
)
def test_no_date_is_taken_from_elsewhere(line: str) -> None:
    assert read_metadata("a.txt", f"Un titre\n\n{line}{BODY}", "fr").date is None


def test_a_date_far_down_is_not_the_documents() -> None:
    assert read_metadata("a.txt", "Un titre\n\n" + "Ligne.\n" * 60 + "18 novembre 2025\n", "fr").date is None


@pytest.mark.parametrize("value", ["2025-11-18", "2025-11-18T10:15:00", "18 novembre 2025", '"18/11/2025"'])
def test_date_of_front_matter(value: str) -> None:
    assert read_metadata("a.md", f"---\ndate: {value}\n---\nTexte.", "fr").date == "2025-11-18"
