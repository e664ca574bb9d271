"""Windows code pages and font character sets, as the older Office formats name them."""

from __future__ import annotations

import codecs
import re

from indexer.formats.encoding import detect_encoding

_BY_NUMBER = {
    936: "gb18030", 950: "big5hkscs", 1200: "utf-16-le", 1201: "utf-16-be", 10000: "mac-roman", 10001: "shift-jis",
    10002: "big5", 10003: "euc-kr", 10008: "gb2312", 20127: "latin-1", 20936: "gb2312", 28591: "latin-1",
    50220: "iso2022-jp", 51932: "euc-jp", 51936: "gb18030", 51949: "euc-kr", 52936: "hz", 54936: "gb18030",
    65000: "utf-7", 65001: "utf-8",
}  # fmt: skip
_BY_CHARSET = {
    0: 1252,
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}  # fmt: skip
_BY_LANGUAGE = {
    0x01: 1256, 0x02: 1251, 0x04: 936, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949,
    0x15: 1250, 0x18: 1250, 0x19: 1251, 0x1A: 1250, 0x1B: 1250, 0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x23: 1251,
    0x24: 1250, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x2A: 1258,
}  # fmt: skip
_TRADITIONAL = frozenset((0x0404, 0x0C04, 0x1404))
WESTERN = "cp1252"
DOUBLE_BYTE = frozenset(
    ("gb18030", "big5hkscs", "cp932", "cp949", "johab", "cp1361", "shift_jis", "euc_kr", "gb2312", "big5")
)
_BEYOND_ASCII = re.compile(rb"([\x80-\xff]+)")
_PAIRS = re.compile(rb"(?:[\xa1-\xfe]{2})+")


def codec_of(number: int) -> str:
    """The codec of a Windows code page; Western where it is unknown."""
    name = _BY_NUMBER.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return WESTERN


def codec_of_charset(charset: int) -> str:
    """The codec of a font's character set (`fcharset` in RTF); empty for the document's own."""
    return codec_of(_BY_CHARSET[charset]) if charset in _BY_CHARSET else ""


def codec_of_language(language: int) -> str:
    """The codec that Windows of this language (LCID) wrote in."""
    return codec_of(950 if language in _TRADITIONAL else _BY_LANGUAGE.get(language & 0x3FF, 1252))


def is_double_byte(codec: str) -> bool:
    """Whether characters beyond ASCII take two bytes."""
    return codecs.lookup(codec).name in DOUBLE_BYTE


def decode_western_or(codec: str, data: bytes) -> str:
    """Decode what should be Western, but for runs of bytes beyond ASCII that are characters of double-byte `codec`."""
    runs = _BEYOND_ASCII.split(data)
    return "".join(run.decode(codec if _PAIRS.fullmatch(run) else WESTERN, "replace") for run in runs)


def decode_as(codec: str, data: bytes) -> str:
    """Decode bytes of a named code page, which is not believed when it contradicts them."""
    try:
        return data.decode(codec)
    except UnicodeError:
        return data.decode(detect_encoding(data) or codec, "replace")
