"""Writes documents of formats that no library of ours writes: books, OpenDocument, binary workbooks, Outlook messages, Word 95."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

from tests.indexer.formats.compound_writer import Tree, compound
from tests.indexer.formats.writers import ODF_MIME, ODF_NAMES, relations, zipped

SAMPLES = Path(__file__).parent / "samples"
"""Documents of our own, saved in the old formats by LibreOffice 7.4."""
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

RTF = rb"""{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fswiss\fcharset0 Arial;}{\f2\fcharset136 MingLiU;}{\f3\fcharset204 Arial;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 \'b1\'ea\'cc\'e2 2;}}{\*\generator secret program;}
{\info{\upr{\title old}{\*\ud{\title \u31199 ?\u25151 ?\u21512 ?\u21516 ? Lease}}}{\author \'cd\'f5\'b7\'bc}{\creatim\yr2026\mo11\dy12\hr10\min3}}
{\header \pard Confidential draft\par}\pard\s1\f1 Lease agreement\par
\pard\plain\f1 The tenant pays 5 \'80 for the caf\'e9.{\footnote\pard Bank holidays count \f0\'bc\'fb\'b8\'bd\'bc\'fe\'c8\'fd}\par
\pard\s2\f0 \'b5\'da\'d2\'bb\'bd\'da \'d1\'ba\'bd\'f0\par
\pard \'d1\'ba\'bd\'f0\'ce\'aa\'c8\'fd\'c7\'a7\'d4\'aa{\v hidden words}{\deleted removed words}\'a1\'a3\uc2\u-10179\'81\'40\u-8697\'81\'40\uc1 {\f2\'aa\'ed\'ae\'e6}{\f3\'cf\'f0\'e8\'e2\'e5\'f2}\par
\trowd\cellx1000\cellx2000\pard\intbl Item\cell Price\cell\row\trowd\pard\intbl \'c9\'b3\'b7\'a2\'b4\'b2\cell 350\cell\row
\pard before{\field{\*\fldinst HYPERLINK "http://example.com"}{\fldrslt  the link}}\line after\par
{\pict\wmetafile8 0102030405abcdef}{\shp{\*\shpinst{\sp{\sn fillColor}{\sv 123}}{\shptxt \pard Boxed \'ce\'c4\'b1\'be\'bf\'f2\par}}{\shprslt Boxed twice}}
\bin4 }{}\ rtf braces \{kept\} and \emdash  dashes\par}trailing junk"""
"""Fonts in four character sets, hidden and deleted text, notes, a table, pictures, boxes, surrogate pairs."""


# ---- books


def epub(encryption: str = "") -> bytes:
    page = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": (
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>园丁手册 Gardening</dc:title>'
            "<dc:creator>Nora Lin</dc:creator><dc:language>zh-CN</dc:language><dc:date>2026-03-05T08:00:00Z</dc:date></metadata><manifest>"
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/><item id="one" href="text/%E4%B8%80.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="rest" href="text/rest.xhtml" media-type="application/xhtml+xml"/><item id="pic" href="a.png" media-type="image/png"/></manifest>'
            '<spine><itemref idref="one"/><itemref idref="two"/><itemref idref="rest"/><itemref idref="pic"/><itemref idref="lost"/></spine></package>'
        ),
        "OEBPS/nav.xhtml": (
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="landmarks"><ol><li><a href="x">Wrong list</a></li></ol></nav>'
            '<nav epub:type="toc"><ol><li><a href="text/%E4%B8%80.xhtml">Spring</a></li><li><span>Later</span><ol><li><a href="text/two.xhtml#s">第二章 夏天</a></li></ol></li></ol></nav></body></html>'
        ),
        "OEBPS/text/一.xhtml": page.format("<h1>Spring</h1><p>Plant the roses in March.</p><h2>Tools</h2><p>A spade is enough.</p>"),
        "OEBPS/text/two.xhtml": page.format("<p>夏天要多浇水，早晚各一次。</p>"),
        "OEBPS/text/rest.xhtml": page.format("<p>The chapter goes on in another part.</p>"),
    }  # fmt: skip
    if encryption:
        parts["META-INF/encryption.xml"] = (
            '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:EncryptionMethod Algorithm="'
            f'{encryption}"/><e:CipherData><e:CipherReference URI="OEBPS/text/two.xhtml"/></e:CipherData></e:EncryptedData></encryption>'
        )
    return zipped(parts)


def old_epub() -> bytes:
    """EPUB 2, with an NCX."""
    page = "<html><body><h2>{}</h2><p>{}</p></body></html>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
            "book.opf": (
                "<package><metadata><title>Old book</title></metadata><manifest><item id='a' href='a.html' media-type='application/xhtml+xml'/>"
                "<item id='t' href='toc.ncx' media-type='application/x-dtbncx+xml'/></manifest><spine toc='t'><itemref idref='a'/></spine></package>"
            ),
            "toc.ncx": "<ncx><navMap><navPoint><navLabel><text>Part one</text></navLabel><content src='a.html'/></navPoint></navMap></ncx>",
            "a.html": page.format("旧书第一节", "It was a dark night. 夜很黑。"),
        }
    )


# ---- OpenDocument


def open_document(kind: str, body: str) -> bytes:
    return zipped(
        {
            "mimetype": ODF_MIME.replace("text", kind),
            "content.xml": f"<office:document-content {ODF_NAMES}><office:body>{body}</office:body></office:document-content>",
        }
    )


def flat_open_document(kind: str, body: str) -> str:
    mime = ODF_MIME.replace("text", kind)
    return f'<?xml version="1.0"?><office:document {ODF_NAMES} office:mimetype="{mime}"><office:body>{body}</office:body></office:document>'


def _cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


SHEETS = f"""<office:spreadsheet><table:table table:name="Invoices">
<table:table-row>{_cell("Customer")}{_cell("Due")}{_cell("Rate")}</table:table-row>
<table:table-row>{_cell("Ayla GmbH")}{_cell("11/12/26", 'office:value-type="date" office:date-value="2026-11-12"')}{_cell("12.5%")}
<table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row table:number-rows-repeated="7"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><office:annotation><dc:creator>Nora</dc:creator><text:p>Pays late 经常逾期</text:p></office:annotation><text:p>Binh Ltd</text:p></table:table-cell>
{_cell("12/01/26 10:03", 'office:date-value="2026-12-01T10:03:00"')}{_cell("100%")}</table:table-row></table:table>
<table:table table:name="库存" table:display="false"><table:table-row>{_cell("品名")}{_cell("入库日期")}</table:table-row>
<table:table-row table:number-rows-repeated="1048574">{_cell("螺丝刀")}{_cell("2026年3月5日", 'office:date-value="2026-03-05"')}</table:table-row></table:table></office:spreadsheet>"""


def _frame(text: str, kind: str = "") -> str:
    return f"<draw:frame {kind}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"


_TITLE = 'presentation:class="title"'
SLIDES = f"""<office:presentation>
<draw:page draw:name="p1">{_frame("明年计划", _TITLE)}{_frame("开设杭州分店")}
<draw:g>{_frame("Grouped")}<draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape></draw:g>
<office:annotation><dc:creator>Nora</dc:creator><text:p>Who pays? 谁付钱</text:p></office:annotation>
<presentation:notes>{_frame("先讲预算", 'presentation:class="notes"')}{_frame("<text:page-number>1</text:page-number>", 'presentation:class="page-number"')}</presentation:notes></draw:page>
<draw:page draw:name="p2">{_frame("Results 2026", _TITLE)}<draw:frame><table:table><table:table-row>{_cell("City")}{_cell("Sales")}</table:table-row>
<table:table-row>{_cell("Leeds")}{_cell("40")}</table:table-row></table:table></draw:frame></draw:page></office:presentation>"""


# ---- one XML file

SHEET_OF_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Title>发票 Invoices</Title><Author>王芳</Author></DocumentProperties>
<Worksheet ss:Name="Invoices"><Table><Row><Cell><Data ss:Type="String">Customer</Data></Cell><Cell><Data ss:Type="String">Due</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">Ayla GmbH</Data><Comment ss:Author="Nora"><Data>Pays late 经常逾期</Data></Comment></Cell><Cell><Data ss:Type="DateTime">2026-11-12T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Number">1234.5</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#REF!</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="库存"><Table><Row ss:Index="7"><Cell ss:Index="2"><Data ss:Type="String">螺丝刀</Data></Cell><Cell><Data ss:Type="DateTime">2026-12-01T10:03:00.000</Data></Cell></Row></Table></Worksheet></Workbook>"""
WORD_OF_2003 = """<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:o="urn:schemas-microsoft-com:office:office">
<o:DocumentProperties><o:Title>Lease</o:Title><o:Author>Nora</o:Author></o:DocumentProperties><w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>
<w:body><w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>第一章</w:t></w:r></w:p><w:p><w:r><w:t>The tenant pays.</w:t></w:r><w:del><w:r><w:delText>removed words</w:delText></w:r></w:del></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>沙发床</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>350</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:wordDocument>"""


# ---- binary workbooks of Excel 2007 ([MS-XLSB])


def _record(kind: int, data: bytes = b"") -> bytes:
    return _varying(kind) + _varying(len(data)) + data


def _varying(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(kind: int, column: int, data: bytes, style: int = 0) -> bytes:
    return _record(kind, struct.pack("<II", column, style) + data)


def xlsb(rows: bytes | None = None) -> bytes:
    if rows is None:
        rows = b"".join((
            _record(0, struct.pack("<I", 0) + bytes(13)), _xlsb_cell(7, 0, struct.pack("<I", 0)), _xlsb_cell(7, 1, struct.pack("<I", 1)), _xlsb_cell(6, 2, _wide("Rate")),
            _record(0, struct.pack("<I", 4) + bytes(13)), _xlsb_cell(62, 0, b"\0" + _wide("螺丝刀")), _xlsb_cell(2, 1, struct.pack("<I", 46338 << 2 | 2), 1),
            _xlsb_cell(5, 2, struct.pack("<d", 0.125), 2), _xlsb_cell(4, 3, b"\1"), _xlsb_cell(9, 4, struct.pack("<d", 0.1 + 0.2) + bytes(8)), _xlsb_cell(8, 5, _wide("from a formula") + bytes(8)),
            _xlsb_cell(2, 6, struct.pack("<I", 12345 << 2 | 3)), _xlsb_cell(2, 7, struct.pack("<i", -7 << 2 | 2)), _xlsb_cell(3, 8, b"\7"),
        ))  # fmt: skip
    styles = (
        _record(44, struct.pack("<H", 164) + _wide("yyyy-mm-dd"))
        + _record(617)
        + b"".join(_record(47, struct.pack("<HH", 0, form) + bytes(12)) for form in (0, 164, 10))
        + _record(618)
    )
    comment = _record(635, struct.pack("<I4I", 0, 4, 4, 0, 0)) + _record(637, b"\0" + _wide("Count again 再数一遍"))
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations({"r1": ("officeDocument", "xl/workbook.bin")}),
            "xl/workbook.bin": _record(153, bytes(8)) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("库存")),
            "xl/_rels/workbook.bin.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.bin"), "rId2": ("styles", "styles.bin"), "rId3": ("sharedStrings", "sharedStrings.bin")}),
            "xl/styles.bin": styles,
            "xl/sharedStrings.bin": _record(19, b"\0" + _wide("Item")) + _record(19, b"\0" + _wide("入库日期")),
            "xl/worksheets/sheet1.bin": rows,
            "xl/worksheets/_rels/sheet1.bin.rels": relations({"rId1": ("comments", "../comments1.bin")}),
            "xl/comments1.bin": comment,
        }
    )  # fmt: skip


