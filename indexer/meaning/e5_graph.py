"""multilingual-e5-small as an ONNX graph: token ids in, unit vectors out.

Matrices are int8 with one scale per output, what they are applied to is rounded to eight bits with one
scale per token, the embedding table is four bits with one scale per 32 values (`GatherBlockQuantized`),
pooling and normalisation are part of the graph. 82 MB on disk; the operators are ONNX Runtime's own
(domain com.microsoft). A scale per token makes a text's vector the same whatever stands beside it in a
batch, and nearer to that of the float32 model (cosine .9995) than one scale for all (.997, and .998 to
itself in another batch), for 9 % more work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from indexer.meaning.e5_weights import BLOCK, DIMENSION, EPSILON, HEADS, LAYERS, E5Weights, Floats

_MICROSOFT = "com.microsoft"
_ROWS_AT_ONCE = 1 << 14


def onnx_model(weights: E5Weights) -> bytes:
    """The serialised graph. Inputs `input_ids`, `attention_mask` int64 [batch, length]; output float32 [batch, 384]."""
    graph = _Graph(weights.tensors)
    hidden = graph.embeddings()
    mask = graph.add("Cast", ["attention_mask"], to=TensorProto.INT32)
    for layer in range(LAYERS):
        hidden = graph.layer(f"encoder.layer.{layer}.", hidden, mask)
    graph.pool(hidden)
    return graph.serialize()


def quantize_q4(table: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """Four-bit codes [rows, columns] (0..15, zero is 8) and scales [rows, columns / 32].

    The value farthest from zero becomes code 0, as in GGML's Q4_0; so a table that
    was once rounded this way comes back bit for bit.
    """
    codes = np.empty(table.shape, np.uint8)
    scales = np.empty((table.shape[0], table.shape[1] // BLOCK), np.float32)
    for start in range(0, len(table), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        blocks = table[part].reshape(-1, BLOCK)
        extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
        scale = (extreme / -8).astype(np.float16).astype(np.float32)
        steps = np.divide(blocks, scale, out=np.zeros_like(blocks), where=scale != 0)
        codes[part] = np.clip(np.rint(steps) + 8, 0, 15).astype(np.uint8).reshape(table[part].shape)
        scales[part] = scale.reshape(scales[part].shape)
    return codes, scales


def quantize_int8(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers -127..127 and one scale per column of `matrix` [inputs, outputs]."""
    scales = np.maximum(np.abs(matrix).max(0) / 127, np.finfo(np.float32).tiny).astype(np.float32)
    return np.clip(np.rint(matrix / scales), -127, 127).astype(np.int8), scales


class _Graph:
    """Collects nodes and constants; every method returns the name of what it computes."""

    def __init__(self, tensors: dict[str, Floats]) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self.constant("one", np.array(1, np.float32))
        self.constant("step", np.array(1 / 127, np.float32))
        self.constant("least", np.array(1e-12, np.float32))
        self.constant("middle", np.array(128, np.uint8))
        self.constant("last", np.array([-1], np.int64))

    def add(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        return self._add(operator, inputs, 1, **attributes)[0]

    def _add(self, operator: str, inputs: list[str], count: int, **attributes: Any) -> list[str]:
        name = f"{operator}_{len(self._nodes)}"
        outputs = [f"{name}.{number}" for number in range(count)]
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=name, **attributes))
        return outputs

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def embeddings(self) -> str:
        words = self._word_embeddings()
        length = self.add("Shape", ["input_ids"], start=1, end=2)
        first_type = self._tensors["embeddings.token_type_embeddings.weight"][0]
        positions = self.constant("positions", self._tensors["embeddings.position_embeddings.weight"] + first_type)
        zero, axis = (self.constant(name, np.array([0], np.int64)) for name in ("begin", "axis"))
        total = self.add("Add", [words, self.add("Slice", [positions, zero, length, axis])])
        return self._layer_norm("embeddings.LayerNorm", total)

    def _word_embeddings(self) -> str:
        codes, scales = quantize_q4(self._tensors["embeddings.word_embeddings.weight"])
        packed = ((codes[:, 0::2] | (codes[:, 1::2] << 4)) ^ 0x88).tobytes()  # 0..15 around 8 -> signed nibbles
        self._constants.append(helper.make_tensor("words", TensorProto.INT4, codes.shape, packed, raw=True))
        return self.add(
            "GatherBlockQuantized",
            ["words", "input_ids", self.constant("words.scale", scales)],
            domain=_MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )

    def layer(self, prefix: str, hidden: str, mask: str) -> str:
        joined = self._linear([f"{prefix}attention.self.{part}" for part in ("query", "key", "value")], hidden)
        query, key, value = self._add("Split", [joined], 3, axis=-1, num_outputs=3)
        scale = float(1 / np.sqrt(DIMENSION / HEADS))
        attended = self.add(
            "MultiHeadAttention", [query, key, value, "", mask], domain=_MICROSOFT, num_heads=HEADS, scale=scale
        )
        attended = self._linear([f"{prefix}attention.output.dense"], attended)
        hidden = self._layer_norm(f"{prefix}attention.output.LayerNorm", self.add("Add", [attended, hidden]))
        inner = self.add("Gelu", [self._linear([f"{prefix}intermediate.dense"], hidden)], domain=_MICROSOFT)
        inner = self._linear([f"{prefix}output.dense"], inner)
        return self._layer_norm(f"{prefix}output.LayerNorm", self.add("Add", [inner, hidden]))

    def _linear(self, names: list[str], hidden: str) -> str:
        """Several matrices on one input [batch, length, inputs], joined along the outputs."""
        matrix = np.concatenate([self._tensors[f"{name}.weight"] for name in names]).T
        codes, scales = quantize_int8(matrix)
        bias = np.concatenate([self._tensors[f"{name}.bias"] for name in names])
        name = names[0]
        rounded, scale = self._rounded(hidden)
        factors = [self.constant(f"{name}.codes", codes), "one", self.constant(f"{name}.scales", scales), "middle"]
        product = self.add("MatMulIntegerToFloat", [rounded, *factors], domain=_MICROSOFT)
        return self.add("Add", [self.add("Mul", [product, scale]), self.constant(f"{name}.bias", bias)])

    def _rounded(self, hidden: str) -> tuple[str, str]:
        """Codes 1..255 around 128, and the scale of each token [batch, length, 1]."""
        largest = self.add("ReduceMax", [self.add("Abs", [hidden]), "last"], keepdims=1)
        scale = self.add("Max", [self.add("Mul", [largest, "step"]), "least"])
        return self.add("QuantizeLinear", [self.add("Div", [hidden, scale]), "one", "middle"]), scale

    def _layer_norm(self, name: str, hidden: str) -> str:
        inputs = [self.constant(f"{name}.{part}", self._tensors[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.add("LayerNormalization", [hidden, *inputs], axis=-1, epsilon=EPSILON)

    def pool(self, hidden: str) -> None:
        """Mean over the tokens that are not padding, then unit length."""
        last = self.constant("last_axis", np.array([2], np.int64))
        tokens = self.constant("token_axis", np.array([1], np.int64))
        mask = self.add("Unsqueeze", [self.add("Cast", ["attention_mask"], to=TensorProto.FLOAT), last])
        total = self.add("ReduceSum", [self.add("Mul", [hidden, mask]), tokens], keepdims=0)
        mean = self.add("Div", [total, self.add("ReduceSum", [mask, tokens], keepdims=0)])
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["sentence_embedding"], axis=-1, p=2))

    def serialize(self) -> bytes:
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", DIMENSION])]
        graph = helper.make_graph(self._nodes, "multilingual-e5-small", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())
