"""Mailboxes in one file (mbox, RFC 4155): each message is a file inside it, as if it lay there as .eml."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.mail import decode_header
from indexer.formats.member_names import cleaned
from indexer.model import DocumentInfo, Member

EXTENSIONS = frozenset(("mbox", "mbx"))
SEPARATOR = re.compile(rb"From \S*.{0,200}\b(?:\d\d:\d\d|\d{4})\b")
"""A line that begins a message: sender and time, as `mail` writes them. Other lines that begin with "From " are text."""
_BLOCK_BYTES = 1 << 20
_HEADER_BYTES = 64 << 10
_NAME_CHARACTERS = 120


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Member]:
    """Yield the messages, last ones first: new ones are put at the end."""
    del info, limits
    borders = [*_beginnings(path), path.stat().st_size]
    for start, end in reversed([*pairwise(borders)]):
        yield _message(path, start, end)


def _beginnings(path: Path) -> Iterator[int]:
    position, after_blank = 0, True
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_BLOCK_BYTES), b""):
            if after_blank and SEPARATOR.match(line):
                yield position
            after_blank = not line.strip(b"\r\n")
            position += len(line)


def _message(path: Path, start: int, end: int) -> Member:
    with path.open("rb") as file:
        file.seek(start)
        separator = file.readline(_HEADER_BYTES)
        head = file.read(min(_HEADER_BYTES, end - start))
    begin = start + len(separator)
    fields = _fields(head)
    name = _name(fields.get("subject", "") or fields.get("from", "") or "message")
    return Member(name, end - begin, _time(fields.get("date", "")), _content(path, begin, end))


def _fields(head: bytes) -> dict[str, str]:
    """The header fields by name in lower case, the first of each name, bytes beyond ASCII as surrogates."""
    text = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].decode("ascii", "surrogateescape")
    lines = re.sub(r"\r?\n[ \t]+", " ", text).splitlines()
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _name(subject: str) -> str:
    words = re.sub(r"[/\\:]+", " ", decode_header(subject))
    return f"{cleaned(words)[:_NAME_CHARACTERS].strip() or 'message'}.eml"


def _time(date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _content(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while (left := end - file.tell()) > 0 and (block := file.read(min(left, _BLOCK_BYTES))):
            yield block
