"""Which numbers a text states, so that an answer can be checked against its passage.

1,850 = 1850 = １８５０ = 1850.00; 2.1万 = 21000 = 两万一; a date is its digits, whatever the
separators; "the third of May" states 3 and 5, 十二个月 states 12.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_NOT_NUMBERS = re.compile("[⁰¹²³⁴-⁹₀-₉①-⑳]")
"""The 2 of m² and the number of a list item, which NFKC would make digits."""
_DIGITS = re.compile(
    r"(\d+(?:\.\d+)*)(?:(\s?(?:million|billion|thousand|hundred)\b)|(k\b)|\s?([万亿千百]))?", re.IGNORECASE
)
_UNITS: Final = {
    "k": 1_000, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000,
    "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000,
}  # fmt: skip

_WORDS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split()
    )
} | {word: 10 * value for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), start=3)}
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_WORD_NUMBER = re.compile(
    rf"(?<!\d )(?<!\d)\b(?:(?:{_WORD}|hundred|thousand|million)(?:[\s-]+(?:and\s+)?(?=(?:{_WORD}|hundred|thousand|million)\b))?)+\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b"
)

_HAN_DIGITS: Final = {
    char: value for value, char in enumerate("零一二三四五六七八九")
} | {"〇": 0, "两": 2, "兩": 2}  # fmt: skip
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_HAN_NUMBER = re.compile(f"[{''.join(_HAN_DIGITS)}{''.join(_HAN_UNITS)}]{{1,24}}")
_COUNTED = re.compile(
    r"\s?(?:个|個|元|块|塊|年|月|日|号|號|天|岁|歲|次|页|頁|份|人|名|米|公里|厘米|平方|层|層|楼|樓|点|點|分钟|小时|小時|周|倍|%|％)"
)

_MEASURES: Final = {
    alias: names.split()[0]
    for names in (
        "cm 厘米 公分 centimetre centimetres centimeter centimeters", "mm 毫米 millimetres millimeters",
        "km 公里 千米 kilometres kilometers", "m 米 metre metres meter meters", "kg 公斤 千克 kilos kilograms",
        "g 克 grams", "l 升 litre litres liter liters", "ml 毫升", "°c ℃ 摄氏度 degrees 度", "% 个百分点 percent",
        "gbp £ 英镑", "usd $ 美元", "eur € 欧元", "cny ¥ 元 块 yuan rmb", "min 分钟 minute minutes mins",
        "h 小时 小時 hour hours hrs", "d 天 day days", "week 周 星期 weeks", "month 个月 個月 months", "year 年 years",
    )
    for alias in names.split()
}  # fmt: skip
_MEASURE = "|".join(sorted(map(re.escape, _MEASURES), key=len, reverse=True))
_MEASURED = re.compile(rf"([£$€¥])?\s?(\d+(?:\.\d+)?)\s?({_MEASURE})?(?![a-z])", re.IGNORECASE)

_ORDINARY: Final = 2
"""One and two stand in too many phrases ("the two parties") to be a claim."""


def stated(text: str) -> frozenset[str]:
    """Every number that the text can be said to state, generously read."""
    text = _fold(text)
    months = {str(_month(match)) for match in _MONTH.finditer(text)}
    ordinals = {str(_ORDINALS[match.group().lower()]) for match in _ORDINAL.finditer(text)}
    han = {str(value) for match in _HAN_NUMBER.finditer(text) if (value := _han_value(match.group())) is not None}
    words = {str(_word_value(match.group())) for match in _WORD_NUMBER.finditer(text)}
    return frozenset(_digits(text) | months | ordinals | han | words)


def claimed(text: str) -> frozenset[str]:
    """The numbers that a sentence of an answer commits itself to: all digits, and words that clearly count."""
    text = _fold(text)
    months = {str(_month(match)) for match in _MONTH.finditer(text) if _beside_digit(text, match)}
    words = {_word_value(match.group()) for match in _WORD_NUMBER.finditer(text)}
    han = {
        value
        for match in _HAN_NUMBER.finditer(text)
        if (value := _han_value(match.group())) is not None and _counts(text, match)
    }
    return frozenset(_digits(text) | months | {str(value) for value in words | han if value > _ORDINARY})


def quantities(text: str) -> frozenset[str]:
    """Numbers with their unit in a form that Chinese and English share: 6厘米 and 6 cm are "6 cm"."""
    found = set()
    for before, number, after in _MEASURED.findall(_fold(text)):
        if unit := _MEASURES.get((before or after).lower()):
            found.add(f"{_plain(Decimal(number))} {unit}")
    return frozenset(found)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", _THOUSANDS.sub("", _NOT_NUMBERS.sub(" ", text)))


def _digits(text: str) -> set[str]:
    found: set[str] = set()
    for match in _DIGITS.finditer(text):
        number, *units = match.groups()
        unit = next((_UNITS[unit.strip().lower()] for unit in units if unit), 1)
        if number.count(".") > 1:
            found.update(_plain(Decimal(part)) for part in number.split("."))
        else:
            found.add(_plain(Decimal(number) if unit == 1 else Decimal(number) * unit))
    return found


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _month(match: re.Match[str]) -> int:
    return _MONTHS.index(match.group()[:3].lower()) + 1


def _beside_digit(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    return bool(re.search(r"\d(?:st|nd|rd|th)?(?:\s+of)?[\s-]*$", before) or re.match(r"[\s,.-]*\d", after))


def _word_value(text: str) -> int:
    total = current = 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in ("thousand", "million"):
            total += max(current, 1) * _UNITS[word]
            current = 0
    return total + current


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether Chinese numerals are a number here and not part of a word like 四川."""
    if text[: match.start()].endswith(("第", "星期", "周")):
        return False
    long = len(match.group()) > 1 and any(char in _HAN_UNITS for char in match.group())
    return long or bool(_COUNTED.match(text, match.end()))


def _han_value(text: str) -> int | None:
    """三千五 is 3500 as people say it; 二〇二四 is 2024; None for a unit that counts nothing (万万, 百)."""
    if all(char in _HAN_DIGITS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    if text[0] in _HAN_UNITS and text[0] != "十":
        return None
    total = section = digit = 0
    last_unit = 1
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
            last_unit = 1 if digit == 0 else last_unit
            continue
        unit = _HAN_UNITS[char]
        if unit >= 10_000:
            total += (section + digit) * unit
            section = 0
        else:
            section += (digit or 1) * unit
        digit, last_unit = 0, unit
    return total + section + digit * max(1, last_unit // 10 if last_unit > 10 else 1)
