"""A process that reads files for :class:`indexer.extract.pool.ExtractPool`.

`python -m indexer.extract.worker LIMITS PARENT`, the limits as JSON and the parent's process
id. Speaks :mod:`indexer.extract.wire` on stdin and stdout; ends when stdin does. On Linux stdin is a
socket over which each file comes open, since the worker itself may open none.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import BinaryIO

import psutil

from indexer.config import ExtractLimits
from indexer.extract import confine, wire
from indexer.extract.handed import let_open_read_descriptors
from indexer.model import Reason

_LEAVE_ABOVE_BYTES = 400 << 20
_PACKET_BYTES = 65_536

Job = tuple[wire.Json, int | None]
"""What to read, and its open file where files are handed over."""


def main() -> int:
    """Serve until stdin ends or too much memory is in use."""
    limits = ExtractLimits(**json.loads(sys.argv[1]))
    answers = _keep_stdout()
    taken = confine.limit(limits, int(sys.argv[2]))
    let_open_read_descriptors()
    from indexer.extract.one_file import extract_file  # noqa: PLC0415 - parsers are loaded within the limits

    process = psutil.Process()
    jobs = _handed_jobs() if sys.platform == "linux" else _named_jobs()
    _send(answers, {"ready": True, "confined": [*taken, *confine.lock()]})
    for message, handed in jobs:
        extraction = extract_file(
            message["path"], limits, lambda chunk: _send(answers, {"chunk": wire.chunk_to_json(chunk)}), handed
        )
        if handed is not None:
            os.close(handed)
        leaving = extraction.reason is Reason.OUT_OF_MEMORY or process.memory_info().rss > _LEAVE_ABOVE_BYTES
        _send(answers, {"done": wire.extraction_to_json(extraction), "leaving": leaving})
        if leaving:
            break
    return 0


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


def _keep_stdout() -> BinaryIO:
    """Move the answers to a descriptor of their own: libraries print to stdout."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)
    return answers


def _send(answers: BinaryIO, message: wire.Json) -> None:
    data = memoryview(wire.encode(message))
    while data:
        data = data[answers.write(data) :]


if __name__ == "__main__":
    sys.exit(main())
