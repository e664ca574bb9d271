"""The engine's socket: one thread per client, one per request, so that a question never waits for another."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from assistant.client import encode, hang_up
from assistant.errors import DocentError, InternalError, UsageError
from assistant.paths import private
from assistant.protocol import MAX_MESSAGE, Cancel, Hello, Request, parse_request

log = logging.getLogger(__name__)

_MAX_RUNNING = 32
"""Requests of one client at the same time."""


class Call:
    """One request under way: sends its events, knows whether it was cancelled."""

    def __init__(self, session: Session, request_id: int) -> None:
        self._session = session
        self._request_id = request_id
        self.cancelled = threading.Event()

    def send(self, event: str, **fields: Any) -> None:
        """Send an event. A client that is gone cancels the request."""
        if not self._session.send({"id": self._request_id, "event": event, **fields}):
            self.cancelled.set()

    def fail(self, error: DocentError) -> None:
        """End the request with an error."""
        self.send("error", error=error.to_json())


Handler = Callable[[Request, Call], None]


class Session:
    """One client. Its first request must show the engine's token."""

    def __init__(self, connection: Connection, greet: Callable[[Hello], dict[str, Any]], handle: Handler) -> None:
        self._connection = connection
        self._greet = greet
        self._handle = handle
        self._send_lock = threading.Lock()
        self._close_lock = threading.Lock()
        self._calls: dict[int, Call] = {}

    def run(self) -> None:
        """Serve until the client leaves."""
        try:
            if self._welcome():
                while True:
                    self._receive(self._connection.recv_bytes(MAX_MESSAGE))
        except (OSError, EOFError):
            pass
        finally:
            for call in list(self._calls.values()):
                call.cancelled.set()
            with self._close_lock:
                self._connection.close()

    def close(self) -> None:
        """Cut the connection; the serving thread then ends."""
        with self._close_lock:
            hang_up(self._connection)

    def send(self, message: dict[str, Any]) -> bool:
        """Send a message; False when the client is gone."""
        try:
            with self._send_lock:
                self._connection.send_bytes(encode(message))
        except OSError:
            return False
        return True

    def _welcome(self) -> bool:
        request_id = 0
        try:
            request_id, request = _parsed(self._connection.recv_bytes(4096))
            if not isinstance(request, Hello):
                raise UsageError("bad_request", detail="the first request must be hello")
            answer = self._greet(request)
        except DocentError as error:
            self.send({"id": request_id, "event": "error", "error": error.to_json()})
            return False
        return self.send({"id": request_id, "event": "result", **answer})

    def _receive(self, message: bytes) -> None:
        try:
            request_id, request = _parsed(message)
        except DocentError as error:
            self.send({"id": _id_of(message), "event": "error", "error": error.to_json()})
            return
        call = Call(self, request_id)
        if isinstance(request, Cancel):
            if request.target in self._calls:
                self._calls[request.target].cancelled.set()
            call.send("result")
        elif request_id in self._calls or len(self._calls) >= _MAX_RUNNING:
            call.fail(UsageError("bad_request", detail="too many requests at once, or an id used twice"))
        else:
            self._calls[request_id] = call
            threading.Thread(target=self._serve, args=(request_id, request, call), daemon=True).start()

    def _serve(self, request_id: int, request: Request, call: Call) -> None:
        try:
            self._handle(request, call)
        except DocentError as error:
            call.fail(error)
        except Exception as error:
            log.exception("request %s failed", request.op)
            call.fail(InternalError("internal", detail=type(error).__name__))
        finally:
            self._calls.pop(request_id, None)


def _parsed(message: bytes) -> tuple[int, Request]:
    try:
        value = json.loads(message)
    except ValueError:
        raise UsageError("bad_request", detail="not JSON") from None
    return parse_request(value)


def _id_of(message: bytes) -> int:
    try:
        return int(json.loads(message)["id"])
    except (ValueError, TypeError, KeyError):
        return 0


class Server:
    """Listens on the engine's address and keeps the sessions."""

    def __init__(self, address: str, greet: Callable[[Hello], dict[str, Any]], handle: Handler) -> None:
        self._greet = greet
        self._handle = handle
        self._sessions: set[Session] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        if sys.platform != "win32":
            private(Path(address).parent)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(address)  # left by a killed engine: the lock says that no other one lives
            previous = os.umask(0o177)
            try:
                self._listener = Listener(address, "AF_UNIX", backlog=32)
            finally:
                os.umask(previous)
        else:
            self._listener = Listener(address, "AF_PIPE")

    def start(self) -> None:
        """Accept clients in a thread of its own."""
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._sessions)

    def close(self) -> None:
        """Stop listening and cut all connections."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.close()
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
            except OSError:
                if self._closing.is_set():
                    return
                log.warning("a client could not be accepted", exc_info=True)
                self._closing.wait(0.1)
                continue
            if not _same_user(connection):
                log.warning("a client of another user was refused")
                connection.close()
                continue
            session = Session(connection, self._greet, self._handle)
            with self._lock:
                self._sessions.add(session)
            threading.Thread(target=self._run, args=(session,), name="client", daemon=True).start()

    def _run(self, session: Session) -> None:
        try:
            session.run()
        finally:
            with self._lock:
                self._sessions.discard(session)


def _same_user(connection: Connection) -> bool:
    if sys.platform != "linux":
        return True
    with socket.socket(fileno=os.dup(connection.fileno())) as peer:
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())
