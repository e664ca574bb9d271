"""A process that recognises text for :class:`indexer.ocr.child.PageChild`, one page at a time.

`python -m indexer.ocr.worker LIMITS PARENT`, confined and fed as :mod:`indexer.extract.worker` is. To it:
`{"path", "page"}`, answered by `{"image"}`, the hash of what the page shows. Then, if its text is wanted,
`{"read": true}`, answered by `{"text", "confidence"}`. Either may be answered by `{"failed", "detail"}`.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from pathlib import Path

import psutil

from indexer.config import ExtractLimits
from indexer.extract import confine
from indexer.extract.channel import Channel
from indexer.extract.handed import let_open_read_descriptors, path_of

_LEAVE_ABOVE_BYTES = 1_200 << 20
_LOWEST_NICE = 19


def main() -> int:
    """Serve until stdin ends or too much memory is in use."""
    channel = Channel()
    limits = ExtractLimits(**json.loads(sys.argv[1]))
    taken = confine.limit(limits, int(sys.argv[2]))
    process = psutil.Process()
    with contextlib.suppress(OSError, psutil.Error):
        process.nice(getattr(psutil, "IDLE_PRIORITY_CLASS", _LOWEST_NICE))
    taken += confine.lock()  # before onnxruntime is loaded, which starts a thread
    let_open_read_descriptors()
    from indexer.ocr.job import PageJob  # noqa: PLC0415 - the libraries are loaded in confinement

    job = PageJob()
    channel.send({"ready": True, "confined": taken})
    for message, handed in channel.jobs():
        _limit_processor_time(limits.seconds)
        path = Path(message.get("path", "")) if handed is None else path_of(handed)
        answer = job.answer(message, path)
        channel.send({**answer, "leaving": process.memory_info().rss > _LEAVE_ABOVE_BYTES})
    return 0


def _limit_processor_time(seconds: float) -> None:
    """End by SIGPROF when a page takes more. On a busy machine a process of the lowest priority may well wait for minutes."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    sys.exit(main())
