"""Compound files ([MS-CFB]): the container of Office documents before 2007 and of Outlook messages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Self

import olefile

from indexer.errors import UnreadableDocument
from indexer.formats.codepages import codec_of, decode_as
from indexer.formats.package import fill_info
from indexer.model import DocumentInfo, Reason

_SUMMARY = "\x05SummaryInformation"
_CODE_PAGE, _TITLE, _AUTHOR, _CREATED = 1, 2, 4, 12
_EPOCH_SECONDS = 11_644_473_600
"""From 1601, where Windows counts from, to 1970."""
_STREAM_BYTES = 400 << 20


class Compound:
    """An open compound file. Raises `UnreadableDocument` for broken ones."""

    def __init__(self, source: Path | bytes) -> None:
        self._file = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        try:
            self._ole = olefile.OleFileIO(self._file)
            self._entries = [tuple(entry) for entry in self._ole.listdir(streams=True, storages=True)]
        except (OSError, ValueError, IndexError) as error:
            self._file.close()
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._ole.close()
        self._file.close()

    def entries(self, *storage: str) -> list[str]:
        """The names of the streams and storages right below a storage; none names the root."""
        depth = len(storage)
        return [entry[depth] for entry in self._entries if len(entry) == depth + 1 and entry[:depth] == storage]

    def size(self, *name: str) -> int:
        """Bytes of a stream; 0 when there is none of this name."""
        return int(self._ole.get_size(list(name))) if self._ole.exists(list(name)) else 0

    def read(self, *name: str) -> bytes:
        """All bytes of a stream; empty when there is none of this name, what is left of it when it is damaged."""
        size = self.size(*name)
        if size == 0:
            return b""
        if size > _STREAM_BYTES:
            raise UnreadableDocument(Reason.TOO_LARGE, f"{name[-1]} is larger than the limit")
        try:
            data: bytes = self._ole.openstream(list(name)).read()
        except OSError:
            return b""
        return data

    def fill_info(self, info: DocumentInfo) -> None:
        """Take title, author and time of creation from the summary ([MS-OLEPS] 3.1)."""
        if not self._ole.exists(_SUMMARY):
            return
        try:
            properties = self._ole.getproperties(_SUMMARY)
        except (OSError, ValueError, TypeError, LookupError, OverflowError):
            return
        codec = codec_of(int(properties.get(_CODE_PAGE) or 1252) & 0xFFFF)
        fill_info(
            info, {"title": _text(properties.get(_TITLE), codec), "creator": _text(properties.get(_AUTHOR), codec)}
        )
        seconds = properties.get(_CREATED)
        info.created = (
            float(seconds - _EPOCH_SECONDS) if isinstance(seconds, int) and seconds > _EPOCH_SECONDS else None
        )


def _text(value: Any, codec: str) -> str:
    text = decode_as(codec, value) if isinstance(value, bytes) else value if isinstance(value, str) else ""
    return text.replace("\0", "")


def unix_time(filetime: int) -> float | None:
    """Seconds since the epoch for a Windows time in units of 100 ns since 1601; None for what is before 1970."""
    seconds = filetime / 10_000_000 - _EPOCH_SECONDS
    return seconds if 0 < seconds < 1e11 else None
