"""Office documents that lie, break or attack. Each is read in a real worker, with its limits."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileState, Reason
from tests.indexer.formats import office_writers as office
from tests.indexer.formats import writers
from tests.indexer.formats.compound_writer import compound

INDEXED, NO_TEXT, NAME_ONLY, FAILED = FileState.INDEXED, FileState.NO_TEXT, FileState.NAME_ONLY, FileState.FAILED
PARAGRAPH = "<w:p><w:r><w:t>{}. A paragraph of its own 各不相同的段落</w:t></w:r></w:p>"
LETTER = writers.word_of("".join(PARAGRAPH.format(random.Random(n).random()) for n in range(2_000)))
DOC, XLS, PPT = ((office.SAMPLES / name).read_bytes() for name in ("lease.doc", "invoices.xls", "review.ppt"))


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1, ExtractLimits()) as pool:
        yield pool


def extract(pool: ExtractPool, path: Path, data: bytes) -> Extraction:
    path.write_bytes(data)
    return pool.submit(str(path), os.lstat(path).st_size).result(60)


def text_of(extraction: Extraction) -> str:
    return "\n".join(chunk.text for chunk in extraction.chunks)


def written(writer: Callable[[Path], None], folder: Path) -> bytes:
    path = folder / "written"
    writer(path)
    return path.read_bytes()


# ---- damaged containers: what is left is kept, and the state says so


def without_directory(data: bytes) -> bytes:
    return data[: data.rindex(b"PK\1\2")]


def with_damaged_member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        header = archive.getinfo(name).header_offset
    start = header + 30 + len(name)
    return data[:start] + b"\xff" * 20 + data[start + 20 :]


@pytest.mark.parametrize(
    ("name", "write", "wanted"),
    [
        ("letter.docx", lambda _: LETTER, "各不相同的段落"),
        ("invoices.xlsx", lambda folder: written(writers.workbook, folder), "Ayla GmbH"),
        ("review.pptx", lambda folder: written(writers.slides, folder), "开设杭州分店"),
        ("garden.odt", lambda _: writers.odt(), "总预算为八千元。"),
        ("invoices.ods", lambda _: office.open_document("spreadsheet", office.SHEETS), "螺丝刀"),
        ("garden.epub", lambda _: office.epub(), "夏天要多浇水"),
        ("stock.xlsb", lambda _: office.xlsb(), "from a formula"),
    ],
)
def test_a_document_whose_directory_is_lost_is_read(
    name: str, write: Callable[[Path], bytes], wanted: str, pool: ExtractPool, tmp_path: Path
) -> None:
    extraction = extract(pool, tmp_path / name, without_directory(write(tmp_path)))
    assert (extraction.state, extraction.reason, extraction.truncated) == (INDEXED, Reason.BROKEN, True)
    assert wanted in text_of(extraction)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_document_that_was_cut_off_keeps_its_beginning(share: float, pool: ExtractPool, tmp_path: Path) -> None:
    extraction = extract(pool, tmp_path / "cut.docx", LETTER[: int(len(LETTER) * share)])
    assert (extraction.state, extraction.reason, extraction.truncated) == (INDEXED, Reason.BROKEN, True)
    kept = text_of(extraction).count("各不相同的段落")
    assert 0.8 * share < kept / 2_000 < 1.2 * share


@pytest.mark.parametrize("part", ["word/styles.xml", "docProps/core.xml", "word/_rels/document.xml.rels"])
def test_a_damaged_side_part_does_not_hide_the_text(part: str, pool: ExtractPool, tmp_path: Path) -> None:
    extraction = extract(pool, tmp_path / "a.docx", with_damaged_member(written(writers.word, tmp_path), part))
    assert (extraction.state, extraction.reason) == (INDEXED, Reason.BROKEN)
    assert "The tenant pays" in text_of(extraction)


def test_a_damaged_sheet_does_not_hide_the_others(pool: ExtractPool, tmp_path: Path) -> None:
    data = with_damaged_member(written(writers.workbook, tmp_path), "xl/worksheets/sheet1.xml")
    extraction = extract(pool, tmp_path / "a.xlsx", data)
    assert (extraction.state, extraction.reason) == (INDEXED, Reason.BROKEN)
    assert "螺丝刀" in text_of(extraction)


@pytest.mark.parametrize("data", [DOC, XLS, PPT, office.msg(), office.RTF, LETTER[:9000], office.epub(), office.xlsb()], ids="doc xls ppt msg rtf docx epub xlsb".split())  # fmt: skip
def test_noise_in_a_document_never_costs_the_worker(data: bytes, pool: ExtractPool, tmp_path: Path) -> None:
    noise = random.Random(5)
    for number in range(25):
        changed = bytearray(data)
        for _ in range(noise.choice((1, 8, 200))):
            changed[noise.randrange(len(changed))] = noise.choice((0, 1, 255, noise.randrange(256)))
        if number % 5 == 0:
            del changed[noise.randrange(len(changed)) :]
        extraction = extract(pool, tmp_path / f"noise-{number}.doc", bytes(changed))
        assert extraction.reason not in {Reason.CRASHED, Reason.TIMEOUT, Reason.OUT_OF_MEMORY}


# ---- protected


def biff(*records: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)
    return compound({"Workbook": body.ljust(4096, b"\0")})


BIFF_BEGIN = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
LOCKED_WORD = bytearray(0x300)
struct.pack_into("<HHHHHH", LOCKED_WORD, 0, 0xA5EC, 0xC1, 0, 0x0409, 0, 0x0100)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", compound({"EncryptedPackage": bytes(64), "EncryptionInfo": bytes(64)})),
        ("a.doc", compound({"WordDocument": bytes(LOCKED_WORD)})),
        ("a.xls", biff(BIFF_BEGIN, (0x2F, bytes(6)), (0x0A, b""))),
        ("a.ppt", compound({"PowerPoint Document": bytes(64), "Current User": struct.pack("<HHIIII", 0, 0xFF6, 20, 20, 0xF3D1C4DF, 0)})),
        ("a.ods", writers.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "<m><encryption-data/></m>", "content.xml": "?"})),
        ("a.epub", office.epub("http://www.w3.org/2001/04/xmlenc#aes128-cbc")),
    ],
)  # fmt: skip
def test_a_protected_document_says_so(name: str, data: bytes, pool: ExtractPool, tmp_path: Path) -> None:
    extraction = extract(pool, tmp_path / name, data)
    assert (extraction.state, extraction.reason) == (NAME_ONLY, Reason.ENCRYPTED), extraction.detail


# ---- attacks


def deflated_bomb(member: str, head: bytes, block: bytes, times: int) -> bytes:
    """A zip whose one large member repeats a packed block: gigabytes made in no time, with a checksum that is wrong."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    repeated = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = start + repeated * times + packer.flush()
    size = min(len(head) + len(block) * times, 0xFFFF_FFFE)
    fields = struct.pack("<HHHHIII", 0, 8, 0, 0, 0, len(packed), size)
    name = member.encode()
    local = b"PK\3\4" + struct.pack("<H", 20) + fields + struct.pack("<HH", len(name), 0) + name
    types = b"[Content_Types].xml"
    second = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, len(types), 0) + types
    central = (
        b"PK\1\2" + struct.pack("<HH", 20, 20) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    )
    central += (
        b"PK\1\2"
        + struct.pack(
            "<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(types), 0, 0, 0, 0, 0, len(local) + len(packed)
        )
        + types
    )
    body = local + packed + second
    return body + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(central), len(body), 0)


