"""A quiet card with one sentence, one next step, and at most two things to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.icons import IconLabel
from ui.kit import Kit
from ui.theme import Space

_TONES = {
    "info": ("plain", "info", "muted"),
    "quote": ("accent", "quote", "accent"),
    "warning": ("warning", "warning", "warning"),
    "danger": ("danger", "warning", "danger"),
}


class Notice(QFrame):
    """`tone` is info, quote, warning or danger. Texts are plain."""

    closed = Signal()

    def __init__(self, kit: Kit, tone: str, sentence: str, next_step: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        card, icon, colour = _TONES[tone]
        self.setProperty("card", card)
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(next_step)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel(kit.icons, kit.theme, icon, colour, size=20), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(Space.XS)
        self.sentence = kit.label(sentence, weight=QFont.Weight.DemiBold, wrap=True)
        texts.addWidget(self.sentence)
        self.next_step = kit.label(next_step, wrap=True)
        self.next_step.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.next_step.setVisible(bool(next_step))
        texts.addWidget(self.next_step)
        row.addLayout(texts, 1)
        self._row = row

    def add_button(self, text: str, icon: str = "") -> QPushButton:
        """A button at the right; connect to its `clicked`."""
        button = self._kit.button(text, icon)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def add_close(self) -> None:
        """A cross that removes the card."""
        button, _ = self._kit.icon_button("close", self.tr("Close"), size=16)
        button.clicked.connect(self.closed)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
