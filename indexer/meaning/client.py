"""The engine's side of the meaning worker: starts it, restarts it, asks it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from indexer.config import IndexConfig
from indexer.errors import IndexerError, MeaningUnavailable
from indexer.meaning.items import EmbedItem, MeaningHit, StoredItem, VectorFilter
from indexer.meaning.model_folder import ModelProgress
from indexer.meaning.wire import (
    Frame,
    Header,
    pack_embed_items,
    pack_ids,
    pack_stored_items,
    split,
    unpack_error,
    unpack_ids,
)
from indexer.meaning.worker_process import WorkerProcess, worker_command
from indexer.text import language_of

log = logging.getLogger("indexer.meaning.client")

_EMBED_ITEMS = 64
_RESTORE_ITEMS = 1_000
_DELETE_IDS = 100_000
_BACKGROUND_SECONDS = 600.0
_CLOSE_SECONDS = 10.0
_CRASHES = 5
_CRASH_WINDOW_S = 120.0
_FIRST_PAUSE_S = 0.1


class MeaningState(StrEnum):
    """`starting` includes downloading the model and starting again after a crash."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class MeaningClient:
    """Embeds, stores and searches in a child process that may crash. Thread-safe.

    While the worker is not ready every request raises `MeaningUnavailable`, whose fact `why` is off, starting,
    gone, killed (by somebody else), crashed, timeout, fault, stopping or the reason of the failure; it is also raised for what was
    in flight when the worker died. Requests may be repeated: storing a chunk twice is storing it once.
    """

    def __init__(self, config: IndexConfig, command: Sequence[str] | None = None) -> None:
        self._config = config
        self._command = list(command or worker_command())
        self._changed = threading.Condition()
        self._state = MeaningState.OFF
        self._failure: IndexerError | None = None
        self._process: WorkerProcess | None = None
        self._supervisor: threading.Thread | None = None
        self._closing = threading.Event()
        self._opening = False
        self._served = False
        self._ready: Header = {}
        self._resets = 0
        self._rate = "full"
        self._progress: ModelProgress | None = None

    @property
    def state(self) -> MeaningState:
        """What can be expected of it now."""
        return self._state

    @property
    def failure(self) -> IndexerError | None:
        """Why the state is failed; :meth:`start` tries again."""
        return self._failure

    @property
    def why(self) -> str:
        """One word for why it is not ready: the failure's `why`, else its code, else the state."""
        if self._failure is not None:
            return str(self._failure.facts.get("why", self._failure.code))
        return "" if self._state is MeaningState.READY else self._state.value

    @property
    def model_key(self) -> str:
        """Names the vector space: vectors kept under another key must not be restored. Empty until first ready."""
        return str(self._ready.get("model_key", ""))

    @property
    def dimension(self) -> int:
        """Length of the vectors; 0 until first ready."""
        return int(self._ready.get("dimension", 0))

    @property
    def store_resets(self) -> int:
        """How often a damaged store had to begin anew: then compare :meth:`chunk_ids` with the catalogue and restore."""
        return self._resets

    @property
    def model_progress(self) -> ModelProgress | None:
        """How far the bringing of the model is; None when nothing is being brought."""
        return self._progress

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker while there is one."""
        process = self._process
        return process.pid if process else None

    def start(self) -> None:
        """Start the worker and return at once; also tries again after a failure. Nothing if it runs."""
        with self._changed:
            if self._state in {MeaningState.STARTING, MeaningState.READY}:
                return
            self._closing.clear()
            self._set_state(MeaningState.STARTING)
            self._supervisor = threading.Thread(target=self._supervise, name="meaning-supervisor", daemon=True)
            self._supervisor.start()

    def wait_ready(self, timeout: float) -> bool:
        """Wait while it is starting, at most `timeout` seconds; True when it is ready."""
        with self._changed:
            self._changed.wait_for(lambda: self._state is not MeaningState.STARTING, timeout)
            return self._state is MeaningState.READY

    def _set_state(self, state: MeaningState, failure: IndexerError | None = None) -> None:
        with self._changed:
            self._state = state
            self._failure = failure
            self._changed.notify_all()

    def _supervise(self) -> None:
        try:
            self._keep_alive()
        except Exception as error:  # the edge of the thread
            log.exception("the supervisor of the meaning worker failed")
            self._set_state(MeaningState.FAILED, MeaningUnavailable(repr(error)[:200], why="fault"))

    def _keep_alive(self) -> None:
        crashes: list[float] = []
        while not self._closing.is_set():
            failure = self._live_once()
            if self._closing.is_set():
                break
            if failure is not None:
                log.warning("the meaning worker gave up: %s %s", failure.code, failure.facts)
                self._set_state(MeaningState.FAILED, failure)
                return
            if self._served:
                crashes.clear()
            crashes = [at for at in crashes if time.monotonic() - at < _CRASH_WINDOW_S] + [time.monotonic()]
            if len(crashes) >= _CRASHES:
                self._set_state(MeaningState.FAILED, MeaningUnavailable("it crashes again and again", why="crashing"))
                return
            self._closing.wait(_FIRST_PAUSE_S * 2 ** (len(crashes) - 1))
        self._set_state(MeaningState.OFF)

    def _live_once(self) -> IndexerError | None:
        """One worker from start to end; the failure it told, None when it crashed or was closed."""
        try:
            process = WorkerProcess(self._command, self._worker_config())
        except OSError as error:
            return MeaningUnavailable(str(error), why="no_process")
        self._opening = False
        self._served = False
        self._process = process
        if self._closing.is_set():
            process.ask_to_end()
        failure = None
        for event in process.news():
            failure = self._on_event(event) or failure
        self._process = None
        self._progress = None
        if failure is None and not self._closing.is_set():
            log.warning("the meaning worker ended with %s", process.exit_code)
            self._set_state(MeaningState.STARTING)
        return failure

    def _worker_config(self) -> Header:
        config = self._config
        return {
            "index_dir": str(config.index_dir),
            "models_dir": str(config.models_dir),
            "model": config.model,
            "store_url": config.store_url,
            "store_api_key": config.store_api_key,
            "threads": config.meaning_threads,
            "min_free_bytes": config.min_free_bytes,
            "model_idle_s": config.model_idle_s,
            "reset_store": self._opening,
        }

    def _on_event(self, event: Header) -> IndexerError | None:
        match event["event"]:
            case "model":
                self._progress = ModelProgress(event["stage"], event["done"], event["total"])
            case "opening":
                self._opening = True
                self._progress = None
            case "ready":
                self._opening = False
                self._ready = event
                self._resets += event["was_reset"]
                self._tell_rate()
                self._set_state(MeaningState.READY)
            case "failed":
                self._opening = False
                return unpack_error(event["error"])
        return None

    def set_rate(self, rate: str) -> None:
        """How hard embedding may go at (see :class:`indexer.throttle.Rate`), from its next step on. Questions are never slowed."""
        self._rate = rate
        self._tell_rate()

    def _tell_rate(self) -> None:
        process = self._process
        if process is not None:
            with suppress(MeaningUnavailable):
                process.request("rate", rate=self._rate)

    def embed_and_store(self, items: Sequence[EmbedItem]) -> list[bytes]:
        """Embed and store chunks; return the vectors as bytes to be kept for :meth:`restore`, in the same order.

        Raises `MeaningUnavailable`, `ModelUnavailable` or `DiskFull`; part of the chunks may be stored then.
        """
        vectors: list[bytes] = []
        for start in range(0, len(items), _EMBED_ITEMS):
            batch = items[start : start + _EMBED_ITEMS]
            reply = self._ask("embed", items=pack_embed_items(batch))
            vectors += split(reply.block, reply.header["lengths"])
        return vectors

    def restore(self, items: Sequence[StoredItem]) -> None:
        """Store chunks again whose vectors were kept: thousands a second. Also after a file was moved or renamed.

        Raises as :meth:`embed_and_store`.
        """
        for start in range(0, len(items), _RESTORE_ITEMS):
            rows, block = pack_stored_items(items[start : start + _RESTORE_ITEMS])
            self._ask("restore", block, items=rows)

    def delete_chunks(self, chunk_ids: Sequence[int]) -> None:
        """Remove chunks; unknown ones are no error. Raises `MeaningUnavailable`."""
        for start in range(0, len(chunk_ids), _DELETE_IDS):
            self._ask("delete_chunks", pack_ids(chunk_ids[start : start + _DELETE_IDS]))

    def delete_file(self, file_id: int) -> None:
        """Remove all chunks of a file. Raises `MeaningUnavailable`."""
        self._ask("delete_file", file_id=file_id)

    def chunk_ids(self) -> Iterator[int]:
        """Every chunk that has a vector. Raises `MeaningUnavailable`."""
        return iter(unpack_ids(self._ask("chunk_ids").block))

    def count(self) -> int:
        """How many chunks have a vector. Raises `MeaningUnavailable`."""
        return int(self._ask("count").header["count"])

    def flush(self) -> None:
        """Make all that was stored survive a power failure. Raises `MeaningUnavailable`."""
        self._ask("flush")

    def search(
        self,
        text: str,
        limit: int,
        *,
        filter: VectorFilter | None = None,  # noqa: A002 - the word callers look for
        lang: str,
        timeout_s: float,
    ) -> list[MeaningHit]:
        """Chunks near `text`, nearest first: `limit` of each language; `lang` is the language of `text`.

        Raises `MeaningUnavailable`, with `why` "timeout" after `timeout_s` seconds. Does not wait for embedding.
        """
        header = {"text": text, "limit": limit, "filter": asdict(filter or VectorFilter()), "lang": lang}
        reply = self._wait("search", b"", timeout_s, header)
        return [MeaningHit(*row) for row in reply.header["hits"]]

    def nearness(self, text: str, passages: Sequence[str], *, timeout_s: float) -> list[float]:
        """The gap between `text` and each of some texts that need not be stored. Raises as :meth:`search`."""
        header = {
            "text": text,
            "lang": language_of(text),
            "passages": list(passages),
            "languages": [language_of(passage) for passage in passages],
        }
        gaps: list[float] = self._wait("nearness", b"", timeout_s, header).header["gaps"]
        return gaps

    def _ask(self, op: str, block: bytes = b"", **header: Any) -> Frame:
        """A request of the background lane. One without an answer for ten minutes means a hung worker."""
        process = self._process
        try:
            reply = self._wait(op, block, _BACKGROUND_SECONDS, header)
        except MeaningUnavailable as error:
            if error.facts.get("why") == "timeout" and process is not None:
                process.kill()
            raise
        self._served = True  # however this worker ends, it is no hopeless case
        return reply

    def _wait(self, op: str, block: bytes, timeout_s: float, header: Header) -> Frame:
        process = self._process
        if self._state is not MeaningState.READY or process is None:
            raise MeaningUnavailable("the meaning worker is not ready", why=self.why or "starting")
        try:
            return process.request(op, block, **header).result(timeout_s)
        except TimeoutError as error:
            raise MeaningUnavailable(f"no answer to {op} in {timeout_s:g} s", why="timeout") from error

    def close(self) -> None:
        """Let the worker flush and end; kill it after ten seconds. :meth:`start` may follow."""
        self._closing.set()
        process, supervisor = self._process, self._supervisor
        if process is not None:
            process.ask_to_end()
        if supervisor is not None:
            supervisor.join(_CLOSE_SECONDS)
            if supervisor.is_alive() and process is not None:
                process.kill()
                supervisor.join()
        self._set_state(MeaningState.OFF)
