"""Calendars: appointments, tasks and journals (iCalendar)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.content_lines import Property, properties
from indexer.formats.encoding import read_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("ics", "ical", "vcs"))
_ENTRIES = frozenset(("VEVENT", "VTODO", "VJOURNAL"))
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z)?)?")
_REPEATS = {"DAILY": "daily 每天", "WEEKLY": "weekly 每周", "MONTHLY": "monthly 每月", "YEARLY": "yearly 每年"}
_MOST_PEOPLE = 50

Entry = dict[str, list[Property]]


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield each entry as a record: what, when, where, who; then its description."""
    text, cut = read_text(path, limits)
    for line, entry in _entries(text, info):
        info.title = info.title or _first(entry, "SUMMARY")
        yield from _record(line, entry)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _entries(text: str, info: DocumentInfo) -> Iterator[tuple[int, Entry]]:
    """`(first line, properties by name)`; what lies inside an entry (alarms) and between entries is left out."""
    inside: list[str] = []
    first, entry = 1, Entry()
    for prop in properties(text):
        if prop.name == "BEGIN":
            inside.append(prop.value.strip().upper())
            if inside[-1] in _ENTRIES:
                first, entry = prop.line, Entry()
        elif prop.name == "END" and inside:
            if inside.pop() in _ENTRIES:
                yield first, entry
        elif inside and inside[-1] in _ENTRIES:
            entry.setdefault(prop.name, []).append(prop)
        elif prop.name == "X-WR-CALNAME":
            info.title = prop.text
    if inside and inside[-1] in _ENTRIES:
        yield first, entry  # the file was cut off


def _record(line: int, entry: Entry) -> Iterator[Segment]:
    parts = [
        _first(entry, "SUMMARY"),
        _when(entry),
        _first(entry, "LOCATION"),
        _people(entry),
        _first(entry, "CATEGORIES"),
        _first(entry, "URL"),
    ]
    if head := " · ".join(" ".join(part.split()) for part in parts if part):
        yield Segment(head, Anchor(line=line))
    for prop in [*entry.get("DESCRIPTION", ()), *entry.get("COMMENT", ())]:
        if prop.text:
            yield Segment(" ".join(prop.text.split()), Anchor(line=prop.line))


def _first(entry: Entry, name: str) -> str:
    return entry[name][0].text if name in entry else ""


def _when(entry: Entry) -> str:
    """As in "2026-11-12 10:00–11:30", "2026-11-12 – 2026-11-14" for whole days, "due 2026-11-12"."""
    start, end = _moment(entry, "DTSTART"), _moment(entry, "DTEND")
    due = _moment(entry, "DUE")
    shown = _span(start, end) if start else f"due {_show(due)}" if due else ""
    repeats = re.search(r"FREQ=(\w+)", _first(entry, "RRULE"))
    return f"{shown} {_REPEATS.get(repeats[1], '')}".strip() if repeats else shown


def _span(start: date, end: date | None) -> str:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return f"{_show(start)}–{end:%H:%M}" if start.date() == end.date() else f"{_show(start)} – {_show(end)}"
    if isinstance(end, datetime) or end is None or isinstance(start, datetime):
        return _show(start)
    last = end - timedelta(days=1)  # an end of whole days is the first one that is not part of them
    return f"{_show(start)} – {_show(last)}" if last > start else _show(start)


def _show(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"


def _moment(entry: Entry, name: str) -> date | None:
    """Times of other zones as they are written there; universal time becomes this computer's."""
    match = _MOMENT.match(_first(entry, name))
    if match is None:
        return None
    year, month, day, hour, minute, universal = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001 - of the place where it happens
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None) if universal else moment
    except (ValueError, OverflowError):
        return None


def _people(entry: Entry) -> str:
    people = [*entry.get("ORGANIZER", ()), *entry.get("ATTENDEE", ())][:_MOST_PEOPLE]
    shown = (_person(prop) for prop in people)
    return ", ".join(dict.fromkeys(person for person in shown if person))


def _person(prop: Property) -> str:
    address = re.sub(r"^mailto:", "", prop.text, flags=re.IGNORECASE)
    name = prop.parameters.get("cn", "").strip()
    return f"{name} <{address}>" if name and "@" in address and name != address else name or address
