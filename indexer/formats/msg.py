"""Outlook messages ([MS-OXMSG]): the headers, the text, messages inside, and the names of attachments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.codepages import WESTERN, codec_of, decode_as
from indexer.formats.compound import Compound, unix_time
from indexer.formats.html import decoded_page, html_segments
from indexer.formats.plain import paragraphs
from indexer.formats.rtf import rtf_segments
from indexer.model import Anchor, DocumentInfo, Member, Reason, Segment

EXTENSIONS = frozenset(("msg", "oft"))
_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_SMTP, _SENDER_ADDRESS, _ON_BEHALF = 0x0C1A, 0x5D01, 0x0C1F, 0x0042
_TO, _CC = 0x0E04, 0x0E03
_SENT, _DELIVERED, _MADE = 0x0039, 0x0E06, 0x3007
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _CONTENT = 0x3707, 0x3704, 0x3001, 0x3701
_CODE_PAGES = (0x3FFD, 0x3FDE)
_UNICODE, _STRING, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_FIXED = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_"
_HEADER_CHARACTERS = 2_000
_MOST_ATTACHMENTS = 500
_DEEPEST = 8
_RTF_BYTES = 32 << 20
_RTF_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    b"SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment | Member]:
    """Yield the headers as people read them, the text, messages inside it, and the attachments."""
    del limits
    with Compound(path) as compound:
        yield from _message(compound, (), info, 0)


def _message(
    compound: Compound, storage: tuple[str, ...], info: DocumentInfo, depth: int
) -> Iterator[Segment | Member]:
    properties = _Properties(compound, storage, 24 if depth else 32)
    yield _headers(properties, info)
    yield from _body(properties)
    names: list[str] = []
    for attachment in _attachments(compound, storage):
        inner = (*attachment, _stream(_CONTENT, _OBJECT))
        if compound.entries(*inner) and _FIXED in compound.entries(*inner):
            if depth < _DEEPEST:
                yield from _message(compound, inner, DocumentInfo(), depth + 1)
        elif name := _attachment_name(compound, attachment):
            names.append(name)
            content = (*attachment, _stream(_CONTENT, _BINARY))
            yield Member(name, compound.size(*content), blocks=_lazily(compound, content))
    if names:
        yield Segment("Attachments: " + ", ".join(names))


def _headers(properties: _Properties, info: DocumentInfo) -> Segment:
    info.title = properties.text(_SUBJECT)[:_HEADER_CHARACTERS]
    info.author = properties.text(_SENDER) or properties.text(_ON_BEHALF)
    info.created = properties.time(_SENT) or properties.time(_DELIVERED) or properties.time(_MADE)
    address = properties.text(_SENDER_SMTP) or properties.text(_SENDER_ADDRESS)
    shown = "@" in address and address != info.author
    sent = datetime.fromtimestamp(info.created, UTC).astimezone() if info.created else None
    lines = {
        "Subject": info.title,
        "From": f"{info.author} <{address}>" if shown and info.author else info.author or address,
        "To": properties.text(_TO)[:_HEADER_CHARACTERS],
        "Cc": properties.text(_CC)[:_HEADER_CHARACTERS],
        "Date": f"{sent:%Y-%m-%d %H:%M}" if sent else "",
    }
    return Segment("\n".join(f"{name}: {value}" for name, value in lines.items() if value))


def _body(properties: _Properties) -> Iterator[Segment]:
    """The plain text; where there is none, the HTML or the RTF."""
    if text := properties.text(_BODY).strip():
        for _, paragraph in paragraphs(text.replace("\r\n", "\n").splitlines(keepends=True)):
            yield Segment(paragraph)
    elif page := properties.html():
        for segment in html_segments(page, DocumentInfo()):
            yield Segment(segment.text, Anchor(), segment.heading)
    elif packed := properties.binary(_RTF):
        for segment in rtf_segments(unpacked_rtf(packed), DocumentInfo()):
            yield Segment(segment.text)


def _attachments(compound: Compound, storage: tuple[str, ...]) -> list[tuple[str, ...]]:
    found = sorted(entry for entry in compound.entries(*storage) if entry.startswith(_ATTACHMENT))
    return [(*storage, entry) for entry in found[:_MOST_ATTACHMENTS]]


def _attachment_name(compound: Compound, storage: tuple[str, ...]) -> str:
    properties = _Properties(compound, storage, 8)
    return next(filter(None, map(properties.text, (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))), "")


def _lazily(compound: Compound, stream: tuple[str, ...]) -> Iterator[bytes]:
    yield compound.read(*stream)


def _stream(identifier: int, kind: str) -> str:
    return f"__substg1.0_{identifier:04X}{kind}"


class _Properties:
    """What is known of a message or an attachment. `head` is how many bytes stand before the fixed properties."""

    def __init__(self, compound: Compound, storage: tuple[str, ...], head: int) -> None:
        self._compound = compound
        self._storage = storage
        fixed = compound.read(*storage, _FIXED)[head:]
        entries = (fixed[position : position + 16] for position in range(0, len(fixed) - 15, 16))
        self._fixed = {int.from_bytes(entry[2:4], "little"): int.from_bytes(entry[8:16], "little") for entry in entries}
        numbers = (self._fixed.get(identifier, 0) & 0xFFFF_FFFF for identifier in _CODE_PAGES)
        self._codec = next((codec_of(number) for number in numbers if number and number not in {1200, 1201}), WESTERN)

    def text(self, identifier: int) -> str:
        """A text; empty where it is not given."""
        if data := self._compound.read(*self._storage, _stream(identifier, _UNICODE)):
            text = data.decode("utf-16-le", "replace")
        else:
            text = decode_as(self._codec, self._compound.read(*self._storage, _stream(identifier, _STRING)))
        return text.replace("\0", "")

    def binary(self, identifier: int) -> bytes:
        """Bytes; empty where they are not given."""
        return self._compound.read(*self._storage, _stream(identifier, _BINARY))

    def html(self) -> str:
        """The page of the message; empty where it has none."""
        data = self.binary(_HTML)
        return decoded_page(data) if data else self.text(_HTML)

    def time(self, identifier: int) -> float | None:
        """Seconds since the epoch."""
        return unix_time(self._fixed.get(identifier, 0))


def unpacked_rtf(packed: bytes) -> bytes:
    """Unpack RTF as mail stores it ([MS-OXRTFCP]). Raises `UnreadableDocument` for what is not packed so."""
    size, kind = int.from_bytes(packed[4:8], "little"), packed[8:12]
    if kind == b"MELA":
        return packed[16 : 16 + size]
    if kind != b"LZFu" or size > _RTF_BYTES:
        raise UnreadableDocument(Reason.BROKEN, "the message's text is packed in an unknown way")
    return _unpack(packed[16:], size)


def _unpack(source: bytes, size: int) -> bytes:
    """Each byte of flags tells of eight items whether they are a byte or a reference into the last 4,096 bytes."""
    out = bytearray(_RTF_DICTIONARY)
    start, position = len(out), 0
    while position < len(source) and len(out) - start < size:
        flags = source[position]
        position += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += source[position : position + 1]
                position += 1
                continue
            reference = int.from_bytes(source[position : position + 2], "big")
            position += 2
            distance = (len(out) - (reference >> 4)) % 4096
            if distance == 0:
                return bytes(out[start:])
            for _ in range((reference & 0xF) + 2):
                out.append(out[-distance] if distance <= len(out) else 0x20)
    return bytes(out[start:])
