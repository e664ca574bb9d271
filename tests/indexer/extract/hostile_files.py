"""Files that attack whoever reads them, made small on the disk and large in the reader.

Each builder writes one file; `BUILDERS` names them all. :func:`write_special` adds what is no ordinary file.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import random
import socket
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.indexer.extract import hostile_archives as archives

MB = 1 << 20
Builder = Callable[[Path], object]


# ---- PDF


def pdf_of(objects: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, os.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def sixty_thousand_pages(path: Path) -> None:
    count = 60_000
    text = stream(b"BT /F 12 Tf 72 700 Td (one of very many pages) Tj ET")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(count))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    path.write_bytes(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", tree, text, FONT, *[page] * count]))


def page_tree_loop(path: Path) -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F 6 0 R>>>>>>"
    loop = b"<</Type/Pages/Count 100000/Kids[2 0 R 4 0 R 3 0 R 2 0 R]/Parent 3 0 R>>"
    text = stream(b"BT /F 12 Tf 72 700 Td (round and round) Tj ET")
    path.write_bytes(pdf_of([b"<</Type/Catalog/Pages 2 0 R/Outlines 2 0 R>>", loop, loop, page, text, FONT]))


def deep_page_tree(path: Path) -> None:
    depth = 20_000
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(depth)]
    path.write_bytes(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>"]))


def pdf_bomb(path: Path) -> None:
    packed = zlib.compress(zlib.compress(bytes(400 * MB), 9), 9)
    text = stream(packed, b"/Filter[/FlateDecode/FlateDecode]")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents[3 0 R 3 0 R 3 0 R]>>"
    path.write_bytes(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[4 0 R]>>", text, page]))


def pdf_that_draws_for_ever(path: Path) -> None:
    form = stream(b"/X Do /X Do " * 5, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>")
    deeper = stream(b"/X Do " * 9, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 3 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 6 0 R/Resources<</XObject<</X 3 0 R>>>>>>"
    path.write_bytes(
        pdf_of(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
                form,
                deeper,
                page,
                stream(b"/X Do"),
            ]
        )
    )


def pdf_of_brackets(path: Path) -> None:
    path.write_bytes(b"%PDF-1.4\n1 0 obj\n" + b"[" * 2_000_000 + b"<<" * 500_000)


# ---- markup, mail, data


def deep_html(path: Path) -> None:
    path.write_bytes(b"<div>" * 200_000 + "深处 deep".encode() + b"</div>" * 200_000)


def deep_xml(path: Path) -> None:
    path.write_bytes(b"<?xml version='1.0'?>" + b"<a>" * 500_000 + b"deep" + b"</a>" * 500_000)


def deep_json(path: Path) -> None:
    path.write_bytes(b'{"a":' * 500_000 + b"1" + b"}" * 500_000)


def deep_notebook(path: Path) -> None:
    path.write_bytes(b'{"cells": ' + b"[" * 500_000 + b"]" * 500_000 + b', "nbformat": 4}')


def large_notebook(path: Path) -> None:
    picture = base64.b64encode(random.Random(1).randbytes(3 * MB)).decode()
    cell = {"cell_type": "code", "source": ["print(1)"], "outputs": [{"data": {"image/png": picture}}]}
    path.write_text(json.dumps({"cells": [cell] * 12, "nbformat": 4}))


def deep_rtf(path: Path) -> None:
    path.write_bytes(rb"{\rtf1 " + b"{\\b " * 300_000 + b"deep" + b"}" * 300_000 + b"}")


def deep_quotes(path: Path) -> None:
    path.write_text("> " * 30_000 + "quoted\n" + "- " * 30_000 + "listed\n" + "*" * 100_000 + "[" * 50_000)


def deep_latex(path: Path) -> None:
    path.write_text("\\documentclass{article}\\begin{document}" + "\\textbf{" * 50_000 + "deep 深" + "}" * 50_000)


def laughing_xml(path: Path, root: str = "svg") -> None:
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    name = ' xmlns="http://www.w3.org/2000/svg"' if root == "svg" else ""
    path.write_text(
        f"<?xml version='1.0'?><!DOCTYPE {root} [{laughs}]><{root}{name}><text>before &l12; after</text></{root}>"
    )


def quadratic_xml(path: Path) -> None:
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "{"A" * 200_000}">]><a>{"&x;" * 50_000}</a>')


def deep_mail(path: Path) -> None:
    part = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    path.write_bytes(b"From: a@b\nSubject: deep\nMIME-Version: 1.0\n" + part * 3_000 + "\n\nthe end 终".encode())


def mail_in_mail(path: Path) -> None:
    inner = b"From: a@b\nSubject: inner\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    path.write_bytes(inner * 3_000 + b"Subject: last\n\nthe last letter")


def endless_header(path: Path) -> None:
    path.write_bytes(
        b"From: a@b\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?=E5=AD=97?= " * 400_000 + "\n\nbody 正文".encode()
    )


def many_headers(path: Path) -> None:
    path.write_bytes(b"".join(b"X-Header-%d: value\n" % number for number in range(400_000)) + b"Subject: s\n\nbody")


def many_parts(path: Path) -> None:
    part = b"--b\nContent-Type: text/plain\n\npart\n"
    path.write_bytes(
        b"From: a@b\nSubject: many\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 200_000 + b"--b--\n"
    )


def wide_csv(path: Path) -> None:
    path.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n" + "," * 999_999 + "\n")


def open_quote_csv(path: Path) -> None:
    path.write_text('a,b\n"never closed,' + "x,y\n" * 2_000_000)


def long_line(path: Path) -> None:
    path.write_bytes(b"x" * (40 * MB))


def long_chinese_line(path: Path) -> None:
    path.write_bytes("没有标点的长行".encode("gb18030") * 2_000_000)


def dots_and_dashes(path: Path) -> None:
    path.write_text("1.1." * 500_000 + "-" * 500_000 + "_" * 500_000 + "a@" * 300_000 + "\t" * 500_000 + "(" * 300_000)


def surrogates(path: Path) -> None:
    path.write_bytes(
        b"\xff\xfe" + b"\x3d\xd8" * 50_000 + "文".encode("utf-16-le") + "<html>&#xD800;".encode("utf-16-le")
    )


def html_of_entities(path: Path) -> None:
    path.write_text("<html><body>" + "&#xD800;&#x110000;&#0;&amp" * 20_000 + "<p>text 文</p>" + "<" * 200_000)


def endless_subtitles(path: Path) -> None:
    path.write_text("".join(f"{n}\n99:99:99,999 --> 00:00:00,000\n<i>{'{' * 20}\n\n" for n in range(50_000)))


def calendar_for_ever(path: Path) -> None:
    event = "BEGIN:VEVENT\r\nSUMMARY:会 meeting\r\nDTSTART:00010101T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=999999999\r\n"
    path.write_text("BEGIN:VCALENDAR\r\n" + event * 5_000 + " folded" * 100_000)


# ---- pictures, sound, old office


def png_bomb(path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    text = b"Comment\0\0" + zlib.compress(b"A" * (500 * MB), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"zTXt", text)
        + chunk(b"IDAT", zlib.compress(bytes(300 * MB), 9)) + chunk(b"IEND", b"")
    )  # fmt: skip


def tiff_loop(path: Path) -> None:
    entry = struct.pack("<HHII", 256, 4, 1, 60_000) + struct.pack("<HHII", 257, 4, 1, 60_000)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entry + struct.pack("<I", 8) + bytes(64))


def svg_of_uses(path: Path) -> None:
    uses = "".join(f'<g id="g{n + 1}"><use href="#g{n}"/><use href="#g{n}"/></g>' for n in range(64))
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><g id="g0"><text>x</text></g>{uses}</svg>')


def huge_tag(path: Path) -> None:
    path.write_bytes(b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"APIC\x7f\x7f\x7f\x7f\0\0" + bytes(1_000))


def endless_boxes(path: Path) -> None:
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08moov" * 300_000 + b"\0\0\0\0trak")


def wav_of_four_gigabytes(path: Path) -> None:
    path.write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0data\xff\xff\xff\xff")


def compound_loop(path: Path) -> None:
    """A compound file whose chains of sectors run in circles."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 2, 1, 0, 0, 0)
    sectors = struct.pack("<128I", *([0, 1, 2, 3] * 32))
    entry = "WordDocument".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 26, 2, 1)
    entry += struct.pack("<III", 0, 1, 1) + bytes(36) + struct.pack("<IQ", 3, 1 << 40)
    path.write_bytes(bytes(header) + sectors + entry * 4 + sectors * 3)


