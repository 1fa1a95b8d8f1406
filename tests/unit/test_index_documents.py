"""Folders and files, good and bad."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.chunking import ChunkingParams
from index.documents import TextFile, as_document, decode, list_files, read_bytes, read_text
from index.errors import (
    BinaryFileError,
    CorpusError,
    EmptyFolderError,
    EncodingError,
    FolderNotFoundError,
    UnreadableFileError,
)
from index.reading import changes, prepare, read_folder

FRENCH = "L’été dernier, près de la forêt, « Zoë » a payé 5 € à l’hôtel ; l’œuvre était déjà là. Où étiez-vous ?\n"


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Un texte.", encoding="utf-8")


def test_files_are_found_at_any_depth_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/c.md", "a/d.TXT", "e.pdf", "no_suffix", "ü/é.md")
    files = list_files(tmp_path)
    assert files.documents == ("a/c.md", "a/d.TXT", "b.txt", "ü/é.md")
    assert files.ignored == ("e.pdf", "no_suffix")


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.txt", ".git/config.txt", "a.txt")
    assert list_files(tmp_path).documents == ("a.txt",)
    assert list_files(tmp_path).ignored == ()


def test_a_hidden_folder_can_be_the_corpus_itself(tmp_path: Path) -> None:
    write(tmp_path, ".notes/a.txt")
    assert list_files(tmp_path / ".notes").documents == ("a.txt",)


def test_links_are_followed_within_the_folder_only(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.txt", "corpus/real/a.txt")
    corpus = tmp_path / "corpus"
    (corpus / "inside").symlink_to(corpus / "real")
    (corpus / "leaving").symlink_to(tmp_path / "outside")
    (corpus / "leaving.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (corpus / "real" / "loop").symlink_to(corpus)
    (corpus / "dangling.txt").symlink_to(corpus / "nothing.txt")
    assert list_files(corpus).documents == ("inside/a.txt",)


def test_a_linked_corpus_is_read(tmp_path: Path) -> None:
    write(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert list_files(tmp_path / "link").documents == ("a.txt",)


def test_a_link_to_itself_leads_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert list_files(tmp_path).documents == ("a.txt",)
    with pytest.raises(FolderNotFoundError):
        list_files(tmp_path / "loop.txt")


@pytest.mark.parametrize("name", [b"\xe9t\xe9.txt", b"\xe9t\xe9/a.txt"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, name: bytes) -> None:
    write(tmp_path, os.fsdecode(name))
    with pytest.raises(UnreadableFileError, match=r"�t�.*Rename it"):
        list_files(tmp_path)


def test_a_file_of_another_kind_may_have_any_name(tmp_path: Path) -> None:
    write(tmp_path, os.fsdecode(b"\xe9.pdf"))
    assert list_files(tmp_path).ignored == (os.fsdecode(b"\xe9.pdf"),)


def test_the_index_is_no_document(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "index/texts/a.txt", "other/texts/b.txt")
    assert list_files(tmp_path, tmp_path / "index").documents == ("a.txt", "other/texts/b.txt")
    (tmp_path / "link").symlink_to(tmp_path / "index")
    assert list_files(tmp_path, tmp_path / "link").documents == ("a.txt", "other/texts/b.txt")
    with pytest.raises(CorpusError, match="--index-dir"):
        list_files(tmp_path, tmp_path)


class CountingName(str):
    """Counts how often names are looked at for being the same."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        CountingName.compared += 1
        return str.__eq__(self, other)


