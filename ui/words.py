"""How the window says when, where, how much and how many, in the reader's language."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QDateTime, QLocale, QObject

_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WEEK_DAYS = 7


def shown(text: str) -> str:
    """`text` from outside made safe to show on one line.

    Control characters and direction marks (which can make "exe.pdf" out of "fdp.exe") become
    blanks, bytes that are not valid UTF-8 become the replacement character.
    """
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub(" ", text))


class Words(QObject):
    """Sentences made of numbers and dates."""

    def __init__(
        self, locale: QLocale, clock: Callable[[], datetime], home: str, parent: QObject | None = None
    ) -> None:
        """`home` is the user's own folder, shown as "~"; `clock` returns the local time with its zone."""
        super().__init__(parent)
        self._locale = locale
        self._clock = clock
        self._home = home.rstrip(os.sep)

    def age(self, modified: str) -> str:
        """An ISO 8601 time as people say it: "5 minutes ago", "yesterday", "3 May". Empty for what is not a time."""
        try:
            then = datetime.fromisoformat(modified).astimezone()
        except (ValueError, OverflowError, OSError):
            return ""
        now = self._clock().astimezone()
        minutes = int((now - then).total_seconds() // 60)
        if 0 <= minutes < 1:
            return self.tr("just now")
        if 1 <= minutes < 60:
            return self.tr("%Ln minute(s) ago", "", minutes)
        return self._day(then, now)

    def _day(self, then: datetime, now: datetime) -> str:
        days = (now.date() - then.date()).days
        if days == 0:
            return self.tr("today {time}").format(time=self._time(then))
        if days == 1:
            return self.tr("yesterday")
        if 1 < days < _WEEK_DAYS:
            return self._locale.standaloneDayName(then.isoweekday())
        return self._date(then, with_year=then.year != now.year or abs(now - then) > timedelta(days=300))

    def _time(self, then: datetime) -> str:
        return self._locale.toString(_qt_time(then).time(), QLocale.FormatType.ShortFormat)

    def _date(self, then: datetime, *, with_year: bool) -> str:
        pattern = self.tr("d MMM yyyy", "date with its year") if with_year else self.tr("d MMM", "date of this year")
        return self._locale.toString(_qt_time(then).date(), pattern)

    def moment(self, modified: str) -> str:
        """An ISO 8601 time in full, for tooltips; empty for what is not a time."""
        try:
            then = datetime.fromisoformat(modified).astimezone()
        except (ValueError, OverflowError, OSError):
            return ""
        return self._locale.toString(_qt_time(then), QLocale.FormatType.ShortFormat)

    def size(self, count: int) -> str:
        """Bytes as "1.2 MB"."""
        return self._locale.formattedDataSize(max(count, 0), 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)

    def number(self, count: int) -> str:
        """A whole number with its separators."""
        return self._locale.toString(count)

    def percent(self, done: int, total: int) -> str:
        """How much of `total` is done: "34 %"; never 100 % before the end."""
        share = 0 if total <= 0 else min(99, done * 100 // total) if done < total else 100
        return self.tr("{number}%", "percentage").format(number=self._locale.toString(share))

    def folder(self, path: str) -> str:
        """A folder, with the user's own folder as "~"."""
        if self._home and (path == self._home or path.startswith(self._home + os.sep)):
            path = "~" + path[len(self._home) :]
        return shown(path)

    def whereabouts(self, folder: str, container: str, *, offline: bool = False) -> str:
        """A folder, or the archive or message in it in which a file lies; `offline`: it cannot be reached now."""
        place = self.folder(folder)
        if container:
            place = self.tr("in {container} · {folder}").format(container=container, folder=place)
        return self.tr("(offline) {place}").format(place=place) if offline else place

    def place(self, anchor: dict[str, Any]) -> str:
        """Where in a document: "page 2", "sheet Q1, row 5". Empty when nothing is known."""
        values = {name: shown(str(value)) for name, value in anchor.items()}
        if "label" in values:
            values["page"] = f"{values['page']} ({values['label']})"
        forms = {
            ("page",): self.tr("page {page}"),
            ("slide",): self.tr("slide {slide}"),
            ("sheet", "row"): self.tr("{sheet}, row {row}"),
            ("sheet",): self.tr("sheet {sheet}"),
            ("line",): self.tr("line {line}"),
            ("section",): "{section}",
        }
        for names, form in forms.items():
            if all(name in values for name in names):
                return form.format_map(values)
        return _clock_time(anchor["time"]) if "time" in anchor else ""

    def duration(self, seconds: float) -> str:
        """A rough time still to go: "about 5 minutes"."""
        minutes = round(seconds / 60)
        if minutes < 1:
            return self.tr("less than a minute")
        if minutes < 60:
            return self.tr("about %Ln minute(s)", "", minutes)
        return self.tr("about %Ln hour(s)", "", round(minutes / 60))

    def files(self, count: int) -> str:
        """A count of files: "3 files"."""
        return self.tr("%Ln file(s)", "", count)


def _qt_time(then: datetime) -> QDateTime:
    return QDateTime(then.year, then.month, then.day, then.hour, then.minute, then.second)


def _clock_time(seconds: Any) -> str:
    try:
        minutes, rest = divmod(int(float(seconds)), 60)
    except (TypeError, ValueError, OverflowError):
        return ""
    return f"{minutes}:{rest:02}"
