"""The client side of the engine's socket, used by the window and by every command.

::

    with Client.connect(Paths.from_environment()) as client:
        found = client.call(Find(query="租房合同"))
        for event in client.stream(Ask(question="…")):
            ...

`connect` starts an engine when none runs. Failures are `assistant.errors.DocentError`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client as open_connection
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from assistant import __version__, errors
from assistant.paths import Paths, private
from assistant.protocol import MAX_MESSAGE, Cancel, Hello, Request

log = logging.getLogger(__name__)

Event = dict[str, Any]
Handler = Callable[[Event], None]

FINAL_EVENTS = frozenset({"result", "done", "error"})
"""An event of one of these names is the last of its request."""
_START_TIMEOUT_S = 30.0


class Stream:
    """The events of one request, as an iterator that ends with the last one.

    An `error` event raises `DocentError` instead of being yielded.
    """

    def __init__(self, client: Client, request: Request) -> None:
        self._client = client
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._ended = False
        self.request_id = client.send(request, self._events.put)

    def __iter__(self) -> Iterator[Event]:
        while not self._ended:
            event = self._events.get()
            self._ended = event["event"] in FINAL_EVENTS
            if event["event"] == "error":
                raise error_from(event)
            yield event

    def cancel(self) -> None:
        """Ask the engine to stop; the iterator then raises "interrupted"."""
        self._client.cancel(self.request_id)


class Client:
    """A connection to the engine. Thread-safe; handlers are called from the connection's own thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._send_lock = threading.Lock()
        self._close_lock = threading.Lock()
        self._handlers: dict[int, Handler] = {}
        self._next_id = 1
        self._lost = False
        self._reader = threading.Thread(target=self._read, name="engine-client", daemon=True)
        self._reader.start()

    @classmethod
    def connect(cls, paths: Paths, *, start: bool = True) -> Self:
        """Connect to the running engine; with `start`, start one first when there is none.

        Raises `EngineUnavailable` ("engine_start"; "home_unwritable"; "engine_lost" when nothing runs and `start` is False).
        """
        deadline = time.monotonic() + _START_TIMEOUT_S
        process: subprocess.Popen[bytes] | None = None
        while True:
            client = cls._try(paths)
            if client is not None:
                return client
            if not start:
                raise errors.EngineUnavailable("engine_lost")
            if process is None:
                process = _started(paths)
            elif process.poll() not in (None, 0) or time.monotonic() > deadline:
                raise errors.EngineUnavailable("engine_start", log=str(paths.engine_log))
            time.sleep(0.02)

    @classmethod
    def _try(cls, paths: Paths) -> Self | None:
        try:
            token = paths.engine_key.read_text(encoding="ascii")
            client = cls(open_connection(paths.engine_address))
        except (OSError, EOFError):
            return None
        try:
            client.call(Hello(token=token, version=__version__))
        except errors.DocentError as error:
            client.close()
            if error.code == "engine_lost":
                return None
            raise
        return client

    def send(self, request: Request, handler: Handler) -> int:
        """Send a request; `handler` receives its events, from another thread. Returns the request's id.

        A lost connection reaches the handler as an `error` event ("engine_lost").
        """
        with self._send_lock:
            request_id = self._next_id
            self._next_id += 1
            self._handlers[request_id] = handler
            try:
                if self._lost:
                    raise OSError
                self._connection.send_bytes(encode(request.to_json(request_id)))
            except OSError:
                self._handlers.pop(request_id, None)
                handler(_lost_event(request_id))
        return request_id

    def stream(self, request: Request) -> Stream:
        """Send a request and iterate over its events."""
        return Stream(self, request)

    def call(self, request: Request) -> Event:
        """Send a request, wait, and return its last event."""
        last: Event = {}
        for event in self.stream(request):
            last = event
        return last

    def cancel(self, request_id: int) -> None:
        """Ask the engine to end a request; unknown ids are ignored."""
        if request_id in self._handlers:
            self.send(Cancel(target=request_id), _ignore)

    def close(self) -> None:
        """Leave. Requests that still run are cancelled by the engine."""
        self._lost = True
        with self._close_lock:
            hang_up(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> None:
        while True:
            try:
                event = json.loads(self._connection.recv_bytes(MAX_MESSAGE))
            except (OSError, EOFError, ValueError, TypeError):
                break
            handler = self._handlers.get(event["id"])
            if event["event"] in FINAL_EVENTS:
                self._handlers.pop(event["id"], None)
            if handler is not None:
                handler(event)
        with self._close_lock:
            self._connection.close()
        with self._send_lock:
            self._lost = True
            waiting, self._handlers = self._handlers, {}
        for request_id, handler in waiting.items():
            handler(_lost_event(request_id))


def hang_up(connection: Connection) -> None:
    """End a connection from any thread: the one that reads from it sees its end and closes it.

    Closing it here would leave that thread reading from a number that may soon be another file.
    """
    if sys.platform == "win32":
        connection.close()
        return
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as peer:
        peer.shutdown(socket.SHUT_RDWR)


def _ignore(_event: Event) -> None:
    pass


def _lost_event(request_id: int) -> Event:
    return {"id": request_id, "event": "error", "error": errors.EngineUnavailable("engine_lost").to_json()}


def encode(message: Event) -> bytes:
    """A message as bytes; lone surrogates of undecodable file names survive as escapes."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def error_from(event: Event) -> errors.DocentError:
    """The exception that an `error` event stands for."""
    error = event["error"]
    code, facts = error["code"], error.get("facts") or {}
    kinds: dict[int, type[errors.DocentError]] = {
        cls.exit_code: cls
        for cls in (errors.UsageError, errors.NotFoundError, errors.OutsideError, errors.InternalError)
    }
    kind = errors.EngineUnavailable if code.startswith("engine_") else kinds[error.get("exit_code", 4)]
    return kind(code, **facts)


def _started(paths: Paths) -> subprocess.Popen[bytes]:
    try:
        return start_engine(paths)
    except OSError as error:
        raise errors.EngineUnavailable("home_unwritable", path=str(paths.data), why=error.strerror) from error


def start_engine(paths: Paths) -> subprocess.Popen[bytes]:
    """Start an engine in the background, detached from this process's terminal and group.

    An engine that finds another one running ends with code 0 at once.
    """
    private(paths.logs)
    with open(paths.engine_log, "ab") as output:
        os.chmod(paths.engine_log, 0o600)
        environment = dict(os.environ)
        if environment.get("DOCENT_HOME"):
            environment["DOCENT_HOME"] = str(paths.data)  # whole: the engine's working directory is another one
        flags: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            flags = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
        return subprocess.Popen(
            # -P: a folder named "assistant" in the home folder is not the engine.
            [sys.executable, "-P", "-m", "assistant.engine"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=os.path.expanduser("~"),
            env=environment,
            **flags,
        )
