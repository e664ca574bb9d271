"""Vectors on a Qdrant server or cluster, found by URL.

One collection a model, shared by all who use the server: every point carries its owner, and its id is
made of the owner and the chunk, so that nobody overwrites another's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from indexer.errors import MeaningUnavailable
from indexer.meaning.items import VectorFilter
from indexer.meaning.store import Point
from indexer.meaning.vectors import Floats

_VECTOR = "dense"
_BATCH_POINTS = 200
_SCROLL_POINTS = 5_000
_TIMEOUT_S = 30
_LOW_64 = (1 << 64) - 1


def connect(url: str, api_key: str) -> QdrantClient:
    """A client for the server at `url`; nothing is sent yet."""
    return QdrantClient(url=url, api_key=api_key or None, timeout=_TIMEOUT_S, check_compatibility=False)


class ServerStore:
    """A :class:`~indexer.meaning.store.VectorStore` in `collection`, which is made if need be.

    `owner` (64 bits) tells this index from others in the same collection.
    """

    def __init__(self, client: QdrantClient, collection: str, owner: int, dimension: int) -> None:
        self._client = client
        self._collection = collection
        self._owner = owner
        self._dimension = dimension
        with _failures():
            if not client.collection_exists(collection):
                self._create()

    def _create(self) -> None:
        quantized = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
        self._client.create_collection(
            self._collection,
            vectors_config={
                _VECTOR: models.VectorParams(size=self._dimension, distance=models.Distance.COSINE, on_disk=True)
            },
            quantization_config=models.ScalarQuantization(scalar=quantized),
        )
        for field, schema in _payload_indexes().items():
            self._client.create_payload_index(self._collection, field, schema)

    def upsert(self, points: Sequence[Point]) -> None:
        """Add points, replacing those of the same chunks."""
        for start in range(0, len(points), _BATCH_POINTS):
            batch = [self._point(point) for point in points[start : start + _BATCH_POINTS]]
            with _failures():
                self._client.upsert(self._collection, batch, wait=True)

    def _point(self, point: Point) -> models.PointStruct:
        payload = point.payload() | {"owner": self._tenant}
        return models.PointStruct(
            id=self._point_id(point.chunk_id), vector={_VECTOR: point.vector.tolist()}, payload=payload
        )

    @property
    def _tenant(self) -> str:
        return f"{self._owner:016x}"

    def _point_id(self, chunk_id: int) -> str:
        return str(uuid.UUID(int=(self._owner << 64) | chunk_id))

    def delete_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; unknown ones are no error."""
        for start in range(0, len(chunk_ids), _SCROLL_POINTS):
            ids = [self._point_id(chunk_id) for chunk_id in chunk_ids[start : start + _SCROLL_POINTS]]
            with _failures():
                self._client.delete(self._collection, models.PointIdsList(points=list(ids)), wait=True)

    def delete_file(self, file_id: int) -> None:
        """Remove all chunks of a file."""
        selector = models.FilterSelector(filter=self._filter(VectorFilter(file_ids=(file_id,))))
        with _failures():
            self._client.delete(self._collection, selector, wait=True)

    def search(self, vector: Floats, limit: int, where: VectorFilter | None = None) -> list[tuple[int, float]]:
        """The nearest chunks as `(chunk_id, cosine)`, best first."""
        rescored = models.QuantizationSearchParams(rescore=True, oversampling=2.0)
        with _failures():
            found = self._client.query_points(
                self._collection,
                query=vector.tolist(),
                using=_VECTOR,
                limit=limit,
                query_filter=self._filter(where or VectorFilter()),
                with_payload=False,
                search_params=models.SearchParams(quantization=rescored),
            )
        return [(_chunk_id(point.id), point.score) for point in found.points]

    def sample(self, limit: int, lang: str) -> Floats:
        """Vectors of up to `limit` chunks of a language, drawn at random: float32 [n, dimension]."""
        with _failures():
            found = self._client.query_points(
                self._collection,
                query=models.SampleQuery(sample=models.Sample.RANDOM),
                limit=limit,
                query_filter=self._filter(VectorFilter(lang=lang)),
                with_payload=False,
                with_vectors=True,
            )
        vectors = [point.vector[_VECTOR] for point in found.points if isinstance(point.vector, dict)]
        return np.array(vectors, np.float32).reshape(-1, self._dimension)

    def chunk_ids(self) -> Iterator[int]:
        """Every chunk that has a vector, in no particular order."""
        offset: models.ExtendedPointId | None = None
        while True:
            with _failures():
                records, offset = self._client.scroll(
                    self._collection,
                    scroll_filter=self._filter(VectorFilter()),
                    limit=_SCROLL_POINTS,
                    offset=offset,
                    with_payload=False,
                )
            yield from (_chunk_id(record.id) for record in records)
            if offset is None:
                return

    def count(self) -> int:
        """How many chunks of this owner have a vector."""
        with _failures():
            counted = self._client.count(self._collection, count_filter=self._filter(VectorFilter()), exact=True)
        return counted.count

    def tidy(self) -> None:
        """Nothing to do: the server looks after itself."""

    def flush(self) -> None:
        """Nothing to do: every change waited for the server's word."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _filter(self, where: VectorFilter) -> models.Filter:
        must: list[models.Condition] = [
            models.FieldCondition(key="owner", match=models.MatchValue(value=self._tenant)),
            *(models.FieldCondition(key=key, match=models.MatchAny(any=values)) for key, values in where.any_of()),
            *(models.FieldCondition(key=key, range=models.Range(**bounds)) for key, bounds in where.ranges()),
        ]
        if where.chunk_ids:
            must.append(models.HasIdCondition(has_id=[self._point_id(chunk_id) for chunk_id in where.chunk_ids]))
        return models.Filter(must=must)


def _payload_indexes() -> dict[str, models.PayloadSchemaParams | models.PayloadSchemaType]:
    indexes: dict[str, models.PayloadSchemaParams | models.PayloadSchemaType] = {
        "owner": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
    }
    indexes |= dict.fromkeys(VectorFilter.KEYWORDS, models.PayloadSchemaType.KEYWORD)
    indexes |= dict.fromkeys((*VectorFilter.NUMBERS, *VectorFilter.RANGES), models.PayloadSchemaType.INTEGER)
    return indexes


def _chunk_id(point_id: object) -> int:
    return uuid.UUID(str(point_id)).int & _LOW_64


@contextmanager
def _failures() -> Iterator[None]:
    """What the client raises, as one class; a wrong key is told from a server that is down."""
    try:
        yield
    except UnexpectedResponse as error:
        why = "store_refused" if error.status_code in {401, 403} else "store_failed"
        raise MeaningUnavailable(str(error)[:200], why=why) from error
    except (ApiException, httpx.HTTPError, OSError) as error:
        raise MeaningUnavailable(str(error)[:200], why="store_unreachable") from error
