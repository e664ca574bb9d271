"""Word documents (ECMA-376 WordprocessingML), streamed: one segment a paragraph or table row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.formats.headings import HeadingPath
from indexer.formats.package import Package, attribute, local_name, prune
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Segment

EXTENSIONS = frozenset(("docx", "docm", "dotx", "dotm"))
_SIDE_PARTS = ("footnotes", "endnotes", "diagramData", "chart", "comments", "header", "footer")
_BLOCKS = ("p", "tr")
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LEFT_OUT = frozenset(("pPr", "rPr", "sdtPr", "Fallback", "moveFrom", "del", "rt", "instrText", "delText"))
_OFF = frozenset(("0", "false", "off", "none"))
_HEADING_NAME = re.compile(r"heading ([1-9])", re.IGNORECASE)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the body in reading order, then notes, diagrams, comments, headers and footers, each text once.

    What is hidden or deleted (but kept for review) is left out.
    """
    with Package(path, limits) as package:
        package.fill_info(info)
        main = package.main_part("word/document.xml")
        relations = sorted(package.relations(main).values(), key=lambda relation: relation.target)
        styles = next((r.target for r in relations if r.kind == "styles"), "word/styles.xml")
        yield from body(package.elements(main, _BLOCKS), Styles(package.tree(styles)))
        seen: set[str] = set()
        for kind in _SIDE_PARTS:
            for part in (r.target for r in relations if r.kind == kind and r.target in package):
                yield from _side_part(package, part, seen)


def body(elements: Iterator[etree._Element], styles: Styles) -> Iterator[Segment]:
    """Yield the paragraphs and table rows among streamed elements `p` and `tr`."""
    headings = HeadingPath()
    table: etree._Element | None = None
    header = HeaderFinder()
    for block in _blocks(elements):
        path = str(headings)
        if local_name(block) == "tr":
            if _is_set(block, "trPr", "del"):
                continue
            if block.getparent() is not table:
                table, header = block.getparent(), HeaderFinder()
            cells = _cells(block)
            text, above = row_text(cells), header.header_above(cells)
        else:
            text, above = paragraph_text(block), ""
            if text.strip() and (level := styles.heading_level(block)):
                path = headings.enter(level, text)
        if text.strip():
            yield Segment(text, Anchor(section=path) if path else Anchor(), path, above)
        prune(block)


def _side_part(package: Package, part: str, seen: set[str]) -> Iterator[Segment]:
    for block in _blocks(package.elements(part, _BLOCKS)):
        text = paragraph_text(block) if local_name(block) == "p" else row_text(_cells(block))
        if text.strip() and text not in seen:
            seen.add(text)
            yield Segment(text)
        prune(block)


def _blocks(elements: Iterator[etree._Element]) -> Iterator[etree._Element]:
    """Paragraphs and table rows that stand in no other paragraph or row."""
    for element in elements:
        if next(element.iterancestors("{*}p", "{*}tr", "{*}Fallback"), None) is None:
            yield element


def paragraph_text(paragraph: etree._Element) -> str:
    """The text of a paragraph; its text boxes follow on lines of their own."""
    pieces: list[str] = []
    boxes: list[etree._Element] = []
    _collect(paragraph, pieces, boxes)
    lines = ["".join(pieces)]
    for box in boxes:
        lines += _flow(box)
    return "\n".join(line for line in lines if line.strip())


def _collect(element: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
    for child in element:
        tag = local_name(child)
        if tag == "t":
            pieces.append(child.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag == "txbxContent":
            boxes.append(child)
        elif tag and tag not in _LEFT_OUT and not (tag == "r" and _is_set(child, "rPr", "vanish")):
            _collect(child, pieces, boxes)


def _is_set(element: etree._Element, properties: str, name: str) -> bool:
    """Whether a run or row has a property that is on by its presence; the properties come first."""
    first = element[0] if len(element) else None
    if first is None or local_name(first) != properties:
        return False
    switch = first.find(f"{{*}}{name}")
    return switch is not None and (attribute(switch, "val") or "1") not in _OFF


def _flow(container: etree._Element) -> Iterator[str]:
    """The paragraphs inside a text box or a table cell, nested tables included."""
    for child in container:
        tag = local_name(child)
        if tag == "p":
            yield paragraph_text(child)
        elif tag and tag not in _LEFT_OUT:
            yield from _flow(child)


def _cells(row: etree._Element) -> list[str]:
    cells = (cell for cell in row.iter("{*}tc") if next(cell.iterancestors("{*}tr"), None) is row)
    return [" ".join(_flow(cell)) for cell in cells]


class Styles:
    """Which paragraph styles are headings, by their built-in names (always English) and outline levels."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        for style in root.iterchildren("{*}style") if root is not None else ():
            self._add(style)

    def heading_level(self, paragraph: etree._Element) -> int:
        """1 for the highest level, 0 for text."""
        properties = paragraph.find("{*}pPr")
        if properties is None:
            return 0
        if level := _outline_level(properties):
            return level
        style = properties.find("{*}pStyle")
        return self._level_of(attribute(style, "val") or "") if style is not None else 0

    def _add(self, style: etree._Element) -> None:
        identifier = attribute(style, "styleId") or ""
        name, parent, properties = (style.find(f"{{*}}{tag}") for tag in ("name", "basedOn", "pPr"))
        match = _HEADING_NAME.fullmatch((attribute(name, "val") or "") if name is not None else "")
        level = int(match[1]) if match else _outline_level(properties) if properties is not None else 0
        if level:
            self._levels[identifier] = level
        if parent is not None:
            self._parents[identifier] = attribute(parent, "val") or ""

    def _level_of(self, style: str) -> int:
        for _ in range(10):  # styles may be based on each other in a circle
            if style in self._levels:
                return self._levels[style]
            style = self._parents.get(style, "")
        return 0


def _outline_level(properties: etree._Element) -> int:
    """`w:outlineLvl` counts from 0; 9 is body text."""
    element = properties.find("{*}outlineLvl")
    value = attribute(element, "val") if element is not None else None
    return int(value) + 1 if value is not None and value.isdecimal() and int(value) < 9 else 0
