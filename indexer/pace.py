"""How fast background work goes at this moment: what the user wants, then what the machine allows."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from indexer.courtesy import Courtesy
from indexer.throttle import Cause, Decision, Rate, Surroundings, decide

_SHORT_S = 0.1
_USUAL_S = 1.0
_LONG_S = 30.0


@dataclass(frozen=True, slots=True)
class Pause:
    """The user wants nothing done, until a time (seconds since the epoch) or, None, until they say otherwise."""

    until: float | None = None

    def to_text(self) -> str:
        """For the catalogue's notes."""
        return json.dumps({"until": self.until})

    @classmethod
    def from_text(cls, text: str | None) -> Pause | None:
        """The reverse of :meth:`to_text`; None for anything else."""
        try:
            until = json.loads(text or "")["until"]
        except (ValueError, TypeError, KeyError):
            return None
        return cls(until) if until is None or isinstance(until, int | float) else None


class Pace:
    """Safe to use from any thread. `look` tells what goes on around; it is asked at each decision."""

    def __init__(self, courtesy: Courtesy, look: Callable[[], Surroundings]) -> None:
        self._courtesy = courtesy
        self._look = look
        self._lock = threading.Lock()
        self._pause: Pause | None = None
        self._hurried = 0
        self._last = Decision()

    @property
    def pause(self) -> Pause | None:
        """The user's wish, while it holds."""
        pause = self._pause
        over = pause is not None and pause.until is not None and time.time() >= pause.until
        return None if over else pause

    @pause.setter
    def pause(self, pause: Pause | None) -> None:
        self._pause = pause

    @property
    def last(self) -> Decision:
        """What was decided last."""
        return self._last

    def decide(self) -> Decision:
        """What holds now."""
        with self._lock:
            around = replace(self._look(), others_cpu=None) if self._hurried else self._look()
            self._last = decide(
                around, paused=self.pause is not None, answering=self._courtesy.is_due, before=self._last.cause
            )
            return self._last

    @contextlib.contextmanager
    def hurry(self) -> Iterator[None]:
        """Somebody waits for the work: that others are busy counts for nothing meanwhile."""
        with self._lock:
            self._hurried += 1
        try:
            yield
        finally:
            with self._lock:
                self._hurried -= 1

    @property
    def waits(self) -> bool:
        """Whether nothing will be done until the user says so: then nobody needs to wait for it."""
        pause = self.pause
        return pause is not None and pause.until is None

    @property
    def patience(self) -> float:
        """After how many seconds to decide again, if nothing happens before."""
        if self._last.cause is Cause.USER:
            pause = self.pause
            left = _LONG_S if pause is None or pause.until is None else pause.until - time.time()
            return min(_LONG_S, max(_SHORT_S, left))
        return _SHORT_S if self._last.rate is Rate.GENTLE else _USUAL_S

    @property
    def is_paused(self) -> bool:
        """Whether nothing new is begun."""
        return self._last.rate is Rate.PAUSED

    def view(self) -> tuple[str, str, float | None]:
        """Rate, cause, and until when (seconds since the epoch; None: not known)."""
        pause = self.pause
        until = pause.until if pause and self._last.cause is Cause.USER else None
        return self._last.rate, self._last.cause, until
