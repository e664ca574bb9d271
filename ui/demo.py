"""For demonstrations: adds a folder, asks a question, takes a picture of the window, and leaves."""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from ui.engine_link import EngineLink
from ui.main_window import MainWindow

log = logging.getLogger(__name__)

_SETTLE_MS = 400
"""Time for the last layout before the picture is taken, in milliseconds."""


class Demo(QObject):
    """Does what `--folder`, `--question` and `--screenshot` ask for, in this order. Each may be empty.

    The program's exit code is 0 when the question was answered and the picture saved, else 1.
    """

    def __init__(self, window: MainWindow, link: EngineLink, folder: str, question: str, picture: str) -> None:
        super().__init__(window)
        self._window = window
        self._link = link
        self._folder = folder
        self._question = question
        self._picture = picture
        self._code = 0

    def start(self) -> None:
        """Begin; everything goes on by signals."""
        if not self._folder:
            self._ask()
            return
        waits = bool(self._question or self._picture)
        request = self._link.index([self._folder], wait=waits, parent=self)
        request.folders_indexed.connect(self._ask)
        request.failed.connect(self._on_failed)

    @Slot()
    def _ask(self) -> None:
        if self._question:
            self._window.answered.connect(self._on_answered)
            self._window.ask(self._question)
        else:
            self._take_picture()

    @Slot(bool)
    def _on_answered(self, answered: bool) -> None:
        self._code = 0 if answered else 1
        self._take_picture()

    @Slot(str, object)
    def _on_failed(self, code: str, facts: dict[str, Any]) -> None:
        log.error("the folder was not indexed: %s", code)
        self._window.show_error(code, facts)
        self._code = 1
        self._take_picture()

    def _take_picture(self) -> None:
        if self._picture:
            QTimer.singleShot(_SETTLE_MS, self, self._on_settled)

    @Slot()
    def _on_settled(self) -> None:
        if not self._window.grab().save(self._picture):
            log.error("the picture could not be saved as %s", self._picture)
            self._code = 1
        QCoreApplication.exit(self._code)
