"""Logging by topic: event first, then facts. File contents and questions are logged at DEBUG only."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from io import TextIOWrapper
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)-7s %(name)s %(message)s"


def to_file(path: Path, *, debug: bool = False) -> None:
    """Send all logging to `path` (2 MB, three old ones kept)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFileHandler(path, maxBytes=2 << 20, backupCount=3, encoding="utf-8", errors="backslashreplace")
    _install(handler, debug=debug)


class _PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """Makes every file that it begins readable by its user alone."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()


def to_stderr(*, debug: bool = False) -> None:
    """Send logging to stderr: warnings, or everything with `debug`."""
    _install(logging.StreamHandler(sys.stderr), debug=debug, quiet=not debug)


def _install(handler: logging.Handler, *, debug: bool, quiet: bool = False) -> None:
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    for topic in ("assistant", "indexer", "ui"):
        logging.getLogger(topic).setLevel(logging.DEBUG if debug else root.level)