# ---- sizes


def sparse(head: bytes, size: int) -> Builder:
    def build(path: Path) -> None:
        path.write_bytes(head)
        os.truncate(path, size)

    return build


GB = 1 << 30

BUILDERS: dict[str, Builder] = {
    "four-gigabytes.docx": archives.four_gigabyte_document,
    "one-word.docx": archives.four_gigabytes_in_one_word,
    "no-text.docx": archives.four_gigabytes_without_text,
    "attribute.docx": archives.four_gigabytes_in_an_attribute,
    "million-paragraphs.docx": archives.million_paragraphs,
    "deep.docx": archives.deep_document,
    "cell.xlsx": archives.gigantic_cell,
    "sparse.xlsx": archives.sparse_sheet,
    "merged.xlsx": archives.merged_sheet,
    "nested.zip": archives.nested_zip,
    "hundred-hundreds.zip": archives.quine_like_zip,
    "overlapping.zip": archives.overlapping_zip,
    "many.zip": archives.zip_of_many,
    "tricks.zip": archives.zip_of_path_tricks,
    "lies.zip": archives.zip_that_lies,
    "bomb.txt.gz": archives.gzip_bomb,
    "nested.txt.gz": archives.nested_gzip,
    "bomb.tar.gz": archives.tar_gz_bomb,
    "bomb.txt.bz2": archives.bzip2_bomb,
    "bomb.txt.xz": archives.xz_bomb,
    "specials.tar": archives.tar_of_specials,
    "sixty-thousand.pdf": sixty_thousand_pages,
    "tree-loop.pdf": page_tree_loop,
    "deep-tree.pdf": deep_page_tree,
    "bomb.pdf": pdf_bomb,
    "for-ever.pdf": pdf_that_draws_for_ever,
    "brackets.pdf": pdf_of_brackets,
    "deep.html": deep_html,
    "entities.html": html_of_entities,
    "deep.xml": deep_xml,
    "deep.json": deep_json,
    "deep.ipynb": deep_notebook,
    "large.ipynb": large_notebook,
    "deep.rtf": deep_rtf,
    "deep.md": deep_quotes,
    "deep.tex": deep_latex,
    "laughs.svg": laughing_xml,
    "laughs.xml": lambda path: laughing_xml(path, "note"),
    "quadratic.xml": quadratic_xml,
    "deep.eml": deep_mail,
    "letters.eml": mail_in_mail,
    "endless-header.eml": endless_header,
    "many-headers.eml": many_headers,
    "many-parts.eml": many_parts,
    "wide.csv": wide_csv,
    "open-quote.csv": open_quote_csv,
    "long-line.txt": long_line,
    "没有标点.txt": long_chinese_line,
    "dots.txt": dots_and_dashes,
    "surrogates.txt": surrogates,
    "endless.srt": endless_subtitles,
    "for-ever.ics": calendar_for_ever,
    "bomb.png": png_bomb,
    "loop.tif": tiff_loop,
    "uses.svg": svg_of_uses,
    "tag.mp3": huge_tag,
    "boxes.mp4": endless_boxes,
    "long.wav": wav_of_four_gigabytes,
    "loop.doc": compound_loop,
    "sparse-5gb.txt": sparse(b"text", 5 * GB),
    "sparse-5gb.pdf": sparse(b"%PDF-1.7\n", 5 * GB),
    "sparse-5gb.zip": sparse(b"PK\3\4", 5 * GB),
    "sparse-400mb.txt": sparse(b"some text \xe6\x96\x87\n", 400 * MB),
    "sparse-400mb.eml": sparse(b"From: a@b\nSubject: s\nMIME-Version: 1.0\n\nbody\n", 400 * MB),
    "sparse-400mb.html": sparse(b"<html><p>text</p>", 400 * MB),
    "sparse-400mb.json": sparse(b'{"a": "', 400 * MB),
    "sparse-400mb.csv": sparse(b"a,b\n1,2\n", 400 * MB),
}

