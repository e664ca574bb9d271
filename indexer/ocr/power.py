"""Whether the computer runs on its battery."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

_ASK_EVERY_S = 15.0


def on_battery() -> bool:
    """True only when there is a battery and it is known not to be charged."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # not every system has it
        return False
    return battery is not None and battery.power_plugged is False


class Power:
    """Asks every `ask_every_s` seconds. `may_use_battery` is what the user decided."""

    def __init__(
        self,
        *,
        may_use_battery: bool = False,
        on_battery: Callable[[], bool] = on_battery,
        ask_every_s: float = _ASK_EVERY_S,
    ) -> None:
        self._may_use_battery = may_use_battery
        self._on_battery = on_battery
        self._ask_every_s = ask_every_s
        self._scarce = False
        self._ask_at = 0.0

    def is_scarce(self) -> bool:
        """Whether work that can wait should."""
        if not self._may_use_battery and time.monotonic() >= self._ask_at:
            self._ask_at = time.monotonic() + self._ask_every_s
            self._scarce = self._on_battery()
        return self._scarce
