"""The Qt application itself: what must be set before the first widget exists."""

from __future__ import annotations

import logging
import os
from collections.abc import MutableMapping, Sequence

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from assistant import __version__

log = logging.getLogger("ui.qt")

APPLICATION_ID = "io.github.docent.Docent"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Settings that Qt reads when it starts: without the list of input methods fcitx5 users type plain letters."""
    environ.setdefault("QT_IM_MODULES", "wayland;fcitx;ibus")


def new_application(arguments: Sequence[str]) -> QApplication:
    """The application with its names; Qt's own messages go to the log."""
    prepare()
    qInstallMessageHandler(_on_message)
    app = QApplication(list(arguments))
    app.setApplicationName("docent")
    app.setApplicationDisplayName("Docent")
    app.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName(APPLICATION_ID)
    return app


def _on_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
