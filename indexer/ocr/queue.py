"""Works off the pages that owe recognition, when nothing else is to be done."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from indexer.catalog.owed_pages import OwedPage
from indexer.catalog.writer import CatalogWriter
from indexer.chunk import chunks
from indexer.extract.child import ChildNotStarted
from indexer.model import Reason, Segment
from indexer.ocr.child import RECOGNISER_VERSION, PageFailed, Recognised
from indexer.ocr.conditions import Conditions
from indexer.ocr.reader import PageReader
from indexer.progress import ProgressMeter

log = logging.getLogger(__name__)

T = TypeVar("T")

_AHEAD = 16
_ASIDE_SECONDS = 600.0
_MOST_FAILED_STARTS = 3
_UNAVAILABLE_SECONDS = 600.0
_USUAL_SECONDS = 3.0
_REST_AFTER_COUNT = 20.0
"""Counting 100,000 pages takes 50 ms: times as long is not counted again."""
_SHARE_OF_LAST = 0.1
_NOT_NOW = frozenset((Reason.VANISHED, Reason.CHANGED))


class OcrQueue:
    """One page at a time, newest files first. Pipeline's thread only.

    `post` runs a callable in the pipeline's thread; `forget_chunks` is given the chunks that are gone.
    What is done is in the catalogue at once: nothing is read twice after a kill, and a picture that was
    read before, in whatever file, is not read again.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        reader: PageReader,
        conditions: Conditions,
        meter: ProgressMeter,
        post: Callable[[Callable[[], None]], None],
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._reader = reader
        self._conditions = conditions
        self._meter = meter
        self._post = post
        self._forget_chunks = forget_chunks
        self._waiting: deque[OwedPage] = deque()
        self._aside: dict[int, float] = {}
        self._failed_starts = 0
        self._unavailable_until = 0.0
        self._busy = False
        self._closed = False
        self._began = 0.0
        self._count = 0
        self._count_again_at = 0.0
        self._page_seconds = _USUAL_SECONDS
        if catalog.meta("recogniser") != str(RECOGNISER_VERSION):
            catalog.pages.owe_all()
            catalog.set_meta("recogniser", str(RECOGNISER_VERSION))

    def __len__(self) -> int:
        """Pages that are to be read, now or when that may go on."""
        now = time.monotonic()
        if now >= self._count_again_at:
            self._count = self._catalog.pages.count_owed()
            self._count_again_at = now + _REST_AFTER_COUNT * (time.monotonic() - now)
        return self._count

    @property
    def waits_for(self) -> str:
        """Why no page is read: "off", "power" on battery, "start" while the process does not start; else empty."""
        return self._conditions.waits_for or ("start" if time.monotonic() < self._unavailable_until else "")

    @property
    def look_again_at(self) -> float:
        """Monotonic time at which what is waited for may have come; 0: nothing is, or it will not."""
        if not self._meter.now.ocr_pages_left:
            return 0.0
        return {"power": self._conditions.ask_at, "start": self._unavailable_until}.get(self.waits_for, 0.0)

    @property
    def has_work(self) -> bool:
        """Whether a page is being read or could be."""
        return self._busy or (not self.waits_for and self._catalog.pages.any_owed(self._set_aside()))

    @property
    def busy(self) -> bool:
        """Whether a page is being read."""
        return self._busy

    @property
    def seconds_left(self) -> float:
        """An estimate for all pages, by what the last ones took; 0 while none is read."""
        return 0.0 if self.waits_for else len(self) * self._page_seconds

    def feed(self) -> None:
        """Begin with the next page, unless one is under way."""
        if self._busy or self._closed or self.waits_for or self._conditions.is_asked:
            return
        if owed := self._next():
            self._busy = True
            self._began = time.monotonic()
            self._meter.update(current=owed.facts.path)
            self._then(owed, self._reader.look(owed), lambda image: self._on_seen(owed, image))

    def tell(self) -> None:
        """Bring the picture of the work up to date."""
        left = len(self)
        self._meter.update(ocr_pages_left=left, ocr_waits_for=self.waits_for if left else "")

    def close(self) -> None:
        """What is still being read will be ignored."""
        self._closed = True

    def _next(self) -> OwedPage | None:
        if not self._waiting:
            self._waiting.extend(self._catalog.pages.owed(_AHEAD, self._set_aside()))
        while self._waiting:
            owed = self._waiting.popleft()
            if owed.file_id not in self._aside and self._catalog.pages.is_owed(owed):
                return owed
        return None

    def _set_aside(self) -> list[int]:
        """Files that are away or were just changed: the next look at their folder tells what becomes of them."""
        now = time.monotonic()
        self._aside = {file_id: until for file_id, until in self._aside.items() if until > now}
        return list(self._aside)

    def _on_seen(self, owed: OwedPage, image: bytes) -> None:
        known = self._catalog.pages.known_text(image)
        if known is not None:
            self._store(owed, image, known)
            return
        self._busy = True
        self._then(owed, self._reader.read(), lambda found: self._on_read(owed, image, found))

    def _on_read(self, owed: OwedPage, image: bytes, found: Recognised) -> None:
        with self._catalog.transaction():
            self._catalog.pages.keep_text(image, found.text, found.confidence)
            self._store(owed, image, found.text)

    def _store(self, owed: OwedPage, image: bytes, text: str) -> None:
        passages = chunks([Segment(text, self._catalog.pages.anchor(owed))])
        self._forget_chunks(self._catalog.store_recognised(owed, image, tuple(passages)))
        self._meter.count_recognised()
        self._page_seconds += _SHARE_OF_LAST * (time.monotonic() - self._began - self._page_seconds)

    def _then(self, owed: OwedPage, future: Future[T], step: Callable[[T], None]) -> None:
        future.add_done_callback(lambda done: self._post(lambda: self._take(owed, done, step)))

    def _take(self, owed: OwedPage, done: Future[T], step: Callable[[T], None]) -> None:
        self._busy = False
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if isinstance(error, ChildNotStarted):
            self._not_started(error)
            return
        self._failed_starts = 0
        if not self._catalog.pages.is_owed(owed):
            return  # the file changed or went meanwhile
        if error is None:
            step(done.result())
        else:
            self._fail(owed, error)

    def _not_started(self, error: ChildNotStarted) -> None:
        """It may have been killed on the way; only one that never starts is given up for a while."""
        log.warning("text recognition does not start: %s", error)
        self._failed_starts += 1
        if self._failed_starts >= _MOST_FAILED_STARTS:
            self._failed_starts = 0
            self._unavailable_until = time.monotonic() + _UNAVAILABLE_SECONDS

    def _fail(self, owed: OwedPage, error: BaseException) -> None:
        failure = error if isinstance(error, PageFailed) else PageFailed(Reason.CRASHED, repr(error))
        log.info("page not read file=%d page=%d why=%s", owed.file_id, owed.page, failure)
        if failure.reason in _NOT_NOW:
            self._aside[owed.file_id] = time.monotonic() + _ASIDE_SECONDS
        else:
            self._catalog.fail_page(owed, failure.reason, for_good=failure.for_good)
