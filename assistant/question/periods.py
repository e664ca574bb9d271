"""Stretches of time on the user's calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum

from assistant.question.holidays import holiday

_EARLIEST = date(1970, 1, 2)
_LATEST = date(2199, 12, 31)
_MONTHS = "January February March April May June July August September October November December".split()


class Reach(Enum):
    """How a time was named, which decides whether it can be meant as a file's time."""

    NEAR = "near"
    """By days or weeks from now: yesterday, last week, 3 days ago."""
    FAR = "far"
    """By months or years from now: last month, two years ago."""
    BARE = "bare"
    """By a calendar name without a year: March, Q3."""
    DATED = "dated"
    """With its year: 2023, March 2024."""
    STATED = "stated"
    """With words that can only be about files: "not touched for two years"."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to but not including `end`; None is open.

    `words` are other ways in which a document may write this time.
    """

    start: datetime | None
    end: datetime | None
    reach: Reach
    words: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """True for "since March" and "before 2020"."""
        return self.start is None or self.end is None

    def before(self) -> Period:
        """All the time before it."""
        return replace(self, start=None, end=self.start, words=())

    def after(self) -> Period:
        """All the time after it."""
        return replace(self, start=self.end, end=None, words=())

    def since(self) -> Period:
        """It and all the time after it."""
        return replace(self, end=None, words=())

    def until(self) -> Period:
        """It and all the time before it."""
        return replace(self, start=None, words=())

    def in_year_of(self, other: Period) -> Period:
        """The same days in the year in which `other` begins, when this one was named without a year."""
        if self.reach is not Reach.BARE or not (self.start and self.end and other.start):
            return self
        return self.years_later(other.start.year - self.start.year)

    def years_later(self, years: int) -> Period:
        """The same days so many years later."""
        return replace(
            self,
            start=self.start and _shifted(self.start, years),
            end=self.end and _shifted(self.end, years),
        )

    def joined(self, other: Period) -> Period:
        """The stretch that holds both; "after March" and "before June" meet between them."""
        if self.open and other.open and (self.start is None) != (other.start is None):
            return replace(self, start=self.start or other.start, end=self.end or other.end)
        starts = [start for start in (self.start, other.start) if start]
        ends = [end for end in (self.end, other.end) if end]
        return replace(
            self,
            start=min(starts) if len(starts) == 2 else None,
            end=max(ends) if len(ends) == 2 else None,
            words=self.words + other.words,
        )


