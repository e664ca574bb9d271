"""The window: start page or conversation in the middle, files as one types, the question box, the strip."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QSettings, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ui.chat.question_box import QuestionBox
from ui.chat.transcript import Transcript
from ui.drop_sheet import DropSheet
from ui.engine_link import EngineLink, LinkState
from ui.folders_dialog import FoldersDialog
from ui.kit import Kit
from ui.notice import Notice
from ui.results.live_results import LiveResults
from ui.single_instance import StartRequest
from ui.status import Status
from ui.status_dialog import StatusDialog
from ui.status_strip import StatusStrip
from ui.status_text import StatusText
from ui.theme import COLUMN, Space
from ui.welcome.start_page import StartPage

_GEOMETRY = "window/geometry"


class MainWindow(QMainWindow):
    """Everything in it is usable by keyboard: Ctrl+L question, Ctrl+N new conversation, Ctrl+, folders, Esc stop."""

    answered = Signal(bool)
    """A question was answered (True) or failed (False)."""

    def __init__(self, kit: Kit, link: EngineLink, geometry: QSettings) -> None:
        super().__init__()
        self._kit = kit
        self._link = link
        self._geometry = geometry
        self._chat = ""
        self._status: Status | None = None
        self._notice: Notice | None = None
        self._texts = StatusText(kit.words, self)
        self._folders_dialog: FoldersDialog | None = None
        self._status_dialog: StatusDialog | None = None
        self.start_page = StartPage(kit, self._texts)
        self.transcript = Transcript(kit, link)
        self.live_results = LiveResults(kit, link)
        self.question_box = QuestionBox(kit)
        self.strip = StatusStrip(kit, self._texts)
        self._drop_sheet = DropSheet(kit, self)
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self._follow_engine()
        self._restore_geometry()

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Docent"))
        self.setMinimumSize(520, 460)
        self.setAcceptDrops(True)
        self._middle = QStackedWidget()
        self._middle.setMinimumHeight(1)
        self._middle.addWidget(self._scroller(self.start_page))
        self._middle.addWidget(self.transcript)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_header())
        column.addWidget(self._middle, 1)
        column.addWidget(self._build_lower(), 0)
        column.addWidget(self.strip)
        self._column = column
        self.setCentralWidget(page)
        self.question_box.setFocus()

    @staticmethod
    def _scroller(page: QWidget) -> QScrollArea:
        """A small window scrolls the start page instead of squeezing it."""
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setObjectName("page")
        scroller.setWidget(page)
        return scroller

    def _build_header(self) -> QWidget:
        header = QFrame()
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.XS)
        self.new_button = self._kit.button(self.tr("New conversation"), "new", kind="quiet")
        self.new_button.setToolTip(self.tr("Ctrl+N"))
        self.folders_button = self._kit.button(self.tr("Folders"), "folder", kind="quiet")
        self.folders_button.setToolTip(self.tr("Ctrl+,"))
        row.addWidget(self.new_button)
        row.addStretch()
        row.addWidget(self.folders_button)
        return header

    def _build_lower(self) -> QWidget:
        self._lower = QWidget()
        row = self._lower_row = QHBoxLayout(self._lower)
        row.setContentsMargins(Space.XL, 0, Space.XL, Space.L)
        holder = QWidget()
        holder.setMaximumWidth(COLUMN)
        self._lower_column = QVBoxLayout(holder)
        self._lower_column.setContentsMargins(0, 0, 0, 0)
        self._lower_column.setSpacing(Space.M)
        self._lower_column.addWidget(self.live_results, 1)
        self._lower_column.addWidget(self.question_box)
        row.addStretch(1)
        row.addWidget(holder, 1000)
        row.addStretch(1)
        return self._lower

    def _connect(self) -> None:
        self.new_button.clicked.connect(self.begin_conversation)
        self.folders_button.clicked.connect(self.show_folders)
        self.start_page.add_folder_asked.connect(self.choose_folder)
        self.start_page.example_chosen.connect(self._on_example)
        self.transcript.add_folder_asked.connect(self.choose_folder)
        self.transcript.busy_changed.connect(self.question_box.set_busy)
        self.transcript.answered.connect(self.answered)
        self.question_box.submitted.connect(self.ask)
        self.question_box.draft_changed.connect(self._on_draft_changed)
        self.question_box.stop_asked.connect(self.transcript.stop)
        self.question_box.list_asked.connect(self._on_list_asked)
        self.live_results.left.connect(self.question_box.setFocus)
        self.strip.details_asked.connect(self.show_details)
        self._kit.actions.failed.connect(self._on_action_failed)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+N", self.begin_conversation),
            ("Ctrl+L", self._on_focus_asked),
            ("Ctrl+,", self.show_folders),
            ("Ctrl+O", self.choose_folder),
            ("Ctrl+I", self.show_details),
            ("Esc", self._on_escape),
            ("Ctrl+Q", self.close),
        ):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(slot)
            self.addAction(action)

    def _follow_engine(self) -> None:
        self._link.state_changed.connect(self._on_link_changed)
        self._link.watch(parent=self).status_changed.connect(self._on_status_changed)
        self._refresh_status()

    @property
    def status(self) -> Status | None:
        """What the engine last said of itself."""
        return self._status

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask in the present conversation."""
        if self.transcript.is_busy or not question.strip():
            return
        if self._status is not None and not self._status.folders:
            self.question_box.set_text(question)
            self.show_notice("info", *self._kit.errors.sentence("nothing_indexed", {}))
            return
        self.live_results.search("")
        self._chat = self._chat or datetime.now().astimezone().isoformat()
        self._middle.setCurrentWidget(self.transcript)
        server = self._status.server if self._status else None
        self.transcript.ask(question, self._chat, server.remote_host if server else "")
        self._arrange()

    @Slot()
    def begin_conversation(self) -> None:
        """Forget the present conversation and start with an empty one."""
        self.transcript.clear()
        self._chat = ""
        self.question_box.set_busy(False)
        self._middle.setCurrentIndex(0)
        self._arrange()
        self._on_focus_asked()

    @Slot()
    def choose_folder(self) -> None:
        """Let the person choose a folder, and add it."""
        dialog = QFileDialog(self, self.tr("Add a folder"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    def add_folders(self, folders: list[str]) -> None:
        """Add folders; what is wrong with one is shown above the question box."""
        self._link.index(folders, parent=self).failed.connect(self.show_error)

    @Slot()
    def show_folders(self) -> None:
        """Open the list of folders."""
        if self._folders_dialog is None:
            self._folders_dialog = FoldersDialog(self._kit, self._texts, self)
            self._folders_dialog.add_asked.connect(self.choose_folder)
            self._folders_dialog.removed.connect(self._on_folder_removed)
        self._folders_dialog.show_status(self._status or Status())
        self._folders_dialog.show()
        self._folders_dialog.raise_()
        self._folders_dialog.activateWindow()

    @Slot(int)
    def _on_pause_asked(self, seconds: int) -> None:
        self._link.pause(seconds, parent=self).failed.connect(self.show_error)

    @Slot()
    def _on_resume_asked(self) -> None:
        self._link.resume(parent=self).failed.connect(self.show_error)

    @Slot()
    def show_details(self) -> None:
        """Open the details of index and servers."""
        if self._status_dialog is None:
            self._status_dialog = StatusDialog(self._kit, self._texts, self)
            self._status_dialog.folders_asked.connect(self.show_folders)
            self._status_dialog.reconnect_asked.connect(self._link.reconnect)
            self._status_dialog.pause_asked.connect(self._on_pause_asked)
            self._status_dialog.resume_asked.connect(self._on_resume_asked)
        self._status_dialog.show_status(self._link.state, self._link.failure, self._status)
        self._status_dialog.show()
        self._status_dialog.raise_()
        self._status_dialog.activateWindow()

    @Slot()
    def come_forward(self) -> None:
        """Show the window above the others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot(object)
    def start_again(self, request: StartRequest) -> None:
        """Do what a second start of Docent was asked to do."""
        self.come_forward()
        if request.folder:
            self.add_folders([request.folder])
        if request.question:
            self.ask(request.question)

    @Slot(str, object)
    def show_error(self, code: str, facts: dict[str, Any]) -> None:
        """Say what went wrong, above the question box."""
        self.show_notice("danger", *self._kit.errors.sentence(code, facts))

    def show_notice(self, tone: str, sentence: str, next_step: str) -> Notice:
        """A card above the question box; a new one replaces the one before."""
        self._close_notice()
        notice = Notice(self._kit, tone, sentence, next_step)
        notice.add_close()
        notice.closed.connect(self._close_notice)
        self._notice = notice
        self._lower_column.insertWidget(self._lower_column.count() - 1, notice)
        return notice

    @Slot()
    def _close_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None

    def _arrange(self) -> None:
        """Files as one types take the middle until there is a conversation to be seen beside them."""
        talking = self._middle.currentWidget() is self.transcript
        searching = not self.live_results.isHidden()
        self.live_results.set_compact(talking, self.height())
        self._middle.setVisible(talking or not searching)
        top = Space.XL if searching and not talking else 0
        self._lower_row.setContentsMargins(Space.XL, top, Space.XL, Space.L)
        self._column.setStretch(2, 1 if searching and not talking else 0)

    @Slot(str)
    def _on_draft_changed(self, draft: str) -> None:
        has_folders = self._status is None or bool(self._status.folders)
        self.live_results.search(draft if has_folders else "")
        self._arrange()

    @Slot()
    def _on_list_asked(self) -> None:
        if not self.live_results.isHidden():
            self.live_results.list.take_focus()

    @Slot(str)
    def _on_example(self, text: str) -> None:
        self.question_box.set_text(text)
        self.question_box.setFocus()

    @Slot()
    def _on_focus_asked(self) -> None:
        self.question_box.setFocus()
        self.question_box.editor.selectAll()

    @Slot()
    def _on_escape(self) -> None:
        """Esc: stop the answer, else go back to the box, else close the files."""
        if self.transcript.is_busy:
            self.transcript.stop()
        elif self.question_box.text() and self.question_box.editor.hasFocus():
            self.question_box.clear()
            self._on_draft_changed("")
        else:
            self.question_box.setFocus()

    @Slot(str)
    def _on_folder_chosen(self, path: str) -> None:
        self.add_folders([path])

    @Slot(object)
    def _on_folder_removed(self, path: str) -> None:
        request = self._link.folders(remove=[path], parent=self)
        request.failed.connect(self.show_error)
        request.removed_listed.connect(self._on_removed_listed)

    @Slot(list)
    def _on_removed_listed(self, removed: list[dict[str, str]]) -> None:
        if not removed:
            return
        folder = self._kit.words.folder(removed[-1]["path"])
        until = self._kit.words.moment(removed[-1]["until"])
        notice = self.show_notice(
            "info",
            self.tr("{folder} was removed.").format(folder=folder),
            self.tr("Until {time} it can come back as it was.").format(time=until),
        )
        notice.add_button(self.tr("Undo"), "retry").clicked.connect(self._on_undo_asked)

    @Slot()
    def _on_undo_asked(self) -> None:
        self._close_notice()
        self._link.folders(undo=[""], parent=self).failed.connect(self.show_error)

    @Slot(str, object)
    def _on_action_failed(self, code: str, facts: dict[str, Any]) -> None:
        self.show_notice("warning", *self._kit.errors.sentence(code, facts))

    @Slot(str)
    def _on_link_changed(self, state: str) -> None:
        if state == LinkState.READY and not self.live_results.isHidden():
            self.live_results.search_again()
        self._refresh_status()

    @Slot(object)
    def _on_status_changed(self, event: dict[str, Any]) -> None:
        self._status = Status.from_json(event)
        self._refresh_status()

    def _refresh_status(self) -> None:
        self.strip.show_status(self._link.state, self._status)
        if self._status is not None:
            self.start_page.show_status(self._status)
        if self._folders_dialog is not None and self._status is not None:
            self._folders_dialog.show_status(self._status)
        if self._status_dialog is not None:
            self._status_dialog.show_status(self._link.state, self._link.failure, self._status)

    def _restore_geometry(self) -> None:
        self.resize(960, 760)
        saved = self._geometry.value(_GEOMETRY)
        if saved is not None:
            self.restoreGeometry(saved)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.question_box.setFocus()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._geometry.setValue(_GEOMETRY, self.saveGeometry())
        super().closeEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._drop_sheet.cover()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_sheet.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_sheet.hide()
        folders = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if folders:
            event.acceptProposedAction()
            self.add_folders(folders)
