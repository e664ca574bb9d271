"""A worker's side of the conversation with the process that started it (see :mod:`indexer.extract.wire`)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

from indexer.extract import wire

_PACKET_BYTES = 65_536

Job = tuple[wire.Json, int | None]
"""What to do, and its open file where files are handed over."""


class Channel:
    """Jobs come on stdin, answers go where stdout was: libraries print to stdout, which leads nowhere from here on."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(1), "wb", buffering=0)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.close(silence)

    def send(self, message: wire.Json) -> None:
        """Give one answer."""
        data = memoryview(wire.encode(message))
        while data:
            data = data[self._answers.write(data) :]

    def jobs(self) -> Iterator[Job]:
        """The jobs as they come, until stdin ends. A descriptor is closed when the next job is asked for."""
        for message, handed in _handed_jobs() if sys.platform == "linux" else _named_jobs():
            yield message, handed
            if handed is not None:
                os.close(handed)


def _named_jobs() -> Iterator[Job]:
    for line in sys.stdin.buffer:
        yield wire.decode(line), None


def _handed_jobs() -> Iterator[Job]:
    """Each line comes with at most one descriptor, in the packet that has its beginning."""
    waiting = b""
    handed: list[int] = []
    with socket.socket(fileno=0) as jobs:
        while True:
            data, descriptors, _, _ = socket.recv_fds(jobs, _PACKET_BYTES, 1)
            handed += descriptors
            if not data:
                return
            waiting += data
            if waiting.endswith(b"\n"):
                yield wire.decode(waiting), (handed.pop() if handed else None)
                waiting = b""
