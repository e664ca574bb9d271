"""The engine's side of the process that recognises text."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.config import OCR_LIMITS, ExtractLimits
from indexer.extract.child import Child, ChildDied, ChildTimedOut
from indexer.model import Reason

DEFAULT_COMMAND = (sys.executable, "-m", "indexer.ocr.worker")
RECOGNISER_VERSION = 1
"""Raised when the same picture would be read otherwise: what was recognised before is read anew."""


_WAITING = 10
"""So many times its processor time may a page take on a busy machine."""
_OUT_OF_TIME = -(1 << 31) if sys.platform == "win32" else -signal.SIGPROF
_HASH_BYTES = 16
_MOST_CHARACTERS = 200_000
_WORTH_A_TRY = frozenset((Reason.TIMEOUT, Reason.OUT_OF_MEMORY, Reason.CRASHED))


class PageFailed(Exception):
    """A page was not read."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason

    @property
    def for_good(self) -> bool:
        """Trying again is no use."""
        return self.reason not in _WORTH_A_TRY


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a picture says; `text` is empty when it says nothing. `confidence` is 0..1, weighed by length."""

    text: str
    confidence: float


class PageChild(Child):
    """Looks at one page at a time, then reads it if that is wanted.

    Both raise `PageFailed`, and `ChildDied` or `ChildTimedOut` when the process is gone.
    """

    def __init__(self, limits: ExtractLimits, command: Sequence[str] = DEFAULT_COMMAND) -> None:
        super().__init__(limits, command)
        self._seconds = limits.seconds

    def look(self, path: str, page: int) -> bytes:
        """Make the picture of a page; return the hash of what it shows."""
        answer = self._ask({"path": path, "page": page}, path)
        return bytes.fromhex(answer["image"])[:_HASH_BYTES]

    def read(self) -> Recognised:
        """The text of the picture that was looked at last."""
        answer = self._ask({"read": True}, "")
        text = str(answer["text"])[:_MOST_CHARACTERS].encode(errors="replace").decode()
        confidence = float(answer["confidence"])
        return Recognised(text, confidence if 0.0 <= confidence <= 1.0 else 0.0)

    def _ask(self, message: dict[str, object], path: str) -> dict[str, str]:
        self.leaving = True  # unless all goes well
        try:
            with self._deadline(self._seconds * _WAITING):
                self._send(message, path)
                answer = self._receive()
        except ChildDied as error:
            if self._process.poll() == _OUT_OF_TIME:
                raise ChildTimedOut from error
            raise
        if "leaving" not in answer:
            raise ChildDied("answered what no worker answers")
        self.leaving = bool(answer["leaving"])
        if "failed" in answer:
            raise PageFailed(Reason(answer["failed"]), str(answer["detail"]))
        return answer


def start_recogniser() -> None:
    """Start the process, which loads its models, and end it: does it work here? Raises `ChildNotStarted`."""
    PageChild(OCR_LIMITS).stop()
