"""Workbooks (ECMA-376 SpreadsheetML), streamed: one segment a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.numbers import NumberFormat, number_format, show_number
from indexer.formats.package import Package, Relation, attribute, local_name, prune
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("xlsx", "xlsm", "xltx", "xltm"))
_WIDEST_GAP = 20
_SHARED_CHARACTERS = 60_000_000
_PLAIN = NumberFormat()


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the filled rows of each sheet, hidden ones too, then the sheet's comments and text boxes."""
    with Package(path, limits) as package:
        package.fill_info(info)
        main = package.main_part("xl/workbook.xml")
        relations = package.relations(main)
        root = package.tree(main)
        if root is None:
            raise UnreadableDocument(Reason.BROKEN, f"{main} is missing or not XML")
        workbook = _Workbook(package, root, list(relations.values()))
        for sheet in root.iter("{*}sheet"):
            relation = relations.get(_reference(sheet))
            if relation is not None and relation.kind == "worksheet" and relation.target in package:
                name = sheet.get("name") or ""
                yield from workbook.rows(relation.target, name)
                yield from workbook.comments(relation.target, name)
                yield from workbook.shapes(relation.target, name)


def _reference(sheet: etree._Element) -> str:
    return next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")


class _Workbook:
    def __init__(self, package: Package, root: etree._Element, relations: list[Relation]) -> None:
        self._package = package
        properties = root.find("{*}workbookPr")
        self._epoch_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        targets = {relation.kind: relation.target for relation in relations if relation.target in package}
        self._formats = _cell_formats(package.tree(targets["styles"])) if "styles" in targets else []
        self._strings = list(_shared_strings(package, targets["sharedStrings"])) if "sharedStrings" in targets else []

    def rows(self, part: str, sheet: str) -> Iterator[Segment]:
        """Yield the rows of one sheet that have any text."""
        header = HeaderFinder()
        number = 0
        for row in self._package.elements(part, ("row",)):
            number = _positive(row.get("r")) or number + 1
            cells = self._cells(row)
            if text := row_text(cells):
                yield Segment(text, Anchor(sheet=sheet, row=number), header=header.header_above(cells))
            prune(row)

    def comments(self, part: str, sheet: str) -> Iterator[Segment]:
        """Yield the comments of one sheet at their rows."""
        for relation in self._package.relations(part).values():
            if relation.kind != "comments" or (root := self._package.tree(relation.target)) is None:
                continue
            for comment in root.iter("{*}comment"):
                row = _positive("".join(filter(str.isdecimal, comment.get("ref") or ""))) or 1
                if text := "".join(_text(element) for element in comment.iter("{*}t")).strip():
                    yield Segment(text, Anchor(sheet=sheet, row=row))

    def shapes(self, part: str, sheet: str) -> Iterator[Segment]:
        """Yield the text boxes of one sheet at the rows where they begin."""
        for relation in self._package.relations(part).values():
            if relation.kind != "drawing" or (root := self._package.tree(relation.target)) is None:
                continue
            for holder in root.iterchildren(tag=etree.Element):
                row = _positive(holder.findtext("{*}from/{*}row")) + 1
                paragraphs = ("".join(map(_text, paragraph.iter("{*}t"))) for paragraph in holder.iter("{*}p"))
                if text := "\n".join(paragraph for paragraph in paragraphs if paragraph.strip()):
                    yield Segment(text, Anchor(sheet=sheet, row=row))

    def _cells(self, row: etree._Element) -> list[str]:
        cells: list[str] = []
        for cell in row.iterchildren("{*}c"):
            if text := self._cell_text(cell).strip():
                column = _column(cell.get("r") or "")
                cells += [""] * min(max(0, column - len(cells)), _WIDEST_GAP)
                cells.append(text)
        return cells

    def _cell_text(self, cell: etree._Element) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _rich_text(cell)
        value = _text(cell.find("{*}v"))
        if kind == "n":
            return show_number(value, self._format(cell), epoch_1904=self._epoch_1904)
        if kind == "s":
            index = _positive(value)
            return self._strings[index] if index < len(self._strings) and value else ""
        return _typed_text(kind, value)

    def _format(self, cell: etree._Element) -> NumberFormat:
        style = _positive(cell.get("s"))
        return self._formats[style] if style < len(self._formats) else _PLAIN


def _typed_text(kind: str, value: str) -> str:
    match kind:
        case "b":
            return "TRUE" if value == "1" else "FALSE"
        case "d":
            return value.removesuffix("T00:00:00").replace("T", " ")
        case "e":
            return ""
        case _:
            return value


def _cell_formats(root: etree._Element | None) -> list[NumberFormat]:
    """The number format of each cell style."""
    if root is None:
        return []
    codes = {_positive(element.get("numFmtId")): element.get("formatCode") for element in root.iter("{*}numFmt")}
    styles = root.find("{*}cellXfs")
    identifiers = [_positive(attribute(xf, "numFmtId")) for xf in (styles if styles is not None else ())]
    known = {identifier: number_format(identifier, codes.get(identifier)) for identifier in set(identifiers)}
    return [known[identifier] for identifier in identifiers]


def _shared_strings(package: Package, part: str) -> Iterator[str]:
    total = 0
    for item in package.elements(part, ("si",)):
        text = _rich_text(item)
        total += len(text)
        if total > _SHARED_CHARACTERS:
            return
        yield text
        prune(item)


def _rich_text(element: etree._Element) -> str:
    """The text of runs, without the phonetic guides above them."""
    texts = (t for t in element.iter("{*}t") if (parent := t.getparent()) is None or local_name(parent) != "rPh")
    return "".join(map(_text, texts))


def _text(element: etree._Element | None) -> str:
    return (element.text or "") if element is not None else ""


def _positive(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _column(reference: str) -> int:
    """The column of a reference like `AB12`, from 0."""
    column = 0
    for char in reference[:3]:
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - 64
    return max(0, column - 1)
