"""One question with all that came of it: files, stages, thoughts, answer, sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.chat.answer_view import AnswerView
from ui.chat.citations import CitationBar, citations_from
from ui.chat.stage_line import StageLine
from ui.chat.thinking import Thinking
from ui.engine_link import EngineLink
from ui.kit import Kit
from ui.notice import Notice
from ui.requests import AskRequest
from ui.results.found_card import FEW, MANY, FoundCard
from ui.results.hit import files_from
from ui.theme import Space
from ui.words import shown

_COPIED_MS = 1500
"""How long the copy button says that it copied, in milliseconds."""


class Turn(QWidget):
    """Asks its question when told to, and again when that failed."""

    finished = Signal(bool)
    """Nothing more comes; True when there is an answer."""
    add_folder_asked = Signal()

    def __init__(self, kit: Kit, link: EngineLink, question: str, chat: str, remote_host: str = "") -> None:
        """`remote_host` names the other computer that answers; every answer from there says so."""
        super().__init__()
        self._remote_host = remote_host
        self.question = question
        self.is_busy = False
        self.sources: CitationBar | None = None
        self._kit = kit
        self._link = link
        self._chat = chat
        self._request: AskRequest | None = None
        self._notices: list[Notice] = []
        self._copied = ""
        self._build()

    def _build(self) -> None:
        kit = self._kit
        self.heading = kit.label(_heading(self.question), scale=1.3, weight=QFont.Weight.DemiBold, wrap=True)
        self.files = FoundCard(kit)
        self.stage = StageLine(kit)
        self.thinking = Thinking(kit)
        self.answer = AnswerView(kit, self.tr("Answer"))
        self.answer.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, Space.S)
        self._column.setSpacing(Space.M)
        for part in (self.heading, self.files, self.thinking, self.answer, self.stage):
            self._column.addWidget(part)
        self._buttons = self._build_buttons()
        self._column.addWidget(self._buttons)
        self._buttons.hide()

    def _build_buttons(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.copy_button, self._copy_icon = self._kit.icon_button("copy", self.tr("Copy answer"))
        self.again_button, _ = self._kit.icon_button("retry", self.tr("Ask again"))
        self.copy_button.clicked.connect(self._on_copy)
        self.again_button.clicked.connect(self.ask)
        self.origin = self._kit.label(scale=0.9, tone="muted")
        row.addWidget(self.origin)
        row.addWidget(self.copy_button)
        row.addWidget(self.again_button)
        row.addStretch()
        return holder

    @Slot()
    def ask(self) -> None:
        """Ask, or ask anew: what came before is removed."""
        if self.is_busy:
            return
        self._forget()
        self.is_busy = True
        self.stage.show_stage("searching", {})
        request = self._link.ask(self.question, chat=self._chat, parent=self)
        request.files_found.connect(self._on_files_found)
        request.stage_changed.connect(self._on_stage_changed)
        request.thinking_received.connect(self.thinking.append_text)
        request.token_received.connect(self._on_token)
        request.answered.connect(self._on_answered)
        request.failed.connect(self._on_failed)
        self._request = request

    def stop(self) -> None:
        """Want no more; what came so far stays."""
        if not self.is_busy or self._request is None:
            return
        self._request.cancel()
        self._add_notice("info", self.tr("Stopped."), "")
        self._end(answered=False)

    def _forget(self) -> None:
        for notice in self._notices:
            notice.deleteLater()
        self._notices.clear()
        if self.sources is not None:
            self.sources.deleteLater()
            self.sources = None
        self.answer.finish("", frozenset())
        self.answer.hide()
        self._buttons.hide()

    @Slot(object)
    def _on_files_found(self, event: dict[str, Any]) -> None:
        wants_files = (event.get("understood") or {}).get("intent") == "find"
        self.files.show_files(files_from(event), few=MANY if wants_files else FEW)

    @Slot(str, object)
    def _on_stage_changed(self, stage: str, counts: dict[str, Any]) -> None:
        self.stage.show_stage(stage, counts)

    @Slot(str)
    def _on_token(self, text: str) -> None:
        self.answer.append_text(text)
        self._copied = self.answer.markdown
        self.answer.show()

    @Slot(object)
    def _on_answered(self, event: dict[str, Any]) -> None:
        if not self.files.isVisibleTo(self):
            self.files.show_files(files_from(event), few=FEW)
        if event.get("found") is False:
            self._show_not_found()
        else:
            self._show_answer(event)
        self._end(answered=True)

    def _show_answer(self, event: dict[str, Any]) -> None:
        citations = citations_from(event)
        self._copied = text = str(event.get("answer") or "")
        if event.get("mode") == "extractive":
            self._label_quotes(event.get("notice") or {})
            text = literal(text)
        self.answer.finish(text, frozenset(each.number for each in citations))
        self.answer.setVisible(bool(text))
        if citations:
            self.sources = CitationBar(self._kit, citations)
            self.answer.citation_clicked.connect(self.sources.open)
            self._column.insertWidget(self._column.indexOf(self.answer) + 1, self.sources)
            self._order_tabs(list(self.sources.buttons.values()))
        self._show_origin(event)
        self._buttons.show()
        if event.get("error"):
            self._show_interruption(event["error"])

    def _order_tabs(self, sources: Sequence[QWidget]) -> None:
        """The sources are reached after the answer, before its buttons."""
        for before, after in pairwise([self.answer, *sources, self.copy_button, self.again_button]):
            QWidget.setTabOrder(before, after)

    def _show_origin(self, event: dict[str, Any]) -> None:
        """Who wrote it, and what of it has no support: a person should know both."""
        parts = []
        if event.get("model"):
            parts.append(self._writer(shown(str(event["model"]))))
        if event.get("finish") == "length":
            parts.append(self.tr("cut at the length limit"))
        if event.get("unverified") and event.get("mode") != "extractive":
            count = len(event["unverified"])
            parts.append(self.tr("%Ln sentence(s) not found in your files", "", count))
        self.origin.setText(" · ".join(parts))
        self.origin.setVisible(bool(parts))

    def _writer(self, model: str) -> str:
        if self._remote_host:
            return self.tr("Written by {model} on {host}, another computer").format(
                model=model, host=shown(self._remote_host)
            )
        return self.tr("Written by {model}").format(model=model)

    def _label_quotes(self, notice: dict[str, Any]) -> None:
        """Say that these are quotes, and why no model wrote an answer."""
        code = str(notice.get("code") or "llm_unreachable")
        if code == "llm_unreachable":
            sentence = self.tr("Quoted from your files – no model server is running")
            next_step = self.tr("To get answers in full sentences, install Ollama and run: ollama serve")
        else:
            why, next_step = self._kit.errors.sentence(code, notice.get("facts") or {})
            sentence = self.tr("Quoted from your files – {why}").format(why=why)
        self._add_notice("quote", sentence, next_step, before=self.answer)

    def _show_interruption(self, error: dict[str, Any]) -> None:
        notice = self._add_notice(
            "warning", *self._kit.errors.sentence(str(error.get("code") or "internal"), error.get("facts") or {})
        )
        notice.add_button(self.tr("Try again"), "retry").clicked.connect(self.ask)

    def _show_not_found(self) -> None:
        self.answer.finish("", frozenset())
        self.answer.hide()
        sentence, next_step = self._kit.errors.sentence("not_answered", {})
        if self.files.isVisibleTo(self):
            next_step = self.tr(
                "The files above come nearest. Try other words, or add the folder that holds the answer."
            )
        notice = self._add_notice("info", sentence, next_step)
        notice.add_button(self.tr("Add folder…"), "folder-plus").clicked.connect(self.add_folder_asked)
        self.origin.hide()

    @Slot(str, object)
    def _on_failed(self, code: str, facts: dict[str, Any]) -> None:
        sentence, next_step = self._kit.errors.sentence(code, facts)
        notice = self._add_notice("danger", sentence, next_step)
        notice.add_button(self.tr("Try again"), "retry").clicked.connect(self.ask)
        self._end(answered=False)

    def _add_notice(self, tone: str, sentence: str, next_step: str, *, before: QWidget | None = None) -> Notice:
        notice = Notice(self._kit, tone, sentence, next_step)
        self._column.insertWidget(self._column.indexOf(before or self._buttons), notice)
        self._notices.append(notice)
        return notice

    def _end(self, *, answered: bool) -> None:
        self.is_busy = False
        self._request = None
        self.stage.hide()
        self._buttons.setVisible(bool(self.answer.markdown))
        self.finished.emit(answered)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)
        self._copy_icon.show_icon("check", "good")
        QTimer.singleShot(_COPIED_MS, self, self._on_copy_seen)

    @Slot()
    def _on_copy_seen(self) -> None:
        self._copy_icon.show_icon("copy", "muted")


def literal(text: str) -> str:
    """Quoted text as Markdown that shows it as it is: one paragraph a line, no character with a meaning."""
    return "\n\n".join(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line) for line in text.splitlines())


def _heading(question: str) -> str:
    """The question on few lines: blank lines are dropped."""
    return re.sub(r"\s*\n\s*", "\n", "\n".join(shown(line) for line in question.splitlines()))
