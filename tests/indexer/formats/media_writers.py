"""Shortcuts, pictures, sound and film for the table of documents."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from indexer.formats.shortcut import BOOKMARK, SHELL_LINK


def shell_link(target: str, description: str) -> bytes:
    """A link of Windows with the target in its LinkInfo, in both of its forms, and a description."""
    ansi = target.encode("gbk") + b"\0"
    wide = target.encode("utf-16-le") + b"\0\0"
    header = 36
    info = struct.pack("<7I", 0, header, 1, 0, header, 0, header + len(ansi) + len(wide))
    info += struct.pack("<2I", header + len(ansi), header + len(ansi) + len(wide)) + ansi + wide + b"\0\0"
    info = struct.pack("<I", len(info)) + info[4:]
    flags = 0x2 | 0x4 | 0x80
    name = struct.pack("<H", len(description)) + description.encode("utf-16-le")
    return (SHELL_LINK + struct.pack("<I", flags)).ljust(76, b"\0") + info + name


def bookmark(parts: Sequence[str]) -> bytes:
    """An alias of the Finder to the file that `parts` lead to."""
    items, offsets = b"\0\0\0\0", []
    for part in parts:
        raw = part.encode()
        offsets.append(len(items))
        items += struct.pack("<2I", len(raw), 0x0101) + raw + b"\0" * (-len(raw) % 4)
    path_at = len(items)
    items += struct.pack(f"<2I{len(offsets)}I", 4 * len(offsets), 0x0601, *offsets)
    contents = struct.pack("<5I", 12, 0xFFFF_FFFE, 1, 0, 1) + struct.pack("<3I", 0x1004, path_at, 0)
    data = struct.pack("<I", len(items)) + items[4:] + contents
    return (BOOKMARK + struct.pack("<2I", 0x38, 0x38)).ljust(0x38, b"\0") + data


# -- sound and film


def mp3(frames: dict[str, bytes]) -> bytes:
    """A second of silence with ID3v2.3 frames; each value begins with the byte for its encoding."""
    body = b"".join(name.encode() + struct.pack(">IH", len(value), 0) + value for name, value in frames.items())
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    silence = b"\xff\xfb\x90\x00".ljust(417, b"\0")  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz
    return b"ID3\3\0\0" + size + body + silence * 38


def wave(seconds: int, **info: bytes) -> bytes:
    """Silence with the names that RIFF gives to tags (INAM, IART)."""
    rate = 8_000
    tags = b"INFO" + b"".join(_chunk(name.encode(), value + b"\0") for name, value in info.items())
    layout = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
    body = b"WAVE" + _chunk(b"fmt ", layout) + _chunk(b"LIST", tags) + _chunk(b"data", b"\x80" * rate * seconds)
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def box(name: bytes, *contents: bytes) -> bytes:
    """A box of an MP4 file."""
    data = b"".join(contents)
    return struct.pack(">I4s", 8 + len(data), name) + data


def mp4(created: int, seconds: int, title: str) -> bytes:
    """A film without a picture in it; `created` in seconds since 1904."""
    header = struct.pack(">4I", created, created, 1_000, seconds * 1_000)
    track = bytes(76) + struct.pack(">2I", 1920 << 16, 1080 << 16)
    text = box(b"data", struct.pack(">2I", 1, 0), title.encode())
    tags = box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"\xa9nam", text))))
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+59.9139+010.7522/"))
    movie = box(b"moov", box(b"mvhd", bytes(4), header, bytes(80)), box(b"trak", box(b"tkhd", track)), tags, place)
    return box(b"ftyp", b"isom\0\0\0\0mp42") + movie + box(b"mdat", bytes(100))


def element(identifier: int, data: bytes) -> bytes:
    """An element of a Matroska file."""
    size = (len(data) | 1 << 56).to_bytes(8, "big")
    return identifier.to_bytes((identifier.bit_length() + 7) // 8, "big") + size + data


def matroska(seconds: float, title: str) -> bytes:
    """A film made on the last second of 2023-12-31 (UTC)."""
    made = int((1_704_067_199 - 978_307_200) * 1e9).to_bytes(8, "big", signed=True)
    about = element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + element(0x4489, struct.pack(">d", seconds * 1_000))
    about += element(0x4461, made) + element(0x7BA9, title.encode())
    picture = element(0xE0, element(0xB0, (1280).to_bytes(2, "big")) + element(0xBA, (720).to_bytes(2, "big")))
    tracks = element(0x1654AE6B, element(0xAE, picture))
    return element(0x1A45DFA3, element(0x4282, b"matroska")) + element(
        0x18538067, element(0x1549A966, about) + tracks + element(0x1F43B675, bytes(50))
    )


def avi(frames: int, title: bytes) -> bytes:
    """A film of 25 pictures a second."""
    header = struct.pack("<10I", 40_000, 0, 0, 0, frames, 0, 0, 0, 640, 480) + bytes(16)
    lists = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", header)) + _chunk(b"LIST", b"INFO" + _chunk(b"INAM", title))
    return _chunk(b"RIFF", b"AVI " + lists + _chunk(b"LIST", b"movi"))


def nested_boxes(depth: int) -> bytes:
    """Boxes in boxes."""
    data = b""
    for _ in range(depth):
        data = box(b"moov", data)
    return box(b"ftyp", b"qt  ") + data


# -- binary property lists


def plist_bomb(levels: int) -> bytes:
    """Lists that hold the same list twice, again and again: two to the power of `levels` strings."""
    return _binary_plist([b"\x52ha", *(bytes((0xA2, number, number)) for number in range(levels))])


def plist_loop() -> bytes:
    """A list that holds itself."""
    return _binary_plist([b"\xa1\0"])


def _binary_plist(objects: Sequence[bytes]) -> bytes:
    """A list of one-byte references; the last object is the outermost."""
    data, offsets = b"bplist00", []
    for item in objects:
        offsets.append(len(data))
        data += item
    table = b"".join(struct.pack(">H", offset) for offset in offsets)
    return data + table + struct.pack(">6xBBQQQ", 2, 1, len(objects), len(objects) - 1, len(data))
