"""The strip at the bottom: how the index and the model server stand. A click shows more."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from ui.engine_link import LinkState
from ui.kit import Kit, unmarked
from ui.status import Status
from ui.status_text import StatusText
from ui.theme import Space

_DOT = 8
_COLOURS = {"good": "good", "busy": "accent", "warning": "warning", "danger": "danger"}


class StatusButton(QPushButton):
    """A coloured dot with a few words; the words say everything the colour says."""

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self.tone = "busy"
        self.setProperty("kind", "quiet")
        self.setFont(kit.theme.font(0.94))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setStyleSheet(f"QPushButton {{ padding-left: {_DOT + 2 * Space.S}px; }}")
        kit.theme.changed.connect(self.update)

    def show_status(self, tone: str, text: str) -> None:
        """Change dot and words."""
        self.tone = tone
        self.setText(unmarked(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._kit.theme.colour(_COLOURS[self.tone]))
        centre = QPointF(Space.S + _DOT / 2, self.height() / 2)
        painter.drawEllipse(QRectF(centre.x() - _DOT / 2, centre.y() - _DOT / 2, _DOT, _DOT))
        painter.end()


class StatusStrip(QFrame):
    """Index at the left, model server at the right."""

    details_asked = Signal()

    def __init__(self, kit: Kit, texts: StatusText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.setObjectName("status_strip")
        self.index = StatusButton(kit)
        self.server = StatusButton(kit)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(120)
        self.bar.setTextVisible(False)
        self.bar.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self.index)
        row.addWidget(self.bar)
        row.addStretch()
        row.addWidget(self.server)
        self.index.clicked.connect(self.details_asked)
        self.server.clicked.connect(self.details_asked)
        self.index.setToolTip(self.tr("Show what is indexed"))
        self.server.setToolTip(self.tr("Show what answers your questions"))

    def show_status(self, state: LinkState, status: Status | None) -> None:
        """Show how things stand."""
        self.index.show_status(*self._texts.index(state, status))
        self.server.show_status(*self._texts.server(status.server if status else None))
        self.server.setVisible(state is LinkState.READY and status is not None)
        done, total = status.work.progress if status else (0, 0)
        self.bar.setVisible(state is LinkState.READY and total > 0)
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
