"""What pdfium can tell of a PDF only through its C interface."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pypdfium2
from pypdfium2 import raw as pdfium

_REMARKS = frozenset((
    pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY, pdfium.FPDF_ANNOT_STRIKEOUT, pdfium.FPDF_ANNOT_CARET, pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE, pdfium.FPDF_ANNOT_LINE, pdfium.FPDF_ANNOT_INK, pdfium.FPDF_ANNOT_STAMP,
))  # fmt: skip
_MOST_REMARKS = 500
_REMARK_BYTES = 40_000
_LANGUAGE_CHARACTERS = 35


def page_remarks(page: pypdfium2.PdfPage) -> list[str]:
    """What readers have written on a page: notes, highlights with a remark, text typed over it."""
    remarks: list[str] = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_REMARKS)):
        if annotation := pdfium.FPDFPage_GetAnnot(page, index):
            if pdfium.FPDFAnnot_GetSubtype(annotation) in _REMARKS and (remark := _contents(annotation)):
                remarks.append(remark)
            pdfium.FPDFPage_CloseAnnot(annotation)
    return remarks


def catalog_language(document: pypdfium2.PdfDocument) -> str:
    """The language tag of the document; empty when it has none."""
    tag = _utf16(lambda buffer, size: pdfium.FPDFCatalog_GetLanguage(document, buffer, size))
    return tag.strip() if len(tag) <= _LANGUAGE_CHARACTERS else ""


def attachment_size(attachment: pypdfium2.PdfAttachment) -> int:
    """Bytes of an attached file; 0 when it has no content."""
    size = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
    return size.value


def _contents(annotation: object) -> str:
    text = _utf16(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _utf16(call: Callable[[object, int], int]) -> str:
    """The text that a function of pdfium writes: asked first for its size in bytes, with the zero at its end."""
    size = call(None, 0)
    if not 2 < size <= _REMARK_BYTES:
        return ""
    buffer = (ctypes.c_ushort * ((size + 1) // 2))()
    call(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