class Calendar:
    """Periods as seen at `now` (aware), in its time zone. Weeks start on Monday.

    Doubtful periods are widened: "last week" is the calendar week before and the last seven days.
    """

    def __init__(self, now: datetime) -> None:
        self._zone = now.tzinfo
        self.today = now.date()

    @property
    def year(self) -> int:
        """The year now."""
        return self.today.year

    def between(self, first: date, last: date, reach: Reach, words: tuple[str, ...] = ()) -> Period:
        """From the first day to the last, both included."""
        return Period(self._midnight(first), self._midnight(last + timedelta(days=1)), reach, words)

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone)

    def days_back(self, days: int) -> date:
        """The day so many days ago."""
        return date.fromordinal(max(self.today.toordinal() - days, _EARLIEST.toordinal()))

    def day(self, day: date, reach: Reach) -> Period:
        """One day."""
        return self.between(day, day, reach, (day.isoformat(),))

    def days_ago(self, days: int) -> Period:
        """The day so many days ago; from three on, nobody counts exactly."""
        slack = 0 if days < 3 else max(1, days // 7)
        day = self.days_back(days)
        words = (day.isoformat(),) if days < 3 else ()
        return self.between(self.days_back(days + slack), self.days_back(max(0, days - slack)), Reach.NEAR, words)

    def since_days(self, days: int) -> Period:
        """The last so many days and today."""
        return self.between(self.days_back(days), self.today, Reach.NEAR)

    def week(self, back: int) -> Period:
        """This week (0), last week (1) widened by the last seven days, or an earlier one by three days either way."""
        monday = self.days_back(self.today.weekday() + 7 * back)
        sunday = monday + timedelta(days=6)
        if back == 1:
            return self.between(min(monday, self.days_back(7)), self.today, Reach.NEAR)
        if back > 1:
            monday, sunday = min(monday, self.days_back(7 * back + 3)), max(sunday, self.days_back(7 * back - 3))
        return self.between(monday, sunday, Reach.NEAR)

    def weekday(self, weekday: int, weeks_back: int | None) -> Period:
        """A day of the week (Monday is 0) in this week, an earlier one, or (None) the most recent such day."""
        if weeks_back is None:
            return self.day(self.days_back((self.today.weekday() - weekday) % 7), Reach.NEAR)
        back = self.today.weekday() - weekday + 7 * weeks_back
        return self.day(self.days_back(back if back >= 0 else back + 7), Reach.NEAR)

    def last_weekday(self, weekday: int) -> Period:
        """The newest such day before today, and that of last week where they differ."""
        newest = self.day(self.days_back((self.today.weekday() - weekday) % 7 or 7), Reach.NEAR)
        before = self.weekday(weekday, 1)
        return newest if newest == before else replace(newest.joined(before), words=())

    def weekend(self, weeks_back: int) -> Period:
        """Friday evening is not counted: Saturday and Sunday, this week's or an earlier one's."""
        saturday = self.days_back(self.today.weekday() - 5 + 7 * weeks_back)
        if saturday > self.today:
            saturday -= timedelta(days=7)
        return self.between(saturday, saturday + timedelta(days=1), Reach.NEAR)

    def month_back(self, back: int) -> Period:
        """This month (0), last month (1) widened by the last thirty days, or an earlier one by two weeks either way."""
        index = max(self.today.year * 12 + self.today.month - 1 - back, _EARLIEST.year * 12)
        period = self.month(index // 12, index % 12 + 1, Reach.FAR)
        if back == 1:
            return replace(self.since_days(30).joined(period), reach=Reach.FAR)
        if back > 1:
            around = round(back * 30.44)
            wide = self.between(self.days_back(around + 14), self.days_back(around - 14), Reach.FAR)
            return replace(period.joined(wide), words=period.words)
        return period

    def month(self, year: int, month: int, reach: Reach) -> Period:
        """One calendar month; `ValueError` when there is none."""
        _check_year(year)
        if not 1 <= month <= 12:
            raise ValueError(month)
        if reach is Reach.BARE:
            words = (f"{month}月", _MONTHS[month - 1], *([f"{month:02}"] if month < 10 else []))
        else:
            words = (f"{year}-{month:02}", f"{month}月", _MONTHS[month - 1])
        return self.between(date(year, month, 1), _last_of(year, month), reach, words)

    def months(self, year: int, first: int, count: int, reach: Reach) -> Period:
        """Several months of a year, beginning with `first`; winter runs into the next year."""
        _check_year(year)
        index = year * 12 + first - 1 + count - 1
        last = _last_of(index // 12, index % 12 + 1)
        return self.between(date(year, first, 1), last, reach, () if reach is Reach.BARE else (str(year),))

    def recent_months(self, first: int, count: int, *, before: bool = False) -> Period:
        """The most recent such months that have begun; with `before`, that are over."""
        year = self.year
        while True:
            period = self.months(year, first, count, Reach.FAR if before else Reach.BARE)
            begun = period.start and period.start.date() <= self.today
            if begun and (not before or (period.end and period.end.date() <= self.today)):
                return period
            year -= 1

    def month_named(self, month: int) -> Period:
        """The most recent month of that name, this one included."""
        return self.month(self.year - (month > self.today.month), month, Reach.BARE)

    def date_named(self, month: int, day: int) -> Period:
        """The most recent such day; `ValueError` when no year has it."""
        date(2024, month, day)
        for year in range(self.year, self.year - 9, -1):
            found = _date(year, month, day)
            if found and found <= self.today:
                return self.between(found, found, Reach.BARE)
        raise ValueError(day)

    def holiday(self, name: str, year: int | None) -> Period | None:
        """A holiday in a year, or the most recent that has begun; None for one that is not known."""
        for said in (year,) if year else (self.year, self.year - 1):
            days = holiday(name, said)
            if days and (year or days[0] <= self.today):
                return self.between(*days, Reach.DATED if year else Reach.BARE)
        return None

    def year_of(self, year: int, reach: Reach) -> Period:
        """One calendar year; `ValueError` outside 1970 to 2199."""
        _check_year(year)
        words = (str(year),) if reach is Reach.FAR else ()
        return self.between(max(date(year, 1, 1), _EARLIEST), date(year, 12, 31), reach, words)

    def year_back(self, back: int) -> Period:
        """This year (0) or an earlier one; from two on, widened by the half years around that day."""
        year = max(self.year - back, _EARLIEST.year)
        period = self.year_of(year, Reach.FAR)
        if back < 2:
            return period
        wide = self.between(self.days_back(back * 365 + 183), self.days_back(back * 365 - 183), Reach.FAR)
        return replace(period.joined(wide), words=period.words)

    def year_ago(self, back: int) -> Period:
        """Like :meth:`year_back`, but "a year ago" is also widened."""
        if back != 1:
            return self.year_back(back)
        wide = self.between(self.days_back(548), self.days_back(182), Reach.FAR)
        return replace(self.year_back(1).joined(wide), words=(str(self.year - 1),))

    def quarter(self, year: int, quarter: int, reach: Reach) -> Period:
        """A quarter of a year."""
        return self.months(year, quarter * 3 - 2, 3, reach)

    def quarter_back(self, back: int) -> Period:
        """This quarter (0) or an earlier one."""
        index = self.year * 4 + (self.today.month - 1) // 3 - back
        return self.quarter(index // 4, index % 4 + 1, Reach.FAR)


def dates_json(start: datetime | None, end: datetime | None) -> dict[str, str | None]:
    """A half-open stretch as dates that are both included."""
    last = None if end is None else end - timedelta(microseconds=1)
    return {
        "from": None if start is None else start.date().isoformat(),
        "to": None if last is None else last.date().isoformat(),
    }


def _shifted(moment: datetime, years: int) -> datetime:
    # Only first days of months and days that exist in the year they were named for get here; 29 February becomes 1 March.
    if (moment.month, moment.day) == (2, 29):
        moment += timedelta(days=1)
    return moment.replace(year=moment.year + years)


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _check_year(year: int) -> None:
    if not _EARLIEST.year <= year < _LATEST.year:
        raise ValueError(year)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
