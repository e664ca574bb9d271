"""Which chunks were in batches that could not be embedded: how the one that is to blame is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

_BATCH_SIZES = (None, 4, 1, 1)
"""How many chunks that failed so many times go into one batch; after the last failure, alone, a chunk is given up."""


class HasChunkId(Protocol):
    """Whatever names a chunk."""

    @property
    def chunk_id(self) -> int:
        """Its number in the catalogue."""
        ...


C = TypeVar("C", bound=HasChunkId)


class Doubts:
    """Counts failures by chunk. Those without any go first, those with the same number go together."""

    def __init__(self) -> None:
        self._failures: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._failures)

    def batch(self, waiting: Sequence[C], size: int) -> list[C]:
        """The next chunks to try together, at most `size`."""
        fewest = min((self._count(chunk) for chunk in waiting), default=0)
        return [chunk for chunk in waiting if self._count(chunk) == fewest][: _BATCH_SIZES[fewest] or size]

    def failed(self, batch: Sequence[C]) -> list[C]:
        """Note that these could not be embedded together; those that are given up now."""
        for chunk in batch:
            self._failures[chunk.chunk_id] = self._count(chunk) + 1
        hopeless = [chunk for chunk in batch if self._count(chunk) >= len(_BATCH_SIZES)]
        self.cleared(hopeless)
        return hopeless

    def cleared(self, batch: Iterable[C]) -> None:
        """These went well, or are not waited for any more."""
        for chunk in batch:
            self._failures.pop(chunk.chunk_id, None)

    def _count(self, chunk: HasChunkId) -> int:
        return self._failures.get(chunk.chunk_id, 0)
