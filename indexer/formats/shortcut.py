"""Shortcuts of Windows, macOS and Linux by what they lead to; nothing is followed or opened."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode, decode_labelled, read_capped
from indexer.formats.headings import one_line
from indexer.formats.plist import load
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("url", "website", "webloc", "desktop", "lnk"))
SHELL_LINK = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F"
"""[MS-SHLLINK] 2.1: size of the header and class identifier."""
BOOKMARK = b"book\0\0\0\0mark\0\0\0\0"
"""The content of an alias that the Finder makes."""
_MOST_BYTES = 1 << 20
_TARGET_CHARACTERS = 1_000
_ID_LIST, _LINK_INFO, _UNICODE = 0x1, 0x2, 0x80
_STRINGS = ((0x4, "description"), (0x8, "relative"), (0x10, "folder"), (0x20, "arguments"))
_ENTRY = re.compile(r"^(Name|GenericName|Comment|Keywords|URL|Exec|BASEURL)(?:\[[\w@.-]+\])?\s*=\s*(.+)$", re.MULTILINE)
_STRING, _PATH_OF_TARGET, _CONTENTS = 0x0101, 0x1004, 0xFFFF_FFFE


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield what the shortcut says of its target, the target's name first."""
    del limits
    data, _ = read_capped(path, _MOST_BYTES)
    try:
        said = _said(path, data)
    except (struct.error, IndexError, ValueError) as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error
    said = [text for text in dict.fromkeys(one_line(unquote(text), _TARGET_CHARACTERS) for text in said) if text]
    if said:
        info.title = said[0]
        yield Segment("\n".join(("Shortcut 快捷方式", *said)))


def _said(path: Path, data: bytes) -> list[str]:
    if data.startswith(SHELL_LINK):
        return _of_shell_link(data)
    if data.startswith(BOOKMARK):
        return _of_bookmark(data)
    if data.startswith(b"bplist") or b"<plist" in data[:1000]:
        tree = load(path)
        return [str(tree["URL"])] if isinstance(tree, dict) and "URL" in tree else []
    return [value.strip() for _, value in _ENTRY.findall(decode(data))]


def _of_shell_link(data: bytes) -> list[str]:
    """[MS-SHLLINK] 2.1 to 2.4: the path in the link's information, and the strings that follow it."""
    (flags,) = struct.unpack_from("<I", data, 20)
    position, target = 76, ""
    if flags & _ID_LIST:
        position += 2 + struct.unpack_from("<H", data, position)[0]
    if flags & _LINK_INFO:
        (size,) = struct.unpack_from("<I", data, position)
        target = _local_path(data[position : position + size])
        position += size
    strings = _strings(data, position, flags)
    name = re.split(r"[\\/]", target or strings.get("relative", ""))[-1]
    return [name, target or strings.get("relative", ""), strings.get("description", ""), strings.get("arguments", "")]


def _strings(data: bytes, position: int, flags: int) -> dict[str, str]:
    found = {}
    width = 2 if flags & _UNICODE else 1
    for flag, name in _STRINGS:
        if flags & flag:
            end = position + 2 + struct.unpack_from("<H", data, position)[0] * width
            raw = data[position + 2 : end]
            found[name] = raw.decode("utf-16-le", "replace") if width == 2 else decode_labelled(raw, "")
            position = end
    return found


def _local_path(link_info: bytes) -> str:
    _, header, has, _, base, _, suffix = struct.unpack_from("<7I", link_info)
    if not has & 1:
        return ""
    if header >= 36:
        base, suffix = struct.unpack_from("<2I", link_info, 28)
        return _text_at(link_info, base, wide=True) + _text_at(link_info, suffix, wide=True)
    return _text_at(link_info, base, wide=False) + _text_at(link_info, suffix, wide=False)


def _text_at(data: bytes, start: int, *, wide: bool) -> str:
    if not wide:
        return decode_labelled(data[start : data.index(b"\0", start)], "")
    return data[start:].decode("utf-16-le", "replace").split("\0", 1)[0]


def _of_bookmark(data: bytes) -> list[str]:
    """Items are length, type, content; the table of contents leads to the names of the folders on the way."""
    (start,) = struct.unpack_from("<I", data, len(BOOKMARK))
    (contents,) = struct.unpack_from("<I", data, start)
    at = start + contents
    _, magic, _, _, count = struct.unpack_from("<5I", data, at)
    if magic != _CONTENTS:
        raise ValueError("no table of contents")
    for entry in range(min(count, 1_000)):
        key, offset = struct.unpack_from("<2I", data, at + 20 + 12 * entry)
        if key == _PATH_OF_TARGET:
            length, _ = struct.unpack_from("<2I", data, start + offset)
            names = struct.unpack_from(f"<{min(length // 4, 200)}I", data, start + offset + 8)
            parts = [_bookmark_text(data, start + name) for name in names]
            return [*parts[-1:], "/" + "/".join(parts)]
    return []


def _bookmark_text(data: bytes, at: int) -> str:
    length, kind = struct.unpack_from("<2I", data, at)
    return data[at + 8 : at + 8 + length].decode("utf-8", "replace") if kind == _STRING else ""
