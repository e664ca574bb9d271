"""OpenDocument spreadsheets, streamed: one segment a row, its comments after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.formats.opendocument import cells_of, count, elements, flow, table_of
from indexer.formats.package import attribute, prune
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Segment

EXTENSIONS = frozenset(("ods", "ots", "fods"))
_TAGS = ("table-row",)
_COMMENT = frozenset(("annotation",))
_MOST_REPEATED = 20
"""Cells; sheets are filled up with thousands of empty ones."""


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the filled rows of each sheet; a row that is repeated comes once, where it begins."""
    table: etree._Element | None = None
    header = HeaderFinder()
    number = 1
    for row in elements(path, info, limits, _TAGS):
        if next(row.iterancestors("{*}table-row", "{*}tracked-changes"), None) is not None:
            continue
        if table_of(row) is not table:
            table, header, number = table_of(row), HeaderFinder(), 1
        anchor = Anchor(sheet=_name(table), row=number)
        cells = _cells(row)
        if text := row_text(cells):
            yield Segment(text, anchor, header=header.header_above(cells))
        for comment in row.iter("{*}annotation"):
            if remark := "\n".join(flow(comment)).strip():
                yield Segment(remark, anchor)
        number += count(row, "number-rows-repeated")
        prune(row)


def _name(table: etree._Element | None) -> str:
    return (attribute(table, "name") or "") if table is not None else ""


def _cells(row: etree._Element) -> list[str]:
    cells: list[str] = []
    for cell in cells_of(row):
        cells += [_text(cell)] * min(count(cell, "number-columns-repeated"), _MOST_REPEATED)
    return cells


def _text(cell: etree._Element) -> str:
    """What the cell shows; dates in the one order that cannot be misread, unless they are written in Chinese."""
    text = " ".join(flow(cell, _COMMENT))
    value = attribute(cell, "date-value")
    return text if value is None or "年" in text or "月" in text else _moment(value)


def _moment(value: str) -> str:
    day, _, time = value.partition("T")
    return f"{day} {time[:5]}" if time and not time.startswith("00:00:00") else day
