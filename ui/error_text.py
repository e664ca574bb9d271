"""Turns a code into one sentence and one next step, in the reader's language.

Every code of `assistant.errors.MESSAGES` has its texts here, worded for somebody in front of a
window instead of a terminal; the window's own few codes ("file_…", "offline") stand beside them.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from ui.words import shown

_MAX_FACT = 300
"""Characters of one fact: a server's reply may be a whole page."""


class ErrorText(QObject):
    """The sentences. Facts are put in as plain text; show them in plain-text labels only."""

    def sentence(self, code: str, facts: dict[str, Any]) -> tuple[str, str]:
        """What happened, and what to do about it. An unknown code reads as a fault of ours."""
        texts = self._texts()
        if code not in texts:
            code, facts = "internal", {"detail": code}
        what, next_step = texts[code]
        known = _Facts({name: shown(str(value))[:_MAX_FACT] for name, value in facts.items()})
        return what.format_map(known), next_step.format_map(known)

    def codes(self) -> frozenset[str]:
        """Every code that has its own sentence."""
        return frozenset(self._texts())

    def _texts(self) -> dict[str, tuple[str, str]]:
        return self._about_files() | self._about_the_engine() | self._about_the_index() | self._about_models()

    def _about_files(self) -> dict[str, tuple[str, str]]:
        return {
            "file_missing": (
                self.tr("{name} is no longer there."),
                self.tr("It was moved, renamed or deleted. Search again to find where it is now."),
            ),
            "file_not_opened": (
                self.tr("{name} could not be opened."),
                self.tr("No program for this kind of file was found. You can show it in its folder instead."),
            ),
            "folder_missing": (
                self.tr("The folder {path} does not exist."),
                self.tr("Check the name, or connect the disk it is on."),
            ),
            "folder_not_a_folder": (
                self.tr("{path} is not a folder."),
                self.tr("Add the folder that holds it."),
            ),
            "folder_unreadable": (
                self.tr("The folder {path} cannot be read."),
                self.tr("Give yourself permission to read it, then add it again."),
            ),
            "watch_limit": (
                self.tr(
                    "Only {watched} of {folders} folders can be watched for changes; the others are looked at every few minutes."
                ),
                self.tr(
                    "To let the system watch more, run: echo fs.inotify.max_user_watches={wanted} | sudo tee /etc/sysctl.d/60-docent.conf && sudo sysctl --system"
                ),
            ),
            "folder_unknown": (
                self.tr("The folder {path} is not among your folders."),
                self.tr("Open Folders to see which ones are."),
            ),
            "folder_is_home": (
                self.tr("The folder {path} holds Docent's own files."),
                self.tr("Choose a folder that does not contain them."),
            ),
            "folder_secret": (
                self.tr("The folder {path} is a place for keys, passwords or browser data. Docent never reads those."),
                self.tr("Choose another folder, or move the documents in it elsewhere."),
            ),
            "folder_pseudo": (
                self.tr("The folder {path} is made up by the system; there are no files of yours in it."),
                self.tr("Choose a folder with your own files."),
            ),
            "nothing_to_undo": (
                self.tr("There is no removed folder to bring back."),
                self.tr("Its time may be over. Add the folder again."),
            ),
            "nothing_found": (
                self.tr("Nothing found."),
                self.tr("Try fewer or other words."),
            ),
            "nothing_indexed": (
                self.tr("No folder has been added yet."),
                self.tr("Add one, and its files can be found at once."),
            ),
            "not_answered": (
                self.tr("Your files do not answer this."),
                self.tr("Try other words, or add the folder that holds the answer."),
            ),
        }

    def _about_the_engine(self) -> dict[str, tuple[str, str]]:
        return {
            "bad_request": (
                self.tr("The request was not understood: {detail}."),
                self.tr("Update Docent, so that window and engine have the same version."),
            ),
            "bad_usage": (
                self.tr("Wrong use: {detail}."),
                self.tr("The right use is described here: {help}"),
            ),
            "bad_setting": (
                self.tr("The setting {key} cannot be {value}."),
                "{allowed}",
            ),
            "bad_now": (
                self.tr("DOCENT_NOW is not an ISO 8601 time: {value}."),
                self.tr("Use a form like 2026-11-16T09:00:00+08:00, or unset it."),
            ),
            "engine_lost": (
                self.tr("The connection to Docent's engine was lost."),
                self.tr("Try again: the engine starts by itself."),
            ),
            "engine_start": (
                self.tr("Docent's engine did not start."),
                self.tr("Try again. If it keeps happening, its log says why: {log}"),
            ),
            "engine_stuck": (
                self.tr("The engine (process {pid}) was asked to leave and has not."),
                self.tr("It may be finishing a large file. If it stays, end that process."),
            ),
            "engine_version": (
                self.tr("The running engine is version {engine}, this window is {client}."),
                self.tr("Quit every Docent window and start Docent again."),
            ),
            "home_unwritable": (
                self.tr("Docent cannot write into {path}: {why}."),
                self.tr("Give yourself permission to write there, then try again."),
            ),
            "internal": (
                self.tr("Docent made a mistake: {detail}."),
                self.tr("Please report it; the command “docent doctor” shows what to send along."),
            ),
            "interrupted": (
                self.tr("Stopped."),
                self.tr("What was finished is kept. Ask again to go on."),
            ),
            "no_display": (
                self.tr("There is no display to open a window on."),
                self.tr("Use the commands: docent find, docent ask, docent index."),
            ),
            "output_failed": (
                self.tr("The output could not be written: {why}."),
                self.tr("Free some space, or choose another place."),
            ),
            "settings_broken": (
                self.tr("The settings file could not be read and was kept aside as {path}."),
                self.tr("Defaults are in use. Copy what you need back."),
            ),
        }

    def _about_the_index(self) -> dict[str, tuple[str, str]]:
        return {
            "catalog_corrupt": (
                self.tr("The index was damaged and has been put aside."),
                self.tr("It is being rebuilt from your files; nothing of yours is lost. The damaged copy is {path}."),
            ),
            "catalog_too_new": (
                self.tr("The index was written by a newer Docent (version {version})."),
                self.tr("Install the newer Docent again, or move {path} away to rebuild the index."),
            ),
            "disk_full": (
                self.tr("The disk that holds the index is nearly full ({free_text} free)."),
                self.tr("Free at least {needed_text}. Docent then goes on by itself."),
            ),
            "index_paused": (
                self.tr("Indexing is paused until you let it go on."),
                self.tr("Open the details at the bottom left and choose Resume."),
            ),
            "meaning_unavailable": (
                self.tr("Search by meaning does not work at the moment: {why}."),
                self.tr("Names and text are searched without it; it is tried again by itself."),
            ),
            "model_unavailable": (
                self.tr("The model for search by meaning ({model}) could not be loaded: {why}."),
                self.tr("Names and text are searched without it."),
            ),
            "samples_missing": (
                self.tr("The sample documents are not at {path}."),
                self.tr("Add a folder of your own."),
            ),
            "wait_interrupted": (
                self.tr("Waiting was stopped; indexing goes on in the background."),
                self.tr("The line at the bottom shows how far it is."),
            ),
            "store_lost": (
                self.tr("The index for search by meaning was damaged and is being rebuilt."),
                self.tr("Names and text are searched meanwhile. You need not do anything."),
            ),
        }

    def _about_models(self) -> dict[str, tuple[str, str]]:
        return {
            "llm_auth": (
                self.tr("The model server at {url} refused the key."),
                self.tr("Check the API key of this server."),
            ),
            "llm_bad_reply": (
                self.tr("The server at {url} sent something that is not a model's answer."),
                self.tr("Check that the address is that of a model server, not of a proxy or a web page."),
            ),
            "llm_busy": (
                self.tr("The model server at {url} is busy."),
                self.tr("Try again in a moment."),
            ),
            "llm_empty": (
                self.tr("The model {model} gave no answer."),
                self.tr("The passages themselves are quoted instead. Ask again, or choose another model."),
            ),
            "llm_memory": (
                self.tr("The model {model} needs more memory than is free."),
                self.tr("Choose a smaller model, or close other programs."),
            ),
            "llm_unsupported": (
                self.tr("What the model {model} answered does not stand in your files."),
                self.tr("The passages themselves are quoted instead. A larger model may do better."),
            ),
            "llm_interrupted": (
                self.tr("The model server stopped in the middle of the answer."),
                self.tr("What came so far is kept. Ask again to retry."),
            ),
            "llm_model_missing": (
                self.tr("The model {model} is not on the server."),
                self.tr("Pull it with “ollama pull {model}”, or choose another model."),
            ),
            "llm_no_model": (
                self.tr("The model server at {url} has no model yet."),
                self.tr("Pull one, for example with “ollama pull {suggestion}”."),
            ),
            "llm_server": (
                self.tr("The model server reported an error: {detail}."),
                self.tr("Look at the server's own log, or choose another model."),
            ),
            "llm_timeout": (
                self.tr("The model server at {url} did not answer in {seconds} seconds."),
                self.tr("A smaller model answers sooner."),
            ),
            "llm_unreachable": (
                self.tr("No model server answers at {url}."),
                self.tr("Start Ollama with “ollama serve”. Finding files works without it."),
            ),
            "llm_cloud": (
                self.tr("The model {model} runs in the cloud, not on this computer."),
                self.tr("Choose a local model. Nothing was sent."),
            ),
        }


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
