"""One writer per format. Each takes a source and a target; the same source gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import encodebytes
from collections.abc import Callable
from email.header import Header
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
from docx.document import Document
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Cm
from source import Block, Source

_STAMP = (2026, 1, 1, 0, 0, 0)


def write_text(source: Source, target: Path) -> None:
    """The body as it is, in the encoding that the header names."""
    target.write_bytes(source.body.encode(source.header.get("encoding", "utf-8")))


def write_docx(source: Source, target: Path) -> None:
    """Word, with real headings, lists and tables."""
    document = docx.Document()
    for block in source.blocks():
        _add_to_docx(document, block)
    _set_properties(document.core_properties, source)
    _save_zip(document.save, target)


def _add_to_docx(document: Document, block: Block) -> None:
    if block.kind in ("heading", "subheading"):
        document.add_heading(block.text, 1 if block.kind == "heading" else 2)
    elif block.kind == "item":
        document.add_paragraph(block.text, style="List Bullet")
    elif block.kind == "break":
        document.add_page_break()
    elif block.kind == "paragraph":
        document.add_paragraph(block.text)
    else:
        table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
        for cells, row in zip(table.rows, block.rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text


def write_pptx(source: Source, target: Path) -> None:
    """PowerPoint: a slide per part, with bullets and perhaps a table."""
    presentation = pptx.Presentation()
    for part in source.parts():
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        assert slide.shapes.title is not None
        slide.shapes.title.text = part.title
        items = [block.text for block in part.blocks if block.kind == "item"]
        slide.placeholders[1].text = "\n".join(items)
        for block in part.blocks:
            if block.kind == "table":
                _add_table(presentation, slide, block)
    _set_properties(presentation.core_properties, source)
    _save_zip(presentation.save, target)


def _add_table(presentation: Presentation, slide: Slide, block: Block) -> None:
    width = presentation.slide_width
    assert width is not None
    frame = slide.shapes.add_table(len(block.rows), len(block.rows[0]), Cm(2), Cm(12), width - Cm(4), Cm(4))
    for at, row in enumerate(block.rows):
        for column, text in enumerate(row):
            frame.table.cell(at, column).text = text


def write_xlsx(source: Source, target: Path) -> None:
    """Excel: a sheet per part; numbers are numbers."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for part in source.parts():
        sheet = book.create_sheet(part.title)
        for block in part.blocks:
            for row in block.rows:
                sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    _set_properties(book.properties, source)
    _save_zip(book.save, target)


def _set_properties(properties: Any, source: Source) -> None:
    properties.title = source.title
    properties.created = source.date.replace(tzinfo=None)
    # Word and PowerPoint files call it author here, Excel files creator.
    setattr(properties, "author" if hasattr(properties, "author") else "creator", source.author)


def _save_zip(save: Callable[[io.BytesIO], object], target: Path) -> None:
    """Save a zip-based document with fixed times in place of the clock's."""
    buffer = io.BytesIO()
    save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        created = re.search(rb"<dcterms:created[^>]*>([^<]*)<", old.read("docProps/core.xml"))
        assert created is not None
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + created[1], content)
            new.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def write_odt(source: Source, target: Path) -> None:
    """OpenDocument text, written by hand: the format asks for little."""
    names = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" xmlns:meta="{_ODF}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'
    body = "".join(map(_odt_block, source.blocks()))
    date = source.date.strftime("%Y-%m-%dT%H:%M:%S")
    files = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {names}><office:meta><dc:title>{escape(source.title)}</dc:title><meta:initial-creator>{escape(source.author)}</meta:initial-creator><meta:creation-date>{date}</meta:creation-date><dc:date>{date}</dc:date></office:meta></office:document-meta>",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            text = content if name == "mimetype" else '<?xml version="1.0" encoding="UTF-8"?>\n' + content
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text, packing)


def _odt_block(block: Block) -> str:
    if block.kind == "table":
        rows = "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in block.rows
        )
        return f"<table:table>{rows}</table:table>"
    if block.kind in ("heading", "subheading"):
        level = 1 if block.kind == "heading" else 2
        return f'<text:h text:outline-level="{level}">{escape(block.text)}</text:h>'
    return f"<text:p>{escape(block.text)}</text:p>"


def write_html(source: Source, target: Path) -> None:
    """A page with a style sheet and a menu, as invoices and guides have them."""
    body = "\n".join(map(_html_block, source.blocks()))
    page = f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{escape(source.title)}</title>
<meta name="author" content="{escape(source.author)}">
<meta name="date" content="{source.header["date"]}">
<style>body {{ font-family: sans-serif; margin: 2em }} td, th {{ border: 1px solid #999; padding: 4px }}</style>
</head>
<body>
{body}
</body>
</html>
"""
    target.write_text(page, encoding="utf-8")


def _html_block(block: Block) -> str:
    if block.kind == "table":
        rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in block.rows]
        return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"
    tag = {"heading": "h1", "subheading": "h2", "item": "li"}.get(block.kind, "p")
    return f"<{tag}>{escape(block.text)}</{tag}>"


def write_eml(source: Source, target: Path) -> None:
    """A mail as a client saves it: encoded headers, base64 body."""
    headers = [
        ("From", _address(source.header["from"])),
        ("To", _address(source.header["to"])),
        *((("Cc", _address(source.header["cc"])),) if "cc" in source.header else ()),
        (
            "Subject",
            Header(source.header["subject"], "utf-8").encode()
            if _foreign(source.header["subject"])
            else source.header["subject"],
        ),
        ("Date", format_datetime(source.date)),
        ("Message-ID", f"<{source.date:%Y%m%d}.{len(source.body)}@mail.example>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "base64"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    target.write_bytes(head.encode("ascii") + b"\r\n" + encodebytes(source.body.encode()).replace(b"\n", b"\r\n"))


def _foreign(text: str) -> bool:
    return not text.isascii()


def _address(text: str) -> str:
    name, _, address = text.rpartition(" ")
    return f"{Header(name, 'utf-8').encode()} {address}" if _foreign(name) else text


def write_rtf(source: Source, target: Path) -> None:
    """Rich text of the oldest kind."""
    lines = [block.text for block in source.blocks()]
    body = "\\par\n".join(f"\\b {line}\\b0" if at == 0 else line for at, line in enumerate(lines))
    target.write_bytes(f"{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n{body}\\par\n}}\n".encode("ascii"))
