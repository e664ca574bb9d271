"""Presentations (ECMA-376 PresentationML): each slide with its notes, in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.headings import one_line
from indexer.formats.package import Package, attribute, local_name
from indexer.formats.tables import row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("pptx", "pptm", "ppsx", "ppsm", "potx", "potm"))
_MORE_TEXT = ("diagramData", "chart", "comments", "notesSlide")
_TITLE_CHARACTERS = 120
_TITLES = frozenset(("title", "ctrTitle"))


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield a slide's text, then its diagrams, comments and speaker notes; its title is the heading."""
    with Package(path, limits) as package:
        package.fill_info(info)
        main = package.main_part("ppt/presentation.xml")
        relations = package.relations(main)
        for number, identifier in enumerate(_slide_ids(package, main), 1):
            if number > limits.pages:
                raise UnreadableDocument(Reason.TOO_LARGE, "more slides than the limit")
            if identifier in relations:
                yield from _slide(package, relations[identifier].target, Anchor(slide=number))


def _slide_ids(package: Package, main: str) -> list[str]:
    root = package.tree(main)
    if root is None:
        raise UnreadableDocument(Reason.BROKEN, f"{main} is missing or not XML")
    return [reference for slide in root.iter("{*}sldId") if (reference := _reference(slide))]


def _reference(slide: etree._Element) -> str:
    """The namespaced `r:id`; the plain `id` is the slide's number in the file."""
    return next((str(value) for key, value in slide.items() if str(key).endswith("}id")), "")


def _slide(package: Package, part: str, anchor: Anchor) -> Iterator[Segment]:
    root = package.tree(part)
    if root is None:
        return
    title = _title(root)
    relations = package.relations(part).values()
    more = [relation.target for kind in _MORE_TEXT for relation in relations if relation.kind == kind]
    trees = [root, *map(package.tree, more)]
    for tree in trees:
        text = "\n".join(_lines(tree)) if tree is not None else ""
        if text.strip():
            yield Segment(text, anchor, title)


def _title(root: etree._Element) -> str:
    for shape in root.iter("{*}sp"):
        if _placeholder(shape) in _TITLES:
            return one_line(" ".join(_lines(shape)), _TITLE_CHARACTERS)
    return ""


def _placeholder(shape: etree._Element) -> str | None:
    element = next(shape.iter("{*}ph"), None)
    return attribute(element, "type") if element is not None else None


def _lines(element: etree._Element) -> Iterator[str]:
    """Paragraphs, table rows and comments below `element` in document order."""
    for child in element:
        tag = local_name(child)
        if tag == "p":
            if (text := _paragraph(child)).strip():
                yield text
        elif tag == "tr":
            yield row_text([" ".join(_lines(cell)) for cell in child.iterchildren("{*}tc")])
        elif tag == "text" and child.text:
            yield child.text
        elif tag and tag != "Fallback" and not (tag == "sp" and _placeholder(child) == "sldNum"):
            yield from _lines(child)


def _paragraph(paragraph: etree._Element) -> str:
    pieces: list[str] = []
    for child in paragraph.iter("{*}t", "{*}br", "{*}tab"):
        parent = child.getparent()
        if parent is not None and attribute(parent, "type") == "slidenum":
            continue
        pieces.append((child.text or "") if local_name(child) == "t" else "\n" if local_name(child) == "br" else "")
    return "".join(pieces)
