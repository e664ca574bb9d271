"""What a model thought before it answered: one closed line that can be opened."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.chat.answer_view import AnswerView
from ui.icons import TintedButton
from ui.kit import Kit
from ui.theme import Space


class Thinking(QWidget):
    """Hidden until the first thought comes; closed until somebody opens it."""

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._toggle = kit.button(self.tr("Thinking"), kind="flush")
        self._toggle.setCheckable(True)
        self._toggle.setIconSize(QSize(16 + Space.XS, 16))
        self._tint = TintedButton(self._toggle, kit.icons, kit.theme, "right")
        self._text = AnswerView(kit, self.tr("Thinking"), tone="muted")
        self._text.hide()
        column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._text)
        self._toggle.toggled.connect(self._on_toggled)
        self.hide()

    @property
    def is_open(self) -> bool:
        """True while the thoughts are shown."""
        return self._toggle.isChecked()

    def append_text(self, text: str) -> None:
        """Add what the model thought."""
        self._text.append_text(text)
        self.show()

    @Slot(bool)
    def _on_toggled(self, opened: bool) -> None:
        self._tint.show_icon("down" if opened else "right")
        self._text.setVisible(opened)
