"""Writes the documents that the tests read: real ones by the usual libraries, odd ones by hand."""

from __future__ import annotations

import base64
import datetime as dt
import io
import random
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pptx
import pypdf
from openpyxl.comments import Comment
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from pptx.util import Inches
from pypdf.annotations import Text
from pypdf.generic import NameObject, TextStringObject
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(entries: dict[str, tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{target}"/>' for i, (kind, target) in entries.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def office(main: str, parts: dict[str, str | bytes]) -> bytes:
    types = f'<Types xmlns="{PACKAGE}/content-types"/>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": relations({"r1": ("officeDocument", main)}), **parts})


# ---- PDF


def pdf(pages: list[list[str]], **metadata: str) -> bytes:
    out = io.BytesIO()
    canvas = _canvas(out)
    for name, value in metadata.items():
        getattr(canvas, f"set{name}")(value)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(72, 740 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _canvas(out: io.BytesIO, **options: object) -> Canvas:
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return Canvas(out, **options)


def pdf_with_form() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 740, "Application form")
    canvas.acroForm.textfield(name="applicant", value="Filled in by Nora", x=72, y=600, width=300, height=24)
    canvas.save()
    return out.getvalue()


def rich_pdf() -> bytes:
    """Outline, page labels, a remark, a language and an attached file."""
    pages = (
        (("Preface",), ("Preface", "why this was written")),
        (("第一章 总则",), ("end of preface here", "1.1 第一章 总则", "甲方乙方")),
        (("Second", "Third"), ("Second", "text two", "Third", "text three")),
    )
    out = io.BytesIO()
    canvas = _canvas(out)
    for titles, lines in pages:
        for level, title in enumerate(titles):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
        for number, line in enumerate(lines):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(72, 740 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    document = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    document.set_page_label(0, 0, "/r")
    document.set_page_label(1, 2, "/D", start=1)
    document.add_attachment("data.csv", "姓名,电话\n".encode())
    document.add_annotation(1, Text(rect=(50, 550, 200, 650), text="Ask Nora 问一下"))
    document.root_object[NameObject("/Lang")] = TextStringObject("zh-CN")
    written = io.BytesIO()
    document.write(written)
    return written.getvalue()


def encrypted_pdf() -> bytes:
    out = io.BytesIO()
    canvas = _canvas(out, encrypt=StandardEncryption("user", ownerPassword="owner", strength=128))
    canvas.drawString(72, 740, "The secret recipe")
    canvas.save()
    return out.getvalue()


# ---- Word


def word(path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Lease 租房合同"
    document.core_properties.author = "王芳"
    document.core_properties.created = dt.datetime(2026, 11, 12, 2, 3)  # noqa: DTZ001 - the library writes it as UTC
    document.add_heading("Lease agreement", 1)
    document.add_paragraph("The tenant pays the rent on the first day of each month.")
    document.add_heading("Deposit", 2)
    document.add_paragraph("The deposit is 3,000 euros.")
    document.add_heading("第二章 违约责任", 1)
    document.add_paragraph("乙方逾期支付租金的，应当支付违约金。")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, (("Item", "Price"), ("Sofa", "200"), ("沙发床", "350")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.sections[0].header.paragraphs[0].text = "Confidential draft"
    document.sections[0].footer.paragraphs[0].text = "内部资料"
    document.save(str(path))


def odd_word() -> bytes:
    """Text boxes, notes, comments, tracked changes, a localized heading style, pinyin guides."""
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed remark</w:t></w:r></w:p></w:txbxContent>"
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:v"><w:body>
<w:p><w:pPr><w:pStyle w:val="1"/><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>第一章 总则</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Before </w:t></w:r><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>
<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>after the box</w:t></w:r></w:p>
<w:p><w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>removed words</w:delText></w:r></w:del>
<w:ins><w:r><w:t>inserted words</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom></w:p>
<w:p><w:r><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>字注音</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>outer</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>inner cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc>
<w:tc><w:p><w:r><w:t>second</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sdt><w:sdtContent><w:p><w:r><w:t>Inside a content control</w:t></w:r></w:p></w:sdtContent></w:sdt>
</w:body></w:document>"""
    styles = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>"""
    note = '<w:{0}s xmlns:w="{1}"><w:{0}><w:p><w:r><w:t>{2}</w:t></w:r></w:p></w:{0}></w:{0}s>'
    return office(
        "word/document.xml",
        {
            "word/document.xml": document,
            "word/styles.xml": styles,
            "word/footnotes.xml": note.format("footnote", W, "See the annex 见附件三"),
            "word/comments.xml": note.format("comment", W, "Reviewer asks for a date"),
            "word/_rels/document.xml.rels": relations(
                {
                    "r1": ("styles", "styles.xml"),
                    "r2": ("footnotes", "footnotes.xml"),
                    "r3": ("comments", "/word/comments.xml"),
                }
            ),
        },
    )


def word_of(body: str) -> bytes:
    return office(
        "word/document.xml", {"word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'}
    )


# ---- Excel and PowerPoint


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Invoices"
    rows = [
        ("Customer", "Due", "Amount", "Rate", "At"),
        ("Ayla GmbH", dt.date(2026, 11, 12), 1234.5, 0.125, dt.time(9, 30)),
        ("Binh Ltd", dt.datetime(2026, 12, 1, 10, 3), 0.1 + 0.2, 1, dt.time(17, 5)),  # noqa: DTZ001 - sheets have no zones
    ]
    for row in rows:
        sheet.append(row)
    for row in (2, 3):
        sheet.cell(row, 4).number_format = "0.0%"
    sheet.cell(3, 1).comment = Comment("Pays late 经常逾期", "Nora")
    second = book.create_sheet("库存")
    second.append(["二〇二六年库存盘点"])
    second.append(["品名", "数量", "入库日期"])
    second.append(["螺丝刀", 12, dt.date(2026, 3, 5)])
    second.cell(3, 3).number_format = 'yyyy"年"m"月"d"日"'
    second["A6"] = "备注：缺货请联系赵敏"
    book.save(path)


def workbook_of_1904(path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["Founded", dt.date(1998, 7, 24)])
    book.save(path)


def slides(path: Path) -> None:
    show = pptx.Presentation()
    for title, body, notes in (
        ("Results 2026", "Revenue grew by 12 percent", "Mention the new office in Leeds"),
        ("明年计划", "开设杭州分店", "先讲预算"),
    ):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.notes_slide.notes_text_frame.text = notes
    table = show.slides[0].shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for row, cells in enumerate((("City", "Sales"), ("Leeds", "40"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    order = show.slides._sldIdLst
    order.append(order[0])  # the slide that was made first is shown last
    show.core_properties.title = "Annual review 年度总结"
    show.save(str(path))


# ---- OpenDocument

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" xmlns:draw="{_ODF}:drawing:1.0"'
    f' xmlns:meta="{_ODF}:meta:1.0" xmlns:presentation="{_ODF}:presentation:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_ODF_BODY = """<office:body><office:text>
<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted sentence</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Garden plan 花园计划</text:h>
<text:p>Plant the<text:s text:c="2"/>roses<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Bare roots only</text:p></text:note-body></text:note> in March.</text:p>
<text:list><text:list-item><text:p>Buy <text:span>compost</text:span></text:p></text:list-item></text:list>
<text:h text:outline-level="2">预算</text:h>
<text:p>总预算为八千元。</text:p>
<table:table><table:table-row><table:table-cell><text:p>Plant</text:p></table:table-cell><table:table-cell><text:p>Count</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>月季</text:p></table:table-cell><table:table-cell><text:p>14</text:p></table:table-cell></table:table-row></table:table>
<text:p><draw:frame><draw:text-box><text:p>A framed hint</text:p></draw:text-box></draw:frame></text:p>
</office:text></office:body>"""
_ODF_META = (
    "<office:meta><dc:title>花园 Garden</dc:title><meta:initial-creator>Nora Lin</meta:initial-creator>"
    "<meta:creation-date>2026-03-05T08:00:00Z</meta:creation-date></office:meta>"
)
ODF_MIME = "application/vnd.oasis.opendocument.text"


def odt(manifest: str = "<manifest/>") -> bytes:
    return zipped(
        {
            "mimetype": ODF_MIME,
            "META-INF/manifest.xml": manifest,
            "meta.xml": f"<office:document-meta {ODF_NAMES}>{_ODF_META}</office:document-meta>",
            "content.xml": f"<office:document-content {ODF_NAMES}>{_ODF_BODY}</office:document-content>",
        }
    )


def flat_odt() -> str:
    return f'<?xml version="1.0"?><office:document {ODF_NAMES} office:mimetype="{ODF_MIME}">{_ODF_META}{_ODF_BODY}</office:document>'


# ---- mail


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "张三 <zhang@example.com>"
    message["To"] = "Nora Lin <nora@example.com>, 李四 <li@example.com>"
    message["Subject"] = "关于租房合同 about the lease"
    message["Date"] = "Thu, 12 Nov 2026 10:03:00 +0800"
    message.set_content("Dear Nora,\n\nthe signed lease is attached.\n\n附件是签好的合同。\n")
    message.add_alternative("<p>Dear Nora, the <b>signed</b> lease is attached.</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="租房合同_终稿.pdf")
    message.add_attachment("attached text stays out", filename="notes.txt")
    return message.as_bytes()


def mail_by_an_old_program() -> bytes:
    subject = "会议纪要：下周三讨论预算".encode("gbk")
    name = base64.b64encode("王芳".encode("gb2312")).decode()
    attachment = base64.b64encode("预算表.xls".encode("gbk")).decode()
    head = f"""From: =?gb2312?B?{name}?= <wang@example.cn>
To: "=?UTF-8?Q?Smith=2C_Jo?=" <jo@example.com>
Date: Thu, 12 Nov 2026 10:03:00 +0800
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1
Subject: """.encode()
    body = b"""
--b1
Content-Type: text/html; charset=gb2312

<html><body><script>var hidden = 1;</script><p>"""
    rest = f"""</p></body></html>
--b1
Content-Type: application/octet-stream; name="=?gbk?B?{attachment}?="
Content-Transfer-Encoding: base64

AAAA
--b1
Content-Type: message/rfc822

From: boss@example.cn
Subject: Forwarded question
Content-Type: text/plain

Who books the room?
--b1--
""".encode()
    return head + subject + b"\n" + body + "请各位准时参加，地点在三楼会议室。".encode("gbk") + rest


def described_jpeg() -> bytes:
    """A photo with what its maker and a file manager wrote into it."""
    noise = random.Random(1).randbytes(240 * 160 * 3)
    picture = Image.frombytes("RGB", (240, 160), noise)
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "Boats at dawn 黎明的船".encode()
    exif[ExifTags.Base.Artist] = "Nora Lin"
    exif[ExifTags.Base.XPComment] = "平江路 的 傍晚\0".encode("utf-16-le")
    taken = dt.datetime.fromtimestamp(1794448980).astimezone()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    return data.getvalue()


def described_png() -> bytes:
    """A picture with a title and a description."""
    texts = PngInfo()
    texts.add_text("Title", "Floor plan of the attic")
    texts.add_itxt("Description", "阁楼平面图")
    data = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(data, "PNG", pnginfo=texts)
    return data.getvalue()


def huge_png(side: int) -> bytes:
    """A black square of `side` pixels, a few kilobytes long."""
    data = io.BytesIO()
    Image.new("1", (side, side)).save(data, "PNG")
    return data.getvalue()
