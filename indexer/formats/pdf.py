"""PDF: pdfium first, pypdf for files that pdfium refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pypdfium2
from pypdfium2 import raw as pdfium

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("pdf",))
_MEANINGLESS = frozenset(("untitled", "unspecified", "anonymous", "(anonymous)", "unknown", "无标题"))
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([-+])(\d\d)'?(\d\d)?)?")
_HYPHEN_AT_LINE_END = re.compile("[\ufffe\x02][ \r\n]*")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_GARBAGE = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\ufffd]")
_MOST_GARBAGE = 0.2
_FEW_CHARACTERS = 20
_FORMS_DEEP = 3
_ENDS_SENTENCE = re.compile(r"[。！？.!?：:；;][”’\"')）」』]?$")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield one segment a page; pages without text yield nothing."""
    with path.open("rb") as file:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as error:
            if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
                raise UnreadableDocument(Reason.ENCRYPTED, str(error)) from error
            yield from _read_with_pypdf(path, info, limits)
            return
        try:
            document.init_forms()
            with suppress(UnicodeDecodeError):  # half a character in a title is no reason to give up
                _fill_info(info, document.get_metadata_dict(skip_empty=True))
            yield from _pages(document, info, limits)
        finally:
            document.close()


def _pages(document: pypdfium2.PdfDocument, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    total = len(document)
    for index in range(min(total, limits.pages)):
        text, is_picture = _page_text(document, index)
        if is_picture:
            info.pages_without_text += (index + 1,)
        if text := reflow(text):
            yield Segment(text, Anchor(page=index + 1))
    _refuse_more_pages(total, limits)


def _page_text(document: pypdfium2.PdfDocument, index: int) -> tuple[str, bool]:
    """The text of one page, and whether what it says must be read from its picture; a broken one does not hide the others."""
    try:
        if document.formenv is not None:
            _draw_form_fields(document, index)
        with closing(document[index]) as page, closing(page.get_textpage()) as text_page:
            text = str(text_page.get_text_range())
            if _garbage_share(text) > _MOST_GARBAGE:
                return "", True
            return text, len("".join(text.split())) < _FEW_CHARACTERS and _has_image(page)
    except pypdfium2.PdfiumError:
        return "", False


def _garbage_share(text: str) -> float:
    """How much of the text is signs that no font maps to a character."""
    signs = "".join(text.split())
    return len(_GARBAGE.findall(signs)) / max(1, len(signs))


def _has_image(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_FORMS_DEEP))


def _draw_form_fields(document: pypdfium2.PdfDocument, index: int) -> None:
    """Make what was filled into a form part of the page; seen once the page is loaded again."""
    with closing(document[index]) as page:
        page.flatten()


def _read_with_pypdf(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    import pypdf  # noqa: PLC0415 - a third of the worker's start, and seldom needed

    with path.open("rb") as file:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted:
            raise UnreadableDocument(Reason.ENCRYPTED, "pdfium refused it and it is encrypted")
        _fill_info(info, {key.lstrip("/"): str(value) for key, value in (reader.metadata or {}).items()})
        total = len(reader.pages)
        if total == 0:
            raise UnreadableDocument(Reason.BROKEN, "no pages")
        for index in range(min(total, limits.pages)):
            if text := reflow(reader.pages[index].extract_text()):
                yield Segment(text, Anchor(page=index + 1))
        _refuse_more_pages(total, limits)


def _refuse_more_pages(total: int, limits: ExtractLimits) -> None:
    if total > limits.pages:
        raise UnreadableDocument(Reason.TOO_LARGE, f"{total} pages")


def reflow(text: str) -> str:
    """Join the lines of a paragraph that the page's width broke; Chinese lines are joined without a blank."""
    text = _HYPHEN_AT_LINE_END.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip() for line in text.split("\n")]
    full_width = 0.75 * max(map(_width, lines))
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        parts.append(line)
        wrapped = following and _width(line) >= max(full_width, 24) and not _ENDS_SENTENCE.search(line)
        parts.append(_glue(line, following) if wrapped else "\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()


def _glue(line: str, following: str) -> str:
    return "" if _WIDE.match(line[-1]) and _WIDE.match(following[0]) else " "


def _width(line: str) -> int:
    return len(line) + len(_WIDE.findall(line))


def _fill_info(info: DocumentInfo, metadata: dict[str, str]) -> None:
    info.title = _meaningful(metadata.get("Title", ""))
    info.author = _meaningful(metadata.get("Author", ""))
    info.created = pdf_time(metadata.get("CreationDate", ""))


def _meaningful(value: str) -> str:
    value = " ".join(value.replace("\0", "").split())
    return "" if value.lower() in _MEANINGLESS else value


def pdf_time(value: str) -> float | None:
    """Seconds since the epoch for a PDF date (ISO 32000-1, 7.9.4), None when it is not one."""
    match = _DATE.match(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0)) * (-1 if match[7] == "-" else 1)
    try:
        zone = timezone(offset) if match[7] else UTC
        return datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=zone).timestamp()
    except (ValueError, OverflowError):
        return None