def test_four_gigabytes_of_xml_end_at_the_limit(pool: ExtractPool, tmp_path: Path) -> None:
    head = f'<w:document xmlns:w="{writers.W}"><w:body>'.encode()
    block = PARAGRAPH.format("The first words 开头").encode() + b"<w:p/>" * 200_000
    extraction = extract(pool, tmp_path / "4g.docx", deflated_bomb("word/document.xml", head, block, 3_600))
    assert extraction.state is INDEXED
    assert extraction.reason in {Reason.TOO_LARGE, Reason.TIMEOUT}
    assert "The first words 开头" in text_of(extraction)


def test_a_million_paragraphs_end_at_a_limit(pool: ExtractPool, tmp_path: Path) -> None:
    head = f'<w:document xmlns:w="{writers.W}"><w:body>'.encode()
    block = b"".join(PARAGRAPH.format(n).encode() for n in range(1_000))
    extraction = extract(pool, tmp_path / "many.docx", deflated_bomb("word/document.xml", head, block, 1_000))
    assert extraction.state is INDEXED
    assert extraction.reason in {Reason.TOO_LARGE, Reason.TIMEOUT}


def test_one_gigantic_string_costs_itself_alone(pool: ExtractPool, tmp_path: Path) -> None:
    head = f'<w:document xmlns:w="{writers.W}"><w:body>{PARAGRAPH.format("before")}<w:p><w:r><w:t>'.encode()
    extraction = extract(pool, tmp_path / "long.docx", deflated_bomb("word/document.xml", head, b"x" * 1_000_000, 300))
    assert extraction.state is INDEXED
    assert "各不相同的段落" in text_of(extraction)


