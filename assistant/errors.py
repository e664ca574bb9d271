"""Failures that a person can do something about, each with a stable code.

::

    DocentError            code, exit_code, facts
    ├── UsageError         wrong use: a bad argument, a setting out of range      (exit 2)
    ├── NotFoundError      nothing found, not answered                            (exit 1)
    ├── OutsideError       something outside Docent failed: server, disk, folder  (exit 3)
    │   ├── EngineUnavailable
    │   └── ServerError    a model server: see assistant.llm.base for its codes
    └── InternalError      a fault in Docent                                      (exit 4)

`message(code, facts)` gives the English sentence and next step for a terminal;
the window translates codes itself in `ui/error_text.py`.
"""

from __future__ import annotations

from typing import Any


class DocentError(Exception):
    """Base of every expected failure. `facts` are plain JSON values named in the sentence."""

    exit_code = 4

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def to_json(self) -> dict[str, Any]:
        """`{"code", "message", "hint", "facts"}` as the contract has it, `facts` added."""
        text, hint = message(self.code, self.facts)
        return {"code": self.code, "message": text, "hint": hint, "facts": self.facts, "exit_code": self.exit_code}


class UsageError(DocentError):
    """Docent was called wrongly."""

    exit_code = 2


class NotFoundError(DocentError):
    """Nothing answers."""

    exit_code = 1


class OutsideError(DocentError):
    """Something Docent depends on failed."""

    exit_code = 3


class EngineUnavailable(OutsideError):
    """The engine did not start or the connection to it was lost."""


class ServerError(OutsideError):
    """A model server failed; `code` starts with "llm_"."""


class InternalError(DocentError):
    """A fault in Docent itself."""

    exit_code = 4


