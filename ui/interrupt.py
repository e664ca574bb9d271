"""Ctrl+C in the terminal ends the window: Qt's loop must be woken for Python to see the signal."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Slot


class Interrupt(QObject):
    """Ends the application on SIGINT and SIGTERM, without polling."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._app = app
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno())
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._app.quit()

    @Slot()
    def _on_woken(self) -> None:
        self._read.recv(64)
