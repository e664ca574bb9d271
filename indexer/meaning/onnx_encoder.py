"""Runs the default model with ONNX Runtime and SentencePiece alone: 0.14 s to import, 220 MB loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import onnxruntime
import sentencepiece
from numpy.typing import NDArray

from indexer.errors import ModelUnavailable
from indexer.meaning.e5_tokenizer import BOS, EOS, PAD
from indexer.meaning.encoder import readable
from indexer.meaning.model_folder import ModelFolder
from indexer.meaning.vectors import Floats, checked_unit

_BATCH_TOKENS = 512
"""Padded tokens in one run. What a layer computes for so many stays in the cache and in memory that is used again: twice
as many texts a second as with 4,096, and a lower peak."""

Ids = list[int]


class OnnxEncoder:
    """An :class:`~indexer.meaning.encoder.Encoder` over `model.onnx` and `spm.model`.

    Raises `ModelUnavailable` ("damaged") when the files cannot be loaded.
    """

    def __init__(self, folder: ModelFolder, threads: int) -> None:
        assert folder.manifest is not None
        self._manifest = folder.manifest
        try:
            self._tokenizer = sentencepiece.SentencePieceProcessor(model_proto=(folder.path / "spm.model").read_bytes())
            self._session = onnxruntime.InferenceSession(
                folder.path / "model.onnx", _options(threads), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime raises a class for each kind of damage
            raise ModelUnavailable(str(error)[:200], model=folder.model, why="damaged") from error

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._manifest.dimension

    @property
    def max_tokens(self) -> int:
        """Tokens the model reads of a text."""
        return self._manifest.max_tokens

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of pieces of documents, float32 [len(texts), dimension]."""
        return self._encode([self._manifest.passage_prefix + readable(text) for text in texts])

    def encode_query(self, text: str) -> Floats:
        """Vector of a question, float32 [dimension]."""
        vector: Floats = self._encode([self._manifest.query_prefix + readable(text)])[0]
        return vector

    def _encode(self, texts: list[str]) -> Floats:
        room = self.max_tokens - 2
        ids = [[BOS, *pieces[:room], EOS] for pieces in self._tokenizer.encode(texts)]
        vectors = np.empty((len(ids), self.dimension), np.float32)
        for batch in _batches(ids):
            tokens, mask = _padded([ids[number] for number in batch])
            vectors[batch] = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
        return checked_unit(vectors, self._manifest.model)


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _batches(ids: list[Ids]) -> Iterator[list[int]]:
    """Positions in `ids`, longest texts first, so that little is padded."""
    order = sorted(range(len(ids)), key=lambda number: -len(ids[number]))
    start = 0
    while start < len(order):
        count = max(1, _BATCH_TOKENS // len(ids[order[start]]))
        yield order[start : start + count]
        start += count


def _padded(ids: list[Ids]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    longest = max(map(len, ids))
    tokens = np.full((len(ids), longest), PAD, np.int64)
    mask = np.zeros((len(ids), longest), np.int64)
    for row, pieces in enumerate(ids):
        tokens[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return tokens, mask
