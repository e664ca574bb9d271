"""Reads many files at once in worker processes, one file a process, each within its limits."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from typing import Self

from indexer.config import ExtractLimits
from indexer.extract import wire
from indexer.extract.child import DEFAULT_COMMAND, Child, ChildDied, ChildNotStarted, ChildTimedOut
from indexer.extract.journal import JournalLane, ReadingJournal
from indexer.extract.limits import time_limit
from indexer.model import Chunk, Extraction, FileState, Reason

log = logging.getLogger(__name__)

_IDLE_SECONDS = 30.0
_CHANCES = 5
"""How often a file is begun again whose worker somebody else killed."""
_JOIN_SECONDS = 30.0


@dataclass(slots=True)
class _Job:
    path: str
    size: int
    future: Future[Extraction] = field(default_factory=Future)


class ExtractPool:
    """Extracts files in up to `workers` processes, which start when they are needed and stop when idle.

    A file that hangs or crashes its worker costs that file alone: its future still gets an
    :class:`Extraction`. Safe to use from several threads. `command` starts a worker; `journal` is told
    what is being read.
    """

    def __init__(
        self,
        workers: int,
        limits: ExtractLimits,
        command: Sequence[str] = DEFAULT_COMMAND,
        journal: ReadingJournal | None = None,
    ) -> None:
        self._workers = max(1, workers)
        self._journal = journal
        self._limits = limits
        self._command = tuple(command)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._lanes: list[_Lane] = []
        self._unfinished = 0
        self._closed = False

    def submit(self, path: str, size: int) -> Future[Extraction]:
        """Queue a file of `size` bytes. The future never fails but with `CancelledError`, after :meth:`close`."""
        job = _Job(path, size)
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._unfinished += 1
            if len(self._lanes) < min(self._workers, self._unfinished):
                self._lanes.append(self._new_lane())
            self._jobs.put(job)
        job.future.add_done_callback(self._on_finished)
        return job.future

    def close(self) -> None:
        """Cancel what waits, kill what runs, and return when no process and no thread is left."""
        with self._lock:
            self._closed = True
            lanes = list(self._lanes)
        for lane in lanes:
            lane.abandon()
        self._cancel_waiting()
        for _ in lanes:
            self._jobs.put(None)
        for lane in lanes:
            lane.join(_JOIN_SECONDS)
            if lane.is_alive():
                log.warning("a file does not open or close; the thread that waits for it is left alone")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _new_lane(self) -> _Lane:
        journal = self._journal.open_lane(len(self._lanes)) if self._journal else None
        return _Lane(self._jobs, self._limits, self._command, journal, first=not self._lanes)

    def _cancel_waiting(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job.future.cancel()

    def _on_finished(self, _future: Future[Extraction]) -> None:
        with self._lock:
            self._unfinished -= 1


class _Lane(threading.Thread):
    """A thread that owns one worker process after another (which die with it, see `confine`)."""

    def __init__(
        self,
        jobs: queue.SimpleQueue[_Job | None],
        limits: ExtractLimits,
        command: Sequence[str],
        journal: JournalLane | None,
        *,
        first: bool,
    ) -> None:
        super().__init__(name="extract", daemon=True)
        self._jobs = jobs
        self._limits = limits
        self._command = command
        self._journal = journal
        self._tells = first
        self._child: Child | None = None
        self._child_lock = threading.Lock()
        self._abandoned = False
        self.start()

    def run(self) -> None:
        while not self._abandoned:
            try:
                job = self._jobs.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                self._stop_child()
                continue
            if job is None:
                break
            if job.future.set_running_or_notify_cancel():
                self._serve(job)
        self._stop_child()
        if self._journal:
            self._journal.close()

    def abandon(self) -> None:
        """Kill what runs; its future gets `CancelledError`. Called by another thread."""
        with self._child_lock:
            self._abandoned = True
            if self._child is not None:
                self._child.kill()

    def _serve(self, job: _Job) -> None:
        started = time.monotonic()
        extraction = self._extract(job)
        if self._abandoned:
            job.future.set_exception(CancelledError())
        else:
            job.future.set_result(extraction or _failed(Reason.CRASHED, [], started))

    def _extract(self, job: _Job) -> Extraction | None:
        """Once; again when somebody else killed the worker meanwhile."""
        extraction = None
        for _ in range(_CHANCES):
            if self._abandoned:
                break
            started = time.monotonic()
            chunks: list[Chunk] = []
            try:
                return self._read(job, chunks)
            except ChildNotStarted as error:
                log.warning("no extract worker: %s", error)
                return _failed(Reason.UNREADABLE, [], started, f"no process to read it: {error}")
            except ChildTimedOut:
                return _failed(Reason.TIMEOUT, chunks, started)
            except (ChildDied, LookupError, TypeError, ValueError) as error:  # died, or answered what no worker answers
                extraction = _failed(Reason.CRASHED, chunks, started, str(error))
                if not getattr(error, "was_killed", False):
                    break
        return extraction

    def _read(self, job: _Job, chunks: list[Chunk]) -> Extraction:
        child = self._ready_child()
        seconds = time_limit(job.path, job.size, self._limits)
        if self._journal:
            self._journal.begin(job.path)
        try:
            body = child.extract(job.path, job.size, seconds, chunks.append)
        finally:
            if self._journal:
                self._journal.end()
        extraction = wire.extraction_from_json(body, tuple(chunks) if body["state"] == FileState.INDEXED else ())
        return replace(extraction, fault=extraction.reason is Reason.OUT_OF_MEMORY)

    def _ready_child(self) -> Child:
        child = self._child
        if child is not None and child.alive and child.files_read < self._limits.files_per_worker:
            return child
        self._stop_child()
        child = Child(self._limits, self._command)
        if self._tells:
            self._tells = False
            log.info("extract workers confined: %s", ", ".join(child.confinement) or "not at all")
        with self._child_lock:
            self._child = child
            if self._abandoned:
                child.kill()
        return child

    def _stop_child(self) -> None:
        with self._child_lock:
            child, self._child = self._child, None
        if child is not None:
            child.stop()


def _failed(reason: Reason, chunks: list[Chunk], started: float, detail: str = "") -> Extraction:
    return Extraction(
        state=FileState.INDEXED if chunks else FileState.FAILED,
        reason=reason,
        detail=detail[:200],
        chunks=tuple(chunks),
        truncated=bool(chunks),
        took_s=time.monotonic() - started,
        fault=reason is not Reason.UNREADABLE,
    )
