"""Asks the system what the throttle wants to know. What a system does not tell stays unknown."""

from __future__ import annotations

import ctypes
import shutil
import sys
import time
from pathlib import Path

import psutil

from indexer.screen import full_screen_on_x11
from indexer.throttle import Surroundings

_ASK_EVERY_S = 5.0
_SHOWN_FULL_SCREEN = frozenset((2, 3, 4))
"""QUNS_BUSY, QUNS_RUNNING_D3D_FULL_SCREEN, QUNS_PRESENTATION_MODE
(https://learn.microsoft.com/windows/win32/api/shellapi/ne-shellapi-query_user_notification_state)."""


class Sensors:
    """Looks around every few seconds at most. `folder` lies on the disk that must not fill up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = psutil.Process()
        self._seen = Surroundings()
        self._look_at = 0.0
        self._used: tuple[float, float, float] | None = None

    def look(self) -> Surroundings:
        """What is going on, at most five seconds ago."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _ASK_EVERY_S
            self._seen = Surroundings(
                self._others_cpu(now), battery_percent(), full_screen(), degrees_left(), self._free_bytes()
            )
        return self._seen

    def _others_cpu(self, now: float) -> float | None:
        """Share of all processors that others used since the last look; None at the first, and after a long time."""
        times = psutil.cpu_times()
        busy = sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
        before, self._used = self._used, (now, busy, self._own_cpu())
        if before is None or not 0 < now - before[0] < 10 * _ASK_EVERY_S:
            return None
        spent, own = busy - before[1], max(0.0, self._used[2] - before[2])
        share = (spent - own) / (now - before[0]) / (psutil.cpu_count() or 1)
        return min(1.0, max(0.0, share))

    def _own_cpu(self) -> float:
        """Seconds of this process and its children. Those of a child that ended since count as another's."""
        total = 0.0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                try:
                    used = process.cpu_times()
                except psutil.Error:
                    continue
                total += used.user + used.system
        except psutil.Error:
            return total
        return total

    def _free_bytes(self) -> int | None:
        try:
            return shutil.disk_usage(self._folder).free
        except OSError:
            return None


def battery_percent() -> float | None:
    """How full the battery is, while the computer runs on it; None otherwise."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # not every system has it
        return None
    return battery.percent if battery is not None and battery.power_plugged is False else None


def degrees_left() -> float | None:
    """Degrees (°C) from the hottest part to where it slows itself down; None where no part tells both."""
    read = getattr(psutil, "sensors_temperatures", None)
    try:
        parts = read() if read else {}
    except (OSError, RuntimeError):
        return None
    bars = [(part.high or part.critical or 0.0, part.current) for found in parts.values() for part in found]
    return min((bar - current for bar, current in bars if bar > 0 and current > 0), default=None)


def full_screen() -> bool:
    """Whether a program fills the screen, where that is cheap to know: on Windows and X11."""
    if sys.platform == "win32":
        state = ctypes.c_int()
        failed = ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state))
        return not failed and state.value in _SHOWN_FULL_SCREEN
    return full_screen_on_x11() if sys.platform == "linux" else False
