"""What the engine and its clients say to each other over the local socket.

One JSON document a message (UTF-8, at most `MAX_MESSAGE` bytes). A client sends
requests `{"id": n, "op": name, ...fields}`; `id` is chosen by the client and unique
per connection. The engine answers each with events `{"id": n, "event": name, ...}`;
`result`, `done` and `error` end a request. Several requests may run at once.

The first request of a connection must be `hello`. Requests and their events:

========== ============================ ==========================================================
op         fields                       events
========== ============================ ==========================================================
hello      :class:`Hello`               result {version, pid}
find       :class:`Find`                result: the object of `docent find --json` (contract)
ask        :class:`Ask`                 files, stage, thinking, token, done (contract); error
cancel     :class:`Cancel`              none of its own; the cancelled request ends with error "interrupted"
index      :class:`Index`               progress {"work": {...}} * (the `work` of the status object), result {folders: [...]}
folders    :class:`Folders`             result {"folders": [folder, ...], "removed": [{"path", "until": iso}]}
explain    :class:`Explain`             result: the object of `docent explain --json`
status     :class:`Status`              result: the object of `docent status --json`
pause      :class:`Pause`               result {"work": {...}} (the `work` of the status object)
resume     :class:`Resume`              result {"work": {...}}
watch      :class:`Watch`               status*: the same object whenever it changes, until cancelled
shutdown   :class:`Shutdown`            result {}, then the engine leaves
========== ============================ ==========================================================

`error` carries `{"error": {"code", "message", "hint", "facts"}}`.

`files` events are `{"event": "files", "hits": [...], "understood": {...}}`; `stage` events are
`{"event": "stage", "stage": "searching"|"reading"|"loading_model"|"writing"}`, the middle two with the numbers of `passages` and `files`; `thinking` and `token` carry `text`.

Understood object (of `find` and of `files` events; dates are local and both included)::

    {"text", "also": other ways to write the times in it, "kinds": [...], "extensions": [...], "folders": [...],
     "modified": {"from": date or null, "to": date or null} or null, "by_creation": the time is that of the content,
     "size": {"from": bytes or null, "to": bytes or null} or null, "intent": "find"|"ask"|"list"|"count",
     "order": ""|"newest"|"oldest"|"largest"|"smallest", "phrases": [...], "names": [...], "authors": [...],
     "languages": ["zh"|"xx", ...], "without": [value of such a chip, ...],
     "conflict": ""|"times"|"sizes": conditions that contradict each other, so that no file can meet them,
     "chips": [{"kind": "time"|"kind"|"size"|"folder"|"order"|"phrase"|"name"|"author"|"language"|"without"|"path",
                "text": the words of the query that say so; without them the reading is gone,
                "value": dates or bytes {"from", "to"}; kinds and extensions [...]; a string; of "without" {kind of chip: its value};
                         of "path" {"folder", "name"},
                "likely": true for a reading that only ranks}]}

Status object::

    {"engine": {"version", "pid", "uptime_s", "rss_bytes"},
     "folders": [{"path", "files", "state": "ok"|"missing"|"unreadable"|"offline", "last_scan": iso or null,
                  "followed": "watched"|"partly"|"polled"|"not"|"offline", "followed_why": ""|"network"|"limit"|"trouble",
                  "unwatched", "dirty", "states": as below, of this folder}],
     "removed": [{"path", "until": iso}],
     "left_out": {rule: files and folders that it left out, ...},
     "states": {"indexed": n, "text_only": n, "name_only": n, "no_text": n, "failed": n, "skipped": n, "pending": n},
     "work": {"phase", "total", "done", "failed", "chunks_total", "chunks_embedded", "ocr_pages_done", "ocr_pages_left",
              "ocr_waits_for": ""|"off"|"power"|"start", "current", "eta_s",
              "rate": "full"|"gentle"|"paused", "slowed_by": "" or one of `indexer.throttle.Cause`,
              "paused": null or {"why": such a cause, "until": iso or null}},
     "index": {"files", "members", "chunks", "bytes"},
     "meaning": {"state": "off"|"starting"|"ready"|"idle"|"failed", "model", "why",
                 "bringing": {"stage": "waiting"|"downloading"|"converting"|"checking", "done", "total": bytes} or null},
     "servers": [{"name", "url", "state": "ready"|"no_models"|"unreachable"|"unknown", "model", "models": [...]}],
     "problems": [{"code", "message", "hint", "facts"}]}

Explanation object (`verdict.code` is one of `assistant.explanation`)::

    {"path", "on_disk": "file"|"folder"|"link"|"special"|"missing"|"member", "folder": indexed folder or null,
     "verdict": {"code", "message", "hint", "facts"},
     "left_out": {"rule", "path", "by", "name_kept"} or null,
     "file": {"state", "reason", "detail", "kind", "size", "modified", "container", "title", "author", "created", "languages",
              "chunks", "embedded", "anchors", "truncated", "read": iso or null, "members", "tries", "pages_owed"} or null,
     "below": {"states": {state: n}, "left_out": {rule: n} or null} or null (of a folder),
     "query": {"meets_conditions", "rank": from 1 or null, "stages": {"name"|"text"|"meaning": rank or null}} or null}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar, Self, get_type_hints

from assistant.errors import UsageError

MAX_MESSAGE = 16 << 20
"""Bytes of one message."""
MAX_QUERY = 60_000
"""Characters of one query or question."""


@dataclass(frozen=True, slots=True)
class Request:
    """Base of all requests; a subclass names its `op` and is registered under it."""

    op: ClassVar[str] = ""

    def to_json(self, request_id: int) -> dict[str, Any]:
        """The message for the wire."""
        return {"id": request_id, "op": self.op, **asdict(self)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Build from a message; wrong or missing fields raise `UsageError` ("bad_request")."""
        hints = get_type_hints(cls)
        known: dict[str, Any] = {}
        for item in fields(cls):
            if item.name in value:
                known[item.name] = _checked(item.name, value[item.name], hints[item.name])
            elif item.default is MISSING and item.default_factory is MISSING:
                raise UsageError("bad_request", detail=f"{cls.op}: {item.name} is missing")
        return cls(**known)


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _checked(name: str, value: Any, hint: Any) -> Any:
    wanted: dict[Any, Callable[[Any], bool]] = {
        str: lambda v: isinstance(v, str),
        int: lambda v: isinstance(v, int) and not isinstance(v, bool),
        bool: lambda v: isinstance(v, bool),
        list[str]: _is_strings,
        list[str] | None: lambda v: v is None or _is_strings(v),
        str | None: lambda v: v is None or isinstance(v, str),
    }
    if not wanted[hint](value):
        raise UsageError("bad_request", detail=f"{name} has the wrong type")
    if isinstance(value, str) and len(value) > MAX_QUERY:
        raise UsageError("bad_request", detail=f"{name} is longer than {MAX_QUERY} characters")
    return value


