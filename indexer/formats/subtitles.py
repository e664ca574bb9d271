"""Subtitles and lyrics: SubRip, WebVTT, (Advanced) SubStation Alpha, LRC."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.kinds import extension_of
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("srt", "vtt", "ass", "ssa", "lrc"))
_TIMING = re.compile(r"\s*(\d{1,4}:)?(\d{1,2}):(\d{1,2})[,.:](\d{1,3})\s*-->")
_LYRIC_TIME = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_LYRIC_TAG = re.compile(r"\[([a-z]{2,6}):([^\]]*)\]\s*$", re.IGNORECASE)
_WORD_TIME = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})*>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\{\\[^{}]{0,500}\}|\{[YyCcFfSsPp]:[^{}]{0,100}\}")
_EVENT_FIELDS = "layer,start,end,style,name,marginl,marginr,marginv,effect,text"
_CLOCK = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})[.:](\d{1,3})")
_SILENT_BLOCKS = ("NOTE", "STYLE", "REGION")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield what is said or sung with the time it begins at; a line that is repeated at once comes once."""
    text, cut = read_text(path, limits)
    last = ""
    for time, line in _cues(text, extension_of(info.name or path.name), info):
        if line and line != last:
            yield Segment(line, Anchor() if time is None else Anchor(time=time))
        last = line
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _cues(text: str, extension: str, info: DocumentInfo) -> Iterator[tuple[float | None, str]]:
    """By what is in it: players believe the content, too, not the name."""
    if "\nDialogue:" in text or text.startswith("[Script Info]"):
        return _events(text, info)
    if " -->" in text or "-->" in text[:4000]:
        return _blocks(text)
    if extension == "lrc" or _LYRIC_TIME.search(text[:4000]):
        return _lyrics(text, info)
    return ((None, line.strip()) for line in text.split("\n"))


def _blocks(text: str) -> Iterator[tuple[float | None, str]]:
    """SubRip and WebVTT: a line with the times, then the text to the next empty line."""
    time: float | None = None
    said: list[str] = []
    silent = False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if match := _TIMING.match(line):
            yield time, " ".join(said)
            hours, minutes, seconds, fraction = match.groups()
            time, said, silent = _seconds((hours or "0").rstrip(":"), minutes, seconds, fraction), [], False
        elif not line.strip():
            silent = False
        elif line.startswith(_SILENT_BLOCKS) or line.startswith("WEBVTT"):
            silent = True
        elif not silent and not _is_name_of_cue(lines, number):
            said.append(_plain(line))
    yield time, " ".join(filter(None, said))


def _is_name_of_cue(lines: list[str], number: int) -> bool:
    return number + 1 < len(lines) and _TIMING.match(lines[number + 1]) is not None


def _events(text: str, info: DocumentInfo) -> Iterator[tuple[float | None, str]]:
    fields = _EVENT_FIELDS.split(",")
    in_events = False
    for line in text.split("\n"):
        if line.startswith("["):
            in_events = line.lower().startswith("[events]")
        key, _, value = line.partition(":")
        if key == "Title":
            info.title = value.strip()
        elif key == "Format" and in_events:
            fields = [field.strip().lower() for field in value.split(",")]
        elif key == "Dialogue":
            yield _event(dict(zip(fields, value.split(",", len(fields) - 1), strict=False)))


def _event(event: dict[str, str]) -> tuple[float | None, str]:
    clock = _CLOCK.search(event.get("start", ""))
    said = _plain(event.get("text", "").replace("\\N", " ").replace("\\n", " ").replace("\\h", " "))
    speaker = event.get("name", event.get("actor", "")).strip()
    return _seconds(*clock.groups()) if clock else None, f"{speaker}: {said}" if speaker and said else said


def _lyrics(text: str, info: DocumentInfo) -> Iterator[tuple[float | None, str]]:
    """In the order of the text: a refrain stands where it is first sung."""
    for line in text.split("\n"):
        times = _LYRIC_TIME.findall(line)
        if times:
            minutes, seconds, fraction = times[0]
            yield _seconds("0", minutes, seconds, fraction), _plain(_LYRIC_TIME.sub("", line))
        elif match := _LYRIC_TAG.match(line):
            tag, value = match[1].lower(), match[2].strip()
            info.title = value if tag == "ti" else info.title
            info.author = value if tag == "ar" else info.author
            yield None, value if tag in {"ti", "ar", "al", "au", "by"} else ""
        else:
            yield None, _plain(line)


def _seconds(hours: str, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def _plain(line: str) -> str:
    text = _VOICE.sub(r"\1: ", _WORD_TIME.sub("", line))
    return " ".join(html.unescape(_MARKUP.sub("", text)).split())
