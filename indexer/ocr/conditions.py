"""When pages may be read."""

from __future__ import annotations

import time
from collections.abc import Callable

from indexer.courtesy import Courtesy
from indexer.surroundings import battery_percent

_ASK_EVERY_S = 15.0


def on_battery() -> bool:
    """True only when there is a battery and it is known to be in use."""
    return battery_percent() is not None


class Conditions:
    """What the user decided, and what the moment allows.

    The battery is asked about every `ask_every_s` seconds.
    """

    def __init__(
        self,
        courtesy: Courtesy,
        *,
        enabled: bool = True,
        may_use_battery: bool = False,
        on_battery: Callable[[], bool] = on_battery,
        ask_every_s: float = _ASK_EVERY_S,
    ) -> None:
        self._courtesy = courtesy
        self._enabled = enabled
        self._may_use_battery = may_use_battery
        self._on_battery = on_battery
        self._ask_every_s = ask_every_s
        self._is_scarce = False
        self.ask_at = 0.0
        """Monotonic time at which the battery is asked about next."""

    @property
    def waits_for(self) -> str:
        """Why no page may be read for some time: "off" or "power"; else empty."""
        if not self._enabled:
            return "off"
        if not self._may_use_battery and time.monotonic() >= self.ask_at:
            self.ask_at = time.monotonic() + self._ask_every_s
            self._is_scarce = self._on_battery()
        return "power" if self._is_scarce else ""

    @property
    def is_asked(self) -> bool:
        """Whether the next page waits for an answer that somebody else waits for."""
        return self._courtesy.is_due
