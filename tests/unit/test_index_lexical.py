"""Keywords: folding, stemming, scores that fade across languages."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamagedError
from index.lexical import LexicalIndex
from index.remedy import Remedy
from index.words import fold, stems, words

TEXTS = (
    "Les hôpitaux de Berlin coopèrent avec une société.",
    "Das Krankenhaus in Berlin arbeitet mit einer Firma.",
    "The summit was held in the city hall.",
    "Le sommet se tient à l'hôtel de ville.",
)
LANGUAGES = ("fr", "de", "en", "fr")
REMEDY = Remedy(Path("index"))


@pytest.fixture
def index() -> LexicalIndex:
    return LexicalIndex.from_texts(TEXTS, LANGUAGES)


def best(index: LexicalIndex, query: str) -> int:
    return int(index.scores(query).argmax())


def test_folding() -> None:
    assert fold("L’Hôpital ŒUVRE Straße e\u0301") == "l’hopital œuvre strasse e"
    assert words("l'IA, 2,5 %") == ["l", "ia", "2", "5"]


def test_characters_stand_for_words_where_words_are_not_parted() -> None:
    assert words("東京は SAP社") == ["東", "京", "は", "sap社"]


def test_stems_follow_the_language() -> None:
    assert stems("les sociétés", "fr") == ["le", "societ"]
    assert stems("companies", "en") == ["compani"]
    assert stems("companies", None) == stems("companies", "xx") == ["companies"]


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("HOPITAUX cooperent", 0),
        ("Krankenhäuser", 1),
        ("summits", 2),
        ("l'hotel de ville", 3),
    ],
)
def test_case_accents_and_endings_do_not_matter(index: LexicalIndex, query: str, position: int) -> None:
    assert best(index, query) == position


@pytest.mark.parametrize(("query", "position"), [("hopitla", 0), ("Krankenhuas", 1), ("sumit", 2), ("le someet", 3)])
def test_typing_errors_cost_little(index: LexicalIndex, query: str, position: int) -> None:
    assert best(index, query) == position


def test_short_words_are_not_guessed_at(index: LexicalIndex) -> None:
    assert not index.scores("cty").any()


def test_a_word_as_it_stands_beats_one_like_it(index: LexicalIndex) -> None:
    assert index.scores("sommet")[3] > index.scores("someet")[3] > 0


def test_scores_lie_between_0_and_1(index: LexicalIndex) -> None:
    for query in ("Berlin", "sommet hôtel ville", "le le le le"):
        scores = index.scores(query)
        assert scores.shape == (len(TEXTS),)
        assert 0 < scores.max() <= 1
        assert scores.min() >= 0


def test_a_query_in_another_language_scores_low(index: LexicalIndex) -> None:
    assert index.scores("Wo findet der Gipfel in Berlin statt?")[0] < 0.5 * index.scores("sommet hôtel ville")[3]


@pytest.mark.parametrize("query", ["", "?!", "xyzzy"])
def test_nothing_known(index: LexicalIndex, query: str) -> None:
    assert not index.scores(query).any()


def test_idf(index: LexicalIndex) -> None:
    assert index.idf("xyzzy") > index.idf("sommets") > 0
    assert index.idf("!") == 0
    assert index.idf("Société") == index.idf("societe")


def test_texts_without_words() -> None:
    index = LexicalIndex.from_texts(["!!!", "—"], ["fr", None])
    assert not index.scores("mot").any()


def test_saved_and_loaded(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "keywords")
    loaded = LexicalIndex.load(tmp_path / "keywords", LANGUAGES, REMEDY)
    for query in ("Berlin", "sommet hôtel", "xyzzy"):
        assert np.array_equal(loaded.scores(query), index.scores(query))
    assert loaded.idf("sommet") == index.idf("sommet")


def test_a_damaged_file(index: LexicalIndex, tmp_path: Path) -> None:
    folder = tmp_path / "keywords"
    index.save(folder)
    for path in folder.iterdir():
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(IndexDamagedError, match="up to date"):
            LexicalIndex.load(folder, LANGUAGES, REMEDY)
        path.write_bytes(whole)


def test_of_other_texts(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "keywords")
    with pytest.raises(IndexDamagedError, match="up to date"):
        LexicalIndex.load(tmp_path / "keywords", LANGUAGES[:-1], REMEDY)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="up to date"):
        LexicalIndex.load(tmp_path / "nothing", LANGUAGES, REMEDY)
