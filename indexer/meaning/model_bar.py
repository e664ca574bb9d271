"""Shows the bringing of a model in a terminal; in a log, one line a stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from indexer.meaning.model_folder import ModelProgress, OnProgress

_TITLES = {
    "waiting": "Looking for the embedding model",
    "downloading": "Downloading the embedding model",
    "checking": "Checking the embedding model",
    "converting": "Preparing the embedding model",
}


@contextmanager
def model_bar() -> Iterator[OnProgress]:
    """A callback that draws what it is told."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=None)
        shown = ""

        def on_progress(now: ModelProgress) -> None:
            nonlocal shown, task
            title = _TITLES[now.stage]
            if title != shown:
                progress.remove_task(task)
                task = progress.add_task(title, total=None)
                shown = title
                if not console.is_terminal:
                    console.print(title)
            progress.update(task, completed=now.done, total=now.total or None)

        yield on_progress
