"""Lets questions go before background work, between its steps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST_WAIT_S = 2.0


class Turn:
    """Background work calls :meth:`give_way` before each step; it waits while a question is being answered."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._questions = 0

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

    def give_way(self) -> None:
        """Wait until no question is being answered; an endless row of them holds one step back for 2 s."""
        with self._changed:
            self._changed.wait_for(lambda: not self._questions, _LONGEST_WAIT_S)
