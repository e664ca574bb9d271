"""One window per user: a second start hands over what it was asked to do, and ends."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from assistant.paths import Paths, private

log = logging.getLogger(__name__)

_WAIT_MS = 1000
"""How long a second start waits for the first one, in milliseconds."""
_MAX_MESSAGE = 1 << 18


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a start of the window was asked to do."""

    folder: str = ""
    question: str = ""


def address(paths: Paths) -> str:
    """Where the first window listens: beside the engine's socket, or its own pipe."""
    if sys.platform == "win32":
        return paths.engine_address + "-window"
    return str(Path(paths.engine_address).with_name("window.sock"))


class SingleInstance(QObject):
    """The first window listens; `raise_asked` carries what the others were started with."""

    raise_asked = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)

    def claim(self, request: StartRequest) -> bool:
        """Become the first window, or hand `request` over to it; True for the first."""
        if self.hand_over(request):
            return False
        if sys.platform != "win32":
            private(Path(self._name).parent)
        if self._server.listen(self._name):
            return True
        if self.hand_over(request):  # another start was faster
            return False
        QLocalServer.removeServer(self._name)  # a crashed window left it behind
        return self._server.listen(self._name)

    def hand_over(self, request: StartRequest) -> bool:
        """Give `request` to the window that runs already; False when none does. Waits a second at most."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(json.dumps(asdict(request)).encode("ascii") + b"\n")
        return socket.waitForBytesWritten(_WAIT_MS) and socket.waitForReadyRead(_WAIT_MS)

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.close()

    @Slot()
    def _on_connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_readable)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_readable(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if not socket.canReadLine() and socket.bytesAvailable() < _MAX_MESSAGE:
            return
        request = StartRequest()
        with contextlib.suppress(ValueError, TypeError):
            request = StartRequest(**json.loads(bytes(socket.readLine(_MAX_MESSAGE).data())))
        socket.write(b"ok\n")
        socket.flush()
        self.raise_asked.emit(request)
