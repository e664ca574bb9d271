"""The box a person types into. Enter asks, Shift+Enter makes a new line; an input method is never disturbed."""

from __future__ import annotations

import time

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from assistant.protocol import MAX_QUERY
from ui.kit import Kit, restyle
from ui.theme import Space

PAUSE_MS = 180
"""Quiet time after a key before files are searched, in milliseconds."""
_MAX_LINES = 7
_COMMIT_S = 0.03
"""An Enter this soon after a composition ended is the key that ended it, in seconds."""


class _Editor(QPlainTextEdit):
    """Plain text that grows with its lines and tells apart typing from composing."""

    entered = Signal()
    arrow_left_text = Signal()
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self._composed_at = 0.0
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)
        self._on_size_changed()

    @property
    def is_composing(self) -> bool:
        """True while an input method shows text that is not yet part of the box."""
        return self._composing

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        was_composing = self._composing
        self._composing = bool(event.preeditString())
        if was_composing and not self._composing:
            self._composed_at = time.monotonic()
        super().inputMethodEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter(event)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._leaves(event.key()):
            self.arrow_left_text.emit()
        else:
            super().keyPressEvent(event)

    def _on_enter(self, event: QKeyEvent) -> None:
        if self._composing or time.monotonic() - self._composed_at < _COMMIT_S:
            event.accept()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        else:
            self.entered.emit()

    def _leaves(self, key: int) -> bool:
        way = QTextCursor.MoveOperation.Up if key == Qt.Key.Key_Up else QTextCursor.MoveOperation.Down
        return not self._composing and not QTextCursor(self.textCursor()).movePosition(way)

    @override
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(source.text()[:MAX_QUERY])

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    @Slot()
    def _on_size_changed(self) -> None:
        lines = min(max(1, int(self.document().size().height())), _MAX_LINES)
        margin = round(2 * self.document().documentMargin())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margin + 2)


class QuestionBox(QFrame):
    """The editor with its button: send, or stop while an answer is being written."""

    submitted = Signal(str)
    draft_changed = Signal(str)
    """What stands in the box, after a short pause in typing; "" at once when it is emptied."""
    stop_asked = Signal()
    list_asked = Signal()
    """An arrow key left the text: the person wants to choose among the files."""

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question_box")
        self._busy = False
        self._draft = ""
        self._editor = _Editor(self)
        self._editor.setPlaceholderText(self.tr("Ask a question, or type a few words to find a file"))
        self._editor.setAccessibleName(self.tr("Question"))
        self._button, self._tint = kit.icon_button("send", self.tr("Ask (Enter)"), size=20)
        self._button.setObjectName("send")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out(kit)
        self._connect()
        self._show_button()

    def _lay_out(self, kit: Kit) -> None:
        self._editor.setFont(kit.theme.font(1.1))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        row.setSpacing(Space.S)
        middle = QVBoxLayout()
        middle.addStretch()
        middle.addWidget(self._editor)
        middle.addStretch()
        row.addLayout(middle, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setFocusProxy(self._editor)

    def _connect(self) -> None:
        self._editor.entered.connect(self._on_entered)
        self._editor.textChanged.connect(self._on_text_changed)
        self._editor.focus_changed.connect(self._on_focus_changed)
        self._editor.arrow_left_text.connect(self.list_asked)
        self._button.clicked.connect(self._on_clicked)
        self._pause.timeout.connect(self._on_pause)

    @property
    def editor(self) -> QPlainTextEdit:
        """The text field itself."""
        return self._editor

    @property
    def button(self) -> QToolButton:
        """Send or stop."""
        return self._button

    def text(self) -> str:
        """The question as it would be sent."""
        return self._editor.toPlainText().strip()[:MAX_QUERY]

    def set_text(self, text: str) -> None:
        """Replace the text and put the cursor at its end."""
        self._editor.setPlainText(text)
        self._editor.moveCursor(QTextCursor.MoveOperation.End)

    def clear(self) -> None:
        """Empty the box without searching."""
        self._pause.stop()
        self._draft = ""
        self._editor.clear()

    def set_busy(self, busy: bool) -> None:
        """While busy the button stops instead of sends, and Enter does nothing."""
        self._busy = busy
        self._show_button()

    def _show_button(self) -> None:
        self._tint.show_icon("stop" if self._busy else "send", "on_accent" if self._can_press() else "muted")
        name = self.tr("Stop (Esc)") if self._busy else self.tr("Ask (Enter)")
        self._button.setToolTip(name)
        self._button.setAccessibleName(name)
        self._button.setEnabled(self._can_press())

    def _can_press(self) -> bool:
        return self._busy or bool(self.text())

    @Slot()
    def _on_entered(self) -> None:
        text = self.text()
        if text and not self._busy:
            self.clear()
            self.submitted.emit(text)

    @Slot()
    def _on_clicked(self) -> None:
        if self._busy:
            self.stop_asked.emit()
        else:
            self._on_entered()

    @Slot()
    def _on_text_changed(self) -> None:
        self._show_button()
        if self._editor.is_composing or self.text() == self._draft:
            return
        if self.text():
            self._pause.start()
        else:
            self._on_pause()

    @Slot()
    def _on_pause(self) -> None:
        if self._editor.is_composing or self.text() == self._draft:
            return
        self._draft = self.text()
        self.draft_changed.emit(self._draft)

    @Slot(bool)
    def _on_focus_changed(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        restyle(self)
