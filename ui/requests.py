"""What the window asked of the engine, as objects with signals that die with their parent.

::

    request = link.ask("租房合同什么时候到期?", parent=self)
    request.token_received.connect(self._on_token)
    request.answered.connect(self._on_answered)
    request.failed.connect(self._on_failed)

Each ends with exactly one of its own last signal or `failed`, followed by `finished`.
A cancelled request ends with `finished` alone. After `finished` the object deletes itself.
Connect bound methods only: a lambda that holds the parent is freed with the request, and frees the parent in turn.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from assistant.client import FINAL_EVENTS
from assistant.protocol import Request

Event = dict[str, Any]


class EngineRequest(QObject):
    """Base: knows its message, and turns the engine's events into signals."""

    failed = Signal(str, object)
    """code and facts of :mod:`assistant.errors`."""
    finished = Signal()
    cancel_asked = Signal()

    def __init__(self, message: Request, parent: QObject | None) -> None:
        super().__init__(parent)
        self.message = message
        self.is_over = False
        self._cancelled = False

    def cancel(self) -> None:
        """Want no more of it; nothing but `finished` is emitted from now on."""
        if self.is_over or self._cancelled:
            return
        self._cancelled = True
        self.cancel_asked.emit()
        self._finish()

    def receive(self, event: Event) -> None:
        """Emit what an event says. Called by the link, in the window's thread."""
        if self.is_over:
            return
        if event["event"] == "error":
            self._fail(event.get("error") or {})
            return
        self._emit(event)
        if event["event"] in FINAL_EVENTS:
            self._finish()

    def _emit(self, event: Event) -> None:
        """Emit what an event other than `error` says; each kind of request has its own signals for it."""

    def _fail(self, error: Event) -> None:
        if not self._cancelled:
            self.failed.emit(str(error.get("code", "internal")), error.get("facts") or {})
        self._finish()

    def _finish(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.finished.emit()
            self.deleteLater()


class FindRequest(EngineRequest):
    """Ranked files."""

    found = Signal(object)
    """The object of `docent find --json`."""

    @override
    def _emit(self, event: Event) -> None:
        if event["event"] == "result":
            self.found.emit(event)


class AskRequest(EngineRequest):
    """A question: files first, then an answer as it is written."""

    files_found = Signal(object)
    """The `files` event: hits and what was understood."""
    stage_changed = Signal(str, object)
    """Name of the stage, and the event with its counts."""
    thinking_received = Signal(str)
    token_received = Signal(str)
    answered = Signal(object)
    """The `done` event of `docent ask --json`."""

    @override
    def _emit(self, event: Event) -> None:
        kind = event["event"]
        if kind == "files":
            self.files_found.emit(event)
        elif kind == "stage":
            self.stage_changed.emit(str(event.get("stage", "")), event)
        elif kind == "thinking":
            self.thinking_received.emit(str(event.get("text", "")))
        elif kind == "token":
            self.token_received.emit(str(event.get("text", "")))
        elif kind == "done":
            self.answered.emit(event)


class IndexRequest(EngineRequest):
    """Folders are added or looked at anew."""

    progressed = Signal(object)
    """The `work` part of the status object."""
    folders_indexed = Signal(list)

    @override
    def _emit(self, event: Event) -> None:
        if event["event"] == "progress":
            self.progressed.emit(event.get("work") or {})
        elif event["event"] == "result":
            self.folders_indexed.emit(event.get("folders") or [])


class FoldersRequest(EngineRequest):
    """The folders, after some were removed or brought back."""

    folders_listed = Signal(list)
    removed_listed = Signal(list)
    """Folders that can still come back: `{"path", "until"}`, the last one removed last."""

    @override
    def _emit(self, event: Event) -> None:
        if event["event"] == "result":
            self.folders_listed.emit(event.get("folders") or [])
            self.removed_listed.emit(event.get("removed") or [])


class PauseRequest(EngineRequest):
    """A pause of the indexing, or its end. What came of it is in the status."""


class WatchRequest(EngineRequest):
    """The state of everything, again whenever it changes; goes on over a lost engine."""

    status_changed = Signal(object)
    """The status object of :mod:`assistant.protocol`."""

    @override
    def _emit(self, event: Event) -> None:
        if event["event"] == "status":
            self.status_changed.emit(event)
