"""Archives and zipped documents that swell, nest, overlap and lie. See `hostile_files`."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from tests.indexer.formats import writers

MB = 1 << 20
PARAGRAPH = "<w:p><w:r><w:t>many words here 很多文字</w:t></w:r></w:p>".encode()


# ---- zip archives by hand: the usual library refuses to write these


def endless_deflate(block: bytes, times: int, head: bytes = b"") -> tuple[bytes, int]:
    """A raw deflate stream of `head` and then `block` over and over, compressed once; with its unpacked size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return start + once * times + end, len(head) + len(block) * times


def raw_zip(members: dict[str, tuple[bytes, int]], *, overlapping: bool = False) -> bytes:
    """A zip of streams that are compressed already; overlapping: all names share the first one's bytes.

    Checksums are right for what is small; nobody comes to the end of the rest.
    """
    out = io.BytesIO()
    directory = b""
    first = 0
    for number, (name, (data, size)) in enumerate(members.items()):
        raw = name.encode()
        checksum = zlib.crc32(zlib.decompressobj(-15).decompress(data, 8 * MB)) if size < 8 * MB else 0
        facts = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 0x5A21, checksum, len(data), size, len(raw), 0)
        offset = first if overlapping else out.tell()
        if not overlapping or number == 0:
            out.write(b"PK\3\4" + facts + raw + data)
        directory += b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw
    start = out.tell()
    out.write(directory)
    count = len(members)
    out.write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0))
    return out.getvalue()


def stored(data: bytes) -> tuple[bytes, int]:
    return endless_deflate(b"", 0, data)


def office_bomb(part: str, head: bytes, block: bytes, times: int) -> bytes:
    types = b"<Types/>"
    relations = writers.relations({"r1": ("officeDocument", part)}).encode()
    return raw_zip(
        {
            "[Content_Types].xml": stored(types),
            "_rels/.rels": stored(relations),
            part: endless_deflate(block, times, head),
        }
    )


WORD_HEAD = f'<w:document xmlns:w="{writers.W}"><w:body>'.encode()


def four_gigabyte_document(path: Path) -> None:
    block = PARAGRAPH * (MB // len(PARAGRAPH))
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD, block, 4_090_000_000 // len(block)))


def four_gigabytes_in_one_word(path: Path) -> None:
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD + b"<w:p><w:r><w:t>", b"A" * MB, 4_000))


def four_gigabytes_without_text(path: Path) -> None:
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD, b"<w:p/>" * (MB // 6), 4_000))


def four_gigabytes_in_an_attribute(path: Path) -> None:
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD + b'<w:p a="', b"A" * MB, 4_000))


def million_paragraphs(path: Path) -> None:
    end = (PARAGRAPH * 1_000, 1_000)
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD, *end))


def deep_document(path: Path) -> None:
    path.write_bytes(office_bomb("word/document.xml", WORD_HEAD, b"<w:p><w:r>" * 1_000, 200))


def gigantic_cell(path: Path) -> None:
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    sheet = sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b1 文</t></is></c></row>')
    path.write_bytes(
        raw_zip(workbook_parts(sheet) | {"xl/sharedStrings.xml": endless_deflate(b"cell " * 200_000, 900, head)})
    )


def sheet_xml(rows: str) -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def workbook_parts(sheet: bytes) -> dict[str, tuple[bytes, int]]:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        f' xmlns:r="{writers.R}"><sheets><sheet name="表" sheetId="1" r:id="s1"/></sheets></workbook>'
    )
    return {
        "[Content_Types].xml": stored(b"<Types/>"),
        "_rels/.rels": stored(writers.relations({"r1": ("officeDocument", "xl/workbook.xml")}).encode()),
        "xl/workbook.xml": stored(book.encode()),
        "xl/_rels/workbook.xml.rels": stored(writers.relations({"s1": ("worksheet", "worksheets/s.xml")}).encode()),
        "xl/worksheets/s.xml": stored(sheet),
    }


def sparse_sheet(path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>first 首</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>last 末</t></is></c></row>'
    )
    path.write_bytes(raw_zip(workbook_parts(sheet_xml(rows))))


def merged_sheet(path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>merged 合并</t></is></c></row>'
    sheet = sheet_xml(rows).replace(
        b"</worksheet>", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    path.write_bytes(raw_zip(workbook_parts(sheet)))


def nested_zip(path: Path) -> None:
    data = writers.zipped({"deepest.txt": "最深处 the deepest"})
    for level in range(12):
        data = writers.zipped({f"{level}-{copy}.zip": data for copy in range(4)})
    path.write_bytes(data)


def quine_like_zip(path: Path) -> None:
    """Each level holds a hundred of the next, 100 ** 5 files in all, in a few hundred bytes a level."""
    data = writers.zipped({"a.txt": "x" * 1_000})
    for _ in range(5):
        data = writers.zipped({f"{copy}.zip": data for copy in range(100)})
        data = writers.zipped({"same.zip": data})
    path.write_bytes(data)


def overlapping_zip(path: Path) -> None:
    kernel = endless_deflate(b"overlap " * (MB // 8), 100)
    path.write_bytes(raw_zip({f"{number}.txt": kernel for number in range(2_000)}, overlapping=True))


def zip_of_many(path: Path) -> None:
    path.write_bytes(raw_zip({f"{number}.txt": stored(b"tiny") for number in range(60_000)}))


def zip_of_path_tricks(path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (
            "../../escaped.txt",
            "/etc/absolute.txt",
            "C:\\windows\\drive.txt",
            "a/../../b.txt",
            "-rf.txt",
            "新\n行.txt",
        ):
            archive.writestr(name, f"trick 花招 in {name!r}")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    path.write_bytes(out.getvalue())


def zip_that_lies(path: Path) -> None:
    """Sizes in the directory that are not those of the data."""
    path.write_bytes(
        raw_zip({"small.txt": (endless_deflate(b"A" * MB, 800)[0], 10), "huge.txt": (b"\3\0", 0xFFFF_FFF0)})
    )


# ---- streams


def gzip_bomb(path: Path) -> None:
    data, size = endless_deflate(bytes(MB), 4_000)
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + data + struct.pack("<II", 0, size & 0xFFFF_FFFF))


def nested_gzip(path: Path) -> None:
    data = b"text " * 100
    for _ in range(200):
        data = gzip.compress(data)
    path.write_bytes(data)


def tar_gz_bomb(path: Path) -> None:
    header = tarfile.TarInfo("zeros.txt")
    header.size = 4_000 * MB
    data, size = endless_deflate(b"word " * (MB // 5) + b"x", 4_000, header.tobuf())
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + data + struct.pack("<II", 0, size & 0xFFFF_FFFF))


def bzip2_bomb(path: Path) -> None:
    path.write_bytes(bz2.compress(bytes(64 * MB)) * 40)


def xz_bomb(path: Path) -> None:
    path.write_bytes(lzma.compress(bytes(64 * MB), preset=1) * 20)


def tar_of_specials(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for name, kind in (("device", tarfile.CHRTYPE), ("pipe", tarfile.FIFOTYPE), ("block", tarfile.BLKTYPE)):
            member = tarfile.TarInfo(f"{name}.txt")
            member.type = kind
            archive.addfile(member)
        for name, target in (("link.txt", "/etc/passwd"), ("up.txt", "../../../etc/passwd"), ("loop.txt", "loop.txt")):
            member = tarfile.TarInfo(name)
            member.type = tarfile.SYMTYPE
            member.linkname = target
            archive.addfile(member)
        member = tarfile.TarInfo("../好.txt")
        text = "a text among traps 陷阱".encode()
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
