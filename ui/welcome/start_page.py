"""What stands in the middle before the first question: how to begin, how far indexing is, what can be asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.icons import IconLabel
from ui.kit import Kit
from ui.status import Status
from ui.status_text import StatusText
from ui.theme import COLUMN, Space

_WIDTH = 560
"""Width of progress and examples in device-independent pixels."""


class StartPage(QWidget):
    """Three faces: no folder yet, being indexed, ready."""

    add_folder_asked = Signal()
    example_chosen = Signal(str)

    def __init__(self, kit: Kit, texts: StatusText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kit = kit
        self._texts = texts
        self._face = ""
        self.title = kit.label(scale=1.9, weight=QFont.Weight.DemiBold, wrap=True)
        self.lead = kit.label(scale=1.1, tone="muted", wrap=True)
        self.progress = self._build_progress()
        self.steps = self._build_steps()
        self.examples = self._build_examples()
        self.add_button = kit.button(self.tr("Add a folder…"), "folder-plus", kind="primary")
        self.drop_hint = kit.label(self.tr("or drop one onto this window"), tone="muted")
        self._lay_out()
        self.add_button.clicked.connect(self.add_folder_asked)
        self.show_starting()

    def _lay_out(self) -> None:
        holder = QWidget()
        holder.setMaximumWidth(COLUMN)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        logo = QLabel()
        logo.setPixmap(self._kit.icons.application_icon().pixmap(52, 52))
        column.addWidget(logo)
        column.addSpacing(Space.L)
        column.addWidget(self.title)
        column.addSpacing(Space.S)
        column.addWidget(self.lead)
        column.addSpacing(Space.XL)
        for part in (self.progress, self.steps):
            column.addWidget(part)
        column.addLayout(self._build_call())
        column.addWidget(self.examples)
        page = QVBoxLayout(self)
        page.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(holder, 1000)
        row.addStretch(1)
        page.addStretch(2)
        page.addLayout(row)
        page.addStretch(3)

    def _build_call(self) -> QHBoxLayout:
        call = QHBoxLayout()
        call.setSpacing(Space.M)
        call.addWidget(self.add_button)
        call.addWidget(self.drop_hint)
        call.addStretch()
        return call

    def _build_progress(self) -> QWidget:
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, Space.XL)
        column.setSpacing(Space.S)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of indexing"))
        self.bar_text = self._kit.label(tone="muted", wrap=True)
        column.addWidget(self.bar)
        column.addWidget(self.bar_text)
        return holder

    def _build_steps(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, Space.XL)
        column.setSpacing(Space.M)
        for icon, text in (
            ("search", self.tr("File names can be found within seconds, their contents a little later.")),
            ("quote", self.tr("Ask in English or Chinese. Every answer names the files and pages it comes from.")),
            (
                "shield",
                self.tr(
                    "Your files are only read, never changed. Nothing leaves this computer unless you choose a model elsewhere."
                ),
            ),
        ):
            row = QHBoxLayout()
            row.setSpacing(Space.M)
            row.addWidget(
                IconLabel(self._kit.icons, self._kit.theme, icon, "accent", size=20), 0, Qt.AlignmentFlag.AlignTop
            )
            row.addWidget(self._kit.label(text, wrap=True), 1)
            column.addLayout(row)
        return holder

    def _build_examples(self) -> QWidget:
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._kit.label(self.tr("For example"), scale=0.94, tone="muted"))
        self.example_buttons = [
            self._example(text)
            for text in (
                self.tr("When does the lease end, and how much notice is needed?"),
                self.tr("the slides I changed last week"),
                self.tr("Which invoices are above 1,000?"),
            )
        ]
        for button in self.example_buttons:
            column.addWidget(button)
        return holder

    def _example(self, text: str) -> QPushButton:
        button = self._kit.button(text, kind="example")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_example)
        return button

    def show_starting(self) -> None:
        """Nothing is known yet; a calm face for the first moments."""
        self._show_face("starting", self.tr("Docent"), self.tr("Finds your files and answers from them."))

    def show_status(self, status: Status) -> None:
        """Choose the face that fits."""
        if not status.folders and not status.work.is_busy:
            self._show_face(
                "empty",
                self.tr("Ask your own files"),
                self.tr("Choose a folder with documents, and Docent finds what you are looking for in it."),
            )
        elif status.work.is_busy and status.work.phase != "embedding":
            self._show_face(
                "indexing",
                self.tr("Getting to know your files"),
                self.tr("You can search already. Names come first, then what is written in the files."),
            )
        else:
            lead = self.tr("{files} ready to be found and asked.").format(files=self._kit.words.files(status.files))
            self._show_face("ready", self.tr("What are you looking for?"), lead)
        self._show_work(status)

    def _show_work(self, status: Status) -> None:
        done, total = status.work.progress
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar_text.setText(self._texts.work_details(status.work))

    def _show_face(self, face: str, title: str, lead: str) -> None:
        self.title.setText(title)
        self.lead.setText(lead)
        self.steps.setVisible(face == "empty")
        self.add_button.setVisible(face == "empty")
        self.drop_hint.setVisible(face == "empty")
        self.progress.setVisible(face == "indexing")
        self.examples.setVisible(face in {"ready", "indexing"})
        self._face = face

    @Slot()
    def _on_example(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)
        self.example_chosen.emit(button.text())
