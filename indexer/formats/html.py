"""Web pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode_labelled, read_capped
from indexer.formats.headings import HeadingPath
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("html", "htm", "xhtml", "xht", "shtml"))
_MAX_BYTES = 64 << 20
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,11}[^<>]{0,2000}>")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with the headings above them; scripts, styles and tags are left out."""
    data, cut = read_capped(path, min(_MAX_BYTES, limits.file_bytes))
    yield from html_segments(decoded_page(data), info)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more HTML than the limit")


def html_segments(markup: str, info: DocumentInfo) -> Iterator[Segment]:
    """Yield the text of a page or of a message's HTML part."""
    tree = HTMLTree.parse(markup)
    info.title = info.title or " ".join((tree.title or "").split())
    # The extractor escapes text in this mode, so every tag in its output is one that it wrote.
    marked_up = extract_plain_text(tree, preserve_formatting="minimal_html", form_fields=True)
    headings = HeadingPath()
    position = 0
    for match in _HEADING.finditer(marked_up):
        yield from _paragraphs(marked_up[position : match.start()], str(headings))
        title = _text(match[2])
        path = headings.enter(int(match[1]), title)
        if title:
            yield Segment(title, _anchor(path), path)
        position = match.end()
    yield from _paragraphs(marked_up[position:], str(headings))


def decoded_page(data: bytes) -> str:
    """Decode a page that may name its own charset."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode_labelled(data, "")
    match = _CHARSET.search(data[:4096])
    label = (match[1] or match[2]).decode("ascii", "replace") if match else ""
    return decode_labelled(data, "" if label.lower().startswith("utf-16") else label)


def _paragraphs(marked_up: str, heading: str) -> Iterator[Segment]:
    for block in _PARAGRAPH_BREAK.split(marked_up):
        if text := _text(block):
            yield Segment(text, _anchor(heading), heading)


def _text(marked_up: str) -> str:
    text = html.unescape(_TAG.sub("", marked_up)).replace("\xa0", " ")
    lines = ("\t".join(cell.strip() for cell in line.split("\t") if cell.strip()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _anchor(heading: str) -> Anchor:
    return Anchor(section=heading) if heading else Anchor()
