"""Spreadsheet numbers as people read them: dates, times and percentages by their number format (ECMA-376, 18.8.30)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_BUILT_IN_FORMATS = {
    9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 30: "yyyy-mm-dd",
    31: "yyyy年m月d日", 32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss", 36: "yyyy年m月", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日", 55: "yyyy年m月", 56: "m月d日",
    57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETS = re.compile(r"\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)
_MINUTES = re.compile(r"h+[^a-z]*(m+)|(m+)[^a-z]*s", re.IGNORECASE)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_LAST_SERIAL = 2_958_465  # 9999-12-31
_CODE_CHARACTERS = 255  # the most that Excel takes
_SIGNIFICANT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What of a number a format shows; nothing set means the plain number."""

    year: bool = False
    month: bool = False
    day: bool = False
    hours: bool = False
    seconds: bool = False
    elapsed: bool = False
    chinese: bool = False
    percent: bool = False

    @property
    def is_time(self) -> bool:
        """Whether the number is a point in time or a duration."""
        return self.year or self.month or self.day or self.hours or self.seconds or self.elapsed


def number_format(identifier: int, code: str | None) -> NumberFormat:
    """Understand a number format by its id and, for formats of the document's own, its code."""
    code = code if code is not None else _BUILT_IN_FORMATS.get(identifier, "")
    first = code.split(";", 1)[0][:_CODE_CHARACTERS]
    chinese = "年" in first or "月" in first
    plain = _BRACKETS.sub("", _LITERAL.sub("", first)).lower().replace("am/pm", "").replace("上午/下午", "")
    if "general" in plain or "#" in plain or "0" in plain or "@" in plain:
        return NumberFormat(percent="%" in plain)
    minutes = _MINUTES.search(plain)
    dates_only = _MINUTES.sub(lambda match: match.group().replace("m", ""), plain)
    return NumberFormat(
        year="y" in plain or "e" in plain,
        month="m" in dates_only and "[m" not in plain,
        day="d" in plain,
        hours="h" in plain or minutes is not None,
        seconds="s" in plain,
        elapsed="[" in plain,
        chinese=chinese,
    )


def show_number(text: str, form: NumberFormat, *, epoch_1904: bool = False) -> str:
    """The cell's text as a person reads it; `text` unchanged when it is no number."""
    try:
        value = float(text)
    except ValueError:
        return text
    if form.percent:
        return f"{_plain(value * 100)}%"
    if not form.is_time:
        return text if re.fullmatch(r"-?\d+", text) else _plain(value)
    if form.elapsed or not (form.year or form.month or form.day):
        return _clock(value if form.elapsed else value % 1, seconds=form.seconds)
    if not 0 <= value <= _LAST_SERIAL:
        return _plain(value)
    return _moment(_datetime(value, epoch_1904=epoch_1904), form)


def _datetime(serial: float, *, epoch_1904: bool) -> datetime:
    """Serial 60 is 1900-02-29, a day that never was: earlier ones are a day off."""
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30) if serial >= 60 else datetime(1899, 12, 31)  # noqa: DTZ001 - a sheet's times have no zone
    try:
        return epoch + timedelta(seconds=round(serial * 86_400))
    except OverflowError:
        return epoch


def _moment(moment: datetime, form: NumberFormat) -> str:
    date = _chinese_date(moment, form) if form.chinese else _date(moment, form)
    if not (form.hours or form.seconds):
        return date
    return f"{date} {moment:%H:%M:%S}" if form.seconds and moment.second else f"{date} {moment:%H:%M}"


def _date(moment: datetime, form: NumberFormat) -> str:
    month = _MONTHS[moment.month - 1]
    if form.year and form.day:
        return f"{moment:%Y-%m-%d}"
    if form.year:
        return f"{month} {moment.year}" if form.month else str(moment.year)
    if form.day:
        return f"{moment.day} {month}"
    return month


def _chinese_date(moment: datetime, form: NumberFormat) -> str:
    year = f"{moment.year}年" if form.year else ""
    return year + (f"{moment.month}月" if form.month else "") + (f"{moment.day}日" if form.day else "")


def _clock(days: float, *, seconds: bool) -> str:
    minutes, second = divmod(round(days * 86_400), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if seconds else f"{hour}:{minute:02}"


def _plain(value: float) -> str:
    """Without the noise of binary fractions: 0.1 + 0.2 is 0.3."""
    if value == int(value) and abs(value) < 1e15 if abs(value) != float("inf") else False:
        return str(int(value))
    return f"{value:.{_SIGNIFICANT_DIGITS}g}"
