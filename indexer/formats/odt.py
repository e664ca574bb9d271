"""OpenDocument text (ISO/IEC 26300), zipped or as one flat XML file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.headings import HeadingPath
from indexer.formats.package import CappedStream, Package, attribute, fill_info, local_name, prune, stream_elements
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("odt", "ott", "fodt"))
_TAGS = ("p", "h", "table-row", "meta")
_HOLDERS = ("{*}p", "{*}h", "{*}table-row", "{*}tracked-changes", "{*}table-of-content", "{*}styles", "{*}automatic-styles", "{*}master-styles")  # fmt: skip
_SET_APART = frozenset(("note", "annotation", "frame", "custom-shape"))
_LEFT_OUT = frozenset(
    ("note-citation", "ruby-text", "creator", "date", "date-string", "object", "image", "tracked-changes")
)
_MOST_BLANKS = 80


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs and table rows; notes, comments and text boxes follow the paragraph they hang on."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield from _segments(stream_elements(CappedStream(file, limits.member_bytes), _TAGS), info)
        return
    with Package(path, limits) as package:
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableDocument(Reason.ENCRYPTED, "an encrypted OpenDocument file")
        meta = package.tree("meta.xml")
        if meta is not None:
            _fill_info(info, meta)
        yield from _segments(package.elements("content.xml", _TAGS), info)


def _segments(elements: Iterator[etree._Element], info: DocumentInfo) -> Iterator[Segment]:
    headings = HeadingPath()
    table: etree._Element | None = None
    header = HeaderFinder()
    for element in elements:
        tag = local_name(element)
        if tag == "meta":
            _fill_info(info, element)
        if tag == "meta" or next(element.iterancestors(*_HOLDERS), None) is not None:
            continue
        path, above = str(headings), ""
        if tag == "table-row":
            if _table_of(element) is not table:
                table, header = _table_of(element), HeaderFinder()
            cells = [" ".join(_flow(cell)) for cell in element.iterchildren("{*}table-cell", "{*}covered-table-cell")]
            text, above = row_text(cells), header.header_above(cells)
        else:
            text = _paragraph(element)
            if tag == "h" and text.strip():
                path = headings.enter(_level(element), text)
        if text.strip():
            yield Segment(text, Anchor(section=path) if path else Anchor(), path, above)
        prune(element)


def _table_of(row: etree._Element) -> etree._Element | None:
    return next(row.iterancestors("{*}table"), None)


def _level(heading: etree._Element) -> int:
    value = attribute(heading, "outline-level") or "1"
    return int(value) if value.isdecimal() else 1


def _paragraph(element: etree._Element) -> str:
    pieces: list[str] = []
    apart: list[etree._Element] = []
    _collect(element, pieces, apart)
    lines = ["".join(pieces)]
    for holder in apart:
        lines += _flow(holder)
    return "\n".join(line for line in lines if line.strip())


def _collect(element: etree._Element, pieces: list[str], apart: list[etree._Element]) -> None:
    pieces.append(element.text or "")
    for child in element:
        tag = local_name(child)
        if tag == "s":
            count = attribute(child, "c") or "1"
            pieces.append(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
        elif tag == "tab":
            pieces.append("\t")
        elif tag == "line-break":
            pieces.append("\n")
        elif tag in _SET_APART:
            apart.append(child)
        elif tag and tag not in _LEFT_OUT:
            _collect(child, pieces, apart)
        pieces.append(child.tail or "")


def _flow(container: etree._Element) -> Iterator[str]:
    """The paragraphs inside a table cell, a note or a text box."""
    for child in container:
        tag = local_name(child)
        if tag in {"p", "h"}:
            yield _paragraph(child)
        elif tag and tag not in _LEFT_OUT:
            yield from _flow(child)


def _fill_info(info: DocumentInfo, root: etree._Element) -> None:
    fill_info(info, {local_name(element): element.text or "" for element in root.iter(tag=etree.Element)})
