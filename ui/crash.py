"""An error nobody foresaw is shown with a report that can be copied, and written to the log; never swallowed."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout

from assistant import __version__
from ui.kit import Kit
from ui.theme import Space

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Receives what no one caught, from any thread, and shows one dialog at a time."""

    reported = Signal(str)

    def __init__(self, kit: Kit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._open = False
        self.reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter and of its threads."""
        sys.excepthook = self.on_exception
        threading.excepthook = self._on_thread_exception

    def on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log and show; Ctrl+C ends the program as always."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = report(kind, error, trace)
        log.error("unforeseen error\n%s", text)
        self.reported.emit(text)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str)
    def _on_reported(self, text: str) -> None:
        if self._open:
            return
        self._open = True
        dialog = CrashDialog(self._kit, text)
        dialog.finished.connect(self._on_closed)
        dialog.open()
        self._dialog = dialog

    @Slot()
    def _on_closed(self) -> None:
        self._open = False


class CrashDialog(QDialog):
    """Says what happened in one sentence, and offers the report for copying."""

    def __init__(self, kit: Kit, text: str) -> None:
        super().__init__()
        self._text = text
        self.setWindowTitle(self.tr("Docent made a mistake"))
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(kit.label(self.tr("Docent made a mistake"), scale=1.4))
        column.addWidget(
            kit.label(
                self.tr("You can go on, but something may be missing. Please report it with the text below."),
                tone="muted",
                wrap=True,
            )
        )
        report_view = QTextBrowser()
        report_view.setObjectName("report")
        report_view.setPlainText(text)
        column.addWidget(report_view, 1)
        buttons = QHBoxLayout()
        self.copy = kit.button(self.tr("Copy report"), "copy")
        self.copy.clicked.connect(self._on_copy)
        close = kit.button(self.tr("Go on"))
        close.clicked.connect(self.accept)
        buttons.addWidget(self.copy)
        buttons.addStretch()
        buttons.addWidget(close)
        column.addLayout(buttons)
        self.resize(640, 420)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Versions and the traceback; no texts of the user."""
    head = f"Docent {__version__} · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
    return head + "\n\n" + "".join(traceback.format_exception(kind, error, trace))
