"""Days that are known by name, of the solar and the lunar calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta

_FIXED = {
    "christmas eve": (12, 24, 1), "christmas": (12, 25, 1), "xmas": (12, 25, 1), "boxing day": (12, 26, 1),
    "new year's eve": (12, 31, 1), "new years eve": (12, 31, 1), "new year": (1, 1, 1), "halloween": (10, 31, 1),
    "valentine": (2, 14, 1), "labour day": (5, 1, 1), "may day": (5, 1, 1), "independence day": (7, 4, 1),
    "st patrick's day": (3, 17, 1), "国庆": (10, 1, 7), "元旦": (1, 1, 1), "五一": (5, 1, 5), "劳动节": (5, 1, 5), "圣诞": (12, 25, 1),
    "平安夜": (12, 24, 1), "万圣": (10, 31, 1), "情人": (2, 14, 1), "双十一": (11, 11, 1), "双11": (11, 11, 1), "双十二": (12, 12, 1),
    "妇女节": (3, 8, 1), "儿童节": (6, 1, 1), "六一": (6, 1, 1), "教师节": (9, 10, 1), "清明": (4, 4, 3), "跨年": (12, 31, 2),
}  # fmt: skip
"""Month, day and number of days."""
_LUNAR = {
    "chinese new year": (0, -1, 8), "lunar new year": (0, -1, 8), "spring festival": (0, -1, 8), "dragon boat festival": (1, 0, 1),
    "mid-autumn festival": (2, 0, 1), "mid autumn festival": (2, 0, 1), "moon festival": (2, 0, 1), "lantern festival": (0, 14, 1),
    "春节": (0, -1, 8), "过年": (0, -1, 8), "大年三十": (0, -1, 1), "除夕": (0, -1, 1), "元宵": (0, 14, 1), "端午": (1, 0, 1), "中秋": (2, 0, 1),
}  # fmt: skip
"""Which day of a year in the table below, days after it, and number of days."""
_LUNAR_DAYS = (
    "2000 0205 0606 0912 2001 0124 0625 1001 2002 0212 0615 0921 2003 0201 0604 0911 2004 0122 0622 0928 2005 0209 0611 0918"
    " 2006 0129 0531 1006 2007 0218 0619 0925 2008 0207 0608 0914 2009 0126 0528 1003 2010 0214 0616 0922 2011 0203 0606 0912"
    " 2012 0123 0623 0930 2013 0210 0612 0919 2014 0131 0602 0908 2015 0219 0620 0927 2016 0208 0609 0915 2017 0128 0530 1004"
    " 2018 0216 0618 0924 2019 0205 0607 0913 2020 0125 0625 1001 2021 0212 0614 0921 2022 0201 0603 0910 2023 0122 0622 0929"
    " 2024 0210 0610 0917 2025 0129 0531 1006 2026 0217 0619 0925 2027 0206 0609 0915 2028 0126 0528 1003 2029 0213 0616 0922"
    " 2030 0203 0605 0912 2031 0123 0624 1001 2032 0211 0612 0919 2033 0131 0601 0908 2034 0219 0620 0927 2035 0208 0610 0916"
    " 2036 0128 0530 1004 2037 0215 0618 0924 2038 0204 0607 0913 2039 0124 0527 1002 2040 0212 0614 0920 2041 0201 0603 0910"
    " 2042 0122 0622 0928 2043 0210 0611 0917 2044 0130 0531 1005 2045 0217 0619 0925 2046 0206 0608 0915 2047 0126 0529 1004"
    " 2048 0214 0615 0922 2049 0202 0604 0911 2050 0123 0623 0930"
).split()
"""Of each year the first day of the lunar year, the fifth of the fifth and the fifteenth of the eighth lunar month."""
_SIMPLER = str.maketrans("國慶聖誕節過陽勞動萬聖雙", "国庆圣诞节过阳劳动万圣双")

_ENGLISH = (
    *sorted((name for name in (*_FIXED, *_LUNAR) if name.isascii()), key=len, reverse=True),
    "easter",
    "thanksgiving",
)
NAMES_EN = "|".join(re.escape(name) for name in _ENGLISH)
NAMES_ZH = (
    "国庆|國慶|元旦|五一|劳动节|勞動節|圣诞|聖誕|平安夜|万圣|萬聖|情人(?=节|節)|双十一|雙十一|双11|双十二|雙十二|妇女节|儿童节|六一|教师节"
    "|清明(?=节|節|假|前|后)|跨年|春节|春節|过年|過年|大年三十|除夕|元宵(?=节|節)|端午|中秋"
)


def holiday(name: str, year: int) -> tuple[date, date] | None:
    """First and last day of a holiday in a year; None when the name or (for the lunar calendar) the year is not known."""
    name = " ".join(name.lower().split()).translate(_SIMPLER)
    if name == "easter":
        sunday = _easter(year)
        return sunday - timedelta(days=2), sunday + timedelta(days=1)
    if name == "thanksgiving":
        return (_thanksgiving(year),) * 2
    if name in _LUNAR:
        return _lunar(*_LUNAR[name], year)
    if name not in _FIXED:
        return None
    month, day, days = _FIXED[name]
    first = date(year, month, day)
    return first, first + timedelta(days=days - 1)


def _lunar(which: int, after: int, days: int, year: int) -> tuple[date, date] | None:
    text = str(year)
    if text not in _LUNAR_DAYS[::4]:
        return None
    day = _LUNAR_DAYS[4 * _LUNAR_DAYS[::4].index(text) + 1 + which]
    first = date(year, int(day[:2]), int(day[2:])) + timedelta(days=after)
    return first, first + timedelta(days=days - 1)


def _thanksgiving(year: int) -> date:
    november = date(year, 11, 1)
    return november + timedelta(days=(3 - november.weekday()) % 7 + 21)


def _easter(year: int) -> date:
    """By Gauss's rule, with the corrections for the Gregorian calendar."""
    century, golden = year // 100, year % 19
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)