def sheet(rows: str) -> bytes:
    return writers.office(
        "xl/workbook.xml",
        {
            "xl/workbook.xml": f'<workbook xmlns:r="{writers.R}"><sheets><sheet name="一" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": writers.relations({"r1": ("worksheet", "worksheets/sheet1.xml")}),
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        },
    )


CORNERS = '<row r="1"><c r="A1" t="inlineStr"><is><t>first</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>最后 last</t></is></c></row>'
BIFF_CORNERS = biff(
    BIFF_BEGIN, (0x85, struct.pack("<IBBBB", 20 + 13 + 4, 0, 0, 1, 0) + b"A"), (0x0A, b""),
    BIFF_BEGIN, (0x204, struct.pack("<HHHHB", 0, 0, 0, 5, 0) + b"first"), (0x204, struct.pack("<HHHHB", 65535, 65535, 0, 4, 0) + b"last"), (0x0A, b""),
)  # fmt: skip
XLSB_CORNERS = office.xlsb(b"".join((
    office._record(0, struct.pack("<I", 0)), office._xlsb_cell(6, 0, office._wide("first")), office._record(0, struct.pack("<I", 1_048_575)), office._xlsb_cell(6, 16_383, office._wide("last")),
)))  # fmt: skip
ODS_CORNERS = office.open_document("spreadsheet", (
    '<office:spreadsheet><table:table table:name="一"><table:table-row><table:table-cell><text:p>first</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>last</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>'
))  # fmt: skip


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", sheet(CORNERS)), ("a.xls", BIFF_CORNERS), ("a.xlsb", XLSB_CORNERS), ("a.ods", ODS_CORNERS)])  # fmt: skip
def test_a_sheet_with_text_in_its_corners_alone_is_small(
    name: str, data: bytes, pool: ExtractPool, tmp_path: Path
) -> None:
    extraction = extract(pool, tmp_path / name, data)
    assert (extraction.state, extraction.reason) == (INDEXED, Reason.NONE), extraction.detail
    text = text_of(extraction)
    assert "first" in text
    assert "last" in text
    assert len(text) < 2_000


LAUGHS = '<!DOCTYPE x [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12)) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ods", writers.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"{LAUGHS}<o xmlns:table='t' xmlns:text='x'><table:table><table:table-row><table:table-cell><text:p>shown 可见 &f;</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>&l12;</text:p></table:table-cell></table:table-row></table:table></o>"})),
        ("a.fods", f"<?xml version='1.0'?>{LAUGHS}" + office.flat_open_document("spreadsheet", "<table:table><table:table-row><table:table-cell><text:p>shown 可见 &f;</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>&l12;</text:p></table:table-cell></table:table-row></table:table>").partition("?>")[2]),
        ("a.epub", writers.zipped({"mimetype": "application/epub+zip", "book.opf": f"{LAUGHS}<package><metadata><title>&f;</title></metadata><manifest><item id='a' href='a.html'/></manifest><spine><itemref idref='a'/></spine><x>&l12;</x></package>", "a.html": f"{LAUGHS}<html><p>shown 可见 &l12; &f;</p></html>"})),
        ("a.xlsx", writers.office("xl/workbook.xml", {"xl/workbook.xml": f'<workbook xmlns:r="{writers.R}"><sheets><sheet name="s" r:id="r1"/></sheets></workbook>', "xl/_rels/workbook.xml.rels": writers.relations({"r1": ("worksheet", "s.xml"), "r2": ("sharedStrings", "t.xml")}), "xl/s.xml": "<w><row><c t='s'><v>0</v></c></row></w>", "xl/t.xml": f"{LAUGHS}<sst><si><t>shown 可见 &f;</t></si><si><t>&l12;</t></si></sst>"})),
    ],
)  # fmt: skip
def test_entities_are_neither_expanded_nor_fetched(
    name: str, data: bytes | str, pool: ExtractPool, tmp_path: Path
) -> None:
    extraction = extract(pool, tmp_path / name, data.encode() if isinstance(data, str) else data)
    text = text_of(extraction) + extraction.info.title
    assert "shown 可见" in text
    assert "haha" not in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("deep.rtf", b"{\\rtf1 before \\par" + b"{" * 1_000_000, "before"),
        ("closed.rtf", b"{\\rtf1 before}" + b"}" * 1_000_000, "before"),
        ("bin.rtf", b"{\\rtf1 before\\par\\bin2000000000 after}", "before"),
        ("picture.rtf", b"{\\rtf1 before\\par{\\pict " + b"0123456789abcdef" * 2_000_000 + b"}after \\u20043?}", "after 之"),
        ("field.rtf", b"{\\rtf1 before\\par{\\field{\\*\\fldinst never ends", "before"),
        ("cells.rtf", b"{\\rtf1 before\\par\\trowd\\intbl " + b"\\cell" * 300_000, "before"),
        ("unicode.rtf", b"{\\rtf1 before\\par\\uc99999999 \\u20320 gone\\par}", "before"),
    ],
)  # fmt: skip
def test_rich_text_attacks_end(name: str, data: bytes, wanted: str, pool: ExtractPool, tmp_path: Path) -> None:
    extraction = extract(pool, tmp_path / name, data)
    assert extraction.state is INDEXED
    assert wanted in text_of(extraction)


