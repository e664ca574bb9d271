"""A process that reads files for :class:`indexer.extract.pool.ExtractPool`.

`python -m indexer.extract.worker LIMITS PARENT`, the limits as JSON and the parent's process
id. Speaks :mod:`indexer.extract.wire` on stdin and stdout; ends when stdin does. On Linux stdin is a
socket over which each file comes open, since the worker itself may open none.
"""

from __future__ import annotations

import json
import sys

import psutil

from indexer.config import ExtractLimits
from indexer.extract import confine, wire
from indexer.extract.channel import Channel
from indexer.extract.handed import let_open_read_descriptors
from indexer.extract.parts import Part
from indexer.model import Reason

_LEAVE_ABOVE_BYTES = 400 << 20


def main() -> int:
    """Serve until stdin ends or too much memory is in use."""
    limits = ExtractLimits(**json.loads(sys.argv[1]))
    channel = Channel()
    taken = confine.limit(limits, int(sys.argv[2]))
    let_open_read_descriptors()
    from indexer.extract.one_file import extract_file  # noqa: PLC0415 - parsers are loaded within the limits

    def emit(number: int, part: Part) -> None:
        channel.send(wire.part_to_json(number, part))

    process = psutil.Process()
    channel.send({"ready": True, "confined": [*taken, *confine.lock()]})
    for message, handed in channel.jobs():
        skip = {name: Reason(reason) for name, reason in message["skip"].items()}
        extraction = extract_file(message["path"], limits, emit, handed, skip)
        leaving = extraction.reason is Reason.OUT_OF_MEMORY or process.memory_info().rss > _LEAVE_ABOVE_BYTES
        channel.send({"done": wire.extraction_to_json(extraction), "leaving": leaving})
        if leaving:
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
