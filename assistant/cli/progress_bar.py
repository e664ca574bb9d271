"""The progress bar of `docent index --wait`."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from assistant.cli.progress import fraction, phase_words
from assistant.cli.safe_text import printable, seconds_text, shorten

_NAME_COLUMNS = 30


class Bar:
    """A bar on a terminal that goes away when the work is done."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            TextColumn("{task.fields[current]}", markup=False),
            console=Console(file=stream),
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None, left="", current="")

    def show(self, work: dict[str, Any]) -> None:
        """Bring the bar up to date."""
        done, total = fraction(work)
        left = f"about {seconds_text(work['eta_s'])} left" if work.get("eta_s") else ""
        current = shorten(printable(work.get("current") or ""), _NAME_COLUMNS)
        self._progress.update(
            self._task, description=phase_words(work), completed=done, total=total or None, left=left, current=current
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
