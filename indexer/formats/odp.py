"""OpenDocument presentations and drawings: each slide with its notes, in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.headings import one_line
from indexer.formats.opendocument import cells_of, elements, flow, paragraph_text
from indexer.formats.package import attribute, local_name, prune
from indexer.formats.tables import row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("odp", "otp", "fodp", "odg", "otg", "fodg"))
_TITLE_CHARACTERS = 120
_SET_APART = frozenset(("notes", "annotation"))
_LEFT_OUT = frozenset(("page-thumbnail", "image", "binary-data", "creator", "date", "date-string"))
_ABOUT_THE_FILE = frozenset(("header", "footer", "date-time", "page-number"))


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield a slide's text, then its comments and its speaker notes; its title is the heading."""
    for number, page in enumerate(elements(path, info, limits, ("page",)), 1):
        if number > limits.pages:
            raise UnreadableDocument(Reason.TOO_LARGE, "more slides than the limit")
        title = _title(page)
        apart = [element for tag in ("annotation", "notes") for element in page.iter(f"{{*}}{tag}")]
        for text in ("\n".join(_lines(part)) for part in (page, *apart)):
            if text.strip():
                yield Segment(text, Anchor(slide=number), title)
        prune(page)


def _title(page: etree._Element) -> str:
    frames = (frame for frame in page.iterchildren("{*}frame") if attribute(frame, "class") == "title")
    return next((one_line(" ".join(flow(frame)), _TITLE_CHARACTERS) for frame in frames), "")


def _lines(element: etree._Element) -> Iterator[str]:
    """Paragraphs and table rows below `element`, notes and comments left out."""
    for child in element:
        tag = local_name(child)
        if tag in {"p", "h"}:
            if (text := paragraph_text(child)).strip():
                yield text
        elif tag == "table-row":
            yield row_text([" ".join(flow(cell)) for cell in cells_of(child)])
        elif tag and tag not in _SET_APART | _LEFT_OUT and attribute(child, "class") not in _ABOUT_THE_FILE:
            yield from _lines(child)
