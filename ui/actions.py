"""What can be done with a found file outside Docent: open it, show it in its folder, copy its path."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from urllib.parse import quote

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QUrl, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices, QGuiApplication
from typing_extensions import override

from ui.words import shown

log = logging.getLogger(__name__)

_FILE_MANAGER = "org.freedesktop.FileManager1"
_MISSING, _OPEN, _OPEN_FOLDER, _REVEALED = "missing", "open", "open_folder", "revealed"


class FileActions(QObject):
    """Opens and reveals files. Looks at the disk in another thread: a dead network drive must not stop the window."""

    failed = Signal(str, object)
    """"file_missing" or "file_not_opened", and facts."""
    opened = Signal(str)
    revealed = Signal(str)
    _looked = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looked.connect(self._on_looked, Qt.ConnectionType.QueuedConnection)

    def open(self, path: str) -> None:
        """Open the file in its own program."""
        self._look(path, reveal=False)

    def reveal(self, path: str) -> None:
        """Show the file in the file manager, selected where that is possible."""
        self._look(path, reveal=True)

    def copy_path(self, path: str) -> None:
        """Put the path on the clipboard."""
        QGuiApplication.clipboard().setText(path.encode("utf-8", "replace").decode("utf-8"))

    def _look(self, path: str, *, reveal: bool) -> None:
        QThreadPool.globalInstance().start(_Look(path, reveal, self))

    @Slot(object, str)
    def _on_looked(self, path: str, outcome: str) -> None:
        name = shown(os.path.basename(path))
        if outcome == _MISSING:
            self.failed.emit("file_missing", {"name": name})
        elif outcome == _REVEALED:
            self.revealed.emit(name)
        elif QDesktopServices.openUrl(file_url(path if outcome == _OPEN else os.path.dirname(path))):
            self.opened.emit(name)
        else:
            self.failed.emit("file_not_opened", {"name": name})


class _Look(QRunnable):
    """Finds out, away from the window, whether the file is there; reveals it when that was asked."""

    def __init__(self, path: str, reveal: bool, actions: FileActions) -> None:
        super().__init__()
        self._path = path
        self._reveal = reveal
        self._actions = actions

    @override
    def run(self) -> None:
        try:
            self._actions._looked.emit(self._path, self._outcome())  # noqa: SLF001 - its own worker
        except RuntimeError:
            log.debug("the window closed while a file was looked up")

    def _outcome(self) -> str:
        if "\0" in self._path or not os.path.lexists(self._path):
            return _MISSING
        if self._reveal:
            return _REVEALED if _reveal(self._path) else _OPEN_FOLDER
        return _OPEN


def file_url(path: str) -> QUrl:
    """The `file:` address of a path; bytes that are not valid UTF-8 stay as they are."""
    if sys.platform == "win32":
        return QUrl.fromLocalFile(path)
    return QUrl.fromEncoded(b"file://" + quote(os.fsencode(path)).encode("ascii"))


def _reveal(path: str) -> bool:
    """Show the file, selected, in the system's file manager; False when that cannot be done here."""
    if sys.platform == "win32":
        explorer = os.path.join(os.environ["SYSTEMROOT"], "explorer.exe")
        subprocess.Popen([explorer, f"/select,{path}"])
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["/usr/bin/open", "-R", path])
        return True
    return _reveal_by_dbus(path)


def _reveal_by_dbus(path: str) -> bool:
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    call = QDBusMessage.createMethodCall(_FILE_MANAGER, "/org/freedesktop/FileManager1", _FILE_MANAGER, "ShowItems")
    call.setArguments([[bytes(file_url(path).toEncoded().data()).decode("ascii")], ""])
    return bus.call(call).type() == QDBusMessage.MessageType.ReplyMessage
