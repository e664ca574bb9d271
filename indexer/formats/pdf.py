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
from indexer.formats.encoding import tidy_newlines
from indexer.formats.headings import one_line
from indexer.formats.pdf_outline import Outline
from indexer.formats.pdf_raw import attachment_size, catalog_language, page_remarks
from indexer.model import Anchor, DocumentInfo, Member, Reason, Segment

EXTENSIONS = frozenset(("pdf",))
_MEANINGLESS = frozenset(("untitled", "unspecified", "anonymous", "(anonymous)", "unknown", "无标题"))
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([-+])(\d\d)'?(\d\d)?)?")
_HYPHEN_AT_LINE_END = re.compile("[\ufffe\x02][ \r\n]*")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_GARBAGE = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\ufffd]")
_MOST_GARBAGE = 0.2
_FEW_CHARACTERS = 20
_FORMS_DEEP = 3
_MOST_ATTACHMENTS = 500
_NAME_CHARACTERS = 255
_LABEL_CHARACTERS = 20
_ENDS_SENTENCE = re.compile(r"[。！？.!?：:；;][”’\"')）」』]?$")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment | Member]:
    """Yield one segment a page or section of a page, and the files attached; pages without text yield nothing."""
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
            info.language = catalog_language(document)
            yield from _pages(document, info, limits)
            yield from _attachments(document, limits)
            _refuse_more_pages(len(document), limits)
        finally:
            document.close()


def _pages(document: pypdfium2.PdfDocument, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    outline = Outline(document)
    for index in range(min(len(document), limits.pages)):
        text, is_picture, remarks = _page_text(document, index)
        if is_picture:
            info.pages_without_text += (index + 1,)
        anchor = Anchor(page=index + 1, label=_label(document, index))
        for heading, part in outline.sections(index, tidy_newlines(text)):
            yield Segment(
                reflow(part), anchor, heading
            )  # an empty one too: the reader's time is taken between segments
        if remarks := [remark for remark in remarks if remark not in text]:
            yield Segment("\n".join(remarks), anchor)


def _label(document: pypdfium2.PdfDocument, index: int) -> str | None:
    """What the page calls itself, where that is not its number."""
    try:
        label = one_line(document.get_page_label(index), _LABEL_CHARACTERS)
    except UnicodeDecodeError:
        return None
    return label if label and label != str(index + 1) else None


def _attachments(document: pypdfium2.PdfDocument, limits: ExtractLimits) -> Iterator[Segment | Member]:
    names: list[str] = []
    for index in range(min(document.count_attachments(), _MOST_ATTACHMENTS)):
        try:
            attachment = document.get_attachment(index)
            name = one_line(attachment.get_name(), _NAME_CHARACTERS)
            size = attachment_size(attachment)
            blocks = (bytes(attachment.get_data()),) if 0 < size <= limits.held_bytes else None
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            continue
        names.append(name)
        yield Member(name, size, blocks=blocks, reason=Reason.NONE if blocks else Reason.TOO_LARGE)
    if names:
        yield Segment("Attachments: " + ", ".join(names))


def _page_text(document: pypdfium2.PdfDocument, index: int) -> tuple[str, bool, list[str]]:
    """The text of one page, whether what it says must be read from its picture, and the remarks on it.

    A broken page does not hide the others.
    """
    remarks: list[str] = []
    try:
        with closing(document[index]) as page:
            remarks = page_remarks(page)
            if document.formenv is not None:
                page.flatten()  # makes what was filled into a form part of the page, seen once it is loaded again
        with closing(document[index]) as page, closing(page.get_textpage()) as text_page:
            text = str(text_page.get_text_range())
            if _garbage_share(text) > _MOST_GARBAGE:
                return "", True, remarks
            return text, len("".join(text.split())) < _FEW_CHARACTERS and _has_image(page), remarks
    except pypdfium2.PdfiumError:
        return "", False, remarks


def _garbage_share(text: str) -> float:
    """How much of the text is signs that no font maps to a character."""
    signs = "".join(text.split())
    return len(_GARBAGE.findall(signs)) / max(1, len(signs))


def _has_image(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_FORMS_DEEP))


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
