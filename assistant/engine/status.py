"""The state of everything, for `status`, the window and the doctor."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from assistant import __version__
from assistant.engine.views import local_iso, sizes
from assistant.errors import DocentError, OutsideError
from assistant.llm.base import ModelServer, ServerInfo, ServerState, choose_model
from indexer.catalog import reader
from indexer.catalog.database import ReaderPool
from indexer.catalog.details import left_out
from indexer.catalog.writer import Root
from indexer.meaning.client import MeaningClient
from indexer.model import FileState
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.report import Progress, Reporter
from indexer.watch.watcher import Watcher

log = logging.getLogger(__name__)

_PROBE_EVERY_S = 30.0
_KEPT_PROBLEMS = 20


class ProblemList(Reporter):
    """What went wrong beyond single files, newest last; a code is listed once."""

    def __init__(self) -> None:
        self._problems: dict[str, DocentError] = {}
        self._lock = threading.Lock()

    def problem(self, code: str, facts: dict[str, object]) -> None:
        """Note a problem, or that it still stands."""
        self.add(OutsideError(code, **sizes(facts)))

    def add(self, error: DocentError) -> None:
        """Note a problem."""
        with self._lock:
            self._problems.pop(error.code, None)
            self._problems[error.code] = error
            while len(self._problems) > _KEPT_PROBLEMS:
                self._problems.pop(next(iter(self._problems)))

    def resolved(self, code: str) -> None:
        """The problem is over."""
        with self._lock:
            self._problems.pop(code, None)

    def get(self, code: str) -> DocentError | None:
        """The problem of that code, if it stands."""
        return self._problems.get(code)

    def view(self) -> list[dict[str, Any]]:
        """All problems as JSON."""
        with self._lock:
            return [problem.to_json() for problem in self._problems.values()]


class StatusBoard:
    """Puts the status object together. Thread-safe; cheap enough to be asked five times a second."""

    def __init__(
        self,
        pipeline: Pipeline,
        watcher: Watcher,
        readers: ReaderPool,
        names: NameIndex,
        meaning: MeaningClient | None,
        server: ModelServer | None,
        model: str,
        problems: ProblemList,
    ) -> None:
        self._pipeline = pipeline
        self._watcher = watcher
        self._readers = readers
        self._names = names
        self._meaning = meaning
        self._server = server
        self._model = model
        self._problems = problems
        self._started = time.time()
        self._info: ServerInfo | None = None
        self._probed = 0.0
        self._probing = threading.Lock()
        self._counts: tuple[float, dict[str, Any]] = (0.0, {})
        self._counted_at: Progress | None = None

    def view(self) -> dict[str, Any]:
        """Return the status object of `assistant.protocol`."""
        self._probe_in_background()
        progress = self._pipeline.progress
        counts = self._index_counts()
        return {
            "engine": {
                "version": __version__,
                "pid": os.getpid(),
                "uptime_s": round(time.time() - self._started, 1),
                "rss_bytes": psutil.Process().memory_info().rss,
            },
            "folders": self.folders(),
            "removed": self.removed(),
            "left_out": counts["left_out"],
            "states": {state.value: progress.states.get(state.value, 0) for state in FileState},
            "work": self.work(),
            "index": {key: count for key, count in counts.items() if key != "left_out"},
            "meaning": self._meaning_view(),
            "servers": self._servers(),
            "problems": self._problems.view(),
        }

    def work(self) -> dict[str, Any]:
        """Return what is being done."""
        progress = self._pipeline.progress
        return {
            "phase": progress.phase,
            "total": progress.total,
            "done": progress.done,
            "failed": progress.failed,
            "chunks_total": progress.chunks_total,
            "chunks_embedded": progress.chunks_embedded,
            "ocr_pages_done": progress.ocr_pages_done,
            "ocr_pages_left": progress.ocr_pages_left,
            "ocr_waits_for": progress.ocr_waits_for,
            "current": progress.current,
            "eta_s": None if progress.eta_s is None else round(progress.eta_s),
            **pace_view(*self._pipeline.pace.view()),
        }

    def folders(self) -> list[dict[str, Any]]:
        """The folders of the index."""
        return [self._folder(root) for root in self._pipeline.roots]

    def _folder(self, root: Root) -> dict[str, Any]:
        following = self._watcher.following(root.path)
        return {
            "path": root.path,
            "files": self._index_counts().get("by_root", {}).get(root.root_id, 0),
            "state": root.state,
            "last_scan": None if root.last_scan is None else local_iso(root.last_scan),
            "followed": following.how if root.state == "ok" else "offline",
            "followed_why": following.why,
            "unwatched": following.unwatched,
            "dirty": following.dirty,
            "states": self._index_counts().get("states_by_root", {}).get(root.root_id, {}),
        }

    def removed(self) -> list[dict[str, Any]]:
        """The folders that were removed and can come back."""
        return [{"path": removed.path, "until": local_iso(removed.until)} for removed in self._pipeline.removed]

    def folder_names(self) -> frozenset[str]:
        """Names of all folders in the index, for "in Taxes"."""
        with self._readers.reading() as db:
            return reader.folder_names(db)

    def problem(self, code: str) -> DocentError | None:
        """A problem that stands."""
        return self._problems.get(code)

    def probe_servers(self) -> None:
        """Look whether the model server runs; takes up to some seconds."""
        if self._server is None:
            return
        with self._probing:
            self._info = self._server.probe()
            self._probed = time.monotonic()

    def _probe_in_background(self) -> None:
        if time.monotonic() - self._probed < _PROBE_EVERY_S or self._probing.locked():
            return
        self._probed = time.monotonic()
        threading.Thread(target=self.probe_servers, name="probe", daemon=True).start()

    def _servers(self) -> list[dict[str, Any]]:
        if self._server is None:
            return []
        info = self._info
        view: dict[str, Any] = {"name": self._server.name, "url": self._server.url, "state": "unknown", "model": ""}
        if info is None:
            return [view | {"models": []}]
        models = [
            {"name": model.name, "size": model.size, "cloud": model.cloud, "usable": model.usable}
            for model in info.models
        ]
        return [view | {"state": info.state.value, "model": self._chosen(info), "models": models}]

    def _chosen(self, info: ServerInfo) -> str:
        if info.state is not ServerState.READY:
            return ""
        try:
            return choose_model(info, self._model)
        except DocentError:
            return ""

    def _meaning_view(self) -> dict[str, Any]:
        if self._meaning is None:
            return {"state": "off", "model": "", "why": "", "bringing": None}
        bringing = self._meaning.model_progress
        return {
            "state": self._meaning.state,
            "model": self._meaning.model_key,
            "why": self._meaning.why,
            "bringing": bringing and {"stage": bringing.stage, "done": bringing.done, "total": bringing.total},
        }

    def _index_counts(self) -> dict[str, Any]:
        when, counts = self._counts
        progress = self._pipeline.progress
        if not counts or (progress is not self._counted_at and time.monotonic() - when > 1.0):
            self._counted_at = progress
            with self._readers.reading() as db:
                counts = reader.counts(db) | {"left_out": left_out(db)}
            counts["bytes"] = _bytes_of(self._pipeline.catalog_file.parent)
            self._counts = (time.monotonic(), counts)
        return counts


def pace_view(rate: str, cause: str, until: float | None) -> dict[str, Any]:
    """How fast the work goes, and why it rests."""
    paused = {"why": cause, "until": None if until is None else local_iso(until)} if rate == "paused" else None
    return {"rate": rate, "slowed_by": cause, "paused": paused}


def _bytes_of(folder: Path) -> int:
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(base, name)).st_blocks * 512
            except (OSError, AttributeError):
                continue
    return total