def plain_pdf(objects: dict[int, str], root: int = 1) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    size = max(objects) + 1
    out += f"xref\n0 {size}\n".encode()
    out += b"".join(
        f"{offsets.get(n, 0):010d} {0 if n in offsets else 65535:05d} {'n' if n in offsets else 'f'} \n".encode()
        for n in range(size)
    )
    return bytes(out) + f"trailer <</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF".encode()


def _content(text: str) -> str:
    body = f"BT /F 12 Tf 72 700 Td ({text}) Tj ET"
    return f"<</Length {len(body)}>>stream\n{body}\nendstream"


FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def test_of_sixty_thousand_pages_the_first_are_read(pool: ExtractPool, tmp_path: Path) -> None:
    count = 60_000
    pages = dict.fromkeys(
        range(5, 5 + count),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>>>",
    )
    kids = " ".join(f"{n} 0 R" for n in pages)
    data = plain_pdf({1: "<</Type/Catalog/Pages 2 0 R>>", 2: f"<</Type/Pages/Count {count}/Kids[{kids}]>>", 3: FONT, 4: _content("The same page again and again"), **pages})  # fmt: skip
    extraction = extract(pool, tmp_path / "long.pdf", data)
    assert extraction.state is INDEXED
    assert extraction.reason in {Reason.TOO_LARGE, Reason.TIMEOUT}


@pytest.mark.parametrize("kids", ["[2 0 R]", "[5 0 R 2 0 R]", "[6 0 R 5 0 R]"])
def test_a_page_tree_that_holds_itself_ends(kids: str, pool: ExtractPool, tmp_path: Path) -> None:
    page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>>>"
    outline = "<</Title(round and round)/Parent 7 0 R/Next 8 0 R/First 8 0 R/Dest[5 0 R/Fit]>>"
    data = plain_pdf({
        1: "<</Type/Catalog/Pages 2 0 R/Outlines 7 0 R>>", 2: f"<</Type/Pages/Count 900000/Kids{kids}>>", 3: FONT, 4: _content("Some words"), 5: page,
        6: "<</Type/Pages/Parent 2 0 R/Count 5/Kids[2 0 R 6 0 R]>>", 7: "<</First 8 0 R/Last 8 0 R>>", 8: outline,
    })  # fmt: skip
    extraction = extract(pool, tmp_path / "cycle.pdf", data)
    assert extraction.reason not in {Reason.CRASHED, Reason.OUT_OF_MEMORY}


def test_compound_files_that_bite_their_tail_end(pool: ExtractPool, tmp_path: Path) -> None:
    table = DOC.rindex(struct.pack("<I", 0xFFFF_FFFD)) // 512 * 512
    for value in (0, 1, 5):
        looped = DOC[:table] + struct.pack("<I", value) * 128 + DOC[table + 512 :]
        extraction = extract(pool, tmp_path / f"loop-{value}.doc", looped)
        assert extraction.reason not in {Reason.CRASHED, Reason.TIMEOUT, Reason.OUT_OF_MEMORY}


def test_a_string_table_that_promises_too_much_gives_what_it_has(pool: ExtractPool, tmp_path: Path) -> None:
    strings = (
        struct.pack("<II", 0xFFFF_FFFF, 0xFFFF_FFFF)
        + struct.pack("<HB", 5, 0)
        + b"first"
        + struct.pack("<HBHI", 65535, 13, 65535, 0xFFFF_FFFF)
    )
    sheet_at = 20 + 13 + 4 + len(strings) + 4
    data = biff(
        BIFF_BEGIN, (0x85, struct.pack("<IBBBB", sheet_at, 0, 0, 1, 0) + b"A"), (0xFC, strings), (0x0A, b""),
        BIFF_BEGIN, (0xFD, struct.pack("<HHHI", 0, 0, 0, 0)), (0xFD, struct.pack("<HHHI", 1, 0, 0, 99_999)), (0x0A, b""),
    )  # fmt: skip
    extraction = extract(pool, tmp_path / "promise.xls", data)
    assert extraction.state is INDEXED, extraction.detail
    assert "first" in text_of(extraction)
