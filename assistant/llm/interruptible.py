"""Reading a blocking stream so that one can leave it at any moment.

A read that waits for a silent server cannot be interrupted from outside, so it happens in a thread
of its own; leaving shuts the socket down, which also tells the server to stop generating.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

POLL_S = 0.05
"""How late a cancellation may be noticed."""
_AHEAD = 1024


class Connections:
    """The sockets that one request opened. `trace` is given to httpx as the request's "trace" extension."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._closed = False

    def trace(self, event: str, facts: Mapping[str, Any]) -> None:
        """Note the socket when a connection is made (httpcore's event names)."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        opened = facts["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.append(opened)
            closed = self._closed
        if closed:
            self.shut_down()

    def shut_down(self) -> None:
        """End all reading and writing, now and on connections yet to be made."""
        with self._lock:
            self._closed = True
            sockets = list(self._sockets)
        for item in sockets:
            with contextlib.suppress(OSError):
                # The plain socket's method: TLS would say goodbye first, which may block.
                socket.socket.shutdown(item, socket.SHUT_RDWR)


def read_ahead(
    produce: Callable[[], Generator[T, None, None]], leave: Callable[[], None], cancel: threading.Event
) -> Generator[T, None, None]:
    """The items of `produce()`, read in a thread; ends early, without an error, when `cancel` is set.

    `leave` is called once at the end, however it comes, and must make a waiting `produce` fail.
    An exception of `produce` is raised here after the items before it.
    """
    items: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=_AHEAD)
    left = threading.Event()
    threading.Thread(target=_pump, args=(produce, items, left), name="model-reader", daemon=True).start()
    try:
        while not cancel.is_set():
            try:
                kind, value = items.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        left.set()
        leave()


def _pump(
    produce: Callable[[], Generator[T, None, None]], items: queue.Queue[tuple[str, Any]], left: threading.Event
) -> None:
    try:
        with contextlib.closing(produce()) as source:
            for item in source:
                _put(items, ("item", item), left)
                if left.is_set():
                    return
        _put(items, ("end", None), left)
    except BaseException as error:  # noqa: BLE001 - edge of the thread: the consumer raises it
        _put(items, ("error", error), left)


def _put(items: queue.Queue[tuple[str, Any]], item: tuple[str, Any], left: threading.Event) -> None:
    while not left.is_set():
        try:
            items.put(item, timeout=POLL_S)
        except queue.Full:
            continue
        return
