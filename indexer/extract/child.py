"""The pool's side of one worker process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Self

from indexer.config import ExtractLimits
from indexer.extract import wire
from indexer.extract.limits import time_limit
from indexer.extract.opening import open_to_hand_over
from indexer.extract.parts import Begun, Emit
from indexer.extract.work_clock import WorkClock
from indexer.model import Extraction, Reason

DEFAULT_COMMAND = (sys.executable, "-m", "indexer.extract.worker")
_PACKAGES = str(Path(__file__).resolve().parents[2])
_START_SECONDS = 60.0
_STOP_SECONDS = 2.0
_DEATH_SECONDS = 2.0
_LOOK_EVERY_S = 0.1
_LINE_BYTES = 32 << 20
_MOST_MESSAGES = 300_000
"""Bounds on what a worker may say of one file: only one that was taken over by what it read comes near them."""
_HANDS_OVER = sys.platform == "linux"
"""Whether files are opened here and handed to the worker, which then needs no access to any."""
_KILLS = (
    frozenset()
    if sys.platform == "win32"
    else frozenset((-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP))
)


class ChildDied(Exception):
    """The worker process ended while something was expected of it."""

    def __init__(self, detail: str, *, was_killed: bool = False) -> None:
        super().__init__(detail)
        self.was_killed = was_killed
        """Somebody else ended it (the user, the kernel short of memory): not surely the fault of what it read."""


class ChildNotStarted(Exception):
    """No worker process can be had: nothing of the file's fault."""


class ChildTimedOut(Exception):
    """The worker process took too long and was killed."""


class Child:
    """One worker process. Used by one thread, but :meth:`kill` may be called by any. Raises `ChildNotStarted`."""

    def __init__(self, limits: ExtractLimits, command: Sequence[str]) -> None:
        self._limits = limits
        self.files_read = 0
        self.leaving = False
        self._killed = False
        self._socket: socket.socket | None = None
        stdin: socket.socket | None = None
        if _HANDS_OVER:
            self._socket, stdin = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [*command, json.dumps(asdict(limits)), str(os.getpid())],
                stdin=subprocess.PIPE if stdin is None else stdin.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
            )
        except OSError as error:
            _close(self._socket)
            raise ChildNotStarted(str(error)) from error
        finally:
            _close(stdin)
        self._clock = WorkClock(self._process.pid)
        try:
            with self._deadline(_START_SECONDS):
                self.confinement = tuple(self._receive().get("confined", ()))
        except (ChildDied, ChildTimedOut, TypeError) as error:
            self.kill()
            _close(self._process.stdout)
            raise ChildNotStarted(f"did not start: {error}") from error

    @property
    def pid(self) -> int:
        """The process id, which is also that of its process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether another file can be sent."""
        return not self.leaving and self._process.poll() is None

    def extract(self, path: str, size: int, emit: Emit, skip: Mapping[str, Reason], most_s: float) -> Extraction:
        """Have one file read, but the members in `skip`, in at most so many seconds; chunks and members go to `emit`.

        Raises `ChildDied` and `ChildTimedOut`; the process is gone then.
        """
        self.files_read += 1
        self.leaving = True  # unless all goes well
        seconds = time_limit(path, size, self._limits)
        with self._deadline(min(seconds, most_s), most_s) as deadline:
            self._send({"path": path, "size": size, "skip": skip}, path)
            left = _MOST_MESSAGES
            while "done" not in (message := self._receive()):
                left -= 1
                if left < 0:
                    raise ValueError("more parts than any file has")
                number, part = wire.part_from_json(message)
                if isinstance(part, Begun):
                    deadline.renew(time_limit(part.name, part.size, self._limits))
                elif isinstance(part, Extraction):
                    deadline.renew(seconds)
                emit(number, part)
        self.leaving = bool(message["leaving"])
        return wire.extraction_from_json(message["done"])

    def stop(self) -> None:
        """Let the process end by itself; kill it when it does not."""
        self._close_jobs()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        self.kill()
        _close(self._process.stdout)

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        self._signal_group()
        self._process.wait()
        self._close_jobs()

    def _close_jobs(self) -> None:
        _close(self._socket)
        _close(self._process.stdin)

    def _signal_group(self) -> None:
        self._killed = True
        if sys.platform == "win32":
            self._process.kill()
        elif self._process.poll() is None:  # else the group's number may belong to others by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _deadline(self, seconds: float, most_s: float = 0.0) -> _Deadline:
        return _Deadline(seconds, max(seconds, most_s), self._clock, self._signal_group)

    def _send(self, message: wire.Json, path: str) -> None:
        try:
            if self._socket is not None:
                _send_with_file(self._socket, wire.encode(message), path)
            elif self._process.stdin is not None:
                self._process.stdin.write(wire.encode(message))
                self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise self._death() from error

    def _receive(self) -> wire.Json:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            return wire.decode(stdout.readline(_LINE_BYTES))
        except (OSError, ValueError) as error:  # the end of the stream is not JSON either
            raise self._death() from error

    def _death(self) -> ChildDied:
        """How it ended, once it has: the pipe may be closed a moment before."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_DEATH_SECONDS)
        status = self._process.poll()
        was_killed = status in _KILLS and not self._killed
        return ChildDied(f"no answer, exit status {status}", was_killed=was_killed)


def _send_with_file(jobs: socket.socket, line: bytes, path: str) -> None:
    """The descriptor travels with the first part of the line."""
    descriptor = open_to_hand_over(path)
    try:
        sent = socket.send_fds(jobs, [line], [] if descriptor is None else [descriptor])
    finally:
        if descriptor is not None:
            os.close(descriptor)
    jobs.sendall(line[sent:])


def measures_in_force() -> tuple[str, ...]:
    """Start a worker to see what it can give up here (see :mod:`indexer.extract.confine`). Raises `ChildNotStarted`."""
    child = Child(ExtractLimits(), DEFAULT_COMMAND)
    child.stop()
    return child.confinement


class _Deadline:
    """Calls `expire` when the block takes longer than `seconds` by `clock`; turns the death that follows into `ChildTimedOut`.

    :meth:`renew` gives it more time, `most_s` seconds in all.
    """

    def __init__(self, seconds: float, most_s: float, clock: Callable[[], float], expire: Callable[[], None]) -> None:
        self._clock = clock
        self._expire = expire
        self._expired = threading.Event()
        self._over = threading.Event()
        now = clock()
        self._until = now + seconds
        self._last = now + most_s
        self._watch = threading.Thread(target=self._run, name="deadline", daemon=True)

    def renew(self, seconds: float) -> None:
        """Count anew from this moment."""
        self._until = min(self._last, self._clock() + seconds)

    def _run(self) -> None:
        while (left := self._until - self._clock()) > 0:
            if self._over.wait(max(left, _LOOK_EVERY_S)):
                return
        self._expired.set()
        self._expire()

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._over.set()
        if isinstance(error, ChildDied) and self._expired.is_set():
            raise ChildTimedOut from error


def _environment() -> dict[str, str]:
    """Finds our packages wherever the program was started, and no module of the current folder."""
    path = os.pathsep.join(filter(None, (_PACKAGES, os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}


def _close(stream: IO[bytes] | socket.socket | None) -> None:
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):
            stream.close()
