"""An answer as it is written: Markdown without HTML, links, images or scripts.

The text of a model is untrusted. Nothing in it is fetched, opened or run: resources load as nothing,
links lead nowhere, HTML shows as text. Only the program's own citation marks react to a click.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QMouseEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget
from typing_extensions import override

from ui.kit import Kit

FLUSH_MS = 50
"""Tokens are collected this long before the text is drawn again, in milliseconds."""
_SLICE_S = 0.02
"""Time spent on drawing before the window gets its turn, in seconds."""
_MAX_PIECE = 4000
"""Characters of one piece; a longer one is cut, so that drawing its end again stays cheap."""
_INDENT = 20
_LINE_HEIGHT = 122.0
"""Percent of the font's own line height."""
_CITATION = QTextFormat.Property.UserProperty + 1
_MARK = re.compile(r"\[(\d{1,3})\]")
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_HEADING_SCALE = {1: 1.25, 2: 1.15, 3: 1.05}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a Markdown text that is drawn by itself. `fence` is set when it begins inside a code block."""

    text: str
    fence: str = ""

    @property
    def markdown(self) -> str:
        """What to draw."""
        return f"{self.fence}\n{self.text}" if self.fence else self.text


def split_pieces(text: str, fence: str = "") -> list[Piece]:
    """Cut Markdown where it can be drawn piece by piece: at blank lines outside of lists, quotes and code.

    The texts of the pieces joined give `text` again; the last one may still grow. `fence` is the
    marker of the code block that `text` begins in, if it does.
    """
    pieces: list[Piece] = []
    lines: list[str] = []
    size, begun_in = 0, fence
    for line in _short_lines(text):
        if (lines and not fence and _ends(lines[-1], line)) or size > _MAX_PIECE:
            pieces.append(Piece("".join(lines), begun_in))
            lines, size, begun_in = [], 0, fence
        fence = _fence_after(fence, line)
        lines.append(line)
        size += len(line)
    return [*pieces, Piece("".join(lines), begun_in)]


def _short_lines(text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _MAX_PIECE):
            yield line[start : start + _MAX_PIECE]


def _ends(before: str, line: str) -> bool:
    return not before.strip() and bool(line.strip()) and not re.match(r"\s|[-*+>] |\d+[.)] ", line)


def _fence_after(fence: str, line: str) -> str:
    found = re.match(r" {0,3}(```+|~~~+)", line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) else fence


class AnswerView(QTextBrowser):
    """Grows with its text; scrolling is the transcript's business."""

    citation_clicked = Signal(int)

    def __init__(self, kit: Kit, name: str, parent: QWidget | None = None, *, tone: str = "text") -> None:
        super().__init__(parent)
        self._kit = kit
        self._tone = tone
        self._source = ""
        self._open_from = 0
        self._open_at = 0
        self._open_fence = ""
        self._cited: frozenset[int] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)
        self.setAccessibleName(name)
        self._set_up()
        kit.theme.changed.connect(self._on_theme_changed)

    def _set_up(self) -> None:
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(self._kit.theme.font(1.05))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(_INDENT)
        self.document().setUndoRedoEnabled(False)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @property
    def markdown(self) -> str:
        """The text received so far."""
        return self._source

    def append_text(self, text: str) -> None:
        """Add what just came; it is drawn within `FLUSH_MS`."""
        self._source += text
        if not self._timer.isActive():
            self._timer.start(FLUSH_MS)

    def finish(self, text: str, cited: frozenset[int]) -> None:
        """Show the final text; the marks [n] with n in `cited` react to clicks."""
        self._source = text
        self._cited = cited
        self._begin_again()

    def _begin_again(self) -> None:
        self.document().clear()
        self._open_from = self._open_at = 0
        self._open_fence = ""
        self._on_due()

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Load nothing: an answer may name any address or file."""
        return None

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        number = self._citation_at(event.position().toPoint())
        if number and not self.textCursor().hasSelection():
            self.citation_clicked.emit(number)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        hand = bool(self._citation_at(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.IBeamCursor)

    def _citation_at(self, position: QPoint) -> int:
        cursor = self.cursorForPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        return cursor.charFormat().intProperty(_CITATION)

    @Slot()
    def _on_due(self) -> None:
        """Draw what is new; what takes longer than a slice goes on at the next turn."""
        started = time.monotonic()
        self._remove_open_block()
        *closed, last = split_pieces(self._source[self._open_from :], self._open_fence)
        for piece, following in pairwise([*closed, last]):
            self._insert(piece.markdown)
            self._open_from += len(piece.text)
            self._open_fence = following.fence
            self._open_at = self._end()
            if time.monotonic() - started > _SLICE_S:
                self._timer.start(0)
                return
        self._insert(last.markdown)

    def _remove_open_block(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._open_at, self._end()))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def _end(self) -> int:
        return self.document().characterCount() - 1

    def _insert(self, markdown: str) -> None:
        if not markdown.strip():
            return
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        if cursor.position() > 0:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        first = cursor.block().blockNumber()
        cursor.insertMarkdown(markdown, _FEATURES)
        self._dress(first)
        cursor.endEditBlock()

    def _dress(self, first: int) -> None:
        """Give the new blocks our type and colours."""
        block = self.document().findBlockByNumber(first)
        while block.isValid():
            self._dress_block(block, is_first=block.blockNumber() == 0)
            block = block.next()

    def _dress_block(self, block: QTextBlock, *, is_first: bool) -> None:
        cursor = QTextCursor(block)
        form = block.blockFormat()
        level = form.headingLevel()
        is_code = form.hasProperty(QTextFormat.Property.BlockCodeFence)
        form.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(0 if is_first or is_code else 3 if block.textList() else 8)
        form.setBottomMargin(0 if is_code else 3)
        if form.hasProperty(QTextFormat.Property.BlockQuoteLevel):
            form.setLeftMargin(_INDENT)
            form.setRightMargin(_INDENT)
        if is_code:
            form.setBackground(self._kit.theme.colour("code"))
            form.setLeftMargin(8)
        cursor.setBlockFormat(form)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(self._char_format(level, is_code=is_code))
        self._mark_citations(block)

    def _char_format(self, level: int, *, is_code: bool) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self._kit.theme.colour(self._tone))
        form.setFontUnderline(False)
        if level:
            form.setFontPointSize(self.font().pointSizeF() * _HEADING_SCALE.get(level, 1.0))
        elif is_code:
            fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            form.setFontFamilies([fixed.family(), *self.font().families()])
        return form

    def _mark_citations(self, block: QTextBlock) -> None:
        for found in _MARK.finditer(block.text()):
            number = int(found[1])
            if number in self._cited:
                cursor = QTextCursor(block)
                cursor.setPosition(block.position() + found.start())
                cursor.setPosition(block.position() + found.end(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(self._citation_format(number))

    def _citation_format(self, number: int) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(QColor(self._kit.theme.colours.accent))
        form.setFontWeight(600)
        form.setProperty(_CITATION, number)
        return form

    @Slot()
    def _fit(self) -> None:
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.isVisible() else 0
        self.setFixedHeight(max(1, math.ceil(self.document().size().height())) + extra + 2)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._begin_again()
