"""Work that can wait leaves the machine to whoever is being answered."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Courtesy:
    """Knows whether a question is being answered. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._questions = 0

    @contextlib.contextmanager
    def question(self) -> Iterator[None]:
        """For the time of an answer."""
        with self._lock:
            self._questions += 1
        try:
            yield
        finally:
            with self._lock:
                self._questions -= 1

    @property
    def is_due(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._questions > 0
