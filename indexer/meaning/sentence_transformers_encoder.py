"""Runs any sentence-transformers model. Importing it brings torch: seconds and 400 MB."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from indexer.errors import ModelUnavailable
from indexer.meaning.encoder import readable
from indexer.meaning.model_folder import ModelFolder
from indexer.meaning.vectors import Floats, checked_unit

_BATCH_TEXTS = 8
_LONGEST = 512
"""Tokens for models that name no limit, or one far beyond a chunk."""
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformersEncoder:
    """An :class:`~indexer.meaning.encoder.Encoder` over a folder that sentence-transformers can load.

    Prompts are those that the model declares. One text at a time goes through the tokenizer: the
    fast tokenizers refuse a second thread ("Already borrowed"), hence the lock.
    Raises `ModelUnavailable` ("damaged") when the folder cannot be loaded.
    """

    def __init__(self, folder: ModelFolder, threads: int) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        self._name = folder.model
        self._lock = threading.Lock()
        try:
            self._model = SentenceTransformer(
                str(folder.path), device="cpu", local_files_only=True, trust_remote_code=False
            )
            self._dimension = int(self._model.get_embedding_dimension() or 0)
        except Exception as error:  # every architecture fails in its own way
            raise ModelUnavailable(str(error)[:200], model=folder.model, why="damaged") from error
        self._model.max_seq_length = self.max_tokens
        self._declare_e5_prompts(folder)

    def _declare_e5_prompts(self, folder: ModelFolder) -> None:
        """The E5 family was trained with prefixes that its older folders do not declare."""
        declared = any(self._model.prompts.values())
        name = folder.model.replace("\\", "/").rsplit("/", 1)[-1].lower()
        if not declared and "e5-" in name and "instruct" not in name:
            self._model.prompts = dict(_E5_PROMPTS)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """Tokens the model reads of a text."""
        return min(self._model.max_seq_length or _LONGEST, _LONGEST)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of pieces of documents, float32 [len(texts), dimension]."""
        vectors = np.empty((len(texts), self._dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(order), _BATCH_TEXTS):
            batch = order[start : start + _BATCH_TEXTS]
            with self._lock:
                vectors[batch] = self._model.encode_document(
                    [readable(texts[number]) for number in batch], show_progress_bar=False
                )
        return checked_unit(vectors, self._name)

    def encode_query(self, text: str) -> Floats:
        """Vector of a question, float32 [dimension]."""
        with self._lock:
            vector = self._model.encode_query([readable(text)], show_progress_bar=False)
        unit: Floats = checked_unit(np.asarray(vector, np.float32), self._name)[0]
        return unit
