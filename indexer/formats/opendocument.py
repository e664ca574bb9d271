"""What OpenDocument texts, spreadsheets and presentations share (ISO/IEC 26300), zipped or as one flat XML file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.package import CappedStream, Package, attribute, fill_info, local_name, stream_elements
from indexer.model import DocumentInfo, Reason

_SET_APART = frozenset(("note", "annotation", "frame", "custom-shape"))
_LEFT_OUT = frozenset((
    "note-citation", "ruby-text", "creator", "date", "date-string", "object", "image", "tracked-changes", "page-number",
    "sender-initials", "creator-initials",
))  # fmt: skip
_MOST_BLANKS = 80
_ZIP_SIGNATURE = b"PK"


def elements(path: Path, info: DocumentInfo, limits: ExtractLimits, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Stream the content's elements with these local names as each ends and fill `info`; the caller prunes them.

    Raises `UnreadableDocument` for encrypted and broken documents.
    """
    with path.open("rb") as file:
        if file.read(2) != _ZIP_SIGNATURE:
            file.seek(0)
            yield from _flat_elements(CappedStream(file, limits.member_bytes), info, tags)
            return
    with Package(path, limits) as package:
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableDocument(Reason.ENCRYPTED, "an encrypted OpenDocument file")
        meta = package.tree("meta.xml")
        if meta is not None:
            _fill_info(info, meta)
        yield from package.elements("content.xml", tags)


def _flat_elements(stream: CappedStream, info: DocumentInfo, tags: Sequence[str]) -> Iterator[etree._Element]:
    for element in stream_elements(stream, (*tags, "meta")):
        if local_name(element) == "meta":
            _fill_info(info, element)
        else:
            yield element


def _fill_info(info: DocumentInfo, root: etree._Element) -> None:
    fill_info(info, {local_name(element): element.text or "" for element in root.iter(tag=etree.Element)})


def paragraph_text(element: etree._Element) -> str:
    """The text of a paragraph or heading; its notes, comments and text boxes follow on lines of their own."""
    pieces: list[str] = []
    apart: list[etree._Element] = []
    _collect(element, pieces, apart)
    lines = ["".join(pieces)]
    for holder in apart:
        lines += flow(holder)
    return "\n".join(line for line in lines if line.strip())


def flow(container: etree._Element, left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """The paragraphs inside a table cell, a note, a shape or a text box, but not those below elements `left_out`."""
    for child in container:
        tag = local_name(child)
        if tag in {"p", "h"}:
            yield paragraph_text(child)
        elif tag and tag not in _LEFT_OUT and tag not in left_out:
            yield from flow(child, left_out)


def cells_of(row: etree._Element) -> list[etree._Element]:
    """The cells of a table row, covered ones included."""
    return list(row.iterchildren("{*}table-cell", "{*}covered-table-cell"))


def table_of(row: etree._Element) -> etree._Element | None:
    """The table around a row."""
    return next(row.iterancestors("{*}table"), None)


def count(element: etree._Element, name: str) -> int:
    """A number in an attribute by its local name; 1 where it is missing or no positive number."""
    value = attribute(element, name) or "1"
    return max(1, int(value)) if value.isascii() and value.isdecimal() and len(value) < 10 else 1


def _collect(element: etree._Element, pieces: list[str], apart: list[etree._Element]) -> None:
    pieces.append(element.text or "")
    for child in element:
        tag = local_name(child)
        if tag == "s":
            pieces.append(" " * min(count(child, "c"), _MOST_BLANKS))
        elif tag == "tab":
            pieces.append("\t")
        elif tag == "line-break":
            pieces.append("\n")
        elif tag in _SET_APART:
            apart.append(child)
        elif tag and tag not in _LEFT_OUT:
            _collect(child, pieces, apart)
        pieces.append(child.tail or "")
