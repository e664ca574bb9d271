"""A list of found files that works by mouse and by keyboard alike."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget
from typing_extensions import override

from ui.kit import Kit, tooltip
from ui.results.hit import FoundFile
from ui.results.hit_delegate import FILE_ROLE, HitDelegate

MAX_ROWS = 200
"""Rows shown at most; nobody reads further, and the window stays quick."""
_NO_PARENT = QModelIndex()


class HitModel(QAbstractListModel):
    """The rows."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit
        self._files: list[FoundFile] = []

    @property
    def files(self) -> list[FoundFile]:
        """What is shown, best first."""
        return self._files

    def show(self, files: list[FoundFile]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._files = files[:MAX_ROWS]
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._files)

    @override
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._files):
            return None
        file = self._files[index.row()]
        if role == FILE_ROLE:
            return file
        if role == Qt.ItemDataRole.DisplayRole:
            return file.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(file)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._details(file))
        return None

    def _spoken(self, file: FoundFile) -> str:
        words = self._kit.words
        whereabouts = words.whereabouts(file.folder, file.container, offline=file.offline)
        parts = (file.name, words.place(file.anchor), words.age(file.modified), whereabouts, file.snippet)
        return ", ".join(part for part in parts if part)

    def _details(self, file: FoundFile) -> str:
        words = self._kit.words
        facts = " · ".join(part for part in (words.size(file.size), words.moment(file.modified)) if part)
        return f"{words.folder(file.path)}\n{facts}"


class HitList(QListView):
    """Enter opens, Alt+Enter shows the file in its folder, Ctrl+C copies its path.

    `left_at_top` and `left_at_bottom` say that an arrow key would leave the list.
    """

    left_at_top = Signal()
    left_at_bottom = Signal()

    def __init__(self, kit: Kit, name: str, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._kit = kit
        self.hits = HitModel(kit, self)
        self._rows = HitDelegate(kit, self, compact=compact)
        self.setModel(self.hits)
        self.setItemDelegate(self._rows)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_asked)
        self.clicked.connect(self._on_opened)
        kit.theme.changed.connect(self.viewport().update)

    @property
    def row_height(self) -> int:
        """Height of a row in device-independent pixels."""
        return self._rows.row_height

    def show_files(self, files: list[FoundFile]) -> None:
        """Replace what is listed; a chosen file stays chosen if it is still there."""
        chosen = self._chosen()
        self.hits.show(files)
        paths = [file.path for file in self.hits.files]
        if chosen is not None and chosen.path in paths and self.hasFocus():
            self.setCurrentIndex(self.hits.index(paths.index(chosen.path)))

    def take_focus(self) -> None:
        """Put the keyboard on the first file."""
        if self.hits.files:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.setCurrentIndex(self.hits.index(0))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        file = self._chosen()
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and file is not None:
            self._open_or_reveal(file, reveal=bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
        elif event.matches(QKeySequence.StandardKey.Copy) and file is not None:
            self._kit.actions.copy_path(file.path)
        elif event.key() == Qt.Key.Key_Up and row <= 0:
            self.left_at_top.emit()
        elif event.key() == Qt.Key.Key_Down and row >= len(self.hits.files) - 1:
            self.left_at_bottom.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and event.reason() != Qt.FocusReason.MouseFocusReason and self.hits.files:
            self.setCurrentIndex(self.hits.index(0))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectionModel().clear()

    def _chosen(self) -> FoundFile | None:
        index = self.currentIndex()
        return self.hits.files[index.row()] if index.isValid() else None

    def _open_or_reveal(self, file: FoundFile, *, reveal: bool) -> None:
        if reveal:
            self._kit.actions.reveal(file.path)
        else:
            self._kit.actions.open(file.path)

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        self._kit.actions.open(self.hits.files[index.row()].path)

    @Slot(QPoint)
    def _on_menu_asked(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            return
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        menu = file_menu(self._kit, self.hits.files[index.row()].path, self)
        menu.popup(self.viewport().mapToGlobal(position))


class _FileMenu(QMenu):
    """Open, show in folder, copy path."""

    def __init__(self, kit: Kit, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit
        self._path = path
        self.addAction(self.tr("Open"), self._on_open)
        self.addAction(self.tr("Show in folder"), self._on_reveal)
        self.addSeparator()
        self.addAction(self.tr("Copy path"), self._on_copy)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    @Slot()
    def _on_open(self) -> None:
        self._kit.actions.open(self._path)

    @Slot()
    def _on_reveal(self) -> None:
        self._kit.actions.reveal(self._path)

    @Slot()
    def _on_copy(self) -> None:
        self._kit.actions.copy_path(self._path)


def file_menu(kit: Kit, path: str, parent: QWidget) -> QMenu:
    """What can be done with a file, as a menu that deletes itself."""
    return _FileMenu(kit, path, parent)
