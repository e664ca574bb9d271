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
from indexer.ocr.reader import PageReader

log = logging.getLogger(__name__)

T = TypeVar("T")

_AHEAD = 16
_ASIDE_SECONDS = 600.0
_UNAVAILABLE_SECONDS = 600.0
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
        post: Callable[[Callable[[], None]], None],
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._reader = reader
        self._post = post
        self._forget_chunks = forget_chunks
        self._waiting: deque[OwedPage] = deque()
        self._aside: dict[int, float] = {}
        self._unavailable_until = 0.0
        self._busy = False
        self._closed = False
        self.pages_read = 0
        if catalog.meta("recogniser") != str(RECOGNISER_VERSION):
            catalog.pages.owe_all()
            catalog.set_meta("recogniser", str(RECOGNISER_VERSION))

    @property
    def busy(self) -> bool:
        """True while a page is being read."""
        return self._busy

    @property
    def available(self) -> bool:
        """False while the process that reads pages does not start."""
        return time.monotonic() >= self._unavailable_until

    def __len__(self) -> int:
        """Pages that can be read now."""
        return self._catalog.pages.count_owed(self._set_aside()) if self.available else 0

    def feed(self) -> None:
        """Begin with the next page, unless one is under way."""
        if self._busy or self._closed or not self.available:
            return
        if owed := self._next():
            self._busy = True
            self._then(owed, self._reader.look(owed), lambda image: self._on_seen(owed, image))

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
        if self._catalog.pages.is_owed(owed):  # else the file changed or went meanwhile
            passages = chunks([Segment(text, self._catalog.pages.anchor(owed))])
            self._forget_chunks(self._catalog.store_recognised(owed, image, tuple(passages)))
            self.pages_read += 1

    def _then(self, owed: OwedPage, future: Future[T], step: Callable[[T], None]) -> None:
        future.add_done_callback(lambda done: self._post(lambda: self._take(owed, done, step)))

    def _take(self, owed: OwedPage, done: Future[T], step: Callable[[T], None]) -> None:
        self._busy = False
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is None:
            step(done.result())
        elif isinstance(error, ChildNotStarted):
            log.warning("text recognition does not start: %s", error)
            self._unavailable_until = time.monotonic() + _UNAVAILABLE_SECONDS
        else:
            self._fail(owed, error)

    def _fail(self, owed: OwedPage, error: BaseException) -> None:
        failure = error if isinstance(error, PageFailed) else PageFailed(Reason.CRASHED, repr(error))
        log.info("page not read file=%d page=%d why=%s", owed.file_id, owed.page, failure)
        if failure.reason in _NOT_NOW:
            self._aside[owed.file_id] = time.monotonic() + _ASIDE_SECONDS
        elif self._catalog.pages.is_owed(owed):
            self._catalog.fail_page(owed, failure.reason, for_good=failure.for_good)
