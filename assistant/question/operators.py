"""Operators: `ext:pdf`, `kind:photo`, `in:Taxes`, `after:2024-01-01`, `before:last week`, `size:>5mb`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from assistant.question.dates import only_period
from assistant.question.kind_words import KindWord, extension_named, kind_named
from assistant.question.periods import Calendar
from assistant.question.sizes import Bounds, exact_size

_OPERATOR = re.compile(
    r"""(?<!\S)(?P<name>ext|extension|kind|type|filetype|in|folder|path|after|since|before|until|modified|date|size)
    [:：](?P<value>"[^"]{1,200}"|[^\s"]+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(slots=True)
class Operators:
    """What operators said."""

    kinds: list[KindWord] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    sizes: list[Bounds] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)


def take_operators(text: str, calendar: Calendar) -> tuple[str, Operators]:
    """Text without its operators, and what they said; one that makes no sense stays in the text."""
    found = Operators()

    def taken(match: re.Match[str]) -> str:
        value = match["value"].strip('"').strip()
        return " " if _take(match["name"].lower(), value, calendar, found) else match[0]

    return _OPERATOR.sub(taken, text), found


def _take(name: str, value: str, calendar: Calendar, found: Operators) -> bool:
    if name in ("ext", "extension", "filetype"):
        return _take_kinds(value, extension_named, found)
    if name in ("kind", "type"):
        return _take_kinds(value, kind_named, found)
    if name in ("in", "folder", "path"):
        return _take_folder(value, found)
    if name == "size":
        return _take_size(value, found)
    return _take_date(name, value, calendar, found)


def _take_kinds(value: str, named: Callable[[str], KindWord | None], found: Operators) -> bool:
    words = [named(name) for name in re.split(r"[,，;|]", value) if name.strip()]
    known = [word for word in words if word]
    if not known or len(known) < len(words):
        return False
    found.kinds += known
    return True


def _take_folder(value: str, found: Operators) -> bool:
    name = value.strip("/\\")
    found.folders += [name] if name else []
    return bool(name)


def _take_size(value: str, found: Operators) -> bool:
    bounds = exact_size(value.replace(" ", ""))
    found.sizes += [bounds] if bounds else []
    return bool(bounds)


def _take_date(name: str, value: str, calendar: Calendar, found: Operators) -> bool:
    period = only_period(value, calendar)
    if period is None or period.open:
        return False
    assert period.start
    assert period.end
    if name in ("after", "since"):
        found.starts.append(period.start)
    elif name == "before":
        found.ends.append(period.start)
    elif name == "until":
        found.ends.append(period.end)
    else:
        found.starts.append(period.start)
        found.ends.append(period.end)
    return True
