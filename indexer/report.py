"""How the index tells the outside what it is doing."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """A picture of the work at one moment; all counts are files but those named chunks.

    `phase` is idle, scanning, reading, embedding, ocr (text in pictures is recognised), or offline parts of these.
    `eta_s` is an estimate in seconds, None while unknown.
    """

    phase: str = "idle"
    total: int = 0
    done: int = 0
    failed: int = 0
    chunks_total: int = 0
    chunks_embedded: int = 0
    ocr_pages_done: int = 0
    ocr_pages_left: int = 0
    """Pictures and scanned pages whose text is still to be recognised."""
    ocr_waits_for: str = ""
    """Why none is being read although some are left: "off", "power" on battery, "start" when the recogniser does not start."""
    pace: tuple[str, str, float | None] = ("full", "", None)
    """Rate and cause, see :mod:`indexer.throttle`, and until when (seconds since the epoch; None: not known)."""
    current: str = ""
    eta_s: float | None = None
    states: dict[str, int] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """True while anything remains to be read or embedded."""
        return self.phase != "idle"


class Reporter:
    """Receives what happens; every method may be left empty. Called from the pipeline's thread."""

    def progress(self, progress: Progress) -> None:
        """Something moved on. Comes at most ten times a second."""

    def file_failed(self, path: str, reason: str) -> None:
        """A file could not be read; the rest goes on."""

    def problem(self, code: str, facts: dict[str, object]) -> None:
        """Something larger than one file is wrong (full disk, damaged catalogue, no model)."""

    def resolved(self, code: str) -> None:
        """That problem is over."""
