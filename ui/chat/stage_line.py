"""One line that says what is being done for a question right now."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from ui.kit import Kit
from ui.theme import Space


class StageLine(QWidget):
    """Hidden when nothing is going on."""

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(56)
        self._bar.setTextVisible(False)
        self.text = kit.label(tone="muted")
        row.addWidget(self._bar)
        row.addWidget(self.text)
        row.addStretch()

    def show_stage(self, stage: str, counts: dict[str, Any]) -> None:
        """Show a stage; `counts` may hold `passages` and `files`, as numbers."""
        self.text.setText(self._sentence(stage, counts))
        self.text.setAccessibleName(self.text.text())
        self.show()

    def _sentence(self, stage: str, counts: dict[str, Any]) -> str:
        if stage == "reading":
            return self._reading(counts.get("passages"), counts.get("files"))
        return {
            "searching": self.tr("Searching…"),
            "loading_model": self.tr("Loading the model…"),
            "thinking": self.tr("Thinking…"),
            "writing": self.tr("Writing…"),
        }.get(stage, self.tr("Working…"))

    def _reading(self, passages: Any, files: Any) -> str:
        if not isinstance(passages, int) or not isinstance(files, int):
            return self.tr("Reading…")
        return self.tr("Reading {passages} from {files}…").format(
            passages=self.tr("%Ln passage(s)", "", passages), files=self.tr("%Ln file(s)", "from so many files", files)
        )
