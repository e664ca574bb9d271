"""What the status object means, in words."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.engine_link import LinkState
from ui.status import FolderStatus, ServerStatus, Status, Work
from ui.words import Words, shown


class StatusText(QObject):
    """Short sentences for the strip at the bottom, longer ones for the details."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def index(self, state: LinkState, status: Status | None) -> tuple[str, str]:
        """Tone (good, busy, warning, danger) and words for the index."""
        if state is LinkState.FAILED:
            return "danger", self.tr("The engine does not run")
        if state is LinkState.LOST:
            return "warning", self.tr("Engine lost, starting it again…")
        if status is None:
            return "busy", self.tr("Starting…")
        if not status.folders:
            return "warning", self.tr("No folder yet")
        paused = status.work.paused_by == "user"
        if paused or status.work.is_busy:
            return "warning" if paused else "busy", self.work(status.work)
        return self._rest(status)

    def _rest(self, status: Status) -> tuple[str, str]:
        files = self._words.files(status.files)
        failed = status.states.get("failed", 0)
        missing = sum(1 for folder in status.folders if folder.state != "ok")
        if missing:
            return "warning", files + " · " + self.tr("%Ln folder(s) cannot be reached", "", missing)
        if status.problems:
            return "warning", files + " · " + self.tr("%Ln problem(s)", "", len(status.problems))
        if failed:
            return "good", files + " · " + self.tr("%Ln could not be read", "", failed)
        return "good", self.tr("{files} ready").format(files=files)

    def work(self, work: Work) -> str:
        """What the index is doing, with how far it got."""
        if work.paused_by:
            return self.pause(work)
        percent = self._words.percent(*work.progress)
        if work.phase == "reading":
            return self.tr("Indexing {percent}").format(percent=percent)
        if work.phase == "embedding":
            return self.tr("Preparing search by meaning {percent}").format(percent=percent)
        if work.phase == "ocr":
            return self.tr("Reading text in pictures {percent}").format(percent=percent)
        return self.tr("Looking for files…")

    def work_details(self, work: Work) -> str:
        """Counts and the time that is left."""
        if work.phase == "reading":
            done = self.tr("{done} of {total} files read").format(
                done=self._words.number(work.done), total=self._words.number(work.total)
            )
        elif work.phase == "embedding":
            done = self.tr("{done} of {total} passages prepared for search by meaning").format(
                done=self._words.number(work.chunks_embedded), total=self._words.number(work.chunks_total)
            )
        elif work.phase == "ocr":
            done = self.tr("%Ln picture(s) and scanned page(s) to read", "", work.pages_to_recognise)
        else:
            return self.tr("Looking at what is in your folders")
        parts = [done]
        if work.eta_s is not None:
            parts.append(self.tr("{time} left").format(time=self._words.duration(work.eta_s)))
        if work.slowed_by and not work.paused_by:
            parts.append(self.tr("slowly: {why}").format(why=self._causes().get(work.slowed_by, "")))
        return " · ".join(parts)

    def pause(self, work: Work) -> str:
        """Why nothing is being read, and until when."""
        if work.paused_by != "user":
            return self.tr("Indexing waits: {why}").format(why=self._causes().get(work.paused_by, ""))
        if until := self._words.moment(work.paused_until):
            return self.tr("Indexing paused until {time}").format(time=until)
        return self.tr("Indexing paused")

    def _causes(self) -> dict[str, str]:
        return {
            "disk": self.tr("the disk is nearly full"),
            "answering": self.tr("a question is being answered"),
            "low_battery": self.tr("the battery is low"),
            "battery": self.tr("on battery"),
            "hot": self.tr("the computer is hot"),
            "full_screen": self.tr("a program fills the screen"),
            "busy": self.tr("other programs are busy"),
        }

    def folder_details(self, folder: FolderStatus) -> str:
        """How far the files of a folder are, and when all of it was looked at."""
        parts = [self._words.files(folder.files)]
        if folder.waiting:
            parts.append(self.tr("%Ln waiting", "files to be read", folder.waiting))
        if folder.without_meaning:
            parts.append(self.tr("%Ln without meaning yet", "files", folder.without_meaning))
        if folder.failed:
            parts.append(self.tr("%Ln could not be read", "", folder.failed))
        if checked := self._words.moment(folder.last_scan):
            parts.append(self.tr("checked {time}").format(time=checked))
        return " · ".join(parts)

    def server(self, server: ServerStatus | None) -> tuple[str, str]:
        """Tone and words for the model server."""
        if server is None or server.state == "unknown":
            return "busy", self.tr("Looking for a model server…")
        if server.state == "no_models":
            return "warning", self.tr("No model yet")
        if server.state != "ready":
            return "warning", self.tr("No model server")
        model = shown(server.model or server.name)
        if server.remote_host:
            return "warning", self.tr("{model} on {host}").format(model=model, host=shown(server.remote_host))
        return "good", model

    def server_details(self, server: ServerStatus | None) -> str:
        """What to do about the model server, or what it does."""
        if server is None or server.state == "unknown":
            return self.tr("Docent looks for a program that runs language models, such as Ollama.")
        if server.state == "no_models":
            return self.tr("{name} runs, but has no model. Get one with: ollama pull qwen3:4b").format(
                name=shown(server.name)
            )
        if server.state != "ready":
            return self.tr(
                "Finding files works without one. For answers in full sentences, install Ollama and run: ollama serve"
            )
        if server.remote_host:
            return self.tr("Your questions and the passages they need are sent to {host}.").format(
                host=shown(server.remote_host)
            )
        return self.tr("Answers are written by {model} on this computer ({name}).").format(
            model=shown(server.model), name=shown(server.name)
        )

    def meaning(self, status: Status) -> str:
        """How search by meaning stands."""
        return {
            "off": self.tr("switched off"),
            "starting": self.tr("starting"),
            "ready": self.tr("ready"),
            "idle": self.tr("ready (resting)"),
            "failed": self.tr("not available: {why}").format(why=shown(status.meaning_why)),
        }.get(status.meaning, "–")

    def state_names(self) -> dict[str, str]:
        """File states in the order they are listed, with what they mean."""
        return {
            "indexed": self.tr("Fully searchable"),
            "text_only": self.tr("Searchable by words, meaning follows"),
            "name_only": self.tr("Searchable by name only"),
            "no_text": self.tr("Without text"),
            "failed": self.tr("Could not be read"),
            "skipped": self.tr("Left out by a rule"),
            "pending": self.tr("Waiting"),
        }

    def folder_state(self, state: str) -> str:
        """What is wrong with a folder; empty when nothing is."""
        return {
            "missing": self.tr("cannot be found – is its disk connected?"),
            "unreadable": self.tr("cannot be read"),
            "offline": self.tr("its disk is not connected; its files are still found"),
        }.get(state, "")

    def following(self, folder: FolderStatus) -> str:
        """How changes in a folder are noticed when it is not at once; empty when it is, or when the folder is away."""
        if folder.state != "ok" or folder.followed == "watched":
            return ""
        return {
            "network": self.tr("on another computer: changes are noticed after some minutes"),
            "limit": self.tr("too many folders: some changes are noticed after some minutes"),
        }.get(folder.followed_why, self.tr("changes are noticed after some minutes"))
