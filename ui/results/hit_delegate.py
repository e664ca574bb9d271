"""Draws one found file: icon, name, age, the passage with its matches marked, and the folder."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from ui.icons import kind_icon
from ui.kit import Kit
from ui.results.hit import FoundFile

FILE_ROLE = Qt.ItemDataRole.UserRole
_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_PADDING = 10
_ICON = 22
_GAP = 12
_LINE_GAP = 3
_LEAST_PLACE = 80
"""Pixels below which a place would be nothing but an ellipsis."""
_LEAD = 24
"""Characters kept before the first mark when a passage is cut at its beginning."""


@dataclass(frozen=True, slots=True)
class _Fonts:
    name: QFont
    small: QFont


class HitDelegate(QStyledItemDelegate):
    """Every row has the same height, so that a long list needs no measuring.

    Three lines: name, passage, place. Compact rows have two: the place stands behind the name.
    """

    def __init__(self, kit: Kit, parent: QObject, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._kit = kit
        self._compact = compact
        self._fonts = _Fonts(kit.theme.font(1.0, QFont.Weight.DemiBold), kit.theme.font(0.94))
        self._height = self._measure()

    @property
    def row_height(self) -> int:
        """Height of a row in device-independent pixels."""
        return self._height

    def _measure(self) -> int:
        name = _line_height(self._fonts.name)
        small = _line_height(self._fonts.small)
        lines = 1 if self._compact else 2
        return 2 * _PADDING + name + lines * (small + _LINE_GAP)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, self._height)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        file: FoundFile = index.data(FILE_ROLE)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, rect, option.state)
        inner = rect.adjusted(_GAP, _PADDING, -_GAP, -_PADDING)
        pixmap = self._kit.icons.pixmap(kind_icon(file.kind), "muted", _ICON, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(inner.left(), inner.top()), pixmap)
        self._paint_texts(painter, inner.adjusted(_ICON + _GAP, 0, 0, 0), file)
        painter.restore()

    def _paint_background(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        body = QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5)
        if state & QStyle.StateFlag.State_Selected:
            self._fill(painter, body, "selected")
        elif state & QStyle.StateFlag.State_MouseOver:
            self._fill(painter, body, "hover")
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._kit.theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body, 8, 8)

    def _fill(self, painter: QPainter, body: QRectF, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._kit.theme.colour(colour))
        painter.drawRoundedRect(body, 8, 8)

    def _paint_texts(self, painter: QPainter, area: QRect, file: FoundFile) -> None:
        name_height = _line_height(self._fonts.name)
        small_height = _line_height(self._fonts.small)
        has_place_line = not (self._compact and file.snippet)
        lines = bool(file.snippet) + has_place_line
        used = name_height + lines * (small_height + _LINE_GAP)
        top = area.top() + (area.height() - used) // 2
        name_end = self._paint_name(painter, QRect(area.left(), top, area.width(), name_height), file)
        if not has_place_line:
            room = area.right() - self._age_width(file) - _GAP - name_end - _GAP
            self._paint_place(painter, QRect(name_end + _GAP, top, room, name_height), file)
        top += name_height + _LINE_GAP
        if file.snippet:
            self._paint_snippet(painter, QRect(area.left(), top, area.width(), small_height), file)
            top += small_height + _LINE_GAP
        if has_place_line:
            self._paint_place(painter, QRect(area.left(), top, area.width(), small_height), file)

    def _paint_name(self, painter: QPainter, area: QRect, file: FoundFile) -> int:
        """Draw name and age; returns where the name ends."""
        age = self._kit.words.age(file.modified)
        painter.setFont(self._fonts.small)
        painter.setPen(self._kit.theme.colour("muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | _ONE_LINE, age)
        room = area.width() - self._age_width(file) - _GAP
        metrics = QFontMetrics(self._fonts.name)
        name = metrics.elidedText(file.name, Qt.TextElideMode.ElideMiddle, room)
        self._write(painter, area, name, self._fonts.name, "text")
        return area.left() + metrics.horizontalAdvance(name)

    def _age_width(self, file: FoundFile) -> int:
        return QFontMetrics(self._fonts.small).horizontalAdvance(self._kit.words.age(file.modified))

    def _paint_place(self, painter: QPainter, area: QRect, file: FoundFile) -> None:
        if area.width() < _LEAST_PLACE:
            return
        place = self._kit.words.place(file.anchor)
        after = f"  ·  {place}" if place else ""
        metrics = QFontMetrics(self._fonts.small)
        room = area.width() - metrics.horizontalAdvance(after)
        whereabouts = self._kit.words.whereabouts(file.folder, file.container, offline=file.offline)
        folder = metrics.elidedText(whereabouts, Qt.TextElideMode.ElideMiddle, room)
        self._write(painter, area, folder + after, self._fonts.small, "muted")

    def _write(self, painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(self._kit.theme.colour(colour))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | _ONE_LINE, text)

    def _paint_snippet(self, painter: QPainter, area: QRect, file: FoundFile) -> None:
        metrics = QFontMetrics(self._fonts.small)
        text, marks = lead_to_first_mark(file.snippet, file.marks, metrics, area.width())
        layout = self._snippet_layout(metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width()), marks)
        too_wide = layout.lineAt(0).naturalTextWidth() - area.width()
        if too_wide > 0:  # marks are bold, the measure was not
            room = area.width() - math.ceil(too_wide)
            layout = self._snippet_layout(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room), marks)
        painter.setPen(self._kit.theme.colour("text"))
        top = area.top() + (area.height() - layout.lineAt(0).height()) / 2
        layout.draw(painter, QPointF(area.left(), top))

    def _snippet_layout(self, text: str, marks: tuple[tuple[int, int], ...]) -> QTextLayout:
        layout = QTextLayout(text, self._fonts.small)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([self._mark(text, start, length) for start, length in marks if start < len(text)])
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        return layout

    def _mark(self, text: str, start: int, length: int) -> QTextLayout.FormatRange:
        form = QTextCharFormat()
        form.setBackground(QColor(self._kit.theme.colours.mark))
        form.setFontWeight(QFont.Weight.DemiBold)
        result = QTextLayout.FormatRange()
        result.start = _units(text[:start])
        result.length = _units(text[start : start + length])
        result.format = form
        return result


def _line_height(font: QFont) -> int:
    """Height of a line in which Chinese may stand: its fonts are taller than most Latin ones."""
    metrics = QFontMetrics(font)
    return max(metrics.height(), math.ceil(1.45 * QFontInfo(font).pixelSize()))


def _units(text: str) -> int:
    """Length as Qt counts it: a character beyond the first 65,536 counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lead_to_first_mark(
    text: str, marks: tuple[tuple[int, int], ...], metrics: QFontMetrics, width: int
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """`text` cut at its beginning when its first mark would fall out of `width` pixels, and the moved marks."""
    if not marks:
        return text, marks
    first, length = marks[0]
    if metrics.horizontalAdvance(text[: first + length]) < width * 0.75:
        return text, marks
    cut = max(0, first - _LEAD)
    return "…" + text[cut:], tuple((start - cut + 1, size) for start, size in marks if start >= cut)
