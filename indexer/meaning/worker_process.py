"""One life of the meaning worker, seen from its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path

import indexer
from indexer.errors import MeaningUnavailable
from indexer.meaning.wire import Frame, FrameWriter, Header, read_frame, unpack_error

Reply = Future[Frame]

_END_SECONDS = 1.0
_KILLS = frozenset[int]() if sys.platform == "win32" else frozenset((-signal.SIGKILL, -signal.SIGTERM))
"""Exit codes of a worker that somebody else ended: nothing that it was asked is to blame."""


def worker_command() -> list[str]:
    """How the worker is started. `-P` keeps modules in the current folder from being taken for ours."""
    return [sys.executable, "-P", "-m", "indexer.meaning.worker"]


class WorkerProcess:
    """A running worker. :meth:`news` is read by one thread; requests may come from any.

    The thread that makes it must outlive it: on Linux the worker is told to die with that thread.
    """

    def __init__(self, command: Sequence[str], config: Header) -> None:
        root = str(Path(indexer.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        self._requests = FrameWriter(self._process.stdin)
        self._lock = threading.Lock()
        self._waiting: dict[int, Reply] = {}
        self._last_id = 0
        self._gone = False
        self._killed = False
        with suppress(OSError):
            self._requests.write(config)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def request(self, op: str, block: bytes = b"", **header: object) -> Reply:
        """Send a request; its reply arrives in the future, which fails when the worker does."""
        reply: Reply = Future()
        with self._lock:
            if self._gone:
                raise MeaningUnavailable("the worker is gone", why="gone")
            self._last_id += 1
            number = self._last_id
            self._waiting[number] = reply
        try:
            self._requests.write({"id": number, "op": op, **header}, block)
        except (OSError, ValueError) as error:
            self._forget(number)
            raise MeaningUnavailable("the worker is gone", why="gone") from error
        return reply

    def _forget(self, number: int) -> Reply | None:
        with self._lock:
            return self._waiting.pop(number, None)

    def news(self) -> Iterator[Header]:
        """Events until the worker ends; replies go to those who wait for them."""
        assert self._process.stdout is not None
        while (frame := self._read()) is not None:
            if "event" in frame.header:
                yield frame.header
            else:
                _settle(self._forget(frame.header.get("id", 0)), frame)
        self._end()

    def _read(self) -> Frame | None:
        assert self._process.stdout is not None
        try:
            return read_frame(self._process.stdout)
        except (OSError, ValueError):
            self.kill()
            return None

    def _end(self) -> None:
        """Nobody will answer any more; the process is waited for."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)  # it may close its output a moment before it is gone
        why = "killed" if self._process.poll() in _KILLS and not self._killed else "crashed"
        self.kill()
        self._process.wait()
        with self._lock:
            self._gone = True
            left = list(self._waiting.values())
            self._waiting.clear()
        for reply in left:
            with suppress(InvalidStateError):
                reply.set_exception(MeaningUnavailable("the worker ended", why=why))
        assert self._process.stdout is not None
        self._process.stdout.close()
        with suppress(OSError):
            self._requests.close()

    @property
    def exit_code(self) -> int | None:
        """How it ended: negative for a signal, None while it runs."""
        return self._process.returncode

    def ask_to_end(self) -> None:
        """Close its input: it flushes and goes."""
        with suppress(OSError):
            self._requests.close()

    def kill(self) -> None:
        """End it now."""
        self._killed = True
        with suppress(OSError):
            self._process.kill()


def _settle(reply: Reply | None, frame: Frame) -> None:
    if reply is None:
        return
    with suppress(InvalidStateError):
        if "error" in frame.header:
            reply.set_exception(unpack_error(frame.header["error"]))
        else:
            reply.set_result(frame)
