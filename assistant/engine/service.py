"""What the engine does for each request."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from assistant import __version__
from assistant.answer.answerer import Answerer
from assistant.engine.connections import Call
from assistant.engine.explaining import Explainer
from assistant.engine.status import StatusBoard
from assistant.engine.views import find_view, hit_view, sizes
from assistant.errors import DocentError, EngineUnavailable, OutsideError, UsageError
from assistant.paths import Paths
from assistant.protocol import (
    MAX_QUERY,
    Ask,
    Explain,
    Find,
    Folders,
    Hello,
    Index,
    Pause,
    Request,
    Resume,
    Shutdown,
    Status,
    Watch,
)
from assistant.question.follow_up import in_context
from assistant.question.parse import Understood, understand
from indexer import pace
from indexer.errors import DiskFull, FolderUnavailable, IndexerError
from indexer.model import SearchResult
from indexer.pipeline import Pipeline
from indexer.query import STAGES, SearchQuery
from indexer.rules.places import is_within
from indexer.rules.rule import Rule
from indexer.search import Searcher
from indexer.throttle import LEAST_FREE_BYTES, Cause

_ASK_HITS = 10
_ASK_PATIENCE_S = 10.0
_MOST_PATIENCE_MS = 30_000
_WATCH_EVERY_S = 0.2
_PROGRESS_EVERY_S = 0.2
_RESTLESS_S = 40.0
"""How long a folder is waited for in which something changes all the time: longer than the watcher holds anything back."""
_LONGEST_PAUSE_S = 30 * 86_400
_PREFERRED = 10


class Service:
    """Handles requests; one instance serves all clients, from many threads."""

    def __init__(
        self,
        paths: Paths,
        token: str,
        pipeline: Pipeline,
        searcher: Searcher,
        answerer: Answerer,
        board: StatusBoard,
        explainer: Explainer,
        shutdown: Callable[[], None],
    ) -> None:
        self._paths = paths
        self._token = token
        self._pipeline = pipeline
        self._searcher = searcher
        self._answerer = answerer
        self._board = board
        self._explainer = explainer
        self._shutdown = shutdown
        self._chats = RecentChats()
        self._handlers: dict[type[Request], Callable[[Any, Call], None]] = {
            Find: self._find,
            Ask: self._ask,
            Index: self._index,
            Folders: self._folders,
            Explain: self._explain,
            Status: self._status,
            Pause: self._pause,
            Resume: self._resume,
            Watch: self._watch,
            Shutdown: self._leave,
        }

    def greet(self, hello: Hello) -> dict[str, Any]:
        """Check a client's token and version. Raises `EngineUnavailable` or `UsageError`."""
        if not secrets.compare_digest(hello.token, self._token):
            raise EngineUnavailable(
                "engine_lost"
            )  # it was read from an earlier engine's file: the client reads it anew
        if hello.version != __version__:
            raise UsageError("engine_version", engine=__version__, client=hello.version)
        return {"version": __version__, "pid": os.getpid()}

    def handle(self, request: Request, call: Call) -> None:
        """Answer a request with events; raises `DocentError`."""
        try:
            self._handlers[type(request)](request, call)
        except IndexerError as error:
            raise outside(error) from error

    def _find(self, request: Find, call: Call) -> None:
        patience = min(request.patience_ms, _MOST_PATIENCE_MS) / 1000
        understood, found = self._search(request.query, request.now, request.limit, patience, request.stages)
        if self._pipeline.progress.busy:
            self._pipeline.prefer([hit.file_id for hit in found.hits[:_PREFERRED]])
        call.send("result", **find_view(request.query, understood, found))

    def _search(
        self, query: str, now: str | None, limit: int, patience_s: float, stages: list[str] | None = None
    ) -> tuple[Understood, SearchResult]:
        understood = understand(query, moment(now), self._board.folder_names())
        wanted = tuple(stage for stage in STAGES if not stages or stage in stages)
        return understood, self._searcher.search(understood.to_search(max(1, limit), wanted), patience_s)

    def _ask(self, request: Ask, call: Call) -> None:
        with self._pipeline.courtesy.question():
            self._answer(request, call)

    def _answer(self, request: Ask, call: Call) -> None:
        began = time.perf_counter()
        call.send("stage", stage="searching")
        question = in_context(request.question, self._chats.last(request.chat))
        understood, found = self._search(question, request.now, _ASK_HITS, _ASK_PATIENCE_S)
        self._chats.note(request.chat, question)
        hits = [hit_view(hit) for hit in found.hits]
        call.send("files", hits=hits, understood=understood.to_json())
        events = self._answerer.answer(
            question, found, model=request.model, use_model=request.use_model, cancel=call.cancelled
        )
        first_token: float | None = None
        for event in events:
            fields = dict(event)
            name = fields.pop("event")
            if name == "token" and first_token is None:
                first_token = (time.perf_counter() - began) * 1000
            if name == "done":
                took = (time.perf_counter() - began) * 1000
                fields |= {"hits": hits, "took_ms": round(took, 1)}
                fields["first_token_ms"] = None if first_token is None else round(first_token, 1)
            call.send(name, **fields)

    def _index(self, request: Index, call: Call) -> None:
        folders = [self._checked_folder(folder) for folder in request.folders]
        if folders:
            for future in [self._pipeline.add_folder(folder) for folder in folders]:
                while not future.done():
                    call.send("progress", work=self._board.work())
                    _wait(future.done, call, _PROGRESS_EVERY_S)
                    _stop_if_cancelled(call)
                future.result()
        else:
            self._pipeline.rescan()
        if request.wait:
            with self._pipeline.pace.hurry():
                self._wait_until_true(call)
        call.send("result", folders=self._board.folders(), states=self._pipeline.progress.states)

    def _wait_until_true(self, call: Call) -> None:
        """Wait for all that is to be done, what was heard of just now included."""
        self._wait_until_settled(call)
        deadline = time.monotonic() + _RESTLESS_S
        while self._more_is_heard_of() and time.monotonic() < deadline:
            _wait(lambda: not self._more_is_heard_of(), call, _PROGRESS_EVERY_S)
            _stop_if_cancelled(call)
            self._wait_until_settled(call)

    def _more_is_heard_of(self) -> bool:
        return self._pipeline.looks_again or any(folder["dirty"] for folder in self._board.folders())

    def _wait_until_settled(self, call: Call) -> None:
        while not self._pipeline.wait_settled(_PROGRESS_EVERY_S, call.cancelled.is_set):
            _stop_if_cancelled(call)
            self._stop_if_stuck()
            call.send("progress", work=self._board.work())
        if full := self._board.problem("disk_full"):
            raise full

    def _stop_if_stuck(self) -> None:
        """Nobody waits for what does not go on by itself."""
        if self._pipeline.pace.waits:
            raise OutsideError("index_paused")
        if self._pipeline.pace.last.cause is Cause.DISK:
            free = shutil.disk_usage(self._pipeline.catalog_file.parent).free
            raise outside(DiskFull(free=free, needed=LEAST_FREE_BYTES))

    def _checked_folder(self, folder: str) -> str:
        if not folder or "\0" in folder or not os.path.isabs(folder):
            raise UsageError("bad_request", detail="a folder must be given by its full path")
        path = os.path.realpath(folder)
        own = [str(item) for item in self._paths.all_folders()]
        if is_within(path, own):
            raise UsageError("folder_is_home", path=folder)
        if out := self._pipeline.rules().root_rule(path):
            raise UsageError("folder_secret" if out.rule is Rule.SECRET else "folder_pseudo", path=folder)
        return path

    def _folders(self, request: Folders, call: Call) -> None:
        for folder in request.remove or []:
            known = (folder, os.path.realpath(folder))
            if not any(self._pipeline.remove_folder(path).result() for path in dict.fromkeys(known)):
                raise UsageError("folder_unknown", path=folder)
        for folder in request.undo or []:
            if not self._pipeline.undo_removal(os.path.realpath(folder) if folder else "").result():
                raise UsageError("nothing_to_undo")
        call.send("result", folders=self._board.folders(), removed=self._board.removed())

    def _explain(self, request: Explain, call: Call) -> None:
        query: SearchQuery | None = None
        if request.query.strip():
            query = understand(request.query, moment(request.now), self._board.folder_names()).to_search(1, STAGES)
        call.send("result", **self._explainer.explain(request.path, query))

    def _status(self, request: Status, call: Call) -> None:
        if request.probe:
            self._board.probe_servers()
        call.send("result", **self._board.view())

    def _pause(self, request: Pause, call: Call) -> None:
        if not 0 <= request.seconds <= _LONGEST_PAUSE_S:
            raise UsageError("bad_request", detail="a pause takes 0 to 30 days")
        self._set_pause(pace.Pause(time.time() + request.seconds if request.seconds else None), call)

    def _resume(self, _request: Resume, call: Call) -> None:
        self._set_pause(None, call)

    def _set_pause(self, pause: pace.Pause | None, call: Call) -> None:
        self._pipeline.set_pause(pause).result()
        self._pipeline.pace.decide()
        call.send("result", work=self._board.work())

    def _watch(self, _request: Watch, call: Call) -> None:
        last: dict[str, Any] | None = None
        while not call.cancelled.is_set():
            view = self._board.view()
            if _without_clock(view) != last:
                last = _without_clock(view)
                call.send("status", **view)
            call.cancelled.wait(_WATCH_EVERY_S)
        call.send("result")

    def _leave(self, _request: Shutdown, call: Call) -> None:
        call.send("result")
        self._shutdown()


