"""The files that a question found, under the question: the best few, and the rest on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.kit import Kit
from ui.results.hit import FoundFile
from ui.results.hit_list import HitList
from ui.theme import Space

FEW = 3
"""Files shown beside an answer."""
MANY = 8
"""Files shown when the person asked for files."""


class FoundCard(QFrame):
    """A card as high as its rows; the transcript scrolls, not the card."""

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._files: list[FoundFile] = []
        self._few = FEW
        self._is_open = False
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        column.setSpacing(0)
        self.list = HitList(kit, self.tr("Found files"), compact=True)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.more = kit.button("", kind="quiet")
        column.addWidget(self.list)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.clicked.connect(self._on_more)
        self.hide()

    def show_files(self, files: list[FoundFile], *, few: int) -> None:
        """List `files`, at first only `few` of them."""
        self._files = files
        self._few = few
        self._refresh()

    def _refresh(self) -> None:
        visible = self._files if self._is_open else self._files[: self._few]
        self.list.show_files(visible)
        self.list.setFixedHeight(self.list.row_height * len(self.list.hits.files))
        rest = len(self._files) - len(visible)
        self.more.setVisible(rest > 0 or (self._is_open and len(self._files) > self._few))
        self.more.setText(self.tr("Show %Ln more file(s)", "", rest) if rest else self.tr("Show fewer"))
        self.setVisible(bool(self._files))

    @Slot()
    def _on_more(self) -> None:
        self._is_open = not self._is_open
        self._refresh()
