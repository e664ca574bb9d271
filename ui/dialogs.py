"""The frame that Docent's small dialogs have in common."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import Space


class SmallDialog(QDialog):
    """A title, a scrolling body, and buttons at the bottom. Not modal: the window stays usable."""

    def __init__(self, kit: Kit, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.kit = kit
        self.setWindowTitle(title)
        self.setMinimumSize(480, 360)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        outer.setSpacing(Space.L)
        outer.addWidget(kit.label(title, scale=1.4, weight=QFont.Weight.DemiBold))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.S)
        outer.addWidget(self._scroller(), 1)
        self.footer = QHBoxLayout()
        self.footer.setSpacing(Space.S)
        outer.addLayout(self.footer)

    def _scroller(self) -> QScrollArea:
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.body)
        column.addStretch()
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(page)
        return scroller

    def clear_body(self) -> None:
        """Remove everything from the body."""
        _clear(self.body)


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            _clear(inner)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
