"""Details behind the strip: counts per state, folders, search by meaning, model servers, problems."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from ui.dialogs import SmallDialog
from ui.engine_link import LinkState
from ui.kit import Kit
from ui.notice import Notice
from ui.status import ServerStatus, Status
from ui.status_text import StatusText
from ui.theme import Space
from ui.words import shown

_HOUR_S = 3600


class StatusDialog(SmallDialog):
    """Is rebuilt whenever the status differs from what it shows."""

    folders_asked = Signal()
    reconnect_asked = Signal()
    pause_asked = Signal(int)
    """For so many seconds; 0: until it is resumed."""
    resume_asked = Signal()

    def __init__(self, kit: Kit, texts: StatusText, parent: QWidget) -> None:
        super().__init__(kit, self.tr("How Docent is doing"), parent)
        self._texts = texts
        self._shown: tuple[LinkState, Status | None] | None = None
        folders = kit.button(self.tr("Folders…"), "folder")
        folders.clicked.connect(self.folders_asked)
        close = kit.button(self.tr("Close"))
        close.clicked.connect(self.close)
        self.pause = kit.button(self.tr("Pause"))
        menu = QMenu(self.pause)
        self.pause_an_hour = menu.addAction(self.tr("For an hour"))
        self.pause_for_good = menu.addAction(self.tr("Until I resume"))
        self.pause_an_hour.triggered.connect(self._on_pause_for_an_hour)
        self.pause_for_good.triggered.connect(self._on_pause_for_good)
        self.pause.setMenu(menu)
        self.resume = kit.button(self.tr("Resume"))
        self.resume.clicked.connect(self.resume_asked)
        self.footer.addWidget(folders)
        self.footer.addWidget(self.pause)
        self.footer.addWidget(self.resume)
        self.footer.addStretch()
        self.footer.addWidget(close)
        self.resize(560, 560)

    def show_status(self, state: LinkState, failure: tuple[str, dict[str, object]], status: Status | None) -> None:
        """Show how things stand; `failure` is why there is no engine."""
        if self._shown == (state, status):
            return
        self._shown = (state, status)
        self.clear_body()
        paused = status is not None and status.work.paused_by == "user"
        self.pause.setVisible(state is LinkState.READY and not paused)
        self.resume.setVisible(state is LinkState.READY and paused)
        if state in {LinkState.FAILED, LinkState.LOST}:
            self._add_failure(*failure)
        if status is not None:
            self._add_problems(status)
            self._add_index(status)
            self._add_servers(status)

    def _add_failure(self, code: str, facts: dict[str, object]) -> None:
        notice = Notice(self.kit, "danger", *self.kit.errors.sentence(code or "engine_lost", facts))
        notice.add_button(self.tr("Try again"), "retry").clicked.connect(self._on_reconnect)
        self.body.addWidget(notice)

    def _add_problems(self, status: Status) -> None:
        for code, facts in status.problems:
            self.body.addWidget(Notice(self.kit, "warning", *self.kit.errors.sentence(code, facts)))

    def _add_index(self, status: Status) -> None:
        card = self._section(self.tr("Index"))
        if status.work.paused_by:
            card.addWidget(self.kit.label(self._texts.pause(status.work), wrap=True))
        if status.work.is_busy:
            card.addWidget(self._progress(status))
            card.addWidget(self.kit.label(self._texts.work_details(status.work), tone="muted", wrap=True))
        names = self._texts.state_names()
        words = self.kit.words
        rows = [(names[name], words.number(status.states[name])) for name in names if status.states.get(name)]
        rows += [
            *((words.folder(folder.path), self._texts.folder_details(folder)) for folder in status.folders),
            (self.tr("Passages"), words.number(status.chunks)),
            (self.tr("Space on disk"), words.size(status.index_bytes)),
            (self.tr("Search by meaning"), self._texts.meaning(status)),
        ]
        card.addLayout(self._table(rows))

    def _progress(self, status: Status) -> QProgressBar:
        done, total = status.work.progress
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setRange(0, total)
        bar.setValue(done)
        bar.setAccessibleName(self._texts.work(status.work))
        return bar

    def _add_servers(self, status: Status) -> None:
        card = self._section(self.tr("Model server"))
        for server in status.servers or (None,):
            self._add_server(card, server)

    def _add_server(self, card: QVBoxLayout, server: ServerStatus | None) -> None:
        if server is not None:
            card.addWidget(self.kit.label(f"{shown(server.name)} · {shown(server.url)}", weight=QFont.Weight.DemiBold))
        details = self.kit.label(self._texts.server_details(server), tone="muted", wrap=True)
        details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.addWidget(details)

    def _section(self, title: str) -> QVBoxLayout:
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.kit.label(title, weight=QFont.Weight.DemiBold, tone="muted"))
        card = QFrame()
        card.setProperty("card", "true")
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.S)
        self.body.addWidget(card)
        return column

    def _table(self, rows: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(0, 1)
        for number, (name, value) in enumerate(rows):
            grid.addWidget(self.kit.label(name), number, 0)
            grid.addWidget(self.kit.label(value, tone="muted"), number, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    @Slot()
    def _on_pause_for_an_hour(self) -> None:
        self.pause_asked.emit(_HOUR_S)

    @Slot()
    def _on_pause_for_good(self) -> None:
        self.pause_asked.emit(0)

    @Slot()
    def _on_reconnect(self) -> None:
        self.reconnect_asked.emit()
