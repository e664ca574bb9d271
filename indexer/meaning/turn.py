"""Lets questions go before background work, and slows that down, between its steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST_WAIT_S = 2.0
_LONGEST_REST_S = 2.0
_LONGEST_HOLD_S = 20.0


class Turn:
    """Background work calls :meth:`give_way` before each step; it waits while a question is being answered."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._questions = 0
        self._rate = "full"
        self._stepped_at = time.monotonic()

    @contextmanager
    def question(self) -> Iterator[None]:
        """Holds background work back, from its next step on, while the block runs."""
        with self._changed:
            self._questions += 1
        try:
            yield
        finally:
            with self._changed:
                self._questions -= 1
                self._changed.notify_all()

    def set_rate(self, rate: str) -> None:
        """One of :class:`indexer.throttle.Rate`: "gentle" rests as long as each step took, "paused" makes a step every 20 s."""
        with self._changed:
            self._rate = rate
            self._changed.notify_all()

    def give_way(self) -> None:
        """Wait until no question is being answered; an endless row of them holds one step back for 2 s. Then rest."""
        took = time.monotonic() - self._stepped_at
        with self._changed:
            self._changed.wait_for(lambda: not self._questions, _LONGEST_WAIT_S)
            if self._rate == "paused":
                self._changed.wait_for(lambda: self._rate != "paused", _LONGEST_HOLD_S)
            elif self._rate == "gentle":
                self._changed.wait_for(lambda: self._rate == "full", min(took, _LONGEST_REST_S))
        self._stepped_at = time.monotonic()

    def end(self) -> None:
        """Background work is to end soon: it no longer rests."""
        self.set_rate("full")
