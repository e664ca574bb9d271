"""Times as people say them, in both languages, so that words find them."""

from __future__ import annotations

from datetime import datetime

_MONTHS = "January February March April May June July August September October November December".split()
_PARTS_OF_DAY = (
    (5, "at night", "夜里"),
    (11, "in the morning", "上午"),
    (13, "at noon", "中午"),
    (18, "in the afternoon", "下午"),
    (22, "in the evening", "晚上"),
    (24, "at night", "夜里"),
)
"""The hour before which each ends."""


def spoken_moment(moment: datetime) -> tuple[str, str]:
    """As in ("2024-05-03 15:20, May 2024, in the afternoon", "2024年5月3日下午")."""
    english, chinese = next((en, zh) for end, en, zh in _PARTS_OF_DAY if moment.hour < end)
    return (
        f"{moment:%Y-%m-%d %H:%M}, {_MONTHS[moment.month - 1]} {moment.year}, {english}",
        f"{moment.year}年{moment.month}月{moment.day}日{chinese}",
    )


def spoken_duration(seconds: float) -> str:
    """As in "3:05" or "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
