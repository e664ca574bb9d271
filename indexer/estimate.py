"""How long the work will take, from what the last minute brought."""

from __future__ import annotations

from dataclasses import dataclass

_HALF_LIFE_S = 30.0
_SETTLED_AFTER_S = 3.0
_SMOOTHING_S = 5.0


@dataclass(slots=True)
class _Speed:
    """Amount per second of work; what is long ago counts less."""

    amount: float = 0.0
    seconds: float = 0.0

    def note(self, amount: float, seconds: float) -> None:
        if seconds > 0 or amount > 0:
            fading = 0.5 ** (seconds / _HALF_LIFE_S)
            self.amount = self.amount * fading + amount
            self.seconds = self.seconds * fading + seconds

    def seconds_for(self, amount: float) -> float | None:
        if amount <= 0:
            return 0.0
        return amount * self.seconds / self.amount if self.amount > 0 and self.seconds >= _SETTLED_AFTER_S else None


class Estimate:
    """Reading and embedding go on side by side: the slower one decides. Times in seconds, reading in units of `to_read`."""

    def __init__(self) -> None:
        self._reading = _Speed()
        self._embedding = _Speed()
        self._found = _Speed()
        self._last: float | None = None

    def note(self, seconds: float, *, units: int, found: int, embedded: int, reads: bool, embeds: bool) -> None:
        """In the last `seconds` so many units were read, so many chunks found in them and so many chunks embedded.

        `reads` and `embeds` tell whether that was being done: waiting is no slowness.
        """
        self._reading.note(units, seconds if reads else 0.0)
        self._found.note(found, seconds if reads else 0.0)
        self._embedding.note(embedded, seconds if embeds else 0.0)
        if self._last is not None:
            self._last = max(0.0, self._last - seconds)

    def seconds_left(self, units: int, chunks: int, *, embeds: bool, passed: float) -> float | None:
        """For so many units to read and chunks to embed; None while that cannot be told. Smoothed over the `passed` seconds."""
        reading = self._reading.seconds_for(units)
        embedding: float | None = 0.0
        if embeds:
            coming = units * self._found.amount / self._reading.amount if self._reading.amount else 0.0
            embedding = self._embedding.seconds_for(chunks + coming)
        if reading is None or embedding is None:
            self._last = None
            return None
        raw = max(reading, embedding)
        if self._last is None:
            self._last = raw
        self._last += (raw - self._last) * min(1.0, passed / _SMOOTHING_S)
        return self._last
