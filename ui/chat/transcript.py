"""The questions of this conversation, newest at the bottom. It follows what is written only while one looks at the end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.chat.turn import Turn
from ui.engine_link import EngineLink
from ui.kit import Kit, line
from ui.theme import COLUMN, Space

_NEAR = 24
"""Pixels from the end that still count as looking at the end."""


class Transcript(QScrollArea):
    """Asks questions one at a time."""

    busy_changed = Signal(bool)
    answered = Signal(bool)
    add_folder_asked = Signal()

    def __init__(self, kit: Kit, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._link = link
        self._follows = True
        self.turns: list[Turn] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QWidget()
        self._page.setObjectName("page")
        self._column = self._build_column()
        self.setWidget(self._page)
        self.setViewportMargins(self.verticalScrollBar().sizeHint().width(), 0, 0, 0)  # the column stays in the middle
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_grown)

    def _build_column(self) -> QVBoxLayout:
        row = QHBoxLayout(self._page)
        row.setContentsMargins(Space.M, Space.XL, Space.M, Space.XL)
        holder = QWidget()
        holder.setMaximumWidth(COLUMN)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XL)
        column.addStretch()
        row.addStretch(1)
        row.addWidget(holder, 1000)
        row.addStretch(1)
        return column

    @property
    def is_busy(self) -> bool:
        """True while an answer is being waited for."""
        return bool(self.turns) and self.turns[-1].is_busy

    def ask(self, question: str, chat: str, remote_host: str = "") -> Turn:
        """Add a question at the end and ask it; `remote_host` is where the model runs, if not here."""
        turn = Turn(self._kit, self._link, question, chat, remote_host)
        if self.turns:
            self._column.insertWidget(self._column.count() - 1, line())
        self._column.insertWidget(self._column.count() - 1, turn)
        self.turns.append(turn)
        turn.finished.connect(self._on_finished)
        turn.add_folder_asked.connect(self.add_folder_asked)
        self._follows = True
        turn.ask()
        self.busy_changed.emit(True)
        return turn

    def stop(self) -> None:
        """Stop the answer that is being written."""
        for turn in self.turns:
            turn.stop()

    def clear(self) -> None:
        """Begin a new conversation."""
        self.stop()
        self.turns.clear()
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    @Slot(bool)
    def _on_finished(self, answered: bool) -> None:
        self.busy_changed.emit(self.is_busy)
        self.answered.emit(answered)

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - _NEAR

    @Slot(int, int)
    def _on_grown(self, _low: int, high: int) -> None:
        self.verticalScrollBar().setEnabled(high > 0)
        if self._follows:
            self.verticalScrollBar().setValue(high)
