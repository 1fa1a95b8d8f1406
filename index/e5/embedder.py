"""Texts -> vectors by the embedded model: the only onnxruntime import."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import accumulate

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from index.cores import physical_cores
from index.e5.graph import INPUT, OUTPUT, encoder
from index.e5.tokens import Tokenizer
from index.e5.weights import Weights, weights_file

onnxruntime.disable_telemetry_events()  # on Windows; elsewhere index/__init__.py sees to it, before this is loaded

_QUERY, _DOCUMENT = "query: ", "passage: "


class E5Model:
    """Texts, one at least, -> vectors of length 1. A text's is the same alone and in company, to the last bit."""

    def __init__(self) -> None:
        """Takes some tenths of a second. Raises ImportError, OSError, and ValueError where the weights are damaged."""
        self._weights = Weights(weights_file())
        vocabulary = self._weights.vocabulary
        self._frame = (vocabulary.start, vocabulary.end)
        self._tokenizer = Tokenizer(vocabulary)
        self._positions = self._weights.floats("emb.pos").reshape(-1, self.dimension)
        self._positions += self._weights.floats("emb.type")[: self.dimension]
        self._cores = physical_cores()
        self._all_cores = _session(self._weights, self._cores)

    @property
    def dimension(self) -> int:
        return self._weights.sizes.width

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts, dimension)."""
        return self._embed([_QUERY + text for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts, dimension)."""
        return self._embed([_DOCUMENT + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A text of more tokens than the model takes gets the mean of its windows, weighted by their tokens."""
        length = len(self._positions) - len(self._frame)
        windows: list[list[int]] = []
        counts = []
        for text in texts:
            ids = self._tokenizer.ids(text)
            own = [ids[start : start + length] for start in range(0, len(ids), length)]
            windows += own
            counts.append(len(own))
        means = self._means(windows) * np.array([[len(window)] for window in windows], dtype=np.float32)
        vectors = np.add.reduceat(means, [0, *accumulate(counts[:-1])])
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def _means(self, windows: Sequence[list[int]]) -> NDArray[np.float32]:
        """A single window on all cores; many, each on a core of its own, the longest first."""
        if len(windows) == 1 or self._cores == 1:
            return np.concatenate([self._mean(self._all_cores, window) for window in windows])
        session = self._one_core
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i]))
        means = np.empty((len(windows), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._cores) as pool:
            found = pool.map(lambda i: self._mean(session, windows[i]), order)
            for i, mean in zip(order, found, strict=True):
                means[i] = mean[0]
        return means

    def _mean(self, session: onnxruntime.InferenceSession, window: list[int]) -> NDArray[np.float32]:
        start, end = self._frame
        ids = [start, *window, end]
        embeddings = self._weights.rows("emb.word", self.dimension, ids) + self._positions[: len(ids)]
        mean: NDArray[np.float32] = session.run([OUTPUT], {INPUT: embeddings[np.newaxis]})[0]
        return mean

    @cached_property
    def _one_core(self) -> onnxruntime.InferenceSession:
        """Loaded where many texts come: who only asks needs no second copy of the weights."""
        return _session(self._weights, 1)


def _session(weights: Weights, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # its fused norm is slower
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")  # no busy waiting between two texts
    return onnxruntime.InferenceSession(encoder(weights), options, providers=["CPUExecutionProvider"])