@dataclass(frozen=True, slots=True)
class Hello(Request):
    """Opens a connection. `token` is the content of the engine's key file, `version` the client's."""

    op: ClassVar[str] = "hello"
    token: str
    version: str


@dataclass(frozen=True, slots=True)
class Find(Request):
    """Ranked files. `stages` limits the searches, empty means all: for tests and measurements."""

    op: ClassVar[str] = "find"
    query: str
    limit: int = 20
    now: str | None = None
    """ISO 8601 time that "last week" is counted from; None: the clock."""
    stages: list[str] | None = None
    patience_ms: int = 0
    """How long to wait for meaning when it is just starting; as-you-type search does not."""


@dataclass(frozen=True, slots=True)
class Ask(Request):
    """An answer with citations. `use_model` False gives the extractive answer; `model` empty means the chosen one."""

    op: ClassVar[str] = "ask"
    question: str
    model: str = ""
    use_model: bool = True
    chat: str = ""
    """Name of the conversation to continue; empty: none is kept."""
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel(Request):
    """Ends another request of the same connection."""

    op: ClassVar[str] = "cancel"
    target: int


@dataclass(frozen=True, slots=True)
class Index(Request):
    """Adds folders (may be none: rescan the known ones). With `wait` the result comes when all is up to date."""

    op: ClassVar[str] = "index"
    folders: list[str]
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Folders(Request):
    """Lists the folders after removing `remove` and bringing back `undo`; in that, "" is the folder removed last."""

    op: ClassVar[str] = "folders"
    remove: list[str] | None = None
    undo: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Explain(Request):
    """What is known of a path, which must be a full one; with a query, at which rank each search has it."""

    op: ClassVar[str] = "explain"
    path: str
    query: str = ""
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Status(Request):
    """The state of everything. `probe` asks the model servers anew instead of repeating what was last seen."""

    op: ClassVar[str] = "status"
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Pause(Request):
    """No file is read for so many seconds; 0: until resumed, be it by a later engine. Names stay true."""

    op: ClassVar[str] = "pause"
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Resume(Request):
    """Ends a pause."""

    op: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True)
class Watch(Request):
    """Status now and whenever it changes, at most five times a second."""

    op: ClassVar[str] = "watch"


@dataclass(frozen=True, slots=True)
class Shutdown(Request):
    """The engine finishes the file in hand and leaves."""

    op: ClassVar[str] = "shutdown"


REQUESTS: dict[str, type[Request]] = {
    cls.op: cls for cls in (Hello, Find, Ask, Cancel, Index, Folders, Explain, Status, Pause, Resume, Watch, Shutdown)
}


def parse_request(message: Any) -> tuple[int, Request]:
    """The id and the request in a decoded message; `UsageError` ("bad_request") for anything else."""
    if not isinstance(message, dict) or not isinstance(message.get("id"), int):
        raise UsageError("bad_request", detail="a request is an object with an id")
    request_type = REQUESTS.get(str(message.get("op")))
    if request_type is None:
        raise UsageError("bad_request", detail=f"unknown op {message.get('op')!r}")
    return message["id"], request_type.from_json(message)
