"""Times as they are said in Chinese, in simplified and traditional characters."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from assistant.question.dates_en import Reader, ago, last, untouched
from assistant.question.holidays import NAMES_ZH
from assistant.question.periods import Calendar, Period, Reach

_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_WEEKDAYS = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
_UNITS = {
    "小时": "hour",
    "小時": "hour",
    "天": "day",
    "日": "day",
    "周": "week",
    "週": "week",
    "星期": "week",
    "礼拜": "week",
}
_UNITS |= {"禮拜": "week", "月": "month", "季度": "quarter", "年": "year"}

_SMALL = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_NUMBER = r"(?<!\d)(\d{1,3}|[一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九几幾数數半])"
_UNIT = rf"(?:[个個]?({'|'.join(unit for unit in _UNITS if unit != '月')})|[个個](月))"
_FIGURES = r"(?:(?:19[7-9]|20\d)\d|(?:一九[七八九]|二[〇零][〇零一二三四五六七八九])[〇零一二三四五六七八九])"
_YEAR_WORDS = "(去年|今年|前年|大前年|上一年|本年)"
_YEAR = rf"(?:({_FIGURES})\s?年|{_YEAR_WORDS})"
_ANY_YEAR = rf"(?:{_YEAR}的?\s?)?"
_YEAR_OF_MONTH = rf"(?:(?:({_FIGURES}|(?<!\d)[0-3]\d)\s?年|{_YEAR_WORDS})的?\s?)?"
"""Before a month, two figures are a year as well: 24年3月."""
_WEEK = "(?:周|週|个?星期|個?星期|个?礼拜|個?禮拜)"
_NOT_COUNTED = r"(?<![\d一二两兩三四五六七八九十几幾每第])"
_YEARS_BACK = {"今年": 0, "本年": 0, "去年": 1, "上一年": 1, "前年": 2, "大前年": 3}


def number_of(text: str) -> int:
    """A number below 100 in Chinese, or any in figures."""
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return 10 * (_DIGITS.get(tens, 0) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)


def _range(text: str) -> tuple[float, float]:
    if text == "半":
        return 0.5, 0.5
    if text in "几幾数數":
        return 1.0, 7.0
    number = float(number_of(text))
    return number, number


def _year(figures: str | None, word: str | None, calendar: Calendar) -> int:
    if figures:
        number = int("".join(str(_DIGITS.get(figure, figure)) for figure in figures))
        return number if len(figures) == 4 else 2000 + number
    return calendar.year - _YEARS_BACK[word or "今年"]


def _month(m: re.Match[str], calendar: Calendar) -> Period:
    month = number_of(m[3])
    if not (m[1] or m[2]):
        return calendar.month_named(month)
    return calendar.month(_year(m[1], m[2], calendar), month, Reach.DATED)


def _day(m: re.Match[str], calendar: Calendar) -> Period:
    month, day = number_of(m[3]), number_of(m[4])
    if not (m[1] or m[2]):
        return calendar.date_named(month, day)
    return calendar.day(date(_year(m[1], m[2], calendar), month, day), Reach.DATED)


def _quarter(m: re.Match[str], calendar: Calendar) -> Period:
    quarter = number_of(m[3])
    if not (m[1] or m[2]):
        return calendar.recent_months(quarter * 3 - 2, 3)
    return calendar.quarter(_year(m[1], m[2], calendar), quarter, Reach.DATED)


def _half(m: re.Match[str], calendar: Calendar) -> Period:
    first = 1 if m[3] == "上" else 7
    if not (m[1] or m[2]):
        return calendar.recent_months(first, 6)
    return calendar.months(_year(m[1], m[2], calendar), first, 6, Reach.DATED)


def _season(m: re.Match[str], calendar: Calendar) -> Period:
    return calendar.months(_year(m[1], m[2], calendar), _SEASONS[m[3]], 3, Reach.DATED)


def _whole_year(m: re.Match[str], calendar: Calendar) -> Period:
    if m[1]:
        period = calendar.year_of(_year(m[1], None, calendar), Reach.DATED)
        return period if m[1].isascii() else replace(period, words=(str(_year(m[1], None, calendar)),))
    return calendar.year_back(_YEARS_BACK[m[2]])


def _weekday(m: re.Match[str], calendar: Calendar) -> Period:
    weeks_back = {"": None, "上": 1, "上上": 2}.get(m[1] or "", 0)
    if m[2] == "末":
        return calendar.weekend(weeks_back or 0)
    return calendar.weekday(_WEEKDAYS[m[2]], weeks_back)


def _holiday(m: re.Match[str], calendar: Calendar) -> Period | None:
    return calendar.holiday(m[3], _year(m[1], m[2], calendar) if m[1] or m[2] else None)


_PARTS = {"初": (1, 3), "中": (5, 4), "底": (10, 3), "末": (10, 3), "尾": (10, 3)}
"""First month and number of months of a part of a year."""


def _part_of_year(m: re.Match[str], calendar: Calendar) -> Period:
    if m[1] or m[2]:
        return calendar.months(_year(m[1], m[2], calendar), *_PARTS[m[3]], Reach.DATED)
    return calendar.recent_months(*_PARTS[m[3]])


def _last_season(m: re.Match[str], calendar: Calendar) -> Period:
    return calendar.recent_months(_SEASONS[m[2]], 3, before=m[1] == "上")


_TABLE: tuple[tuple[str, Reader], ...] = (
    (
        rf"{_NUMBER}{_UNIT}(?:以上|多|来|來)?(?:都|一直)?(?:没有?|沒有?|未)(?:动|動|改|碰|打开|打開|修改|编辑|編輯|用|更新)(?:过|過)?(?:的)?",
        lambda m, c: untouched(_range(m[1])[0], _UNITS[m[2] or m[3]], c),
    ),
    (
        rf"{_YEAR_OF_MONTH}(?<!\d){_NOT_COUNTED}({_SMALL})\s?月\s?(\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])\s?[日号號]",
        _day,
    ),
    (
        rf"{_YEAR_OF_MONTH}{_NOT_COUNTED}({_SMALL})\s?月(?:份|初|底|末|[上中下]旬)?(?!次|日|\s?(?:\d{{1,2}}|[一二三]?十?[一二三四五六七八九十])\s?[日号號次])",
        _month,
    ),
    (rf"{_ANY_YEAR}第?([一二三四1-4])季度", _quarter),
    (rf"{_ANY_YEAR}(上|下)半年", _half),
    (rf"{_YEAR}的?(春(?!节|節)|夏|秋|冬(?!至))(?:天|季)?", _season),
    (r"(上|这|這)(?:个|個|一)?(春|夏|秋|冬)(?:天|季)", _last_season),
    (rf"{_ANY_YEAR}({NAMES_ZH})(?:节|節)?(?:假期|期间)?", _holiday),
    (rf"{_YEAR}年?(初|中(?!国|國|文|心|学|秋)|底|末)", _part_of_year),
    (r"()()(?<![年\d])年(初|底|末)", _part_of_year),
    (rf"{_NUMBER}{_UNIT}(?:之|以)?前", lambda m, c: ago(*_range(m[1]), _UNITS[m[2] or m[3]], c)),
    (r"前几天|前幾天|前些天|前两天|前兩天", lambda _, c: c.since_days(10)),
    (r"前阵子|前陣子|前段时间|前段時間|前些日子", lambda _, c: c.since_days(90)),
    (r"这几天|這幾天|这两天|這兩天|最近几天|最近幾天", lambda _, c: c.since_days(7)),
    (
        rf"(?:最近|过去|過去|近|这|這|前)的?{_NUMBER}{_UNIT}(?:以?内|里|裡)?",
        lambda m, c: last(_range(m[1])[1], _UNITS[m[2] or m[3]], c),
    ),
    (rf"{_NUMBER}{_UNIT}(?:以|之)?内", lambda m, c: last(_range(m[1])[1], _UNITS[m[2] or m[3]], c)),
    (rf"{_NOT_COUNTED}(?:(上上|上|这|這|本)[一个個]?)?{_WEEK}([一二三四五六日天末])(?!次|个|個)", _weekday),
    (rf"上上(?:一)?{_WEEK}", lambda _, c: c.week(2)),
    (rf"上(?:一)?{_WEEK}", lambda _, c: c.week(1)),
    (rf"(?:这|這|本)(?:一)?{_WEEK}", lambda _, c: c.week(0)),
    (r"上上(?:个|個)?月", lambda _, c: c.month_back(2)),
    (r"上(?:个|個|一)?月(?:份|初|底|中旬|末)?", lambda _, c: c.month_back(1)),
    (r"(?:这|這)(?:个|個)?月|本月|当月", lambda _, c: c.month_back(0)),
    (r"上(?:个|個)?季度", lambda _, c: c.quarter_back(1)),
    (r"(?:这|這)(?:个|個)?季度|本季度", lambda _, c: c.quarter_back(0)),
    (r"大前天", lambda _, c: c.days_ago(3)),
    (r"前天", lambda _, c: c.days_ago(2)),
    (r"昨(?:天|日|晚|儿)(?:晚上|上午|下午)?", lambda _, c: c.days_ago(1)),
    (r"今(?:天|日|早|晚|儿)(?:晚上|上午|下午|早上)?|刚才|剛才|刚刚|剛剛", lambda _, c: c.days_ago(0)),
    (rf"{_YEAR}(?:度)?(?![级級代])", _whole_year),
    (r"(?:最近|近期|近来|近日)(?![的一几幾])", lambda _, c: c.since_days(30)),
)
CHINESE_TIMES = tuple((re.compile(pattern), reader) for pattern, reader in _TABLE)