# code -> (sentence, next step); both are str.format templates over the facts.
MESSAGES: dict[str, tuple[str, str]] = {
    "bad_request": (
        "The request was not understood: {detail}.",
        "Update the window and the engine to the same version.",
    ),
    "bad_setting": ("The setting {key} cannot be {value}.", "{allowed}"),
    "bad_now": (
        "DOCENT_NOW is not an ISO 8601 time: {value}.",
        "Use a form like 2026-11-16T09:00:00+08:00, or unset it.",
    ),
    "bad_usage": ("Wrong use: {detail}.", "See: {help}"),
    "catalog_corrupt": (
        "The index was damaged and has been put aside.",
        "It is being rebuilt from your files; nothing of yours is lost. The damaged copy is {path}.",
    ),
    "catalog_too_new": (
        "The index was written by a newer Docent (version {version}).",
        "Install the newer Docent again, or move {path} away to rebuild it.",
    ),
    "disk_full": (
        "The disk that holds the index is nearly full ({free_text} free).",
        "Free at least {needed_text}; Docent goes on by itself.",
    ),
    "index_paused": (
        "Indexing is paused until you let it go on.",
        "Go on with: docent resume",
    ),
    "engine_lost": (
        "The connection to the Docent engine was lost.",
        "Try again: the engine starts by itself. If it keeps happening, run: docent doctor",
    ),
    "engine_start": ("The Docent engine did not start.", "Look at {log} or run: docent doctor"),
    "engine_stuck": (
        "The engine (process {pid}) was asked to leave and has not.",
        "It may be finishing a large file; if it stays, end that process.",
    ),
    "engine_version": (
        "The running engine is version {engine}, this program is {client}.",
        "Run: docent engine stop, then try again.",
    ),
    "folder_missing": ("The folder {path} does not exist.", "Check the name, or connect the disk it is on."),
    "folder_not_a_folder": ("{path} is not a folder.", "Give the folder that holds it."),
    "folder_unreadable": (
        "The folder {path} cannot be read.",
        "Give yourself permission to read it, then add it again.",
    ),
    "folder_unknown": ("The folder {path} is not in the index.", "See the list with: docent folders"),
    "folder_is_home": (
        "The folder {path} holds Docent's own files.",
        "Choose a folder that does not contain DOCENT_HOME.",
    ),
    "watch_limit": (
        "Only {watched} of {folders} folders can be watched for changes; the others are looked at every few minutes.",
        "Run: echo fs.inotify.max_user_watches={wanted} | sudo tee /etc/sysctl.d/60-docent.conf && sudo sysctl --system",
    ),
    "folder_pseudo": (
        "The folder {path} is made up by the system; there are no files of yours in it.",
        "Choose a folder with your own files.",
    ),
    "folder_secret": (
        "The folder {path} is a place for keys, passwords or browser data; Docent never reads those.",
        "Choose another folder, or move the documents in it elsewhere.",
    ),
    "home_unwritable": (
        "Docent cannot write into {path}: {why}.",
        "Make that folder yours, or name another: DOCENT_HOME.",
    ),
    "internal": ("Docent made a mistake: {detail}.", "Please report it with the output of: docent doctor"),
    "interrupted": ("Stopped.", "What was finished is kept; run the same command again to go on."),
    "llm_auth": ("The model server at {url} refused the key.", "Check the API key of this server."),
    "llm_bad_reply": (
        "The server at {url} sent something that is not a model's answer.",
        "Check that the address is that of a model server, not of a proxy or a web page.",
    ),
    "llm_busy": ("The model server at {url} is busy.", "Try again in a moment."),
    "llm_empty": (
        "The model {model} gave no answer.",
        "The passages themselves are quoted instead; ask again, or choose another model.",
    ),
    "llm_interrupted": (
        "The model server stopped in the middle of the answer.",
        "What came so far is kept; ask again to retry.",
    ),
    "llm_memory": (
        "The model {model} needs more memory than is free.",
        "Choose a smaller model, or close other programs.",
    ),
    "llm_model_missing": (
        "The model {model} is not on the server.",
        "Pull it (ollama pull {model}) or choose another with --model.",
    ),
    "llm_no_model": ("The model server at {url} has no model yet.", "Pull one, for example: ollama pull {suggestion}"),
    "llm_server": (
        "The model server reported an error: {detail}.",
        "Look at the server's own log, or choose another model.",
    ),
    "llm_timeout": (
        "The model server at {url} did not answer in {seconds} seconds.",
        "A smaller model may be needed, or more time: setting llm.read_timeout_s.",
    ),
    "llm_unreachable": (
        "No model server answers at {url}.",
        "Start Ollama (ollama serve). Finding files works without it.",
    ),
    "llm_cloud": (
        "The model {model} runs in the cloud, not on this computer.",
        "Choose a local model; nothing was sent.",
    ),
    "llm_unsupported": (
        "What the model {model} answered does not stand in your files.",
        "The passages themselves are quoted instead; a larger model may do better.",
    ),
    "meaning_unavailable": (
        "Search by meaning does not work at the moment: {why}.",
        "Names and text are searched without it; it is tried again by itself. See: docent doctor",
    ),
    "model_unavailable": (
        "The embedding model {model} could not be loaded: {why}.",
        "Names and text are searched without it. Run: docent doctor",
    ),
    "no_display": (
        "There is no display to open a window on.",
        "Use the commands: docent find, docent ask, docent index.",
    ),
    "not_answered": (
        "Your files do not answer this.",
        "Try other words, or add the folder that holds it: docent index FOLDER",
    ),
    "nothing_found": ("Nothing found.", "Try fewer or other words; docent status shows what is indexed."),
    "nothing_to_undo": (
        "There is no removed folder to bring back.",
        "Its time may be over; add the folder again: docent index FOLDER",
    ),
    "nothing_indexed": ("No folder has been added yet.", "Add one: docent index FOLDER"),
    "output_failed": ("The output could not be written: {why}.", "Free some space, or send it somewhere else."),
    "samples_missing": (
        "The sample documents are not at {path}.",
        "Use your own: docent index FOLDER",
    ),
    "settings_broken": (
        "The settings file could not be read and was kept aside as {path}.",
        "Defaults are in use; copy what you need back.",
    ),
    "store_lost": (
        "The meaning index was damaged and is being rebuilt.",
        "Names and text are searched meanwhile; nothing needs to be done.",
    ),
    "wait_interrupted": (
        "Stopped waiting; indexing goes on in the background.",
        "See how far it is with: docent status",
    ),
}


def message(code: str, facts: dict[str, Any]) -> tuple[str, str]:
    """The sentence and the next step for `code`; a missing fact shows as "?"."""
    text, hint = MESSAGES.get(code, MESSAGES["internal"])
    known = _Facts(facts if code in MESSAGES else {"detail": code})
    return text.format_map(known), hint.format_map(known)


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
