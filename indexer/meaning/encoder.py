"""What the index asks of an embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indexer.meaning.vectors import Floats

MOST_CHARACTERS = 16_000
"""More than any chunk has; bounds what a tokenizer is given."""


class Encoder(Protocol):
    """Turns texts into vectors of length 1. Methods may be called from several threads at once."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    @property
    def max_tokens(self) -> int:
        """Tokens the model reads of a text; what follows is ignored."""

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of pieces of documents, float32 [len(texts), dimension]. Raises `ModelUnavailable`."""

    def encode_query(self, text: str) -> Floats:
        """Vector of a question, float32 [dimension]. Raises `ModelUnavailable`."""


def readable(text: str) -> str:
    """`text` without lone surrogates (names of files may hold them) and not longer than a tokenizer should get."""
    return text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
