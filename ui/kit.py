"""What the widgets of one window share, handed down as one value, and the small parts they are built from."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QWidget

from ui.actions import FileActions
from ui.error_text import ErrorText
from ui.icons import Icons, TintedButton
from ui.theme import Space, Theme
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Kit:
    """Look, words and ways to reach files."""

    theme: Theme
    icons: Icons
    words: Words
    errors: ErrorText
    actions: FileActions

    def label(
        self,
        text: str = "",
        *,
        scale: float = 1.0,
        weight: QFont.Weight = QFont.Weight.Normal,
        tone: str = "",
        wrap: bool = False,
    ) -> QLabel:
        """A label that never reads its text as markup."""
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(self.theme.font(scale, weight))
        label.setWordWrap(wrap)
        if tone:
            label.setProperty("tone", tone)
        return label

    def button(self, text: str, icon: str = "", *, kind: str = "", colour: str = "muted") -> QPushButton:
        """A button with a text; `kind` is primary, quiet, chip, example or nothing."""
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setAutoDefault(False)
        if icon:
            button.setIconSize(QSize(18 + Space.XS, 18))
            TintedButton(button, self.icons, self.theme, icon, "on_accent" if kind == "primary" else colour)
        return button

    def icon_button(self, icon: str, name: str, *, size: int = 18) -> tuple[QToolButton, TintedButton]:
        """A button that is only an icon; `name` is its tooltip and what a screen reader says."""
        button = QToolButton()
        button.setIconSize(QSize(size, size))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button, TintedButton(button, self.icons, self.theme, icon)


def line() -> QFrame:
    """A hairline between parts."""
    frame = QFrame()
    frame.setObjectName("line")
    return frame


def tooltip(text: str) -> str:
    """`text` from outside as a tooltip that wraps and is never read as markup."""
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>"


def unmarked(text: str) -> str:
    """`text` for a button: an ampersand is an ampersand, not a shortcut."""
    return text.replace("&", "&&")


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
