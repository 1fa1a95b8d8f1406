"""Sentences of passages, and what is near them."""

from pathlib import Path

from assistant import evidence, sources

from .answering_fakes import indexed


def test_a_sentence_that_stands_twice_is_read_where_it_stands(tmp_path: Path) -> None:
    letters = {
        "a.txt": "Norrport has a mill. The town was founded in 1821.\n",
        "b.txt": "Solvig has a harbour. The town was founded in 1821.\n",
    }
    with indexed(tmp_path, letters) as opened:
        passages = evidence.whole(opened.document(document.source) for document in opened.documents)
        twice = [each for each in sources.candidates(opened, passages, "town") if each.text.startswith("The town")]
        told = {sources.in_context(opened, passages, each, "When was it, Tarn, founded?") for each in twice}
    assert told == {text.strip() for text in letters.values()}
