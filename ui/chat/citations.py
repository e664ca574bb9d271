"""The sources of an answer as numbered buttons."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.flow_layout import FlowLayout
from ui.kit import Kit, tooltip, unmarked
from ui.results.hit import name_and_container
from ui.results.hit_list import file_menu
from ui.theme import Space
from ui.words import shown

_MAX_NAME = 260
"""Width of a file name on a button, in device-independent pixels."""
_MAX_QUOTE = 600
"""Characters of a quote in a tooltip."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered source."""

    number: int
    path: str
    name: str
    container: str
    """Of a file inside an archive or a message, else empty (see :class:`ui.results.hit.FoundFile`)."""
    anchor: dict[str, Any]
    quote: str

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Citation:
        """Build from a citation of the `done` event."""
        path = str(value.get("path", ""))
        name, container = name_and_container(value)
        return cls(
            number=int(value.get("n") or 0),
            path=path,
            name=name or shown(path),
            container=container,
            anchor=value.get("anchor") or {},
            quote=str(value.get("quote") or ""),
        )


class CitationButton(QPushButton):
    """Opens the file it cites; its menu shows the file in its folder or copies the path."""

    def __init__(self, kit: Kit, citation: Citation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._citation = citation
        self.setProperty("kind", "chip")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(kit.theme.font(0.94))
        place = kit.words.place(citation.anchor)
        name = QFontMetrics(self.font()).elidedText(citation.name, Qt.TextElideMode.ElideMiddle, _MAX_NAME)
        label = f"{citation.number}   {name}" + (f" · {place}" if place else "")
        self.setText(unmarked(label))
        self.setAccessibleName(self._spoken(place))
        self.setAccessibleDescription(citation.quote[:_MAX_QUOTE])
        self.setToolTip(tooltip(self._details()))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_asked)
        self.clicked.connect(self._on_clicked)

    def _spoken(self, place: str) -> str:
        where = f"{self._citation.name}, {place}" if place else self._citation.name
        return self.tr("Source {number}: {where}").format(number=self._citation.number, where=where)

    def _details(self) -> str:
        quote = self._citation.quote
        if len(quote) > _MAX_QUOTE:
            quote = quote[:_MAX_QUOTE] + "…"
        citation, words = self._citation, self._kit.words
        path = words.folder(citation.path)
        place = words.whereabouts(os.path.dirname(citation.path), citation.container) if citation.container else path
        return self.tr("“{quote}”").format(quote=quote) + "\n\n" + place if quote else place

    @Slot()
    def _on_clicked(self) -> None:
        self._kit.actions.open(self._citation.path)

    @Slot(QPoint)
    def _on_menu_asked(self, position: QPoint) -> None:
        file_menu(self._kit, self._citation.path, self).popup(self.mapToGlobal(position))


class CitationBar(QWidget):
    """All sources of one answer, in the order of their numbers."""

    def __init__(self, kit: Kit, citations: list[Citation], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[int, CitationButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(kit.label(self.tr("Sources"), scale=0.94, tone="muted"))
        flow = FlowLayout(Space.S)
        for citation in sorted(citations, key=lambda each: each.number):
            button = CitationButton(kit, citation)
            self.buttons[citation.number] = button
            flow.addWidget(button)
        column.addLayout(flow)

    @Slot(int)
    def open(self, number: int) -> None:
        """Open the source of that number, if there is one."""
        if number in self.buttons:
            self.buttons[number].click()


def citations_from(event: dict[str, Any]) -> list[Citation]:
    """The citations of a `done` event."""
    return [Citation.from_json(each) for each in event.get("citations") or [] if isinstance(each, dict)]
