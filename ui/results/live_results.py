"""Files as one types: searched after a short pause, before anything is asked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from ui.engine_link import EngineLink
from ui.kit import Kit
from ui.requests import FindRequest
from ui.results.hit import files_from
from ui.results.hit_list import HitList
from ui.theme import Space

_ROWS_BESIDE_TRANSCRIPT = 3.5
"""Rows shown while a conversation is open; the half row says that there is more."""


class LiveResults(QFrame):
    """Shown while the question box holds a draft."""

    left = Signal()
    """The keyboard goes back to the question box."""

    def __init__(self, kit: Kit, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._link = link
        self._request: FindRequest | None = None
        self._query = ""
        self.setProperty("card", "true")
        self.summary = kit.label(scale=0.94, weight=QFont.Weight.DemiBold, tone="muted")
        self.hint = kit.label(self.tr("↓ choose  ·  Enter asks"), scale=0.94, tone="muted")
        self.list = HitList(kit, self.tr("Files that match"))
        self.remark = kit.label(tone="muted", wrap=True)
        self.remark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.list.left_at_top.connect(self.left)
        self.list.left_at_bottom.connect(self.left)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XS, Space.S, Space.XS, Space.XS)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, 0, Space.M, 0)
        head.addWidget(self.summary)
        head.addStretch()
        head.addWidget(self.hint)
        column.addLayout(head)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.remark)
        column.addWidget(body, 1)

    def set_compact(self, compact: bool, window_height: int) -> None:
        """Compact beside a conversation, at most two fifths of the window; else all the room there is."""
        if compact:
            wanted = round(self.list.row_height * _ROWS_BESIDE_TRANSCRIPT) + Space.XXL
            self.setFixedHeight(min(wanted, window_height * 2 // 5))
        else:
            self.setMinimumHeight(0)
            self.setMaximumHeight(1 << 20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @Slot(str)
    def search(self, query: str) -> None:
        """Search for `query` instead of what was searched before; "" closes."""
        if self._request is not None:
            self._request.cancel()
            self._request = None
        self._query = query
        if not query:
            self.hide()
            self.list.show_files([])
            return
        if self.isHidden():
            self._show_remark(self.tr("Searching…"))
        self.show()
        self._request = self._link.find(query, parent=self)
        self._request.found.connect(self._on_found)
        self._request.failed.connect(self._on_failed)

    @Slot()
    def search_again(self) -> None:
        """Repeat the search, after the engine came back."""
        self.search(self._query)

    @Slot(object)
    def _on_found(self, result: dict[str, Any]) -> None:
        files = files_from(result)
        total = max(int(result.get("total") or 0), len(files))
        self.list.show_files(files)
        self.hint.setVisible(bool(files))
        if files:
            self.summary.setText(self.tr("%Ln file(s)", "", total))
            self._stack.setCurrentWidget(self.list)
        else:
            self._show_remark(self.tr("No file matches these words. Press Enter to ask anyway."))

    @Slot(str, object)
    def _on_failed(self, code: str, facts: dict[str, Any]) -> None:
        self._show_remark(" ".join(self._kit.errors.sentence(code, facts)))

    def _show_remark(self, text: str) -> None:
        self.summary.setText("")
        self.hint.hide()
        self.remark.setText(text)
        self._stack.setCurrentWidget(self.remark)
