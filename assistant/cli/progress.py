"""Progress of the indexing on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from assistant.cli.safe_text import seconds_text
from assistant.cli.terminal import Terminal

_SECONDS_BETWEEN_LINES = 5.0
_UNITS = {"embedding": "passages", "ocr": "pages"}
_WAITS_FOR = {
    "off": "ocr.enabled, which is off",
    "power": "mains power",
    "start": "the recogniser, which does not start",
}


_CAUSES = {
    "disk": "the disk is nearly full",
    "answering": "a question is being answered",
    "low_battery": "the battery is low",
    "battery": "on battery",
    "hot": "the computer is hot",
    "full_screen": "a program fills the screen",
    "busy": "other programs are busy",
}


class Progress(Protocol):
    """Is shown the `work` of a status object each time it changes."""

    def show(self, work: dict[str, Any]) -> None:
        """Bring the display up to date."""


def fraction(work: dict[str, Any]) -> tuple[int, int]:
    """Done and total of the part that is being worked on: files, then passages to embed, then pages to recognise."""
    if work["phase"] == "embedding":
        return work["chunks_embedded"], work["chunks_total"]
    if work["phase"] == "ocr":
        return work["ocr_pages_done"], work["ocr_pages_done"] + work["ocr_pages_left"]
    return work["done"], work["total"]


def describe(work: dict[str, Any]) -> str:
    """The work in one line: "reading 34 of 1200 files, 3 failed, about 2 min left"."""
    done, total = fraction(work)
    if work.get("paused"):
        left = f", {total - done} {_UNITS.get(work['phase'], 'files')} left" if total > done else ""
        return paused_text(work) + left
    parts = [f"{phase_words(work)} {done} of {total} {_UNITS.get(work['phase'], 'files')}" if total else work["phase"]]
    if work["failed"]:
        parts.append(f"{work['failed']} failed")
    if work.get("eta_s"):
        parts.append(f"about {seconds_text(work['eta_s'])} left")
    if slowed_by := _CAUSES.get(work.get("slowed_by", "")):
        parts.append(f"slowly: {slowed_by}")
    return ", ".join(filter(None, [*parts, pages_waiting(work)]))


def paused_text(work: dict[str, Any]) -> str:
    """Why nothing is read, and until when: "paused by you until 15:20"."""
    paused = work["paused"] or {"why": "user", "until": None}
    until = f" until {datetime.fromisoformat(paused['until']):%Y-%m-%d %H:%M}" if paused["until"] else ""
    return (
        "paused by you" + until if paused["why"] == "user" else f"paused: {_CAUSES.get(paused['why'], paused['why'])}"
    )


def pages_waiting(work: dict[str, Any]) -> str:
    """What is not read for now, and why: "3 pages with text in pictures wait for mains power"; else empty."""
    waits_for = _WAITS_FOR.get(work.get("ocr_waits_for", ""))
    return f"{work['ocr_pages_left']} pages with text in pictures wait for {waits_for}" if waits_for else ""


def phase_words(work: dict[str, Any]) -> str:
    """What is being done."""
    return "recognising text" if work["phase"] == "ocr" else str(work["phase"])


@contextlib.contextmanager
def progress(terminal: Terminal) -> Iterator[Progress]:
    """A display for the time of a `with` block."""
    if not terminal.err.isatty():
        yield _Lines(terminal)
        return
    from assistant.cli.progress_bar import Bar  # noqa: PLC0415 - rich is slow to import and only a bar needs it

    with Bar(terminal.err) as bar:
        yield bar


class _Lines:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._phase = ""
        self._next = 0.0

    def show(self, work: dict[str, Any]) -> None:
        now = time.monotonic()
        if work["phase"] != self._phase or now >= self._next:
            self._phase, self._next = work["phase"], now + _SECONDS_BETWEEN_LINES
            self._terminal.note(describe(work))
