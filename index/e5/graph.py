"""Weights -> an ONNX model of the encoder: the only onnx import.

Matrix products are in 8 bits. Weights have a scale for each column; activations one for each call, so a call takes one
text: in company, the others would change its vector. Where a few tokens have far larger activations than the others, in
the outer product of the feed-forward layers, each token is scaled by itself first.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from index.e5.weights import Weights

INPUT, OUTPUT = "embeddings", "mean"

_LEVELS, _ZERO = 127, 128
"""Unsigned: processors without VNNI add two products of signed weights in 16 bits, where full 8 bits overflow."""
_LEAST = 1e-6
"""No token is scaled by less."""
_CONTRIB = "com.microsoft"


def encoder(weights: Weights) -> bytes:
    """The model from a text's token embeddings, shape (1, tokens, width), to the mean of its last hidden states."""
    return _Graph(weights).model()


class _Graph:
    """Nodes and constants so far; each value is named by the node that makes it."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def model(self) -> bytes:
        width = self._weights.sizes.width
        state = self._normalised(INPUT, "emb.ln")
        for layer in range(self._weights.sizes.layers):
            state = self._layer(state, f"l{layer}")
        self._node("ReduceMean", [state, self._constant("axes", np.array([1]))], OUTPUT, keepdims=0)
        graph = helper.make_graph(
            self._nodes,
            "e5",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, "tokens", width])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, width])],
            self._constants,
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIB, 1)]
        return bytes(helper.make_model(graph, opset_imports=versions, ir_version=10).SerializeToString())

    def _layer(self, state: str, name: str) -> str:
        sizes = self._weights.sizes
        projected = self._product(state, [f"{name}.{part}" for part in "qkv"], f"{name}.qkv", sizes.width)
        lengths = self._constant(f"{name}.lengths", np.array([sizes.width] * 3))
        parts = [f"{name}.query", f"{name}.key", f"{name}.value"]
        self._nodes.append(helper.make_node("Split", [projected, lengths], parts, axis=-1))
        context = self._node("MultiHeadAttention", parts, f"{name}.context", _CONTRIB, num_heads=sizes.heads)
        attended = self._product(context, [f"{name}.ao"], f"{name}.attended", sizes.width)
        state = self._normalised(self._node("Add", [state, attended], f"{name}.first"), f"{name}.aln")
        inner = self._product(state, [f"{name}.fi"], f"{name}.inner", sizes.width)
        inner = self._node("Gelu", [inner], f"{name}.gelu", _CONTRIB)
        outer = self._product_by_token(inner, f"{name}.fo", f"{name}.outer", 4 * sizes.width)
        return self._normalised(self._node("Add", [state, outer], f"{name}.second"), f"{name}.oln")

    def _product_by_token(self, value: str, tensor: str, name: str, columns: int) -> str:
        """As `_product`, with the value's rows scaled to 1 before, and back after."""
        magnitudes = self._node("Abs", [value], f"{name}.magnitudes")
        largest = self._node("ReduceMax", [magnitudes, self._constant(f"{name}.axes", np.array([-1]))], f"{name}.max")
        scales = self._node("Max", [largest, self._constant(f"{name}.least", np.float32(_LEAST))], f"{name}.tokens")
        scaled = self._node("Div", [value, scales], f"{name}.scaled")
        product = self._product(scaled, [tensor], f"{name}.product", columns, biased=False)
        biases = self._constant(f"{name}.biases", self._weights.floats(f"{tensor}.b"))
        return self._node("Add", [self._node("Mul", [product, scales], f"{name}.rescaled"), biases], name)

    def _product(self, value: str, tensors: Sequence[str], name: str, columns: int, *, biased: bool = True) -> str:
        """The value times the tensors' weights side by side, plus their biases."""
        weights = np.concatenate([self._weights.rows(f"{tensor}.w", columns) for tensor in tensors])
        scales = np.abs(weights).max(axis=1) / _LEVELS
        constants: dict[str, NDArray[Any]] = {
            "weights": (np.rint(weights / scales[:, np.newaxis]) + _ZERO).astype(np.uint8).T,
            "scales": scales,
            "zeros": np.full(len(scales), _ZERO, np.uint8),
        }
        if biased:
            constants["biases"] = np.concatenate([self._weights.floats(f"{tensor}.b") for tensor in tensors])
        inputs = [value, *(self._constant(f"{name}.{kind}", array) for kind, array in constants.items())]
        return self._node("DynamicQuantizeMatMul", inputs, name, _CONTRIB)

    def _normalised(self, value: str, name: str) -> str:
        inputs = [value, *(self._constant(f"{name}.{kind}", self._weights.floats(f"{name}.{kind}")) for kind in "wb")]
        return self._node("LayerNormalization", inputs, f"{name}.normalised", epsilon=self._weights.sizes.epsilon)

    def _constant(self, name: str, array: Any) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output
