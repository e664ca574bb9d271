"""What the meaning worker does, without its process: embeds, stores, searches."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np

from indexer.errors import MeaningUnavailable
from indexer.meaning.encoder import Encoder
from indexer.meaning.items import EmbedItem, MeaningHit, StoredItem, VectorFilter
from indexer.meaning.language_means import LanguageMeans
from indexer.meaning.store import LANGUAGES, Point, VectorStore
from indexer.meaning.turn import Turn
from indexer.meaning.vectors import Floats, pack_vector, unpack_vector

_STEP_TEXTS = 8
"""Texts embedded between two looks for questions: under a second with the default model."""
_STEP_POINTS = 200


class MeaningService:
    """One encoder and one store. Searching may happen on one thread while another writes."""

    def __init__(self, encoder: Encoder, store: VectorStore, means: LanguageMeans, turn: Turn | None = None) -> None:
        self._encoder = encoder
        self._store = store
        self._means = means
        self._turn = turn or Turn()
        self._last_question: tuple[str, Floats] | None = None
        self._stopping = threading.Event()

    def embed(self, items: Sequence[EmbedItem]) -> list[bytes]:
        """Embed and store chunks; return their packed vectors in the order of `items`.

        What was stored before an error stays stored. Raises `ModelUnavailable`, `DiskFull`,
        `StoreCorrupt` or `MeaningUnavailable`.
        """
        packed = [b""] * len(items)
        order = sorted(range(len(items)), key=lambda number: -len(items[number].text))
        for start in range(0, len(order), _STEP_TEXTS):
            self._step()
            numbers = order[start : start + _STEP_TEXTS]
            vectors = self._encoder.encode_passages([items[number].text for number in numbers])
            self._store.upsert([_point(items[n], vector) for n, vector in zip(numbers, vectors, strict=True)])
            for number, vector in zip(numbers, vectors, strict=True):
                packed[number] = pack_vector(vector)
        self._means.changed(len(items))
        return packed

    def restore(self, items: Sequence[StoredItem]) -> None:
        """Store chunks with vectors that were packed before; the model is not asked."""
        for start in range(0, len(items), _STEP_POINTS):
            self._step()
            batch = items[start : start + _STEP_POINTS]
            self._store.upsert([_point(item, unpack_vector(item.vector)) for item in batch])
        self._means.changed(len(items))

    def _step(self) -> None:
        if self._stopping.is_set():
            raise MeaningUnavailable("the worker is stopping", why="off")
        self._turn.give_way()

    def stop(self) -> None:
        """Let background work end at its next step."""
        self._stopping.set()
        self._turn.end()

    def search(self, text: str, limit: int, where: VectorFilter, lang: str) -> list[MeaningHit]:
        """The nearest `limit` chunks of each language, best first; `lang` is the question's.

        A question is answered before any further step of background work.
        """
        with self._turn.question():
            query = self._means.without_the_usual(self._query_vector(text), lang)
            found = {tag: self._search_in(tag, query, limit, where) for tag in _languages(where)}
        return sorted((hit for hits in found.values() for hit in hits), key=lambda hit: -hit.gap)

    def nearness(self, text: str, lang: str, passages: Sequence[str], languages: Sequence[str]) -> list[float]:
        """The gap (see :class:`MeaningHit`) of texts that are not stored, in their order."""
        with self._turn.question():
            query = self._means.without_the_usual(self._query_vector(text), lang)
            cosines = self._encoder.encode_passages(passages) @ query
        usual = {tag: float(query @ self._means.of(tag)) for tag in LANGUAGES}
        return [float(cosine) - usual[tag] for cosine, tag in zip(cosines, languages, strict=True)]

    def _query_vector(self, text: str) -> Floats:
        """The last question's vector is kept: a search may come back for the chunks that others found."""
        last = self._last_question
        if last is None or last[0] != text:
            last = self._last_question = (text, self._encoder.encode_query(text))
        return last[1]

    def _search_in(self, tag: str, query: Floats, limit: int, where: VectorFilter) -> list[MeaningHit]:
        usual = float(query @ self._means.of(tag))
        length = float(np.linalg.norm(query))
        found = self._store.search(query, limit, where.of_language(tag))
        return [MeaningHit(chunk_id, length * cosine - usual, tag) for chunk_id, cosine in found]

    def delete_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; unknown ones are no error."""
        self._store.delete_chunks(chunk_ids)

    def delete_file(self, file_id: int) -> None:
        """Remove all chunks of a file."""
        self._store.delete_file(file_id)

    def chunk_ids(self) -> Iterator[int]:
        """Every chunk that has a vector."""
        return self._store.chunk_ids()

    def count(self) -> int:
        """How many chunks have a vector."""
        return self._store.count()

    def flush(self) -> None:
        """Make what was stored survive a power failure."""
        self._store.flush()

    def tidy(self) -> None:
        """Use a quiet time."""
        self._store.tidy()

    def close(self) -> None:
        """Flush and release the store."""
        self._store.close()


def _languages(where: VectorFilter) -> tuple[str, ...]:
    return (where.lang,) if where.lang else LANGUAGES


def _point(item: EmbedItem | StoredItem, vector: Floats) -> Point:
    lang = item.lang if item.lang in LANGUAGES else LANGUAGES[-1]
    return Point(item.chunk_id, vector, item.file_id, item.folders, item.ext, lang, item.mtime, item.size)
