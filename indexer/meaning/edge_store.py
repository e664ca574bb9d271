"""Vectors in this process: Qdrant Edge, one shard in one folder.

Vectors are kept as Turbo8 (8 bits a dimension) and scanned without a graph: 2 ms a query over
100,000 chunks at recall .996. Every call holds the interpreter's lock, a full disk ends the process
(SIGBUS), and a damaged shard may do the same: the reasons why it lives in the meaning worker.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import qdrant_edge as edge

from indexer.errors import DiskFull, MeaningUnavailable
from indexer.meaning.items import VectorFilter
from indexer.meaning.store import Point, StoreCorrupt
from indexer.meaning.vectors import Floats

_VECTOR = "dense"
_BATCH_POINTS = 200
_SCROLL_POINTS = 10_000
_FLUSH_POINTS = 2_000
_FLUSH_SECONDS = 5.0
_OPTIMIZE_CHANGES = 5_000

FreeBytes = Callable[[Path], int]


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class EdgeStore:
    """A :class:`~indexer.meaning.store.VectorStore` in the folder `path`, which it alone may open.

    Raises `DiskFull` below `min_free_bytes`, `MeaningUnavailable` ("store_busy") when another process has it
    open, and `StoreCorrupt` after a shard that cannot be read was moved to `path` + ".broken"; opening
    again then begins an empty one. `free_bytes` tells how much room a folder has.
    """

    def __init__(self, path: Path, dimension: int, min_free_bytes: int, free_bytes: FreeBytes = _free_bytes) -> None:
        self._path = path
        self._dimension = dimension
        self._min_free_bytes = min_free_bytes
        self._free_bytes = free_bytes
        self._unflushed = 0
        self._changes = 0
        self._flushed_at = time.monotonic()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_room()
        self._shard = self._load() if _holds_shard(path) else self._create()

    def _load(self) -> edge.EdgeShard:
        try:
            shard = edge.EdgeShard.load(str(self._path))
            self._shard = shard
            self._touch_all()
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is no Exception; all is told apart there
            self._give_up(error)
        return shard

    def _touch_all(self) -> None:
        """Read every vector and a payload once: files that were cut short show themselves now."""
        found = self._query(_nearest(np.ones(self._dimension, np.float32)), 1, None)
        if not found and self.count():
            raise RuntimeError("vectors are missing")

    def _give_up(self, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise error
        if "WouldBlock" in str(error):
            raise MeaningUnavailable("another process has the vectors open", why="store_busy") from error
        self._check_room()
        set_aside(self._path)
        raise StoreCorrupt(str(error)[:200], path=str(self._path)) from error

    def _create(self) -> edge.EdgeShard:
        shard = edge.EdgeShard.create(str(self._path), _config(self._dimension))
        for field, index in _payload_indexes().items():
            shard.update(edge.UpdateOperation.create_field_index(field, index))
        shard.flush()
        return shard

    def _check_room(self) -> None:
        free = self._free_bytes(self._path)
        if free < self._min_free_bytes:
            raise DiskFull(path=str(self._path), free=free, needed=self._min_free_bytes)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Whatever the engine raises on data it accepted before means that its files are damaged."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit):
            raise
        except BaseException as error:
            self._check_room()
            raise StoreCorrupt(str(error)[:200], path=str(self._path)) from error

    def upsert(self, points: Sequence[Point]) -> None:
        """Add points, replacing those of the same chunks."""
        for start in range(0, len(points), _BATCH_POINTS):
            batch = [_edge_point(point, self._dimension) for point in points[start : start + _BATCH_POINTS]]
            self._check_room()
            self._update(edge.UpdateOperation.upsert_points(batch), len(batch))

    def delete_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; unknown ones are no error."""
        for start in range(0, len(chunk_ids), _SCROLL_POINTS):
            batch: list[Any] = list(chunk_ids[start : start + _SCROLL_POINTS])
            self._update(edge.UpdateOperation.delete_points(batch), len(batch))

    def delete_file(self, file_id: int) -> None:
        """Remove all chunks of a file."""
        of_file = _edge_filter(VectorFilter(file_ids=(file_id,)))
        self._update(edge.UpdateOperation.delete_points_by_filter(of_file), 1)

    def _update(self, operation: edge.UpdateOperation, changes: int) -> None:
        with self._failures():
            self._shard.update(operation)
        self._unflushed += changes
        self._changes += changes
        if self._unflushed >= _FLUSH_POINTS or time.monotonic() - self._flushed_at >= _FLUSH_SECONDS:
            self.flush()

    def search(self, vector: Floats, limit: int, where: VectorFilter | None = None) -> list[tuple[int, float]]:
        """The nearest chunks as `(chunk_id, cosine)`, best first. The cosine is right to about .001."""
        with self._failures():
            return self._query(_nearest(vector), limit, where)

    def _query(self, query: Any, limit: int, where: VectorFilter | None) -> list[tuple[int, float]]:
        request = edge.QueryRequest(limit=limit, query=query, filter=_edge_filter(where), with_payload=False)
        found: Any = self._shard.query(request)
        return [(point.id, point.score) for point in found]

    def sample(self, limit: int, lang: str) -> Floats:
        """Vectors of up to `limit` chunks of a language, drawn at random: float32 [n, dimension]."""
        where = _edge_filter(VectorFilter(lang=lang))
        request = edge.QueryRequest(limit=limit, query=edge.Sample.Random, filter=where, with_vector=True)
        with self._failures():
            found: Any = self._shard.query(request)
        vectors = [point.vector[_VECTOR] for point in found]
        return np.array(vectors, np.float32).reshape(-1, self._dimension)

    def chunk_ids(self) -> Iterator[int]:
        """Every chunk that has a vector, in ascending order."""
        offset: Any = None
        while True:
            request = edge.ScrollRequest(offset=offset, limit=_SCROLL_POINTS, with_payload=False, with_vector=False)
            with self._failures():
                page: Any = self._shard.scroll(request)
            records, offset = page
            yield from (record.id for record in records)
            if offset is None:
                return

    def count(self) -> int:
        """How many chunks have a vector."""
        with self._failures():
            return int(self._shard.count(edge.CountRequest(exact=True)))

    def flush(self) -> None:
        """Put on the disk what is still in the system's buffers; nothing when nothing changed."""
        if self._unflushed:
            with self._failures():
                self._shard.flush()
        self._unflushed = 0
        self._flushed_at = time.monotonic()

    def tidy(self) -> None:
        """Give room of removed points back, if many changed. May take seconds: for quiet times."""
        if self._changes < _OPTIMIZE_CHANGES:
            return
        self._check_room()
        self.flush()
        with self._failures():
            self._shard.optimize()
            self._shard.flush()
        self._changes = 0

    def close(self) -> None:
        """Flush and release the folder."""
        self.flush()
        self._shard.close()


