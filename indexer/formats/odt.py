"""OpenDocument text: one segment a paragraph or table row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.formats.headings import HeadingPath
from indexer.formats.opendocument import cells_of, count, elements, flow, paragraph_text, table_of
from indexer.formats.package import local_name, prune
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Segment

EXTENSIONS = frozenset(("odt", "ott", "fodt"))
_TAGS = ("p", "h", "table-row")
_HOLDERS = ("{*}p", "{*}h", "{*}table-row", "{*}tracked-changes", "{*}table-of-content", "{*}styles", "{*}automatic-styles", "{*}master-styles")  # fmt: skip


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs and table rows; notes, comments and text boxes follow the paragraph they hang on."""
    headings = HeadingPath()
    table: etree._Element | None = None
    header = HeaderFinder()
    for element in elements(path, info, limits, _TAGS):
        if next(element.iterancestors(*_HOLDERS), None) is not None:
            continue
        section, above = str(headings), ""
        if local_name(element) == "table-row":
            if table_of(element) is not table:
                table, header = table_of(element), HeaderFinder()
            cells = [" ".join(flow(cell)) for cell in cells_of(element)]
            text, above = row_text(cells), header.header_above(cells)
        else:
            text = paragraph_text(element)
            if local_name(element) == "h" and text.strip():
                section = headings.enter(count(element, "outline-level"), text)
        if text.strip():
            yield Segment(text, Anchor(section=section) if section else Anchor(), section, above)
        prune(element)
