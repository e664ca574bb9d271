"""Times as they are said in English, and dates in figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from assistant.question.holidays import NAMES_EN
from assistant.question.periods import Calendar, Period, Reach
from assistant.question.sketch import B, E

Reader = Callable[[re.Match[str], Calendar], Period | None]
"""Makes a period of a match; None or `ValueError` when the words are no time ("30 February")."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH_OF |= {name[:3]: number for name, number in _MONTH_OF.items()} | {"sept": 9}
_DOUBTFUL_MONTHS = frozenset(_MONTH_OF) - (frozenset(_MONTHS) - {"may"})
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_NUMBERS = {
    name: number
    for number, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}

_NUMBER = rf"(?:\d{{1,4}}|half an?|an?(?! few| couple)|(?:a )?few|several|(?:a )?couple(?: of)?|{'|'.join(_NUMBERS)})"
_UNIT = r"(hour|day|night|week|fortnight|month|quarter|year)s?"
_UNIT_DAYS = {"hour": 1, "day": 1, "night": 1, "week": 7, "fortnight": 14, "month": 31, "quarter": 92, "year": 366}
_YEAR = r"(19[7-9]\d|20\d\d|last year|this year|the year before last)"
_MONTH = rf"({'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})\.?"
_DAY = r"(3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_LEADS_TO_TIME = re.compile(
    r"(?:^|\s)(?:in|from|since|for|of|by|before|after|until|till|during|between|and|to|on|last|this) $", re.IGNORECASE
)


_AFTER_DAY = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?(?: of)? $", re.IGNORECASE)
_MARCHING = re.compile(r" (?:of (?!\d)|on |against )", re.IGNORECASE)


def _led(match: re.Match[str]) -> bool:
    return bool(_LEADS_TO_TIME.search(match.string, max(0, match.start() - 11), match.start()))


def _year_said(words: str, calendar: Calendar) -> tuple[int, Reach]:
    back = {"last year": 1, "this year": 0, "the year before last": 2}.get(words.lower())
    return (int(words), Reach.DATED) if back is None else (calendar.year - back, Reach.DATED)


def count_range(words: str) -> tuple[float, float]:
    """The smallest and the largest number that is meant by words such as "3" or "a few"."""
    words = words.lower()
    if words.isdigit():
        return float(words), float(words)
    if words.startswith("half"):
        return 0.5, 0.5
    if "few" in words or words == "several":
        return 1.0, 7.0
    if "couple" in words:
        return 1.5, 3.5
    number = float(_NUMBERS.get(words, 1))
    return number, number


def ago(low: float, high: float, unit: str, calendar: Calendar) -> Period:
    """So many days, weeks, months or years before now, as loosely as people count them."""
    days = _UNIT_DAYS[unit]
    if low != high or low < 1 or unit in ("hour", "fortnight", "quarter"):
        slack = 0.25 * days if low == high else 0
        first, last = (
            calendar.days_back(round(high * days + slack)),
            calendar.days_back(max(0, round(low * days - slack))),
        )
        return calendar.between(first, last, Reach.NEAR if days <= 14 else Reach.FAR)
    number = int(low)
    if unit in ("day", "night"):
        return calendar.days_ago(number)
    if unit == "week":
        return calendar.week(number)
    return calendar.month_back(number) if unit == "month" else calendar.year_ago(number)


def last(high: float, unit: str, calendar: Calendar) -> Period:
    """The stretch of so many days, weeks, months or years that ends now."""
    return calendar.since_days(max(1, round(high * _UNIT_DAYS[unit])))


def untouched(low: float, unit: str, calendar: Calendar) -> Period:
    """All the time that lies at least so far back."""
    day = calendar.days_back(round(low * {"month": 30, "quarter": 90, "year": 365}.get(unit, _UNIT_DAYS[unit])))
    return calendar.between(day, day, Reach.STATED).until()


def _iso_month(m: re.Match[str], calendar: Calendar) -> Period:
    return calendar.month(int(m[1]), int(m[2]), Reach.DATED)


def _day_of_month(day: str, month: str, year: str | None, calendar: Calendar) -> Period:
    number = _MONTH_OF[month.lower()]
    if year is None:
        return calendar.date_named(number, int(day))
    return calendar.day(date(_year_said(year, calendar)[0], number, int(day)), Reach.DATED)


