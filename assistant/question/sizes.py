"""Sizes of files in a query: "over 5 MB", "大于5M", "1-5 GB"."""

from __future__ import annotations

import re

from assistant.question.sketch import F, K, Sketch, Sort, W

Bounds = tuple[int | None, int | None]
"""Smallest and largest size in bytes, both included; None is open."""

_POWERS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "兆": 2, "字": 0, "千": 1}
_NUMBER = r"(\d{1,9}(?:\.\d{1,6})?)"
_UNIT = r"([kmgt]i?b|bytes?|kilobytes?|megabytes?|gigabytes?|terabytes?|megs?|gigs?|字节|千字节|兆(?!瓦|赫|欧|歐|帕|比)字?节?|[kmgt](?![a-z]))"
_AMOUNT = rf"{_NUMBER}\s?{_UNIT}(?![A-Za-z0-9])"
_OVER = r"(?:(?:is |are |that's )?(?:over|above|more than|larger than|bigger than|greater than|at least|exceeding|heavier than)|>=?|≥|大于等于|大于|大於|超过|超過|多于|高于|不小于|不少于|至少)"
_UNDER = r"(?:(?:is |are |that's )?(?:under|below|less than|smaller than|lighter than|at most|up to|no more than)|<=?|≤|小于等于|小于|小於|少于|低于|不到|不超过|不超過|不大于|至多)"
_AROUND = r"(?:about|around|roughly|approximately|大约|大概|约)"

_MORE = re.compile(rf"{_OVER}\s?{_AMOUNT}(?:\s?(?:in size|large|big|以上))?(?:的)?", re.IGNORECASE)
_LESS = re.compile(rf"{_UNDER}\s?{_AMOUNT}(?:\s?(?:in size|以下))?(?:的)?", re.IGNORECASE)
_MORE_AFTER = re.compile(rf"{_AMOUNT}\s?(?:以上|\+|or (?:more|larger|bigger|above))(?:的)?", re.IGNORECASE)
_LESS_AFTER = re.compile(rf"{_AMOUNT}\s?(?:以下|以内|以內|之内|or (?:less|smaller|below))(?:的)?", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?:between\s|from\s|在)?{_NUMBER}\s?{_UNIT}?\s?(?:-|–|~|to|and|到|至)\s?{_AMOUNT}(?:\s?之间)?(?:的)?",
    re.IGNORECASE,
)
_NEAR = re.compile(rf"{_AROUND}\s?{_AMOUNT}(?:的)?", re.IGNORECASE)
_NEAR_AFTER = re.compile(rf"{_AMOUNT}\s?左右(?:的)?", re.IGNORECASE)
_EXACT = re.compile(rf"^([<>]=?)?{_NUMBER}({_UNIT[1:-1]}|b)?$", re.IGNORECASE)
_ABOUT_FILES = re.compile(rf"{K}|{W}|{F}|files?(?![a-z])|things|文件|檔案|档案|东西", re.IGNORECASE)


def mark_sizes(sketch: Sketch) -> None:
    """Fold every size with its comparison."""
    files = bool(_ABOUT_FILES.search(sketch.text))
    sketch.mark(Sort.SIZE, _BETWEEN, lambda m: _between(m, files=files))
    for pattern in (_MORE, _MORE_AFTER):
        sketch.mark(Sort.SIZE, pattern, lambda m: _least(m, files=files))
    for pattern in (_LESS, _LESS_AFTER):
        sketch.mark(Sort.SIZE, pattern, lambda m: _most(m, files=files))
    if files:
        for pattern in (_NEAR, _NEAR_AFTER):
            sketch.mark(Sort.SIZE, pattern, _near)


def _amount(number: str, unit: str, *, thousand: int) -> int:
    return min(int(float(number) * thousand ** _POWERS[unit[0].lower()]), 2**62)


def _said_of_files(unit: str, *, files: bool) -> bool:
    """A lone letter is a size for files only: "over 5k" is money, "5 m" a length."""
    return files or len(unit) > 1 or unit in "MGT兆"


# The user may count in thousands or in 1024s: a lower bound takes the smaller, an upper bound the larger reading.
def _least(m: re.Match[str], *, files: bool) -> Bounds | None:
    return (_amount(m[1], m[2], thousand=1000), None) if _said_of_files(m[2], files=files) else None


def _most(m: re.Match[str], *, files: bool) -> Bounds | None:
    return (None, _amount(m[1], m[2], thousand=1024)) if _said_of_files(m[2], files=files) else None


def _between(m: re.Match[str], *, files: bool) -> Bounds | None:
    if not _said_of_files(m[4], files=files):
        return None
    low, high = _amount(m[1], m[2] or m[4], thousand=1000), _amount(m[3], m[4], thousand=1024)
    return (low, high) if low <= high else None


def _near(m: re.Match[str]) -> Bounds:
    return int(_amount(m[1], m[2], thousand=1000) * 0.7), int(_amount(m[1], m[2], thousand=1024) * 1.3)


def exact_size(text: str) -> Bounds | None:
    """Bounds of an operator's value: `>5mb`, `<=100k`, `5mb..1gb`, `700` (about as much); None when it is none."""
    low, dots, high = text.partition("..")
    if dots:
        least, most = _EXACT.match(low), _EXACT.match(high)
        if not (least and most):
            return None
        return (_amount(least[2], least[3] or "b", thousand=1000), _amount(most[2], most[3] or "b", thousand=1024))
    found = _EXACT.match(text)
    if not found:
        return None
    sign, number, unit = found[1] or "", found[2], found[3] or "b"
    if sign.startswith(">"):
        return _amount(number, unit, thousand=1000), None
    if sign.startswith("<"):
        return None, _amount(number, unit, thousand=1024)
    return int(_amount(number, unit, thousand=1000) * 0.95), int(_amount(number, unit, thousand=1024) * 1.05)


def met(bounds: list[Bounds]) -> Bounds | None:
    """What meets all of the bounds; None for none. Bounds that contradict each other are kept: nothing fits."""
    lows = [low for low, _ in bounds if low is not None]
    highs = [high for _, high in bounds if high is not None]
    return (max(lows, default=None), min(highs, default=None)) if lows or highs else None
