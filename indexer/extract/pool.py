"""Reads many files at once in worker processes, one file a process, each within its limits."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from typing import Self

from indexer.config import ExtractLimits
from indexer.extract.child import DEFAULT_COMMAND, Child, ChildDied, ChildNotStarted, ChildTimedOut
from indexer.extract.journal import JournalLane, ReadingJournal
from indexer.extract.parts import ROOT, Assembly
from indexer.model import Extraction, Reason

log = logging.getLogger(__name__)

_IDLE_SECONDS = 30.0
_CHANCES = 5
"""How often a file is begun whose worker somebody else killed, or a member of which killed it."""
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
            job.future.set_result(replace(extraction, took_s=time.monotonic() - started))

    def _extract(self, job: _Job) -> Extraction:
        """Once; again when somebody else killed the worker meanwhile, or without the member that was too much for it."""
        chances = _CHANCES
        skip: dict[str, Reason] = {}
        until = time.monotonic() + self._limits.container_seconds
        while True:
            parts = Assembly()
            try:
                return self._read(job, parts, skip, until)
            except ChildNotStarted as error:
                log.warning("no extract worker: %s", error)
                return Assembly().extraction(Reason.UNREADABLE, f"no process to read it: {error}")
            except ChildTimedOut:
                extraction, was_killed = parts.extraction(Reason.TIMEOUT), False
            except Exception as error:  # noqa: BLE001 - died, or said what no worker says: the file fails, the lane lives
                extraction = parts.extraction(Reason.CRASHED, str(error))
                was_killed = isinstance(error, ChildDied) and error.was_killed
            chances -= 1
            if not was_killed:
                skip[parts.in_hand] = extraction.reason
            if self._abandoned or not chances or "" in skip or time.monotonic() > until:
                return replace(extraction, fault=True)

    def _read(self, job: _Job, parts: Assembly, skip: Mapping[str, Reason], until: float) -> Extraction:
        child = self._ready_child()
        if self._journal:
            self._journal.begin(job.path)
        try:
            parts.add(ROOT, child.extract(job.path, job.size, parts.add, skip, until - time.monotonic()))
        finally:
            if self._journal:
                self._journal.end()
        extraction = parts.extraction()
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