def set_aside(path: Path) -> None:
    """Move a shard to `path` + ".broken", where a curious person may look at it; the last one only is kept."""
    broken = path.with_name(path.name + ".broken")
    shutil.rmtree(broken, ignore_errors=True)
    if path.exists():
        path.rename(broken)


def _holds_shard(path: Path) -> bool:
    """Anything but a folder that nothing was ever written to: a part of a shard counts as a damaged one."""
    return any(path.iterdir())


def _config(dimension: int) -> edge.EdgeConfig:
    vectors = edge.EdgeVectorParams(
        size=dimension,
        distance=edge.Distance.Cosine,
        datatype=edge.VectorStorageDatatype.Turbo8,
        memory=edge.Memory.Cached,
    )
    return edge.EdgeConfig(
        vectors={_VECTOR: vectors},
        hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000),
        optimizers=edge.EdgeOptimizersConfig(default_segment_number=2),
        payload_memory=edge.Memory.Cold,
    )


def _payload_indexes() -> dict[str, Any]:
    cold = edge.Memory.Cold
    indexes: dict[str, Any] = {}
    indexes |= {name: edge.KeywordIndexParams(memory=cold) for name in VectorFilter.KEYWORDS}
    indexes |= {name: edge.IntegerIndexParams(lookup=True, range=False, memory=cold) for name in VectorFilter.NUMBERS}
    indexes |= {name: edge.IntegerIndexParams(lookup=False, range=True, memory=cold) for name in VectorFilter.RANGES}
    return indexes


def _edge_point(point: Point, dimension: int) -> edge.Point:
    if point.vector.shape != (dimension,):
        raise ValueError(f"chunk {point.chunk_id} has a vector of {point.vector.shape}, not ({dimension},)")
    vectors: Any = {_VECTOR: point.vector}
    return edge.Point(point.chunk_id, vectors, point.payload())


def _nearest(vector: Any) -> edge.Query:
    """A query by `vector`; the engine takes arrays, its annotations name lists alone."""
    return edge.Query.Nearest(vector, using=_VECTOR)


def _edge_filter(where: VectorFilter | None) -> Any:
    if where is None:
        return None
    must: list[Any] = [edge.FieldCondition(key, match=edge.MatchAny(values)) for key, values in where.any_of()]
    must += [edge.FieldCondition(key, range=edge.RangeFloat(**bounds)) for key, bounds in where.ranges()]
    if where.chunk_ids:
        must.append(edge.HasIdCondition(set(where.chunk_ids)))
    return edge.Filter(must=must) if must else None