class RecentChats:
    """The last question of each named conversation, as long as the engine lives; the oldest are dropped."""

    _KEPT = 200

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._lock = threading.Lock()

    def last(self, chat: str) -> str | None:
        """The question asked before in this conversation; none without a name."""
        return self._last.get(chat) if chat else None

    def note(self, chat: str, question: str) -> None:
        """Remember a question."""
        if not chat:
            return
        with self._lock:
            self._last.pop(chat, None)
            self._last[chat] = question[-MAX_QUERY // 4 :]
            while len(self._last) > self._KEPT:
                self._last.pop(next(iter(self._last)))


def outside(error: IndexerError) -> DocentError:
    """Turn a failure of the index into one that a person is told."""
    if isinstance(error, FolderUnavailable):
        return OutsideError(f"folder_{error.facts['why']}", path=error.facts["path"])
    if isinstance(error, DiskFull):
        return OutsideError("disk_full", **sizes(error.facts))
    return OutsideError(error.code, **{key: str(value) for key, value in error.facts.items()})


def moment(now: str | None) -> datetime:
    """The time that a query is asked at: `now`, else `DOCENT_NOW`, else the clock. Always with a time zone."""
    text = now or os.environ.get("DOCENT_NOW")
    if not text:
        return datetime.now().astimezone()
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("bad_now", value=text) from None
    return value if value.tzinfo else value.astimezone()


def _wait(done: Callable[[], bool], call: Call, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and not call.cancelled.is_set() and time.monotonic() < deadline:
        threading.Event().wait(0.02)


def _stop_if_cancelled(call: Call) -> None:
    if call.cancelled.is_set():
        raise OutsideError("interrupted")


def _without_clock(view: dict[str, Any]) -> dict[str, Any]:
    return {**view, "engine": None}
