"""Word and Excel documents as one XML file (SpreadsheetML and WordprocessingML of 2003, flat packages), as many programs export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.formats.docx import Styles, body
from indexer.formats.package import CappedStream, attribute, fill_info, local_name, prune, stream_elements
from indexer.formats.sheet_rows import SheetRows
from indexer.model import DocumentInfo, Segment

EXTENSIONS: frozenset[str] = frozenset()
_HEAD_BYTES = 65_536
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the filled rows of each sheet with their comments, or the paragraphs of a text."""
    with path.open("rb") as file:
        is_sheet = b":spreadsheet" in file.read(_HEAD_BYTES)
        file.seek(0)
        if is_sheet:
            yield from _rows(
                stream_elements(CappedStream(file, limits.file_bytes), ("Row", "DocumentProperties")), info
            )
            return
        styles, properties = _definitions(CappedStream(file, limits.file_bytes))
        fill_info(info, properties)
        file.seek(0)
        yield from body(stream_elements(CappedStream(file, limits.file_bytes), ("p", "tr")), Styles(styles))


def _rows(elements: Iterator[etree._Element], info: DocumentInfo) -> Iterator[Segment]:
    table: etree._Element | None = None
    rows = SheetRows("")
    number = 0
    for element in elements:
        if local_name(element) == "DocumentProperties":
            fill_info(info, _properties(element))
            continue
        if element.getparent() is not table:
            yield from rows.finish()
            table, number = element.getparent(), 0
            rows = SheetRows(_sheet_name(element))
        number = _index(element) or number + 1
        comments: list[str] = []
        column = 0
        for cell in element.iterchildren("{*}Cell"):
            column = _index(cell) or column + 1
            yield from rows.add(number - 1, column - 1, _value(cell))
            comments += filter(None, (_all_text(comment).strip() for comment in cell.iterchildren("{*}Comment")))
        yield from rows.finish()
        yield from (Segment(comment, rows.anchor(number - 1)) for comment in comments)
        prune(element)


def _sheet_name(row: etree._Element) -> str:
    sheet = next(row.iterancestors("{*}Worksheet"), None)
    return (attribute(sheet, "Name") or "") if sheet is not None else ""


def _index(element: etree._Element) -> int:
    value = attribute(element, "Index") or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 8 else 0


def _value(cell: etree._Element) -> str:
    data = cell.find("{*}Data")
    if data is None:
        return ""
    text = _all_text(data)
    match attribute(data, "Type"):
        case "DateTime":
            day, _, time = text.partition("T")
            return f"{day} {time[:5]}" if time and not time.startswith("00:00:00") else day
        case "Boolean":
            return _BOOLEANS.get(text, text)
        case "Error":
            return ""
        case _:
            return text


def _definitions(stream: CappedStream) -> tuple[etree._Element | None, dict[str, str]]:
    """The styles and the properties of a text."""
    styles: etree._Element | None = None
    properties: dict[str, str] = {}
    for element in stream_elements(stream, ("styles", "DocumentProperties", "coreProperties", "p")):
        match local_name(element):
            case "styles":
                styles = element
            case "p":
                prune(element)
            case _:
                properties = _properties(element)
    return styles, properties


def _properties(element: etree._Element) -> dict[str, str]:
    """Their names are those of Dublin Core but for the capitals."""
    found = {local_name(child).lower(): child.text or "" for child in element.iterchildren(tag=etree.Element)}
    return {**found, "creator": found.get("creator") or found.get("author", "")}


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())
