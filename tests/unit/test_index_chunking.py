"""Chunks: exact offsets, whole sentences, bounded size."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.chunking import ChunkingParams, chunk_document, segment
from index.types import Chunk, Document, Span

PARAMS = ChunkingParams()
SMALL = ChunkingParams(target=60, maximum=90, short=15)


def document(text: str, language: str | None = "fr") -> Document:
    return Document(source="a.txt", text=text, sha256="0", title="a", date=None, language=language)


def chunk(text: str, params: ChunkingParams = PARAMS, language: str | None = "fr") -> list[str]:
    return [c.text for c in chunk_document(document(text, language), params)]


def sentences(text: str, language: str | None) -> list[str]:
    return [text[s.start : s.end] for s in segment(text, Span(0, len(text)), language)]


def check_offsets(text: str, chunks: tuple[Chunk, ...], params: ChunkingParams) -> None:
    """Verbatim, in order, without overlap, bounded, and nothing but blanks between sentences."""
    position = 0
    for c in chunks:
        assert c.text == text[c.start : c.end]
        assert len(c.text.encode()) <= params.maximum
        assert (c.start, c.end) == (c.sentences[0].start, c.sentences[-1].end)
        for sentence in c.sentences:
            assert position <= sentence.start < sentence.end
            assert not text[position : sentence.start].strip()
            assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
            position = sentence.end
    assert not text[position:].strip()


PIECES = st.sampled_from(
    [
        *("Le sommet a eu lieu. ", "M. Dupont", "« Oui. Non. »", "2,5 milliards", "…", "?", "»", "漢字。", "a" * 50),
        *("\n", "\r\n", "\n\n", "\r\n \r\n", " ", "\t", "\u2028", "\x0b", "\x00"),
        *("# Titre\n", "- a\n", "1. b\n", "| a | b |\n", "```\n"),
        *("é", "e\u0301", "👨\u200d👩\u200d👧"),
    ]
)


@given(
    st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=300), st.sampled_from(["fr", "en", "de", "zh", None])
)
@example("", "fr")
@example(" \n\t", "fr")
def test_offsets_are_exact_and_nothing_is_lost(text: str, language: str | None) -> None:
    for params in (PARAMS, SMALL):
        check_offsets(text, chunk_document(document(text, language), params), params)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "\n" * 200_000,
        "😀" * 50_000,
        "e" + "\u0301" * 100_000,
        "Bonjour tout. Le monde.\r\n" * 5_000,
        "« a. " * 30_000,
        "." * 200_000,
        "a" + " " * 200_000 + "b",
        "# a\n" * 5_000,
    ],
    ids=["no space", "newlines", "emoji", "marks", "crlf", "open quotes", "dots", "blanks", "headings"],
)
def test_pathological_texts(text: str) -> None:
    check_offsets(text, chunk_document(document(text), PARAMS), PARAMS)


# --- chunks ---


def test_a_paragraph_up_to_the_target_is_one_chunk() -> None:
    first, second = "Le sommet a eu lieu à Berlin. " * 10, "Une alliance a été formée. " * 30
    assert chunk(f"{first}\n\n{second}\n") == [first.strip(), second.strip()]


def test_a_heading_goes_with_what_follows() -> None:
    paragraph = "Le sommet a eu lieu à Berlin, et une alliance y a été formée. " * 4
    assert chunk(f"{paragraph}\n\nUn titre\n\n\n{paragraph}") == [
        paragraph.strip(),
        f"Un titre\n\n\n{paragraph.strip()}",
    ]


def test_a_short_end_goes_with_what_precedes() -> None:
    paragraph = "Le sommet a eu lieu à Berlin, et une alliance y a été formée. " * 4
    assert chunk(f"{paragraph}\n\n(dpa)\n") == [f"{paragraph}\n\n(dpa)"]


def test_a_long_paragraph_is_split_between_sentences_into_like_parts() -> None:
    sentence = "Le sommet a eu lieu à Berlin, et une alliance y a été formée."
    parts = chunk(" ".join([sentence] * 50))
    assert all(part.startswith("Le sommet") and part.endswith("formée.") for part in parts)
    assert max(map(len, parts)) - min(map(len, parts)) <= 3 * len(sentence)


def test_a_monstrous_sentence_is_split_between_words() -> None:
    parts = chunk("mot " * 1_000)
    assert len(parts) > 2
    assert {word for part in parts for word in part.split()} == {"mot"}


def test_an_accent_stays_with_its_letter() -> None:
    assert all(part[0] == "e" for part in chunk("e\u0301" * 2_000))


def test_ids_depend_on_path_content_and_place_alone() -> None:
    one, again = (chunk_document(document("Un. Deux.\n\nTrois."), PARAMS) for _ in range(2))
    moved = chunk_document(Document("b.txt", "Un. Deux.\n\nTrois.", "0", "a", None, "fr"), PARAMS)
    changed = chunk_document(Document("a.txt", "Un. Deux.\n\nTrois.", "1", "a", None, "fr"), PARAMS)
    assert [c.id for c in one] == [c.id for c in again]
    assert len({c.id for c in (*one, *moved, *changed)}) == 3 * len(one)


# --- sentences ---


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Il vient, l'a annoncé. Les autres aussi.", "fr", ["Il vient, l'a annoncé.", "Les autres aussi."]),
        (
            "« Nous investirons », l'a annoncé M. Dupont. Les partenaires ont suivi.",
            "fr",
            ["« Nous investirons », l'a annoncé M. Dupont.", "Les partenaires ont suivi."],
        ),
        (
            "Un volume de 2,5 milliards d’euros. Mme Durand et le Dr. Petit ?",
            "fr",
            ["Un volume de 2,5 milliards d’euros.", "Mme Durand et le Dr. Petit ?"],
        ),
        (
            "Il a dit : « Oui. Nous irons. » Puis il partit.",
            "fr",
            ["Il a dit : « Oui. Nous irons. »", "Puis il partit."],
        ),
        (
            "Am 18. November 2025 kam Dr. Müller. Er blieb z. B. hier.",
            "de",
            ["Am 18. November 2025 kam Dr. Müller.", "Er blieb z. B. hier."],
        ),
        ("Mr. Smith paid $2.5 million. Why?", "en", ["Mr. Smith paid $2.5 million.", "Why?"]),
        ("Mr. Smith paid. Why?", None, ["Mr. Smith paid.", "Why?"]),
        (
            "Ada Ek, geb. Quist, fährt mit Kapt. Berg. Er lacht.",
            "de",
            ["Ada Ek, geb. Quist, fährt mit Kapt. Berg.", "Er lacht."],
        ),
        ("Le bac va à Ste. Anne. Il revient.", "fr", ["Le bac va à Ste. Anne.", "Il revient."]),
        ("Er kam. ...", "de", ["Er kam. ..."]),
    ],
)
def test_sentence_borders(text: str, language: str | None, expected: list[str]) -> None:
    assert sentences(text, language) == expected


def test_an_ordinal_before_a_name_ends_no_sentence() -> None:
    text = "Es war am 27. June um acht. Es waren 2021. Dann kam er."
    assert sentences(text, "de") == ["Es war am 27. June um acht.", "Es waren 2021.", "Dann kam er."]


def test_an_unknown_language_is_cut_like_english() -> None:
    assert sentences("Mr. Smith paid. Why?", "xx") == ["Mr. Smith paid.", "Why?"]


def test_a_title_without_markup_is_a_sentence_of_its_own() -> None:
    text = "Keys\nKeys are handed out by the secretary. They cost 25 euros.\n\nGuests\nA member may bring two guests."
    (whole,) = chunk_document(document(text, "en"), PARAMS)
    assert [text[s.start : s.end] for s in whole.sentences] == [
        *("Keys", "Keys are handed out by the secretary.", "They cost 25 euros."),
        *("Guests", "A member may bring two guests."),
    ]


@pytest.mark.parametrize("line", ["----", "==="])
def test_an_underlined_title_is_a_sentence_of_its_own(line: str) -> None:
    text = f"Keys and what they cost\n{line}\nKeys are handed out."
    (whole,) = chunk_document(document(text, "en"), PARAMS)
    assert [text[s.start : s.end] for s in whole.sentences] == [
        f"Keys and what they cost\n{line}",
        "Keys are handed out.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The ferry left Solvig at noon, as on\nMonday it always does.",
        "The ferry left at noon, as the\nNorrport ferry does.",
        "The ferry of\nthe harbour master leaves at noon, as on Monday it always does.",
        "Bound for Tarn,\nSolvig left at noon, as on Monday it always does.",
        "The ferry always crosses to\nNorrport and takes forty barrels of salt with it, and two horses.",
        "The old ferry has this spring been\nSolvig's, which takes forty barrels of salt and two horses.",
    ],
    ids=["wrapped", "no more room", "goes on", "a comma", "breaks off", "long"],
)
def test_a_wrapped_line_is_no_title(text: str) -> None:
    (whole,) = chunk_document(document(text, "en"), PARAMS)
    assert len(whole.sentences) == 1


def test_lines_without_a_sentence_have_no_title() -> None:
    (whole,) = chunk_document(document("Ada Lindqvist\nThe house behind the old harbour of Tarn", "en"), PARAMS)
    assert len(whole.sentences) == 1


def test_items_rows_and_headings_are_sentences_of_their_own() -> None:
    text = "# Titre\nUne liste :\n- un\n- deux, qui\n  continue\n1. trois\n2. quatre\n\n| a | b |\n| c | d |\n"
    (found,) = chunk_document(document(text), PARAMS)
    assert [text[s.start : s.end] for s in found.sentences] == [
        "# Titre",
        "Une liste :",
        "- un",
        "- deux, qui\n  continue",
        "1. trois",
        "2. quatre",
        "| a | b |",
        "| c | d |",
    ]


def test_a_wrapped_line_may_begin_with_a_number() -> None:
    text = "Der Gipfel begann am\n18. November 2025 in Berlin und\ndauerte lange."
    (found,) = chunk_document(document(text, "de"), PARAMS)
    assert [text[s.start : s.end] for s in found.sentences] == [text]
