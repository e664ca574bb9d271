"""A process that reads files for :class:`indexer.extract.pool.ExtractPool`.

`python -m indexer.extract.worker LIMITS PARENT`, the limits as JSON and the parent's process
id. Speaks :mod:`indexer.extract.wire` on stdin and stdout; ends when stdin does.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

import psutil

from indexer.config import ExtractLimits
from indexer.extract import wire
from indexer.extract.confine import confine
from indexer.model import Reason

_LEAVE_ABOVE_BYTES = 400 << 20


def main() -> int:
    """Serve until stdin ends or too much memory is in use."""
    limits = ExtractLimits(**json.loads(sys.argv[1]))
    answers = _keep_stdout()
    confine(limits, int(sys.argv[2]))
    from indexer.extract.one_file import extract_file  # noqa: PLC0415 - parsers are loaded in confinement

    process = psutil.Process()
    _send(answers, {"ready": True})
    for line in sys.stdin.buffer:
        path = wire.decode(line)["path"]
        extraction = extract_file(path, limits, lambda chunk: _send(answers, {"chunk": wire.chunk_to_json(chunk)}))
        leaving = extraction.reason is Reason.OUT_OF_MEMORY or process.memory_info().rss > _LEAVE_ABOVE_BYTES
        _send(answers, {"done": wire.extraction_to_json(extraction), "leaving": leaving})
        if leaving:
            break
    return 0


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
