"""An engine that says what a test tells it to, over the real socket with the real protocol.

::

    with FakeEngine(paths) as engine:
        engine.on("find", {"total": 0, "hits": [], ...})             # a result
        engine.on("ask", [{"event": "files", ...}, {"event": "done", ...}])
        engine.on("status", errors.UsageError("bad_request", detail="x"))
        engine.on("index", lambda request, reply: ...)               # anything else
        ...
        assert engine.requests("find")[0].query == "租房合同"

Requests are decoded by `assistant.protocol`; an op without an answer gets "bad_request".
Each connection has a thread, each request is answered on a thread of its own, so that a
script may wait (`reply.cancelled`) while others are answered.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Client as open_connection
from multiprocessing.connection import Connection, Listener
from types import TracebackType
from typing import Any, Self

from assistant import __version__, errors
from assistant.client import FINAL_EVENTS, Event, encode
from assistant.paths import Paths, private
from assistant.protocol import Cancel, Hello, Request, parse_request

Script = Callable[[Request, "Reply"], None]
Answer = dict[str, Any] | Sequence[dict[str, Any]] | errors.DocentError | Script


class Reply:
    """Sends the events of one request."""

    def __init__(self, connection: Connection, lock: threading.Lock, request_id: int) -> None:
        self._connection = connection
        self._lock = lock
        self._id = request_id
        self.cancelled = threading.Event()

    def event(self, event: str, **fields: Any) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._connection.send_bytes(encode({"id": self._id, "event": event} | fields))

    def error(self, error: errors.DocentError) -> None:
        self.event("error", error=error.to_json())

    def raw(self, message: bytes) -> None:
        """Bytes that no engine would send."""
        with self._lock:
            self._connection.send_bytes(message)

    def drop(self) -> None:
        """End the connection, as a killed engine does."""
        _hang_up(self._connection)


class FakeEngine:
    """A scripted engine for one home; a context manager that listens while it is open."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._answers: dict[str, Answer] = {}
        self._requests: list[Request] = []
        self._connections: list[Connection] = []
        self._token = secrets.token_hex(16)
        self._closed = False
        self._serving = 0
        self.on("hello", {"version": __version__, "pid": os.getpid()})
        self.on("shutdown", {})

    def on(self, op: str, answer: Answer) -> None:
        """What requests of `op` get from now on: a result, events, an error, or a script."""
        self._answers[op] = answer

    def requests(self, op: str) -> list[Any]:
        """The requests of `op` so far, in order."""
        return [request for request in self._requests if request.op == op]

    @property
    def open_connections(self) -> int:
        return self._serving

    def __enter__(self) -> Self:
        for folder in self._paths.all_folders():
            private(folder)
        private(type(self._paths.data)(os.path.dirname(self._paths.engine_address)))
        self._listener = Listener(self._paths.engine_address)
        self._paths.engine_key.write_text(self._token, encoding="ascii")
        self._thread = threading.Thread(target=self._accept, name="fake-engine", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self.drop_all()
        # accept() is only left by a connection: closing the listener does not wake it.
        with contextlib.suppress(OSError):
            open_connection(self._paths.engine_address).close()
        self._thread.join(5)
        self._listener.close()

    def drop_all(self) -> None:
        """End every connection."""
        for connection in self._connections:
            _hang_up(connection)

    def _accept(self) -> None:
        while not self._closed:
            connection = self._listener.accept()
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        self._serving += 1
        lock = threading.Lock()
        replies: dict[int, Reply] = {}
        with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
            while True:
                message = json.loads(connection.recv_bytes())
                reply = replies[message["id"]] = Reply(connection, lock, message["id"])
                try:
                    _, request = parse_request(message)
                except errors.DocentError as error:
                    reply.error(error)
                    continue
                self._requests.append(request)
                if isinstance(request, Cancel):
                    self._cancel(replies.get(request.target))
                    reply.event("result")
                else:
                    threading.Thread(target=self._answer, args=(request, reply), daemon=True).start()

        for reply in replies.values():
            reply.cancelled.set()
        self._serving -= 1
        connection.close()

    def _cancel(self, reply: Reply | None) -> None:
        if reply is not None:
            reply.cancelled.set()

    def _answer(self, request: Request, reply: Reply) -> None:
        answer = self._answers.get(request.op)
        if isinstance(request, Hello) and request.token != self._token:
            answer = errors.UsageError("bad_request", detail="wrong token")
        if answer is None:
            reply.error(errors.UsageError("bad_request", detail=f"no answer for {request.op}"))
        elif isinstance(answer, errors.DocentError):
            reply.error(answer)
        elif callable(answer):
            answer(request, reply)
        elif isinstance(answer, dict):
            reply.event("result", **answer)
        else:
            self._send_events(answer, reply)

    def _send_events(self, events: Sequence[Event], reply: Reply) -> None:
        assert events[-1]["event"] in FINAL_EVENTS, "a script ends with a result, done or error"
        for event in events:
            reply.event(**event)


def _hang_up(connection: Connection) -> None:
    """Wake the thread that reads from the connection; closing its descriptor alone would leave it blocked."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as raw:
        raw.shutdown(socket.SHUT_RDWR)
