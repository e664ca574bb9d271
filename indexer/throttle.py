"""How hard background work may go at: a pure decision from what is going on around it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_BUSY_SHARE = 0.6
_CALM_SHARE = 0.35
_LOW_BATTERY_PERCENT = 20.0
_HOT_MARGIN_C = 5.0
LEAST_FREE_BYTES = 256 << 20
"""Below this much room on the disk with the index nothing is begun."""


class Rate(StrEnum):
    """`gentle`: one file at a time, and after each piece of work a rest as long as it took. `paused`: nothing new is begun."""

    FULL = "full"
    GENTLE = "gentle"
    PAUSED = "paused"


class Cause(StrEnum):
    """Why the rate is not full."""

    NONE = ""
    USER = "user"
    DISK = "disk"
    ANSWERING = "answering"
    LOW_BATTERY = "low_battery"
    HOT = "hot"
    FULL_SCREEN = "full_screen"
    BATTERY = "battery"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the machine; None where it is not.

    `others_cpu` is the share (0..1) of all processors that other programs use. `battery_percent` is set only while the
    computer runs on its battery. `degrees_left` is how far (in °C) the hottest part is from where it slows itself down.
    `free_bytes` is what the disk with the index has left.
    """

    others_cpu: float | None = None
    battery_percent: float | None = None
    full_screen: bool = False
    degrees_left: float | None = None
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A rate, and why."""

    rate: Rate = Rate.FULL
    cause: Cause = Cause.NONE


def decide(now: Surroundings, *, paused: bool = False, answering: bool = False, before: Cause = Cause.NONE) -> Decision:
    """The rate for the next moment.

    `paused`: the user wants nothing done. `answering`: a model on this computer is writing, which two busy processors
    slow down forty times. `before` is the last cause: a machine that was busy must be calm before it counts as free.
    """
    if paused:
        return Decision(Rate.PAUSED, Cause.USER)
    if now.free_bytes is not None and now.free_bytes < LEAST_FREE_BYTES:
        return Decision(Rate.PAUSED, Cause.DISK)
    if answering:
        return Decision(Rate.PAUSED, Cause.ANSWERING)
    if now.battery_percent is not None and now.battery_percent <= _LOW_BATTERY_PERCENT:
        return Decision(Rate.PAUSED, Cause.LOW_BATTERY)
    return _slowed(now, before)


def _slowed(now: Surroundings, before: Cause) -> Decision:
    if now.degrees_left is not None and now.degrees_left <= _HOT_MARGIN_C:
        return Decision(Rate.PAUSED if now.degrees_left <= 0 else Rate.GENTLE, Cause.HOT)
    if now.full_screen:
        return Decision(Rate.GENTLE, Cause.FULL_SCREEN)
    if now.battery_percent is not None:
        return Decision(Rate.GENTLE, Cause.BATTERY)
    bar = _CALM_SHARE if before is Cause.BUSY else _BUSY_SHARE
    if now.others_cpu is not None and now.others_cpu > bar:
        return Decision(Rate.GENTLE, Cause.BUSY)
    return Decision()
