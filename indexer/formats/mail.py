"""E-mail messages as files (RFC 5322). What is attached to one is a file inside it."""

from __future__ import annotations

import email.header
import email.utils
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import IO

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode_labelled
from indexer.formats.html import html_segments
from indexer.formats.member_names import cleaned
from indexer.formats.plain import paragraphs
from indexer.model import Anchor, DocumentInfo, Member, Reason, Segment

EXTENSIONS = frozenset(("eml", "emlx"))
_HEADER_CHARACTERS = 2_000
_ADDRESSES_SHOWN = 50
_DEEPEST = 8
_MOST_PARTS = 500
_STUB_SHARE = 0.25
_LENGTH_LINE_BYTES = 20
_SIGNATURES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"))


class _Untouched(policy.Compat32):
    """Gives header values as they came, with bytes beyond ASCII as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Leave the value alone."""
        del name
        return value


@dataclass(frozen=True, slots=True)
class _Part:
    message: Message
    depth: int


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment | Member]:
    """Yield the headers as people read them, the text, messages inside it, and what is attached."""
    del limits
    parser = BytesParser(policy=_Untouched())
    with path.open("rb") as file:
        start = _start(file)
        try:
            message = parser.parse(file)
        except RecursionError as error:
            file.seek(start)
            yield _headers(parser.parse(file, headersonly=True), info)
            raise UnreadableDocument(Reason.BROKEN, "parts nested too deeply") from error
    yield _headers(message, info)
    yield from _body(message, info.created)


def _start(file: IO[bytes]) -> int:
    """Apple Mail puts the message's length on a line before it (emlx); the file is left where the message begins."""
    first = file.readline(_LENGTH_LINE_BYTES)
    file.seek(len(first) if first.strip().isdigit() and first.endswith(b"\n") else 0)
    return file.tell()


def _body(message: Message, sent: float | None) -> Iterator[Segment | Member]:
    waiting = [_Part(message, 0)]
    attachments: dict[Message, str] = {}
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part = waiting.pop()
        if name := _attached_name(part.message):
            attachments[part.message] = name
        if part.message.is_multipart():
            waiting += reversed(_children(part))
        elif not name:
            yield from _text_segments(part.message)
    if attachments:
        yield Segment("Attachments: " + ", ".join(attachments.values()))
    for attached, name in attachments.items():
        if not attached.is_multipart():  # a message stands in the text
            yield Member(cleaned(name), mtime=sent, blocks=_content(attached))


def _attached_name(part: Message) -> str:
    """The name of an attachment; empty for text, for pictures within it and for signatures."""
    kind = part.get_content_type()
    is_shown_within = kind.startswith("image/") and (part["Content-ID"] or part.get_content_disposition() == "inline")
    if is_shown_within or kind in _SIGNATURES:
        return ""
    name = _file_name(part)
    if name or not kind.startswith("application/"):
        return name
    return f"attachment{mimetypes.guess_extension(kind) or '.bin'}"


def _content(part: Message) -> Iterator[bytes]:
    data = part.get_payload(decode=True)
    if isinstance(data, bytes):
        yield data


def _children(part: _Part) -> list[_Part]:
    if part.depth >= _DEEPEST:
        return []
    children = _parts_of(part.message)
    if part.message.get_content_type() == "message/rfc822":
        children = [_with_headers(child) for child in children]
    elif part.message.get_content_subtype() == "alternative":
        children = _best_alternative(children)
    return [_Part(child, part.depth + 1) for child in children]


def _parts_of(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _with_headers(message: Message) -> Message:
    """A message inside another one, its headers made a text part before its body."""
    headers = Message()
    headers["Content-Type"] = 'text/plain; charset="utf-8"'
    headers.set_payload(_headers(message, DocumentInfo()).text.encode())
    both = Message()
    both["Content-Type"] = "multipart/mixed"
    both.set_payload([headers, message])
    return both


def _best_alternative(parts: list[Message]) -> list[Message]:
    """The plain text, unless it is a stub beside the HTML ("your program cannot show this message")."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    rich = [part for part in parts if part.get_content_type() != "text/plain"]
    if not plain or not rich:
        return parts[-1:]
    if rich[-1].get_content_type() == "text/html":
        length = sum(len(segment.text) for segment in _text_segments(rich[-1]))
        return plain[-1:] if len(_decoded(plain[-1]).strip()) >= _STUB_SHARE * length else rich[-1:]
    nested = [part for part in rich if part.is_multipart()]
    return plain[-1:] if len(_decoded(plain[-1]).split()) > 3 else nested[-1:] or plain[-1:]


def _text_segments(part: Message) -> Iterator[Segment]:
    match part.get_content_type():
        case "text/html":
            for segment in html_segments(_decoded(part), DocumentInfo()):
                yield Segment(segment.text, Anchor(), segment.heading)
        case "text/plain" | "text/markdown" | "text/csv" | "text/calendar" | "text/enriched":
            for _, text in paragraphs(_decoded(part).splitlines(keepends=True)):
                yield Segment(text)
        case _:
            return


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decode_labelled(data, str(part.get_param("charset", "") or ""))


def _headers(message: Message, info: DocumentInfo) -> Segment:
    subject = _header(message, "Subject")
    sent = _date(message)
    info.title = subject
    info.author = ", ".join(name or address for name, address in _addresses(message, "From")[:3])
    info.created = sent.timestamp() if sent else None
    lines = {
        "Subject": subject,
        "From": _people(message, "From"),
        "To": _people(message, "To"),
        "Cc": _people(message, "Cc"),
        "Date": f"{sent:%Y-%m-%d %H:%M}" if sent else _header(message, "Date"),
    }
    return Segment("\n".join(f"{name}: {value}" for name, value in lines.items() if value))


def _date(message: Message) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _people(message: Message, name: str) -> str:
    shown = [f"{person} <{address}>" if person else address for person, address in _addresses(message, name)]
    return ", ".join(shown[:_ADDRESSES_SHOWN])


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Names and addresses; names are decoded after the list is cut, as they may hold commas."""
    pairs = email.utils.getaddresses([str(value)[:_HEADER_CHARACTERS] for value in message.get_all(name, [])])
    decoded = ((decode_header(person), decode_header(address)) for person, address in pairs)
    return [pair for pair in decoded if pair[1] or pair[0]]


def _header(message: Message, name: str) -> str:
    return decode_header(str(message.get(name, "")))


def decode_header(value: str) -> str:
    """Text of a header: RFC 2047 words, and raw bytes in whatever encoding."""
    try:
        pieces = email.header.decode_header(_with_gaps(value[:_HEADER_CHARACTERS]))
    except (email.errors.HeaderParseError, ValueError):
        pieces = [(value, None)]
    text = "".join(_piece(data, charset) for data, charset in pieces)
    return " ".join(text.split())


def _with_gaps(value: str) -> str:
    """Some programs write encoded words without the blank between them."""
    return re.sub(r"\?==\?(?=[\w-]{2,20}\?[bBqQ]\?)", "?= =?", value)


def _piece(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, bytes) and charset is not None:
        return decode_labelled(data, charset)
    text = data if isinstance(data, str) else data.decode("raw-unicode-escape")
    return text if text.isascii() else decode_labelled(text.encode("utf-8", "surrogateescape"), "")


def _file_name(part: Message) -> str:
    try:
        return decode_header(part.get_filename(""))
    except (ValueError, LookupError):
        return ""
