"""The window's connection to the engine: its own thread talks, the window's thread only receives.

Sending, connecting and starting an engine may each take seconds, so all of it happens in one
thread of the link. Events come back by queued signals. When the engine dies, requests fail with
"engine_lost" and can be made again; a `watch` simply goes on with the next engine.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from assistant import errors
from assistant.client import FINAL_EVENTS, Client
from assistant.protocol import Ask, Find, Folders, Index, Pause, Request, Resume, Watch
from ui.requests import (
    AskRequest,
    EngineRequest,
    Event,
    FindRequest,
    FoldersRequest,
    IndexRequest,
    PauseRequest,
    WatchRequest,
)

log = logging.getLogger(__name__)

RequestT = TypeVar("RequestT", bound=EngineRequest)
Connect = Callable[[], Client]
_PAUSES_S = (0.2, 1.0, 3.0, 10.0, 30.0)
"""Pauses between attempts to reach an engine, in seconds; the last one repeats."""


class LinkState(StrEnum):
    """How the window stands with the engine."""

    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"
    FAILED = "failed"


class EngineLink(QObject):
    """Makes requests and delivers their events."""

    state_changed = Signal(str)
    """A `LinkState`; the code and facts of a failure stand in `failure`."""

    _event_arrived = Signal(int, object)
    _state_arrived = Signal(str, str, object)

    def __init__(self, connect: Connect, parent: QObject | None = None) -> None:
        """`connect` returns a connected client or raises `DocentError`; it may take its time."""
        super().__init__(parent)
        self.state = LinkState.CONNECTING
        self.failure: tuple[str, dict[str, Any]] = ("", {})
        self._requests: dict[int, EngineRequest] = {}
        self._keys = itertools.count(1)
        self._event_arrived.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        self._state_arrived.connect(self._on_state, Qt.ConnectionType.QueuedConnection)
        self._line = _Line(connect, self._event_arrived.emit, self._state_arrived.emit)

    def start(self) -> None:
        """Begin to connect, starting an engine when none runs. Returns at once."""
        self._line.start()

    def close(self) -> None:
        """Leave the engine; open requests end without a word."""
        for key in list(self._requests):
            self._forget(key)
        self._line.close()

    def reconnect(self) -> None:
        """Try again now instead of after the pause."""
        self._line.hurry()

    def find(self, query: str, *, limit: int = 50, parent: QObject) -> FindRequest:
        """Search for files."""
        return self._begin(FindRequest(Find(query=query, limit=limit), parent))

    def ask(self, question: str, *, chat: str = "", parent: QObject) -> AskRequest:
        """Ask a question; `chat` names the conversation it continues."""
        return self._begin(AskRequest(Ask(question=question, chat=chat), parent))

    def index(self, folders: list[str], *, wait: bool = False, parent: QObject) -> IndexRequest:
        """Add folders; with `wait` the request ends when all is up to date."""
        return self._begin(IndexRequest(Index(folders=folders, wait=wait), parent))

    def folders(
        self, *, remove: list[str] | None = None, undo: list[str] | None = None, parent: QObject
    ) -> FoldersRequest:
        """List the folders, after removing some or bringing some back."""
        return self._begin(FoldersRequest(Folders(remove=remove, undo=undo), parent))

    def pause(self, seconds: int, *, parent: QObject) -> PauseRequest:
        """Hold the indexing for so many seconds; 0: until it is resumed."""
        return self._begin(PauseRequest(Pause(seconds), parent))

    def resume(self, *, parent: QObject) -> PauseRequest:
        """Let the indexing go on."""
        return self._begin(PauseRequest(Resume(), parent))

    def watch(self, *, parent: QObject) -> WatchRequest:
        """Follow the state of everything."""
        return self._begin(WatchRequest(Watch(), parent))

    def _begin(self, request: RequestT) -> RequestT:
        key = next(self._keys)
        self._requests[key] = request
        request.cancel_asked.connect(self._sweep, Qt.ConnectionType.QueuedConnection)
        request.destroyed.connect(self._sweep)
        self._line.send(key, request.message, standing=isinstance(request, WatchRequest))
        return request

    @Slot()
    def _sweep(self) -> None:
        """Forget requests that nobody waits for any more."""
        for key, request in list(self._requests.items()):
            if not isValid(request) or request.is_over:
                self._forget(key)
                self._line.cancel(key)

    def _forget(self, key: int) -> None:
        request = self._requests.pop(key)
        if isValid(request):
            request.destroyed.disconnect(self._sweep)

    @Slot(int, object)
    def _on_event(self, key: int, event: Event) -> None:
        request = self._requests.get(key)
        if request is None or not isValid(request):
            return
        request.receive(event)
        if key in self._requests and (not isValid(request) or request.is_over):
            self._forget(key)

    @Slot(str, str, object)
    def _on_state(self, state: str, code: str, facts: dict[str, Any]) -> None:
        self.failure = (code, facts)
        self.state = LinkState(state)
        log.info("engine link: %s %s", state, code)
        self.state_changed.emit(state)


class _Line:
    """The thread that connects and sends. Everything it does is a command in its queue."""

    def __init__(
        self,
        connect: Connect,
        on_event: Callable[[int, Event], None],
        on_state: Callable[[str, str, dict[str, Any]], None],
    ) -> None:
        self._connect = connect
        self._on_event = on_event
        self._on_state = on_state
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._waiting: dict[int, Request] = {}
        self._standing: dict[int, Request] = {}
        self._sent: dict[int, int] = {}
        self._client: Client | None = None
        self._attempts = 0
        self._next_attempt = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="engine-link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, key: int, message: Request, *, standing: bool) -> None:
        """Send when there is an engine. A standing request is sent to every engine, the others once."""
        self._commands.put(partial(self._send_standing if standing else self._send, key, message))

    def cancel(self, key: int) -> None:
        self._commands.put(partial(self._cancel, key))

    def hurry(self) -> None:
        self._commands.put(self._forget_pauses)

    def close(self) -> None:
        self._closed = True
        self._commands.put(self._leave)
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def _run(self) -> None:
        while not self._closed:
            if self._client is None and time.monotonic() >= self._next_attempt:
                self._try_to_connect()
            pause = None if self._client else max(0.0, self._next_attempt - time.monotonic())
            with contextlib.suppress(queue.Empty):
                self._commands.get(timeout=pause)()
        self._leave()

    def _try_to_connect(self) -> None:
        try:
            self._client = self._connect()
        except errors.DocentError as error:
            self._give_up(error)
        except Exception as error:
            log.exception("connecting failed")
            self._give_up(errors.InternalError("internal", detail=type(error).__name__))
        else:
            self._attempts = 0
            self._tell_state(LinkState.READY)
            waiting, self._waiting = self._waiting, {}
            for key, message in (self._standing | waiting).items():
                self._send(key, message)

    def _give_up(self, error: errors.DocentError) -> None:
        """Report the failure, fail what waits, and set the time of the next attempt."""
        self._next_attempt = time.monotonic() + _PAUSES_S[min(self._attempts, len(_PAUSES_S) - 1)]
        self._attempts += 1
        self._tell_state(LinkState.FAILED, error)
        waiting, self._waiting = self._waiting, {}
        for key in waiting:
            self._tell_event(key, {"event": "error", "error": error.to_json()})

    def _send_standing(self, key: int, message: Request) -> None:
        self._standing[key] = message
        if self._client is not None:
            self._send(key, message)

    def _send(self, key: int, message: Request) -> None:
        if self._client is None:
            self._waiting[key] = message
            self._forget_pauses()
            return
        self._sent[key] = self._client.send(message, partial(self._receive, key, self._client))

    def _receive(self, key: int, client: Client, event: Event) -> None:
        """Called from the client's own reading thread."""
        if event["event"] in FINAL_EVENTS:
            self._sent.pop(key, None)
        is_final = event["event"] in FINAL_EVENTS
        if is_final and (key in self._standing or event.get("error", {}).get("code") == "engine_lost"):
            self._commands.put(partial(self._lose, client))
        if is_final and key in self._standing:
            return  # an engine that ends a watch is leaving
        self._tell_event(key, event)

    def _lose(self, client: Client) -> None:
        if self._client is client:
            self._client = None
            client.close()
            self._attempts = 0
            self._next_attempt = time.monotonic() + _PAUSES_S[0]
            self._tell_state(LinkState.LOST)

    def _cancel(self, key: int) -> None:
        self._waiting.pop(key, None)
        self._standing.pop(key, None)
        request_id = self._sent.pop(key, None)
        if self._client is not None and request_id is not None:
            self._client.cancel(request_id)

    def _forget_pauses(self) -> None:
        self._attempts = 0
        self._next_attempt = 0.0

    def _leave(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _tell_event(self, key: int, event: Event) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone already
            self._on_event(key, event)

    def _tell_state(self, state: LinkState, error: errors.DocentError | None = None) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone already
            self._on_state(state, error.code if error else "", error.facts if error else {})
