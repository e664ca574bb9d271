"""The meaning worker: `python -m indexer.meaning.worker`, a child of the engine.

Owns the embedding model and the vector store. One thread reads requests, one answers questions,
one does everything else in the order it came. Ends when its parent does.
"""

from __future__ import annotations

import ctypes
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from functools import partial
from typing import IO

from indexer.errors import IndexerError, MeaningUnavailable
from indexer.meaning.items import VectorFilter
from indexer.meaning.language_means import LanguageMeans, known_means
from indexer.meaning.lazy_encoder import LazyEncoder
from indexer.meaning.model_folder import ModelProgress
from indexer.meaning.opening import WorkerConfig, bring_model, load_encoder, open_store, suspect_mark
from indexer.meaning.service import MeaningService
from indexer.meaning.store import StoreCorrupt
from indexer.meaning.turn import Turn
from indexer.meaning.wire import (
    Frame,
    FrameWriter,
    Header,
    pack_error,
    pack_ids,
    read_frame,
    unpack_embed_items,
    unpack_ids,
    unpack_stored_items,
)

log = logging.getLogger("indexer.meaning.worker")

EXIT_STORE_CORRUPT = 75
_PR_SET_PDEATHSIG = 1
_SOON_SECONDS = 1.0
_LATER_SECONDS = 20.0
_STOP_SECONDS = 8.0
_BACKGROUND_NICENESS = 5

Answer = tuple[Header, bytes]
Requests = queue.SimpleQueue[Frame | None]


class Worker:
    """Answers frames until the parent closes the pipe."""

    def __init__(self, config: WorkerConfig, replies: FrameWriter) -> None:
        self._config = config
        self._replies = replies
        self._questions: Requests = queue.SimpleQueue()
        self._background: Requests = queue.SimpleQueue()
        self._service: MeaningService | None = None
        self._turn = Turn()
        self._model_key = ""
        self._stopped = threading.Event()

    def run(self, requests: IO[bytes]) -> None:
        """Serve until `requests` ends."""
        threading.Thread(target=self._work_in_background, name="background", daemon=True).start()
        while (frame := read_frame(requests)) is not None:
            if frame.header["op"] == "rate":
                self._turn.set_rate(frame.header["rate"])
                self._send({"id": frame.header["id"]})
                continue
            lane = self._questions if frame.header["op"] in _QUESTIONS else self._background
            lane.put(frame)
        if self._service is None:
            return
        self._service.stop()
        self._questions.put(None)
        self._background.put(None)
        self._stopped.wait(_STOP_SECONDS)

    def _work_in_background(self) -> None:
        _be_nice()
        try:
            encoder = self._start()
        except IndexerError as error:
            self._send({"event": "failed", "error": pack_error(error)})
            os._exit(0)
        except Exception as error:  # the edge of the thread
            log.exception("the worker cannot start")
            failure = MeaningUnavailable(repr(error)[:200], why="fault")
            self._send({"event": "failed", "error": pack_error(failure)})
            os._exit(1)
        threading.Thread(target=self._answer_questions, name="questions", daemon=True).start()
        self._serve_background(encoder)
        self._stopped.set()

    def _start(self) -> LazyEncoder:
        folder, encoder = bring_model(self._config, self._on_progress)
        encoder.encode_query("ready")
        self._model_key = folder.key
        self._send({"event": "opening"})
        opened = open_store(self._config, folder, encoder.dimension)
        means = LanguageMeans(opened.store, encoder.dimension, known_means(folder.model))
        lazy = LazyEncoder(partial(load_encoder, folder, self._config.threads), self._config.model_idle_s, encoder)
        self._service = MeaningService(lazy, opened.store, means, self._turn)
        self._send(
            {
                "event": "ready",
                "model_key": folder.key,
                "dimension": encoder.dimension,
                "count": opened.store.count(),
                "was_reset": opened.was_reset,
            }
        )
        return lazy

    def _on_progress(self, progress: ModelProgress) -> None:
        self._send({"event": "model", "stage": progress.stage, "done": progress.done, "total": progress.total})

    def _serve_background(self, encoder: LazyEncoder) -> None:
        service = self._ready_service()
        pause = _SOON_SECONDS
        while True:
            try:
                frame = self._background.get(timeout=pause)
            except queue.Empty:
                self._use_quiet_time(encoder)
                pause = _LATER_SECONDS
                continue
            if frame is None:
                break
            pause = _SOON_SECONDS
            self._answer(frame, partial(_HANDLERS[frame.header["op"]], service, frame))
        with suppress(IndexerError):
            service.close()

    def _use_quiet_time(self, encoder: LazyEncoder) -> None:
        service = self._ready_service()
        try:
            service.flush()
            if encoder.drop_if_idle():
                service.tidy()
        except StoreCorrupt as error:
            self._end_with_corrupt_store(error)
        except IndexerError as error:
            log.warning("in a quiet time: %s %s", error.code, error)

    def _answer_questions(self) -> None:
        service = self._ready_service()
        while (frame := self._questions.get()) is not None:
            self._answer(frame, partial(_QUESTIONS[frame.header["op"]], service, frame))

    def _ready_service(self) -> MeaningService:
        assert self._service is not None
        return self._service

    def _answer(self, frame: Frame, handle: Callable[[], Answer]) -> None:
        number = frame.header["id"]
        try:
            header, block = handle()
        except StoreCorrupt as error:
            self._send({"id": number, "error": pack_error(error)})
            self._end_with_corrupt_store(error)
        except IndexerError as error:
            self._send({"id": number, "error": pack_error(error)})
        except Exception as error:  # the edge of the thread: one request fails, the worker lives
            log.exception("the request %s failed", frame.header["op"])
            failure = MeaningUnavailable(repr(error)[:200], why="fault")
            self._send({"id": number, "error": pack_error(failure)})
        else:
            self._send({"id": number, **header}, block)

    def _end_with_corrupt_store(self, error: StoreCorrupt) -> None:
        """Only a new process can open a shard in the place of one that broke in use."""
        log.error("the vectors cannot be read any more: %s", error)
        with suppress(OSError):
            suspect_mark(self._config, self._model_key).touch()
        os._exit(EXIT_STORE_CORRUPT)

    def _send(self, header: Header, block: bytes = b"") -> None:
        try:
            self._replies.write(header, block)
        except (OSError, ValueError):
            os._exit(0)  # nobody listens any more


