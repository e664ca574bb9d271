"""Web pages saved with their pictures in one file (MHTML, RFC 2557)."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode_labelled
from indexer.formats.html import html_segments
from indexer.formats.mail import decode_header
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("mht", "mhtml"))
_MOST_FRAMES = 20


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the text of the page and of the frames in it."""
    del limits
    with path.open("rb") as file:
        try:
            message = BytesParser(policy=policy.compat32).parse(file)
        except RecursionError as error:
            raise UnreadableDocument(Reason.BROKEN, "parts nested too deeply") from error
    pages = [part for part in message.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    if not pages:
        raise UnreadableDocument(Reason.BROKEN, "no page in it")
    info.title = decode_header(str(message.get("Subject", "")))
    for page in pages[:_MOST_FRAMES]:
        yield from html_segments(_decoded(page), info if page is pages[0] else DocumentInfo())


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decode_labelled(data, str(part.get_param("charset", "") or "")) if isinstance(data, bytes) else ""