def _month(m: re.Match[str], calendar: Calendar) -> Period | None:
    which, name, year = m[1], m[2].lower(), m[3]
    if _AFTER_DAY.search(m.string, max(0, m.start() - 9), m.start()):
        return None  # the day before it makes no date
    if year:
        return calendar.month(_year_said(year, calendar)[0], _MONTH_OF[name], Reach.DATED)
    if name == "march" and _MARCHING.match(m.string, m.end()):
        return None
    if name in _DOUBTFUL_MONTHS and not which and not _led(m):
        return None
    return calendar.month_named(_MONTH_OF[name])


def _season(m: re.Match[str], calendar: Calendar) -> Period | None:
    which, first, year = (m[1] or "").lower(), _SEASONS[m[2].lower()], m[3]
    if year:
        return calendar.months(_year_said(year, calendar)[0], first, 3, Reach.DATED)
    if which == "last":
        return calendar.recent_months(first, 3, before=True)
    return calendar.recent_months(first, 3) if which == "this" or _led(m) else None


def _quarter(number: int, year: str | None, calendar: Calendar) -> Period:
    if year:
        said, reach = _year_said(year, calendar)
        return calendar.quarter(said, number, reach)
    return calendar.recent_months(number * 3 - 2, 3)


def _half(m: re.Match[str], calendar: Calendar) -> Period:
    first = 1 if m[1].lower() == "first" else 7
    return calendar.months(_year_said(m[2], calendar)[0], first, 6, Reach.DATED)


def _year(m: re.Match[str], calendar: Calendar) -> Period:
    return calendar.year_of(int(m[1]), Reach.DATED)


def _unit_back(m: re.Match[str], calendar: Calendar) -> Period:
    back = 0 if m[1].lower() in ("this", "current") else 1
    return _unit(m[2].lower(), back, calendar)


def _unit(unit: str, back: int, calendar: Calendar) -> Period:
    readers = {
        "week": calendar.week,
        "weekend": calendar.weekend,
        "month": calendar.month_back,
        "quarter": calendar.quarter_back,
        "year": calendar.year_back,
    }
    return readers[unit](back)


def _weekday(m: re.Match[str], calendar: Calendar) -> Period | None:
    number = _WEEKDAYS.index(m[2].lower())
    if (m[1] or "").lower() in ("last", "past"):
        return calendar.last_weekday(number)
    return calendar.weekday(number, None) if m[1] or _led(m) else None


def _holiday(m: re.Match[str], calendar: Calendar) -> Period | None:
    return calendar.holiday(m[1], _year_said(m[2], calendar)[0] if m[2] else None)


_PARTS = {
    "early": (1, 4),
    "beginning": (1, 3),
    "start": (1, 3),
    "mid": (5, 4),
    "middle": (5, 4),
    "late": (9, 4),
    "end": (10, 3),
}
"""First month and number of months of a part of a year."""


def _part_of_year(m: re.Match[str], calendar: Calendar) -> Period:
    year = calendar.year if m[2].lower() == "the year" else _year_said(m[2], calendar)[0]
    return calendar.months(year, *_PARTS[m[1].lower()], Reach.DATED)


def _in_figures(m: re.Match[str], calendar: Calendar) -> Period | None:
    """3.4.2024 begins with the day; of 13/4/2024 and 4/13/2024 the month is the number that can be one."""
    first, second = int(m[1]), int(m[3])
    if m[2] == "/" and max(first, second) <= 12 and first != second:
        return None
    day, month = (second, first) if second > 12 and m[2] == "/" else (first, second)
    return calendar.day(date(int(m[4]), month, day), Reach.DATED)