def _search(service: MeaningService, frame: Frame) -> Answer:
    header = frame.header
    where = VectorFilter.from_json(header["filter"])
    hits = service.search(header["text"], header["limit"], where, header["lang"])
    return {"hits": [astuple(hit) for hit in hits]}, b""


def _nearness(service: MeaningService, frame: Frame) -> Answer:
    header = frame.header
    return {"gaps": service.nearness(header["text"], header["lang"], header["passages"], header["languages"])}, b""


def _embed(service: MeaningService, frame: Frame) -> Answer:
    packed = service.embed(unpack_embed_items(frame.header["items"]))
    return {"lengths": [len(vector) for vector in packed]}, b"".join(packed)


def _restore(service: MeaningService, frame: Frame) -> Answer:
    service.restore(unpack_stored_items(frame.header["items"], frame.block))
    return {}, b""


def _delete_chunks(service: MeaningService, frame: Frame) -> Answer:
    service.delete_chunks(unpack_ids(frame.block))
    return {}, b""


def _delete_file(service: MeaningService, frame: Frame) -> Answer:
    service.delete_file(frame.header["file_id"])
    return {}, b""


def _chunk_ids(service: MeaningService, frame: Frame) -> Answer:
    del frame
    return {}, pack_ids(list(service.chunk_ids()))


def _count(service: MeaningService, frame: Frame) -> Answer:
    del frame
    return {"count": service.count()}, b""


def _flush(service: MeaningService, frame: Frame) -> Answer:
    del frame
    service.flush()
    return {}, b""


_QUESTIONS: dict[str, Callable[[MeaningService, Frame], Answer]] = {"search": _search, "nearness": _nearness}
"""What a person waits for: never behind background work."""

_HANDLERS: dict[str, Callable[[MeaningService, Frame], Answer]] = {
    "embed": _embed,
    "restore": _restore,
    "delete_chunks": _delete_chunks,
    "delete_file": _delete_file,
    "chunk_ids": _chunk_ids,
    "count": _count,
    "flush": _flush,
}


def main() -> None:
    """Run the worker on standard input and output; whatever a library prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    logging.basicConfig(format="%(name)s: %(message)s")
    requests = os.fdopen(os.dup(0), "rb")
    replies = FrameWriter(os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    first = read_frame(requests)
    if first is not None:
        Worker(WorkerConfig(**first.header), replies).run(requests)
    sys.stderr.flush()
    os._exit(0)  # threads of the libraries must not hold up the end


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _be_nice() -> None:
    """On Linux niceness belongs to a thread; threads that the model starts from here inherit it."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACKGROUND_NICENESS)


if __name__ == "__main__":
    main()
