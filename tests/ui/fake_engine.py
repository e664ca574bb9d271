"""An engine of recorded answers, at the outermost edge: a real listener on the real address that speaks the protocol.

It stands in for the process `python -m assistant.engine` and for nothing else of ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from multiprocessing.connection import Connection, Listener
from typing import Any

from assistant import __version__, errors
from assistant.paths import Paths, private

Event = dict[str, Any]
Reply = Callable[[Event], Iterable[Event]]
KEY = "recorded"


def time_of_tests() -> datetime:
    return datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def error(code: str, **facts: Any) -> Event:
    return {"event": "error", "error": errors.OutsideError(code, **facts).to_json()}


def status(**changes: Any) -> Event:
    """The status object of an engine at rest, with what a test changes."""
    folders = [{"path": "/home/ana/Documents", "files": 1204, "state": "ok", "last_scan": None}]
    server = {"name": "ollama", "url": "http://127.0.0.1:11434", "state": "ready", "model": "qwen3:4b", "models": []}
    return {
        "engine": {"version": __version__, "pid": 1, "uptime_s": 5, "rss_bytes": 1},
        "folders": folders,
        "states": {"indexed": 1187, "text_only": 0, "name_only": 14, "no_text": 2, "failed": 1},
        "work": {"phase": "idle", "total": 0, "done": 0, "chunks_total": 0, "chunks_embedded": 0, "eta_s": None},
        "index": {"files": 1204, "chunks": 18222, "bytes": 48 << 20},
        "meaning": {"state": "ready", "model": "default", "why": ""},
        "servers": [server],
        "problems": [],
    } | changes


class FakeEngine:
    """Answers `find`, `ask`, `index` and `folders` with what `replies` yields; a reply may wait on an Event."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.requests: list[Event] = []
        self.cancelled = threading.Event()
        self.status = status()
        self.replies: dict[str, Reply] = {
            "find": lambda _: [{"event": "result", "query": "", "total": 0, "hits": [], "stages": ["name"]}],
            "ask": lambda _: [error("internal", detail="no answer was recorded")],
            "index": lambda _: [{"event": "result", "folders": self.status["folders"]}],
            "folders": lambda _: [{"event": "result", "folders": self.status["folders"]}],
        }
        self._connections: list[Connection] = []
        self._watchers: list[tuple[Connection, int]] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        private(self.paths.runtime)
        private(self.paths.config)
        self.paths.engine_key.write_text(KEY, encoding="ascii")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.paths.engine_address)
        self._listener = Listener(self.paths.engine_address)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def kill(self) -> None:
        """Vanish as after SIGKILL: the socket file stays, every connection breaks."""
        if self._listener._listener is not None:
            _shut(self._listener._listener._socket)
            self._listener.close()
        with self._lock:
            for connection in self._connections:
                _shut(connection)
            self._connections.clear()
            self._watchers.clear()

    def show(self, **changes: Any) -> None:
        """Change the status and tell everyone who watches."""
        self.status = status(**changes)
        for connection, request_id in list(self._watchers):
            self._send(connection, {"id": request_id, "event": "status", **self.status})

    def leave(self) -> None:
        """End the watches as an engine does that was asked to stop."""
        for connection, request_id in list(self._watchers):
            self._send(connection, {"id": request_id, "event": "result"})
        self._watchers.clear()

    def asked(self, op: str) -> list[Event]:
        return [request for request in self.requests if request["op"] == op]

    def _accept(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        while True:
            try:
                request = json.loads(connection.recv_bytes())
            except (OSError, EOFError):
                return
            self.requests.append(request)
            threading.Thread(target=self._answer, args=(connection, request), daemon=True).start()

    def _answer(self, connection: Connection, request: Event) -> None:
        request_id, op = request["id"], request["op"]
        if op == "hello":
            assert request["token"] == KEY
            self._send(connection, {"id": request_id, "event": "result", "version": __version__, "pid": 1})
        elif op == "watch":
            self._watchers.append((connection, request_id))
            self._send(connection, {"id": request_id, "event": "status", **self.status})
        elif op == "cancel":
            self.cancelled.set()
            self._send(connection, {"id": request["target"], **error("interrupted")})
            self._send(connection, {"id": request_id, "event": "result"})
        else:
            for event in self.replies[op](request):
                self._send(connection, {"id": request_id, **event})

    def _send(self, connection: Connection, event: Event) -> None:
        with self._lock, contextlib.suppress(OSError):
            connection.send_bytes(json.dumps(event, ensure_ascii=True).encode("ascii"))


def _shut(connection: Connection | socket.socket) -> None:
    """Close both ways at once, so that threads blocked in a read wake up."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as handle:
        handle.shutdown(socket.SHUT_RDWR)
