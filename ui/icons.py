"""The icons: one family of line drawings, tinted with the colours of the moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel

from ui.theme import Theme

KINDS = {
    "file-pdf": ("pdf",),
    "file-text": ("txt", "text", "md", "markdown", "doc", "docx", "odt", "rtf", "document", "word", "note", "epub"),
    "file-sheet": ("xls", "xlsx", "csv", "tsv", "ods", "sheet", "spreadsheet", "table"),
    "file-slides": ("ppt", "pptx", "odp", "slides", "presentation"),
    "file-mail": ("eml", "msg", "mbox", "mail", "email"),
    "file-web": ("html", "htm", "xhtml", "web"),
    "file-image": ("png", "jpg", "jpeg", "gif", "webp", "heic", "tif", "tiff", "bmp", "svg", "image", "photo"),
    "file-media": ("mp3", "wav", "flac", "ogg", "m4a", "mp4", "mkv", "mov", "avi", "webm", "audio", "video"),
    "file-archive": ("zip", "7z", "rar", "tar", "gz", "xz", "zst", "archive"),
    "file-code": ("py", "js", "ts", "c", "cpp", "h", "rs", "go", "java", "json", "toml", "yaml", "xml", "sh", "code"),
}
"""Icon to the kinds of file it stands for."""
_BY_KIND = {kind: icon for icon, kinds in KINDS.items() for kind in kinds}


def kind_icon(kind: str) -> str:
    """Name of the icon for a hit's `kind`; unknown kinds get a plain sheet of paper."""
    return _BY_KIND.get(kind.lower().lstrip("."), "file")


class Icons(QObject):
    """Draws icons by name at any size; what was drawn is kept."""

    def __init__(self, folder: Path, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._theme = theme
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        """The icon `size` device-independent pixels wide, in the theme's colour of that name."""
        value = getattr(self._theme.colours, colour)
        key = (name, value, size, ratio)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, value, size, ratio)
        return self._drawn[key]

    def icon(self, name: str, colour: str, size: int, ratio: float, gap: int = 0) -> QIcon:
        """A `QIcon` of it with `gap` empty pixels at its right: Qt puts a button's text too close."""
        drawn = self.pixmap(name, colour, size, ratio)
        if not gap:
            return QIcon(drawn)
        wide = QPixmap(round((size + gap) * ratio), round(size * ratio))
        wide.setDevicePixelRatio(ratio)
        wide.fill(Qt.GlobalColor.transparent)
        painter = QPainter(wide)
        painter.drawPixmap(0, 0, drawn)
        painter.end()
        return QIcon(wide)

    def application_icon(self) -> QIcon:
        """The icon of the window and the task bar, in its own colours."""
        icon = QIcon()
        for size in (16, 24, 32, 48, 64, 128, 256):
            icon.addPixmap(self._draw("docent", "#000000", size, 1.0))
        return icon

    def _draw(self, name: str, value: str, size: int, ratio: float) -> QPixmap:
        source = (self._folder / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", value)
        pixels = round(size * ratio)
        result = QPixmap(pixels, pixels)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        result.setDevicePixelRatio(ratio)
        return result


class TintedButton(QObject):
    """Keeps a button's icon in the theme's colour. Lives as long as the button."""

    def __init__(self, button: QAbstractButton, icons: Icons, theme: Theme, name: str, colour: str = "muted") -> None:
        super().__init__(button)
        self._button = button
        self._icons = icons
        self._name = name
        self._colour = colour
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_icon(self, name: str, colour: str | None = None) -> None:
        """Change the icon."""
        self._name = name
        self._colour = colour or self._colour
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        ratio = max(self._button.devicePixelRatioF(), 1.0)
        size = self._button.iconSize()
        gap = size.width() - size.height()
        self._button.setIcon(self._icons.icon(self._name, self._colour, size.height(), ratio, gap))


class IconLabel(QLabel):
    """An icon that stands still; decoration, so screen readers skip it."""

    def __init__(self, icons: Icons, theme: Theme, name: str, colour: str = "muted", *, size: int = 18) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._colour = colour
        self._size = size
        self.setFixedSize(QSize(size, size))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_icon(self, name: str, colour: str | None = None) -> None:
        """Change the icon."""
        self._name = name
        self._colour = colour or self._colour
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setPixmap(self._icons.pixmap(self._name, self._colour, self._size, max(self.devicePixelRatioF(), 1.0)))
