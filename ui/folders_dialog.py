"""The folders that Docent looks into: list, add, remove."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMessageBox, QSizePolicy, QVBoxLayout, QWidget

from ui.dialogs import SmallDialog
from ui.icons import IconLabel
from ui.kit import Kit
from ui.status import FolderStatus, Status
from ui.status_text import StatusText
from ui.theme import Space


class FolderRow(QFrame):
    """One folder with its number of files, or with what is wrong."""

    remove_asked = Signal(object)

    def __init__(self, kit: Kit, texts: StatusText, folder: FolderStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = folder.path
        self.setProperty("card", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.S, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel(kit.icons, kit.theme, "folder", "muted", size=22))
        names = QVBoxLayout()
        names.setSpacing(2)
        shown_path = kit.words.folder(folder.path)
        name = kit.label(shown_path, weight=QFont.Weight.DemiBold, wrap=True)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        problem = texts.folder_state(folder.state)
        names.addWidget(name)
        facts = " · ".join(part for part in (kit.words.files(folder.files), texts.following(folder)) if part)
        names.addWidget(kit.label(problem or facts, scale=0.94, tone="danger" if problem else "muted", wrap=True))
        row.addLayout(names, 1)
        self.remove, _ = kit.icon_button("remove", self.tr("Remove {folder}").format(folder=shown_path))
        self.remove.clicked.connect(self._on_remove)
        row.addWidget(self.remove)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_asked.emit(self._path)


class FoldersDialog(SmallDialog):
    """Follows the status it is given."""

    add_asked = Signal()
    removed = Signal(object)
    """Path of a folder that the person wants removed, after asking once."""

    def __init__(self, kit: Kit, texts: StatusText, parent: QWidget) -> None:
        super().__init__(kit, self.tr("Folders"), parent)
        self._texts = texts
        self._folders: tuple[FolderStatus, ...] | None = None
        self.rows: list[FolderRow] = []
        self.add = kit.button(self.tr("Add a folder…"), "folder-plus", kind="primary")
        self.add.clicked.connect(self.add_asked)
        close = kit.button(self.tr("Close"))
        close.clicked.connect(self.close)
        self.footer.addWidget(self.add)
        self.footer.addStretch()
        self.footer.addWidget(close)
        self.resize(560, 420)

    def show_status(self, status: Status) -> None:
        """List the folders, if they changed."""
        if status.folders == self._folders:
            return
        self._folders = status.folders
        self.clear_body()
        self.rows = [FolderRow(self.kit, self._texts, folder) for folder in status.folders]
        for row in self.rows:
            row.remove_asked.connect(self._on_remove_asked)
            self.body.addWidget(row)
        if not self.rows:
            self.body.addWidget(
                self.kit.label(
                    self.tr("No folder yet. Add one, and its files can be found at once."), tone="muted", wrap=True
                )
            )

    @Slot(object)
    def _on_remove_asked(self, path: str) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWindowTitle(self.tr("Remove folder"))
        question.setText(self.tr("Remove {folder} from Docent?").format(folder=self.kit.words.folder(path)))
        question.setInformativeText(
            self.tr("Your files stay where they are. Only what Docent remembers of them is deleted.")
        )
        question.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        question.accepted.connect(self._on_remove_confirmed)
        self._path_to_remove = path
        question.open()

    @Slot()
    def _on_remove_confirmed(self) -> None:
        self.removed.emit(self._path_to_remove)
