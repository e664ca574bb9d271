"""What the index asks of a vector store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer.errors import IndexerError
from indexer.meaning.items import VectorFilter
from indexer.meaning.vectors import Floats

LANGUAGES = ("zh", "xx")
"""Every chunk is tagged with one of these (see :func:`indexer.text.language_of`)."""


class StoreCorrupt(IndexerError):
    """The store cannot be read; what could be moved was moved aside. Facts: `path`."""

    code = "store_corrupt"


@dataclass(frozen=True, slots=True)
class Point:
    """A chunk's vector (float32 [dimension], length 1) and what searches filter on.

    `folders` are the ids of all folders above the file, `mtime` is in whole seconds since the epoch,
    `size` in bytes, `ext` without a dot.
    """

    chunk_id: int
    vector: Floats
    file_id: int
    folders: tuple[int, ...]
    ext: str
    lang: str
    mtime: int
    size: int

    def payload(self) -> dict[str, object]:
        """What is stored beside the vector."""
        return {
            "file_id": self.file_id,
            "folders": list(self.folders),
            "ext": self.ext,
            "lang": self.lang,
            "mtime": self.mtime,
            "size": self.size,
        }


class VectorStore(Protocol):
    """Keeps one vector a chunk. Methods may be called from several threads at once.

    What :meth:`upsert` was given survives the end of the process, and after :meth:`flush` a power failure.
    Any method may raise `StoreCorrupt`, `DiskFull` or `MeaningUnavailable` ("store_unreachable", "store_refused").
    """

    def upsert(self, points: Sequence[Point]) -> None:
        """Add points, replacing those of the same chunks."""

    def delete_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; unknown ones are no error."""

    def delete_file(self, file_id: int) -> None:
        """Remove all chunks of a file."""

    def search(self, vector: Floats, limit: int, where: VectorFilter | None = None) -> list[tuple[int, float]]:
        """The nearest chunks as `(chunk_id, cosine)`, best first."""

    def sample(self, limit: int, lang: str) -> Floats:
        """Vectors of up to `limit` chunks of a language, drawn at random: float32 [n, dimension]."""

    def chunk_ids(self) -> Iterator[int]:
        """Every chunk that has a vector, in no particular order."""

    def count(self) -> int:
        """How many chunks have a vector."""

    def tidy(self) -> None:
        """Do what a quiet time is good for, such as giving room back; may take seconds."""

    def flush(self) -> None:
        """Put on the disk what is still in the system's buffers."""

    def close(self) -> None:
        """Flush and release; the store is of no use afterwards."""