def test_no_file_is_looked_up_among_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some ten thousand, that takes minutes."""
    names = [CountingName(f"{n}.{suffix}") for n in range(500) for suffix in ("txt", "pdf")]
    paths = [SimpleNamespace(relative_to=lambda _, name=name: SimpleNamespace(as_posix=lambda: name)) for name in names]
    monkeypatch.setattr("index.documents._walk", lambda *_: iter(paths))
    monkeypatch.setattr(CountingName, "compared", 0)
    files = list_files(tmp_path)
    assert CountingName.compared <= 10 * len(names)
    assert len(files.documents) == len(files.ignored) == 500


def test_a_pipe_is_no_document(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert list_files(tmp_path).documents == ("a.txt",)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderNotFoundError, match="does not exist"):
        list_files(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(FolderNotFoundError, match="is not a folder"):
        list_files(tmp_path / "a.txt")


def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()  # as root, permissions forbid nothing
    with pytest.raises(UnreadableFileError, match=r"a\.txt cannot be read"):
        read_bytes(tmp_path, "a.txt")


# --- decoding ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode("a.txt", FRENCH.encode(encoding)) == FRENCH


def test_latin_1() -> None:
    text = "Un café près de la forêt où l'été était déjà passé, à l'hôtel.\n"
    assert decode("a.txt", text.encode("latin-1")) == text


@pytest.mark.parametrize("text", ["100 €", "ÅÄÖ åäö", "20 °C – 25 °C", "«\u00a0Là\u00a0!\u00a0»"])
def test_a_few_words_in_windows_1252(text: str) -> None:
    assert decode("a.txt", text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "text",
    [
        "Işık ve gölge, ağaçların altında oynayan çocuklar gibiydi.",
        "Toplantı yarın sabah saat dokuzda başlayacak ve akşama kadar sürecek. Herkesin kayıt olması gerekiyor.",
    ],
)
def test_turkish(text: str) -> None:
    assert decode("a.txt", text.encode("cp1254")) == text


@pytest.mark.parametrize("text", ["Þórður á Íslandi býr í húsinu og hún er góð.", "Kísilóður þýðir eitthvað."])
def test_icelandic_is_not_taken_for_turkish(text: str) -> None:
    assert decode("a.txt", text.encode("cp1252")) == text


def test_line_ends_are_kept() -> None:
    assert decode("a.txt", b"a\r\nb\rc\nd") == "a\r\nb\rc\nd"


@pytest.mark.parametrize(
    "content",
    [
        b"a\0b",
        b"\x01\x02\x03\x04abc",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "abc".encode("utf-16-le"),
        "abc".encode("utf-32"),
    ],
)
def test_binary(content: bytes) -> None:
    with pytest.raises(BinaryFileError, match=r"a\.txt is binary"):
        decode("a.txt", content)


def test_half_a_character_of_utf_16() -> None:
    with pytest.raises(EncodingError, match="UTF-16"):
        decode("a.txt", "Été".encode("utf-16")[:-1])


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(0x80, 0x100)) * 4,
        "これは日本語の文章です。とても長い文章です。".encode("shift_jis"),
        "これは".encode("shift_jis"),
        "Это мир".encode("cp1251"),
        "Zażółć".encode("cp1250"),
    ],
)
def test_no_plausible_encoding(content: bytes) -> None:
    with pytest.raises(EncodingError, match="neither UTF-8 nor"):
        decode("a.txt", content)


# --- documents ---


def test_a_document(tmp_path: Path) -> None:
    content = "\ufeffLe sommet numérique\r\n\r\nPublié le 3 mars 2024\r\n\r\nLe sommet a eu lieu à Berlin.\r\n".encode()
    (tmp_path / "a.txt").write_bytes(content)
    document = as_document("a.txt", read_text(tmp_path, "a.txt"))
    assert document.text.startswith("Le sommet numérique\r\n")
    assert (document.title, document.date, document.language) == ("Le sommet numérique", "2024-03-03", "fr")


# --- folders ---


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", "\u00a0".encode()])
def test_a_blank_file_is_no_document(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "blank.txt").write_bytes(content)
    with pytest.raises(EmptyFolderError):
        read_folder(tmp_path, tmp_path / "index")
    write(tmp_path, "a.txt")
    folder = read_folder(tmp_path, tmp_path / "index")
    assert (list(folder.files), folder.blank) == (["a.txt"], ("blank.txt",))


def test_changes_since_a_folder_was_indexed(tmp_path: Path) -> None:
    write(tmp_path, "changed.txt", "removed.txt", "unchanged.txt")
    indexed = [item.record for item in prepare(read_folder(tmp_path, tmp_path / "index"), (), ChunkingParams())]
    write(tmp_path, "added.txt")
    (tmp_path / "removed.txt").unlink()
    (tmp_path / "changed.txt").write_text("Un autre texte.", encoding="utf-8")
    (tmp_path / "blank.txt").write_bytes(b"\xef\xbb\xbf")
    found = changes(read_folder(tmp_path, tmp_path / "index"), indexed)
    assert (found.added, found.changed) == (("added.txt",), ("changed.txt",))
    assert (found.unchanged, found.removed) == (("unchanged.txt",), ("removed.txt",))


def test_what_is_known_of_unchanged_files_is_kept(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    folder = read_folder(tmp_path, tmp_path / "index")
    (first,) = prepare(folder, (), ChunkingParams())
    (second,) = prepare(folder, [first.record], ChunkingParams())
    assert second.record is first.record
    assert folder.files["a.txt"] == TextFile("Un texte.", first.record.info.sha256)


def test_all_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "fine.txt").write_text("The ferry left at noon.")
    for number in range(7):
        (tmp_path / f"{number}.txt").write_bytes(b"\0")
    with pytest.raises(BinaryFileError, match=r"0\.txt is binary.*4\.txt is binary.*and 2 more") as caught:
        read_folder(tmp_path, tmp_path / "index")
    assert "5.txt" not in str(caught.value)
    assert "nothing was indexed" in caught.value.fix
