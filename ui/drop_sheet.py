"""Covers the window while something is dragged over it, and says what dropping will do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.icons import IconLabel
from ui.kit import Kit
from ui.theme import Space


class DropSheet(QFrame):
    """Lets the mouse through: the window itself takes the drop."""

    def __init__(self, kit: Kit, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("drop_sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        target = QFrame()
        target.setObjectName("drop_here")
        outer.addWidget(target)
        column = QVBoxLayout(target)
        column.setSpacing(Space.M)
        column.addStretch()
        icon = IconLabel(kit.icons, kit.theme, "folder-plus", "accent", size=48)
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignCenter)
        text = kit.label(self.tr("Drop the folder to add it"), scale=1.3, weight=QFont.Weight.DemiBold)
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        self.hide()

    def cover(self) -> None:
        """Show over the whole window."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
