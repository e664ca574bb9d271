"""What meaning still owes: keeps catalogue and vector store together, and embedding fed while it can work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from indexer.catalog.writer import CatalogWriter, OwedChunk
from indexer.embedding import EmbeddingThread
from indexer.errors import DiskFull, IndexerError, MeaningUnavailable
from indexer.meaning.client import MeaningClient
from indexer.progress import ProgressMeter
from indexer.report import Reporter
from indexer.throttle import Rate

log = logging.getLogger(__name__)

_BATCH = 32
_RETRY_S = 10.0


class Owing:
    """Pipeline's thread only. Without `meaning` nothing is ever owed. `post` runs a callable in that thread."""

    def __init__(
        self,
        meaning: MeaningClient | None,
        meter: ProgressMeter,
        reporter: Reporter,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._meaning = meaning
        self._meter = meter
        self._reporter = reporter
        self._store_known = False
        self._store_resets = 0
        self._trouble = ""
        self._rate = Rate.FULL
        self.retry_at = 0.0
        """Monotonic time at which :meth:`retry` should be called; 0: never."""
        self._embedding = (
            EmbeddingThread(meaning, post, self._on_embedded, self._on_trouble, self._on_hopeless) if meaning else None
        )

    def use(self, catalog: CatalogWriter) -> None:
        """Work for this catalogue from now on."""
        self._catalog = catalog

    @property
    def works(self) -> bool:
        """Whether anything can be embedded, now or soon."""
        return self._meaning is not None and self._meaning.state not in ("failed", "off")

    @property
    def embeds(self) -> bool:
        """Whether a batch is under way."""
        return self._embedding is not None and self._embedding.busy

    @property
    def busy(self) -> bool:
        """Whether something is being done, or will be as soon as the worker is ready."""
        return self.works and (self.embeds or not self._store_known)

    @property
    def is_at_ease(self) -> bool:
        """Whether there is next to nothing to embed, or nothing can be."""
        return not self.works or (self._store_known and self._catalog.count_owed() <= _BATCH)

    @property
    def has_work(self) -> bool:
        """Whether there is something to embed and to embed it with."""
        return self.works and (not self._store_known or self._catalog.count_owed() > 0)

    def begin(self) -> None:
        """Start the worker and compare its store with the catalogue."""
        if self._meaning:
            self._meaning.start()
            self._reconcile()

    def wake(self) -> None:
        """Somebody wants everything up to date: a worker that was given up gets another chance."""
        if self._meaning and isinstance(self._meaning.failure, MeaningUnavailable):
            self.begin()

    def feed(self, rate: Rate) -> None:
        """Keep the worker busy, as far as the rate allows."""
        if self._embedding is None or self._meaning is None:
            return
        if rate is not self._rate:
            self._rate = rate
            self._meaning.set_rate(rate)
        if isinstance(self._meaning.failure, DiskFull) and not self.retry_at:
            self._on_trouble(self._meaning.failure)
        if not self._store_known or self.retry_at or rate is Rate.PAUSED:
            return
        if self._meaning.store_resets != self._store_resets:
            self._reconcile()
        else:
            self._embedding.feed(self._catalog.owed, _BATCH)

    def forget(self, chunk_ids: Sequence[int]) -> None:
        """These chunks are gone."""
        if chunk_ids and self._embedding:
            self._embedding.delete(chunk_ids)

    def retry(self) -> None:
        """The trouble may be over."""
        self.retry_at = 0.0
        self._reporter.resolved(self._trouble)
        if self._meaning and self._meaning.state == "failed":
            self.begin()

    def stop(self) -> None:
        """End after the batch in hand."""
        if self._embedding:
            self._embedding.stop()

    def _reconcile(self) -> None:
        self._store_known = False
        if self._embedding:
            self._embedding.reconcile(self._catalog.chunk_ids(), self._on_store_known)

    def _on_store_known(self, model_key: str, missing: set[int], resets: int) -> None:
        if self._catalog.meta("model") not in (None, model_key):
            self._catalog.owe_all(forget_vectors=True)
        elif missing:
            log.info("store lacks %d points", len(missing))
            self._catalog.owe(missing)
        self._catalog.set_meta("model", model_key)
        self._store_resets = resets
        self._store_known = True

    def _on_trouble(self, error: IndexerError) -> None:
        """Names and text go on; only meaning waits, for space or for better times."""
        self._reporter.problem(error.code, error.facts)
        self._trouble = error.code
        self.retry_at = time.monotonic() + _RETRY_S

    def _on_embedded(self, chunks: Sequence[OwedChunk], vectors: Sequence[bytes | None]) -> None:
        self._catalog.set_stored(chunks, vectors)
        self._meter.count_embedded(len(chunks))

    def _on_hopeless(self, chunks: Sequence[OwedChunk], why: str) -> None:
        self._catalog.set_aside(chunks, why)