STRANGE_NAMES = (
    b"-rf.txt", b"--help.md", "\u202etxt.exe 反向.txt".encode(), b"two\nlines.txt", b"\xff\xfe bad.txt", b"\xb9\xd8\xd3\xda.txt",
    b" .txt", b"$(reboot).txt", b"'; drop table file; --.txt", b"%s%n%s.txt", b"\x1b[31mred.txt", b"a\tb\rc.txt", b"..txt",
    b"x" * 251 + b".txt", "e\u0301 e\u0301.txt".encode(), "👩‍👩‍👧‍👦.txt".encode(), "ｆｕｌｌ　ｗｉｄｔｈ.txt".encode(), b"CON.txt", b"trailing. ",
    b"<b>&amp;.txt", "\u2028line.txt".encode(), b"~.txt", b"*?[a].txt",
)  # fmt: skip


def write_all(folder: Path) -> list[Path]:
    """Every hostile file that is an ordinary file."""
    paths = []
    for name, build in BUILDERS.items():
        path = folder / name
        build(path)
        paths.append(path)
    return paths


def write_strange_names(folder: Path) -> list[bytes]:
    """Good files whose names are traps for whoever handles them."""
    paths = [os.path.join(os.fsencode(folder), name) for name in STRANGE_NAMES]
    for number, path in enumerate(paths):
        with open(path, "wb") as file:
            file.write(f"A harmless text number {number} behind a strange name 怪名.".encode())
    return paths


@contextlib.contextmanager
def special_files(folder: Path) -> Iterator[list[Path]]:
    """What is no ordinary file: a pipe, a socket, links in circles and out of the folder; devices where root makes them."""
    (folder / "a-loop").symlink_to(folder / "b-loop")
    (folder / "b-loop").symlink_to(folder / "a-loop")
    (folder / "self").symlink_to(folder)
    (folder / "up").symlink_to(folder.parent)
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "nowhere.txt").symlink_to(folder / "no such file")
    os.mkfifo(folder / "pipe.txt")
    made = ["a-loop", "b-loop", "self", "up", "passwd.txt", "nowhere.txt", "pipe.txt"]
    if os.geteuid() == 0:
        for name, minor in (("zero.txt", 5), ("random.pdf", 8), ("terminal.txt", 0)):
            with contextlib.suppress(PermissionError):
                os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(1 if minor else 5, minor))
                made.append(name)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.txt"))
        yield [folder / name for name in [*made, "socket.txt"]]
