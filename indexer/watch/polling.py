"""When to look again at what cannot be watched."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

_RATIO = 30.0
"""A look that takes one second is followed by so many seconds without."""
_LEAST_S, _MOST_S = 10.0, 900.0


@dataclass(slots=True)
class _Poll:
    began: float
    ended: float | None = None


class PollClock:
    """Remembers how long each look took. Times are those of `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._polls: dict[str, _Poll] = {}

    def begin(self, what: str, look: Future[None]) -> None:
        """A look at `what` begins."""
        poll = self._polls[what] = _Poll(self._clock())
        look.add_done_callback(lambda _look: self._end(poll))

    def is_due(self, what: str) -> bool:
        """Whether it is time for another look; never while one is under way."""
        poll = self._polls.get(what)
        if poll is None:
            return True
        if poll.ended is None:
            return False
        pause = min(_MOST_S, max(_LEAST_S, _RATIO * (poll.ended - poll.began)))
        return self._clock() >= poll.ended + pause

    def _end(self, poll: _Poll) -> None:
        poll.ended = self._clock()
