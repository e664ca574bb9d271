"""Colours, type and spacing: one quiet look in two appearances, drawn with Fusion."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from string import Template

from PySide6.QtCore import QLocale, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

CHINESE_FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
"""Asked for after the system's own family: without them simplified Chinese gets Japanese letter forms."""


LATIN_FAMILIES = ("Noto Sans", "Inter", "Cantarell", "Open Sans")
"""Preferred where the system names no font of its own, which usually ends at DejaVu Sans."""
COLUMN = 760
"""Width of the text column in device-independent pixels: about 90 characters a line."""


class Space(IntEnum):
    """The spacing scale, in device-independent pixels."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 40


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one appearance, by what they are for."""

    window: str
    surface: str
    hover: str
    selected: str
    border: str
    control_border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    mark: str
    good: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    code: str

    @classmethod
    def load(cls, file: Path) -> Colours:
        """Read a theme file; a missing or unknown name raises `TypeError`: a mistake of ours."""
        return cls(**tomllib.loads(file.read_text(encoding="utf-8")))

    def as_dict(self) -> dict[str, str]:
        """Name to "#rrggbb"."""
        return {name: getattr(self, name) for name in self.__slots__}


class Theme(QObject):
    """Keeps the application's colours equal to what was chosen, or to what the system shows."""

    changed = Signal()

    def __init__(self, app: QApplication, folder: Path, choice: str, parent: QObject | None = None) -> None:
        """`choice` is "system", "light" or "dark"; `folder` holds the theme files."""
        super().__init__(parent)
        self._app = app
        self._choice = choice
        self._style = Template((folder / "style.qss").read_text(encoding="utf-8"))
        self._appearances = {name: Colours.load(folder / f"{name}.toml") for name in ("light", "dark")}
        self.colours = self._appearances["light"]
        self._base = app.font()
        self._families = families(self._base, QLocale().language())
        app.setStyle("Fusion")
        app.setFont(self.font())
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self.apply()

    @property
    def is_dark(self) -> bool:
        """True while the dark appearance is shown."""
        return self.colours is self._appearances["dark"]

    def choose(self, choice: str) -> None:
        """Change the appearance at once."""
        self._choice = choice
        self.apply()

    def apply(self) -> None:
        """Set palette and style for the appearance that is due now."""
        self.colours = self._appearances["dark" if self._wants_dark() else "light"]
        self._app.setPalette(palette(self.colours))
        self._app.setStyleSheet(self._style.substitute(self.colours.as_dict()))
        self.changed.emit()

    def font(self, scale: float = 1.0, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The system's font at `scale` times its size, with Chinese families behind it."""
        font = QFont(self._base)
        font.setFamilies(self._families)
        font.setPointSizeF(max(self._base.pointSizeF(), 10.0) * scale)
        font.setWeight(weight)
        return font

    def colour(self, name: str) -> QColor:
        """A colour by its name in :class:`Colours`."""
        return QColor(getattr(self.colours, name))

    def _wants_dark(self) -> bool:
        if self._choice == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    @Slot()
    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self.apply()


def families(own: QFont, language: QLocale.Language) -> list[str]:
    """The system's own family, then Chinese ones.

    A system without a desktop names only an alias ("Sans Serif"), which Qt does not resolve in a list
    of families. Then its real name is used, in Chinese behind the Chinese families: there the
    punctuation of a Latin font is too narrow, as theirs is too wide in English.
    """
    real = QFontInfo(own).family()
    named = [family for family in own.families() if family]
    if real in named:
        return [*named, *(family for family in CHINESE_FAMILIES if family not in named)]
    if language == QLocale.Language.Chinese:
        return [*CHINESE_FAMILIES, real]
    good = [family for family in LATIN_FAMILIES if QFontDatabase.hasFamily(family)]
    return [*good[:1], real, *CHINESE_FAMILIES]


def palette(colours: Colours) -> QPalette:
    """Qt's palette, for what the style sheet does not reach (native parts, message boxes, placeholders)."""
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.hover,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.BrightText: colours.danger,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Accent: colours.accent,
    }
    result = QPalette()
    for role, value in roles.items():
        result.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return result
