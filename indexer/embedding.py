"""The thread that keeps the meaning worker busy and never lets the pipeline wait for it."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from indexer.catalog.writer import OwedChunk
from indexer.doubts import Doubts
from indexer.errors import DiskFull, IndexerError, MeaningUnavailable, ModelUnavailable
from indexer.meaning.client import MeaningClient
from indexer.meaning.items import EmbedItem, StoredItem

log = logging.getLogger(__name__)

Stored = Callable[[Sequence[OwedChunk], Sequence[bytes | None]], None]
OnKnown = Callable[[str, set[int], int], None]
_AHEAD = 2
"""Batches under way: one being embedded, one waiting, so that the encoder never idles."""
_PAUSE_S = 5.0
_BATCH_MAY_BE_TO_BLAME = frozenset(("crashed", "fault", "timeout", "bad_vectors"))
_WORKER_IS_AWAY = frozenset(("gone", "killed", "starting"))
_RESTART_S = 60.0
_LOOK_EVERY_S = 0.2


class EmbeddingThread:
    """Works off upserts and deletions in the order given.

    `post` runs a callable in the pipeline's thread; `on_stored` is called there with each finished
    batch, `on_failed` with an error that no other batch would escape (a full disk, no model),
    `on_hopeless` with chunks that cannot be embedded and why: a batch that fails is tried again in
    smaller ones until those to blame are alone.
    """

    def __init__(
        self,
        meaning: MeaningClient,
        post: Callable[[Callable[[], None]], None],
        on_stored: Stored,
        on_failed: Callable[[IndexerError], None],
        on_hopeless: Callable[[Sequence[OwedChunk], str], None],
    ) -> None:
        self._meaning = meaning
        self._post = post
        self._on_stored = on_stored
        self._on_failed = on_failed
        self._on_hopeless = on_hopeless
        self._doubts = Doubts()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._in_flight: dict[int, tuple[bytes, str, str] | None] = {}
        self._batches = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
        self._thread.start()

    def feed(self, owed: Callable[[int], list[OwedChunk]], batch_size: int) -> None:
        """Take further chunks while fewer than two batches are under way. Pipeline's thread only."""
        while self._batches < _AHEAD:
            candidates = owed(len(self._in_flight) + len(self._doubts) + batch_size)
            batch = self._doubts.batch(self._one_of_each(candidates), batch_size)
            if not batch:
                return
            self._in_flight.update((chunk.chunk_id, chunk.content) for chunk in batch)
            self._batches += 1
            self._jobs.put(lambda batch=batch: self._store(batch))  # type: ignore[misc]

    def _one_of_each(self, candidates: list[OwedChunk]) -> list[OwedChunk]:
        """Those not under way; of the same passage of equal files only one: the others get its vector when it is stored."""
        taken = {content for content in self._in_flight.values() if content}
        chosen = []
        for chunk in candidates:
            if chunk.chunk_id in self._in_flight or (chunk.vector is None and chunk.content in taken):
                continue
            chosen.append(chunk)
            if chunk.content and chunk.vector is None:
                taken.add(chunk.content)
        return chosen

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
            except IndexerError as error:
                log.info("a batch of embeddings failed: %s %s", error.code, error.facts)
                self._stopping.wait(_PAUSE_S)
            except Exception:  # the edge of the thread: what failed is owed and tried again
                log.exception("a batch of embeddings failed")
                self._stopping.wait(_PAUSE_S)

    def _store(self, batch: list[OwedChunk]) -> None:
        vectors: list[bytes | None] | None = None
        blame = ""
        try:
            vectors = self._embed(batch)
        except Exception as error:
            blame = _blame(error)
            if trouble := self._trouble(error, blame, alone=len(batch) == 1):
                blame = ""
                self._post(lambda: self._on_failed(trouble))
            raise
        finally:
            self._post(lambda: self._settle(batch, vectors, blame))

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

    def _trouble(self, error: Exception, blame: str, *, alone: bool) -> IndexerError | None:
        """What keeps every batch from being embedded, if it is not this one that is to blame."""
        if isinstance(error, DiskFull | ModelUnavailable) and not blame:
            return error
        if isinstance(error, MeaningUnavailable) and str(error.facts.get("why")).startswith("store_"):
            return error
        if blame and alone and not self._works():
            return MeaningUnavailable(blame, why=blame)
        return None

    def _works(self) -> bool:
        """Whether a passage that is surely harmless can be embedded, once the worker is back."""
        until = time.monotonic() + _RESTART_S
        while True:
            try:
                self._meaning.nearness("a harmless passage", ["a harmless passage"], timeout_s=_RESTART_S)
            except IndexerError as error:
                on_its_way = error.facts.get("why") in _WORKER_IS_AWAY and time.monotonic() < until
                if not on_its_way or self._stopping.wait(_LOOK_EVERY_S):
                    log.warning("nothing can be embedded: %s", error)
                    return False
            else:
                return True

    def _settle(self, batch: list[OwedChunk], vectors: list[bytes | None] | None, blame: str) -> None:
        self._batches -= 1
        for chunk in batch:
            del self._in_flight[chunk.chunk_id]
        if vectors is not None:
            self._doubts.cleared(batch)
            self._on_stored(batch, vectors)
        elif blame and (hopeless := self._doubts.failed(batch)):
            log.warning("a passage cannot be embedded chunk=%d why=%s", hopeless[0].chunk_id, blame)
            self._on_hopeless(hopeless, blame)


def _blame(error: Exception) -> str:
    """What a batch may be to blame for; empty when the worker was away, or somebody else ended it."""
    if isinstance(error, IndexerError) and error.facts.get("why") not in _BATCH_MAY_BE_TO_BLAME:
        return ""
    return f"{type(error).__name__}: {error}"


def _place(chunk: OwedChunk) -> tuple[int, tuple[int, ...], str, str, int, int]:
    return (chunk.file_id, chunk.folders, chunk.ext, chunk.lang, int(chunk.mtime), chunk.size)