# ---- Outlook ([MS-OXMSG])


def _message(
    texts: dict[int, str], *, codec: str = "utf-16-le", sent: datetime | None = None, code_page: int = 0, head: int = 32
) -> Tree:
    kind = "001F" if codec == "utf-16-le" else "001E"
    fixed = bytes(head)
    if sent is not None:
        ticks = int((sent - EPOCH).total_seconds()) * 10_000_000
        fixed += struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    fixed += struct.pack("<HHIQ", 0x0003, 0x3FFD, 6, code_page)
    streams: Tree = {f"__substg1.0_{identifier:04X}{kind}": text.encode(codec) for identifier, text in texts.items()}
    return {**streams, "__properties_version1.0": fixed}


def msg() -> bytes:
    texts = {0x0037: "关于租房合同 about the lease", 0x0C1A: "张三", 0x5D01: "zhang@example.com", 0x0E04: "Nora Lin; 李四", 0x1000: "Dear Nora,\r\n\r\nthe signed lease is attached.\r\n附件是签好的合同。\r\n"}  # fmt: skip
    inner = _message({0x0037: "Forwarded question", 0x1000: "Who books the room?"}, head=24)
    file: Tree = {
        "__substg1.0_3707001F": "租房合同_终稿.txt".encode("utf-16-le"),
        "__substg1.0_37010102": "附件的内容".encode(),
        "__properties_version1.0": bytes(8),
    }
    return compound({
        **_message(texts, sent=datetime(2026, 11, 12, 2, 3, tzinfo=UTC)),
        "__attach_version1.0_#00000000": file,
        "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner, "__properties_version1.0": bytes(8)},
    })  # fmt: skip