_UNTOUCHED = (
    rf"{B}(?:(?:not|never|haven't|hasn't|havent|hasnt|didn't|wasn't)(?: been)?"
    r" (?:touched|touch|changed|change|edited|edit|modified|opened|open|used|use|updated|looked at)(?: them| it)?"
    r"|untouched|unchanged|unused|unopened)"
    rf" (?:for|in|since) (?:(?:over|more than|at least|the last|the past|about) ){{0,2}}({_NUMBER}) {_UNIT}{E}"
)
_TABLE: tuple[tuple[str, Reader], ...] = (
    (
        r"(?<![\d.-])(19[7-9]\d|20\d\d)([-/.])(1[0-2]|0?[1-9])\2(3[01]|[12]\d|0?[1-9])(?![\d.-])",
        lambda m, c: c.day(date(int(m[1]), int(m[3]), int(m[4])), Reach.DATED),
    ),
    (r"(?<![\d./-])(19[7-9]\d|20\d\d)[-/](1[0-2]|0[1-9])(?![\d./-])", _iso_month),
    (rf"{B}{_MONTH} {_DAY}(?:,? (?:of )?{_YEAR})?{E}", lambda m, c: _day_of_month(m[2], m[1], m[3], c)),
    (rf"{B}(?:the )?{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?{E}", lambda m, c: _day_of_month(m[1], m[2], m[3], c)),
    (rf"{B}(?:(last|this|early|mid|late) )?{_MONTH}(?:,? (?:of |in )?{_YEAR})?{E}", _month),
    (rf"{B}(?:(last|this) )?(spring|summer|autumn|fall|winter)(?:,? (?:of |in )?{_YEAR})?{E}", _season),
    (rf"{B}q([1-4])(?:,? ?(?:of |in )?{_YEAR})?{E}", lambda m, c: _quarter(int(m[1]), m[2], c)),
    (rf"{B}(20\d\d)[ -]?q([1-4]){E}", lambda m, c: _quarter(int(m[2]), m[1], c)),
    (
        rf"{B}(?:the )?(first|second|third|fourth|1st|2nd|3rd|4th) quarter(?: of)?(?: {_YEAR})?{E}",
        lambda m, c: _quarter(_ORDINALS[m[1].lower()], m[2], c),
    ),
    (rf"{B}(?:the )?(first|second) half of {_YEAR}{E}", _half),
    (r"(?<![\d./-])(\d{1,2})([./])(\d{1,2})\2(19[7-9]\d|20\d\d)(?![\d./-])", _in_figures),
    (
        rf"{B}(?:the )?h([12]),? (?:of |in )?{_YEAR}{E}",
        lambda m, c: c.months(_year_said(m[2], c)[0], 6 * int(m[1]) - 5, 6, Reach.DATED),
    ),
    (
        rf"{B}(20\d\d)[ -]?h([12]){E}",
        lambda m, c: c.months(int(m[1]), 6 * int(m[2]) - 5, 6, Reach.DATED),
    ),
    (
        rf"{B}(?:the )?(early|mid|late|beginning|start|middle|end)(?: of|-)? ?{_YEAR[:-1]}|the year){E}",
        _part_of_year,
    ),
    (rf"{B}({NAMES_EN})(?:'?s)?(?: day| eve)?(?:,? (?:of |in )?{_YEAR})?{E}", _holiday),
    (rf"{B}the day before yesterday{E}", lambda _, c: c.days_ago(2)),
    (rf"{B}(?:yesterday(?: morning| afternoon| evening| night)?|last night){E}", lambda _, c: c.days_ago(1)),
    (rf"{B}(?:(?:earlier )?today|this (?:morning|afternoon|evening)|tonight|just now){E}", lambda _, c: c.days_ago(0)),
    (rf"{B}the (week|weekend|month|quarter|year) before last{E}", lambda m, c: _unit(m[1].lower(), 2, c)),
    (
        _UNTOUCHED,
        lambda m, c: untouched(count_range(m[1])[0], m[2].lower(), c),
    ),
    (
        rf"{B}(?:older than ({_NUMBER}) {_UNIT}|(?:over|more than) ({_NUMBER}) {_UNIT} (?:ago|old)){E}",
        lambda m, c: untouched(count_range(m[1] or m[3])[0], (m[2] or m[4]).lower(), c),
    ),
    (
        rf"{B}(?:newer|more recent|less) than ({_NUMBER}) {_UNIT}(?: ago| old)?{E}",
        lambda m, c: last(count_range(m[1])[1], m[2].lower(), c),
    ),
    (
        rf"{B}({_NUMBER}) {_UNIT} (?:ago|back|before now|earlier){E}",
        lambda m, c: ago(*count_range(m[1]), m[2].lower(), c),
    ),
    (
        rf"{B}(?:(?:in|over|within|during) )?(?:the |these )?(?:last|past|previous) ({_NUMBER}) {_UNIT}{E}",
        lambda m, c: last(count_range(m[1])[1], m[2].lower(), c),
    ),
    (rf"{B}(?:the )?(last|past|previous|this|current) (week|weekend|month|quarter|year){E}", _unit_back),
    (rf"{B}(?:(last|this|on|past) )?({'|'.join(_WEEKDAYS)}){E}", _weekday),
    (rf"{B}(?<!most )(?:recently|lately|of late|the other day){E}", lambda _, c: c.since_days(30)),
    (r"(?<![\w.,/:£$€¥#-])(19[7-9]\d|20\d\d)(?![\w/:]|[.,-]\d)", _year),
)
ENGLISH_TIMES = tuple((re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in _TABLE)
