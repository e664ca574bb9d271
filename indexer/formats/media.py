"""Sound and film: tags, length, when it was recorded, lyrics."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tinytag import TinyTag, TinyTagException, UnsupportedFormatError

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode
from indexer.formats.headings import one_line
from indexer.formats.media_boxes import FilmFacts, film_facts
from indexer.formats.moments import spoken_duration, spoken_moment
from indexer.kinds import kind_of
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(
    "mp3 mp2 wav flac ogg oga opus m4a m4b aac wma aif aiff aifc mp4 m4v mov 3gp mkv webm mka avi wmv".split()
)
_VALUE_CHARACTERS = 500
_LYRICS_CHARACTERS = 20_000
_LONGEST_S = 1e6
_EARLIEST_YEAR = 1970
"""Devices whose clock was never set say 1904, or 2001 in Matroska; nothing digital is older than this."""
_SHOWN = ("title", "artist", "albumartist", "album", "composer", "year", "genre", "comment")
_UNKNOWN_GENRES = frozenset(("other", "unknown", "255", "none"))


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield one short text with everything that is known, then the lyrics."""
    del limits
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        film = film_facts(file, size)
        file.seek(0)
        tag = _tags(file, known=film.duration > 0 or film.width > 0)
    values = {name: getattr(film, name, "") or _value(tag, name) for name in _SHOWN}
    info.title = values["title"]
    info.author = values["artist"] or values["albumartist"]
    created = film.created if film.created and film.created.year > _EARLIEST_YEAR else None
    info.created = created.timestamp() if created else None
    yield Segment(_description(info.name or path.name, values, _duration(tag, film), film, created))
    if lyrics := _lyrics(tag):
        yield Segment(repaired(lyrics)[:_LYRICS_CHARACTERS])


def _tags(file: BinaryIO, *, known: bool) -> TinyTag:
    """`known`: the file is what it says, whatever becomes of its tags."""
    try:
        return TinyTag.get(file_obj=file)
    except UnsupportedFormatError as error:
        if not known:
            raise UnreadableDocument(Reason.UNSUPPORTED, str(error)) from error
    except (
        TinyTagException,
        OSError,
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        ArithmeticError,
        RecursionError,
    ) as error:
        if not known:
            raise UnreadableDocument(Reason.BROKEN, f"{type(error).__name__}: {error}") from error
    return TinyTag()


def _value(tag: TinyTag, name: str) -> str:
    value = getattr(tag, name, None)
    text = one_line(repaired(str(value)), _VALUE_CHARACTERS) if value else ""
    return "" if name == "genre" and text.lower() in _UNKNOWN_GENRES else text


def repaired(text: str) -> str:
    """Undo that Chinese bytes were taken for Latin letters, as ID3 says they are."""
    if text.isascii() or max(text) > "\xff":
        return text
    raw = text.encode("latin-1")
    try:
        guess = decode(raw)
    except UnreadableDocument:
        return text
    han = sum("\u4e00" <= char <= "\u9fff" for char in guess)
    foreign = sum(not char.isascii() for char in guess)
    return guess if han and han * 2 >= foreign and "\ufffd" not in guess else text


def _duration(tag: TinyTag, film: FilmFacts) -> float:
    seconds = film.duration or tag.duration or 0.0
    return seconds if math.isfinite(seconds) and 0 < seconds < _LONGEST_S else 0.0


def _description(name: str, values: dict[str, str], duration: float, film: FilmFacts, created: datetime | None) -> str:
    is_film = film.width > 0 or kind_of(name) == "video"
    kind = "Video 视频" if is_film else "Song 歌曲" if values["artist"] or values["album"] else "Audio 音频"
    first = [kind, spoken_duration(duration) if duration else "", f"{film.width} × {film.height}" if film.width else ""]
    if created:
        english, chinese = spoken_moment(created.astimezone())
        first.append(f"recorded {english} 录制于{chinese}")
    told = dict.fromkeys(one_line(value, _VALUE_CHARACTERS) for value in (*values.values(), film.place) if value)
    return "\n".join((" · ".join(filter(None, first)), *told))


def _lyrics(tag: TinyTag) -> str:
    other: dict[str, list[Any]] = tag.other
    return "\n".join(map(str, other.get("lyrics", ())))