def msg_in_gbk() -> bytes:
    page = "<html><head><meta charset=gb2312></head><body><p>地点在三楼会议室。Bring the plans.</p></body></html>"
    tree = _message({0x0037: "会议纪要：下周三讨论预算", 0x0C1A: "王芳"}, codec="gbk", code_page=936)
    return compound({**tree, "__substg1.0_10130102": page.encode("gbk")})


def msg_in_rtf() -> bytes:
    """The example of [MS-OXRTFCP] 4.1.1 has references; ours are stored bytes, and one reference to what came before."""
    text = rb"{\rtf1\ansi\ansicpg936 Rich \'c4\'e3\'ba\'c3 body\par}"
    packed = b"".join(bytes(1) + text[start : start + 8] for start in range(0, len(text), 8))
    header = struct.pack("<II4sI", len(packed) + 12, len(text), b"LZFu", 0)
    return compound({**_message({0x0037: "In rich text 富文本"}), "__substg1.0_10090102": header + packed})


# ---- Word before 97, text in a code page


def word_95(text: bytes, language: int) -> bytes:
    head = bytearray(0x300)
    struct.pack_into("<HHHHHH", head, 0, 0xA5DC, 104, 0, language, 0, 0)
    struct.pack_into("<II", head, 0x18, len(head), len(head) + len(text))
    struct.pack_into("<I", head, 0x34, len(text))
    return compound({"WordDocument": (bytes(head) + text).ljust(4096, b"\0")})


def summary(title: bytes, author: bytes, code_page: int) -> bytes:
    """A property set ([MS-OLEPS]) in a code page."""
    values = {1: struct.pack("<HxxHxx", 2, code_page), 2: _property(title), 4: _property(author)}
    offset = 8 + 8 * len(values)
    table, data = b"", b""
    for identifier, value in values.items():
        table += struct.pack("<II", identifier, offset + len(data))
        data += value
    section = struct.pack("<II", offset + len(data), len(values)) + table + data
    return struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48) + section


def _property(text: bytes) -> bytes:
    padded = text.ljust(-(-(len(text) + 1) // 4) * 4, b"\0")
    return struct.pack("<HxxI", 0x1E, len(text) + 1) + padded
