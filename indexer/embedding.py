"""The thread that keeps the meaning worker busy and never lets the pipeline wait for it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from indexer.catalog.writer import OwedChunk
from indexer.errors import DiskFull, MeaningUnavailable
from indexer.meaning.client import MeaningClient
from indexer.meaning.items import EmbedItem, StoredItem

log = logging.getLogger(__name__)

Stored = Callable[[Sequence[OwedChunk], Sequence[bytes | None]], None]
OnKnown = Callable[[str, set[int], int], None]
_AHEAD = 2
"""Batches under way: one being embedded, one waiting, so that the encoder never idles."""
_PAUSE_S = 5.0


class EmbeddingThread:
    """Works off upserts and deletions in the order given.

    `post` runs a callable in the pipeline's thread; `on_stored` is called there with each finished
    batch, `on_failed` with the error of a batch that the pipeline should know of (a full disk).
    """

    def __init__(
        self,
        meaning: MeaningClient,
        post: Callable[[Callable[[], None]], None],
        on_stored: Stored,
        on_failed: Callable[[DiskFull], None],
    ) -> None:
        self._meaning = meaning
        self._post = post
        self._on_stored = on_stored
        self._on_failed = on_failed
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._in_flight: set[int] = set()
        self._batches = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
        self._thread.start()

    def feed(self, owed: Callable[[int], list[OwedChunk]], batch_size: int) -> None:
        """Take further chunks while fewer than two batches are under way. Pipeline's thread only."""
        while self._batches < _AHEAD:
            candidates = owed(len(self._in_flight) + batch_size)
            batch = [chunk for chunk in candidates if chunk.chunk_id not in self._in_flight][:batch_size]
            if not batch:
                return
            self._in_flight.update(chunk.chunk_id for chunk in batch)
            self._batches += 1
            self._jobs.put(lambda batch=batch: self._store(batch))  # type: ignore[misc]

    def reconcile(self, expected: set[int], on_known: OnKnown) -> None:
        """Once the worker is ready, drop points that `expected` does not name.

        `on_known` is called in the pipeline's thread with the model's key, the ids that the store lacks,
        and how often the store had begun anew by then.
        """
        self._jobs.put(lambda: self._reconcile(expected, on_known))

    def _reconcile(self, expected: set[int], on_known: OnKnown) -> None:
        while not self._meaning.wait_ready(1.0):
            if self._stopping.is_set() or self._meaning.state == "failed":
                return
        resets = self._meaning.store_resets
        actual = set(self._meaning.chunk_ids())
        if extra := actual - expected:
            log.info("store has %d points too many", len(extra))
            self._meaning.delete_chunks(list(extra))
        key = self._meaning.model_key
        self._post(lambda: on_known(key, expected - actual, resets))

    @property
    def busy(self) -> bool:
        """True while a batch is under way. Pipeline's thread only."""
        return self._batches > 0

    def delete(self, chunk_ids: Sequence[int]) -> None:
        """Remove points, after what was given before."""
        ids = list(chunk_ids)
        self._jobs.put(lambda: self._meaning.delete_chunks(ids))

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopping.is_set():
            try:
                job()
            except MeaningUnavailable as error:
                log.info("meaning is away: %s", error.facts)
                self._stopping.wait(_PAUSE_S)
            except Exception:  # the edge of the thread: what failed is owed and tried again
                log.exception("a batch of embeddings failed")
                self._stopping.wait(_PAUSE_S)

    def _store(self, batch: list[OwedChunk]) -> None:
        vectors: list[bytes | None] | None = None
        try:
            vectors = self._embed(batch)
        except DiskFull as error:
            full = error
            self._post(lambda: self._on_failed(full))
        finally:
            self._post(lambda: self._settle(batch, vectors))

    def _embed(self, batch: list[OwedChunk]) -> list[bytes | None]:
        known = [chunk for chunk in batch if chunk.vector is not None]
        if known:
            self._meaning.restore([StoredItem(chunk.chunk_id, chunk.vector or b"", *_place(chunk)) for chunk in known])
        new = [chunk for chunk in batch if chunk.vector is None]
        items = [EmbedItem(chunk.chunk_id, chunk.text, *_place(chunk)) for chunk in new]
        vectors = dict(
            zip((chunk.chunk_id for chunk in new), self._meaning.embed_and_store(items) if items else [], strict=True)
        )
        return [vectors.get(chunk.chunk_id) for chunk in batch]

    def _settle(self, batch: list[OwedChunk], vectors: list[bytes | None] | None) -> None:
        self._batches -= 1
        self._in_flight.difference_update(chunk.chunk_id for chunk in batch)
        if vectors is not None:
            self._on_stored(batch, vectors)


def _place(chunk: OwedChunk) -> tuple[int, tuple[int, ...], str, str, int, int]:
    return (chunk.file_id, chunk.folders, chunk.ext, chunk.lang, int(chunk.mtime), chunk.size)
