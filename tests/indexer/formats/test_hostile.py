"""Files that lie, break or attack. Each is read in a real worker, with its limits."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileState, Reason
from tests.indexer.formats import writers
from tests.indexer.formats.compound_writer import compound

INDEXED, NO_TEXT, NAME_ONLY, FAILED = FileState.INDEXED, FileState.NO_TEXT, FileState.NAME_ONLY, FileState.FAILED
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
GOOD_PDF = writers.pdf([["First page 第一页"], ["Second page 第二页"]])
GOOD_JPEG = writers.described_jpeg()
GOOD_DOCX = writers.word_of("<w:p><w:r><w:t>Some text 一些文字</w:t></w:r></w:p>" * 20)
PARAGRAPH = "<w:p><w:r><w:t>many words here 很多文字</w:t></w:r></w:p>"


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    limits = ExtractLimits(member_bytes=1 << 20, characters=200_000)
    with ExtractPool(1, limits) as pool:
        yield pool


def extract(pool: ExtractPool, path: Path) -> Extraction:
    return pool.submit(str(path), os.lstat(path).st_size).result(60)


def zip_bomb(member: str, inner: bytes, times: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(member, "w") as stream:
            stream.write(f'<w:document xmlns:w="{writers.W}"><w:body>'.encode())
            for _ in range(times):
                stream.write(inner)
    return out.getvalue()


def with_encrypted_member(data: bytes, name: bytes) -> bytes:
    """Set the encryption bit of one member in both of a zip's directories."""
    changed = bytearray(data)
    position = -1
    while (position := data.find(name, position + 1)) >= 0:
        for signature, header, flags in ((b"PK\3\4", 30, 6), (b"PK\1\2", 46, 8)):
            if data[position - header : position - header + 4] == signature:
                at = position - header + flags
                struct.pack_into("<H", changed, at, struct.unpack_from("<H", data, at)[0] | 1)
    return bytes(changed)


@dataclass(frozen=True)
class Hostile:
    name: str
    data: bytes
    state: FileState
    reason: Reason
    must: str = ""
    must_not: str = "\0"


CASES = (
    Hostile("empty.docx", b"", NO_TEXT, Reason.EMPTY),
    Hostile("blank.txt", b" \r\n\t\r\n", NO_TEXT, Reason.NONE),
    # lies
    Hostile("picture.txt", PNG, NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("picture.pdf", PNG, NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("junk.txt", os.urandom(20_000), NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("junk.csv", bytes(range(256)) * 40, NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("plain.zip.docx", writers.zipped({"a.txt": "a"}), NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("photo.png", PNG, FAILED, Reason.BROKEN),
    Hostile("photo.nef", b"II*\0" + bytes(500), FAILED, Reason.BROKEN),
    Hostile("photo.rw2", b"II*\0" + bytes(500), NAME_ONLY, Reason.UNSUPPORTED),
    Hostile("half.jpg", GOOD_JPEG[: len(GOOD_JPEG) // 2], INDEXED, Reason.BROKEN, "Boats at dawn"),
    Hostile("huge.png", writers.huge_png(20_000), INDEXED, Reason.TOO_LARGE, "20000 × 20000"),
    Hostile("mystery", os.urandom(5_000), NAME_ONLY, Reason.UNSUPPORTED),
    Hostile("text.docx", "其实是文本 just text".encode(), INDEXED, Reason.NONE, "其实是文本"),
    Hostile("word.pdf", GOOD_DOCX, INDEXED, Reason.NONE, "一些文字"),
    Hostile("tags.txt", b"ID3 tags are explained here. BZh and RIFF too.", INDEXED, Reason.NONE, "ID3 tags"),
    Hostile("tone.txt", b"RIFF\x24\0\0\0WAVEfmt " + bytes(100), NAME_ONLY, Reason.WRONG_TYPE),
    Hostile("empty.rtf", b"{\\rtf1}", NO_TEXT, Reason.NONE),
    # protected
    Hostile("locked.pdf", writers.encrypted_pdf(), NAME_ONLY, Reason.ENCRYPTED),
    Hostile("locked.xlsx", compound({"EncryptedPackage": bytes(64)}), NAME_ONLY, Reason.ENCRYPTED),
    Hostile("locked.odt", writers.odt("<m><encryption-data/></m>"), NAME_ONLY, Reason.ENCRYPTED),
    Hostile("locked.docx", with_encrypted_member(GOOD_DOCX, b"word/document.xml"), NAME_ONLY, Reason.ENCRYPTED),
    # broken
    Hostile("broken.pdf", b"%PDF-1.7\n" + os.urandom(3_000), FAILED, Reason.BROKEN),
    Hostile("half.docx", GOOD_DOCX[: len(GOOD_DOCX) // 2], FAILED, Reason.BROKEN),
    Hostile("half.zip", GOOD_DOCX[: len(GOOD_DOCX) // 2], FAILED, Reason.BROKEN),
    Hostile("no-xml.docx", writers.office("word/document.xml", {"word/document.xml": "not xml"}), FAILED, Reason.BROKEN),
    Hostile("no-body.pptx", writers.office("ppt/presentation.xml", {"ppt/other.xml": "<x/>"}), FAILED, Reason.BROKEN),
    Hostile("no-book.xlsx", writers.office("xl/workbook.xml", {"xl/styles.xml": "<x/>"}), FAILED, Reason.BROKEN),
    Hostile("cut-xml.docx", writers.word_of(PARAGRAPH * 3 + "<w:p><w:r><w:t>never clo"), INDEXED, Reason.NONE, "很多文字"),
    Hostile("half-a-character.pdf", writers.pdf([["has text"]]).replace(b"/Title (", b"/Title (\xfe\xff\xd8\x00"), INDEXED, Reason.NONE, "has text"),
    # attacks
    Hostile("bomb.docx", zip_bomb("word/document.xml", PARAGRAPH.encode() * 500, 1_000), INDEXED, Reason.TOO_LARGE, "很多文字"),
    Hostile("empty-bomb.docx", zip_bomb("word/document.xml", b"<w:p/>" * 1_000, 1_000), NAME_ONLY, Reason.TOO_LARGE),
    Hostile("flat-bomb.docx", zip_bomb("word/document.xml", b"A" * 1_000_000, 10), NAME_ONLY, Reason.TOO_LARGE),
    Hostile("deep.html", b"<div>" * 200_000 + "深处 deep".encode() + b"</div>" * 200_000, INDEXED, Reason.NONE, "深处 deep"),
    Hostile("open-tags.html", b"<b><a><table><li>" * 20_000 + b"reached", INDEXED, Reason.NONE, "reached"),
    Hostile("one-line.txt", b"x" * 1_000_000, INDEXED, Reason.TOO_LARGE, "xxx"),
    Hostile("one-line-zh.txt", ("没有标点的长行" * 60_000).encode(), INDEXED, Reason.TOO_LARGE, "没有标点"),
    Hostile("nested.eml", b"Subject: deep\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3_000, INDEXED, Reason.NONE, "Subject: deep"),
    Hostile("long-header.eml", b"Message-ID: <1>\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?a?= " * 200_000 + b"\n\nbody", INDEXED, Reason.NONE, "body"),
    Hostile("fake-charset.eml", b"Message-ID: <1>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=zlib\nSubject: =?base64?b?eA==?=\n\nplain body", INDEXED, Reason.NONE, "plain body"),
    Hostile("controls.txt", b"bell\x07 and \x00 nul " + b"x" * 500, INDEXED, Reason.NONE, "bell and  nul", "\x07"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_gets_an_honest_answer(case: Hostile, pool: ExtractPool, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.data)
    extraction = extract(pool, path)
    assert (extraction.state, extraction.reason) == (case.state, case.reason), extraction.detail
    text = "\n".join(chunk.text for chunk in extraction.chunks)
    assert case.must in text
    assert case.must_not not in text
    assert extraction.truncated is (case.state is INDEXED and case.reason is not Reason.NONE)
    assert len(extraction.detail) <= 200


def word_with_doctype(path: Path, entities: str, text: str) -> Path:
    document = (
        f'<!DOCTYPE d [{entities}]><w:document xmlns:w="{writers.W}"><w:body><w:p><w:r><w:t>before</w:t></w:r></w:p>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p><w:p><w:r><w:t>之后</w:t></w:r></w:p></w:body></w:document>"
    )
    path.write_bytes(writers.office("word/document.xml", {"word/document.xml": document}))
    return path


def test_billion_laughs_are_not_expanded(pool: ExtractPool, tmp_path: Path) -> None:
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    extraction = extract(pool, word_with_doctype(tmp_path / "laughs.docx", laughs, "&l12;"))
    text = "\n".join(chunk.text for chunk in extraction.chunks)
    assert "before" in text
    assert "haha" not in text


def test_external_entities_are_not_fetched(pool: ExtractPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    path = word_with_doctype(tmp_path / "fetch.docx", f'<!ENTITY f SYSTEM "file://{secret}">', "see &f; 参见")
    text = "\n".join(chunk.text for chunk in extract(pool, path).chunks)
    assert "before" in text
    assert "之后" in text
    assert "the secret" not in text


def test_truncated_pdf_keeps_or_refuses_but_ends(pool: ExtractPool, tmp_path: Path) -> None:
    for share in (0.2, 0.5, 0.8, 0.95):
        path = tmp_path / f"cut-{share}.pdf"
        path.write_bytes(GOOD_PDF[: int(len(GOOD_PDF) * share)])
        extraction = extract(pool, path)
        assert extraction.state in {INDEXED, FAILED, NO_TEXT}


def test_only_regular_files_are_opened(pool: ExtractPool, tmp_path: Path) -> None:
    target = tmp_path / "target.txt"
    target.write_text("real text")
    (tmp_path / "link.txt").symlink_to(target)
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("link.txt", "pipe.txt", "."):
        extraction = extract(pool, tmp_path / name)
        assert (extraction.state, extraction.reason) == (NAME_ONLY, Reason.UNSUPPORTED), name


@pytest.mark.parametrize("name", [b"two\nlines \xff\xfe.txt", "\u202e反向 exe.txt".encode(), b"\xb9\xd8\xd3\xda.pdf"])
def test_any_name_is_read(name: bytes, pool: ExtractPool, tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        file.write(GOOD_PDF if name.endswith(b"pdf") else "内容 content".encode())
    extraction = pool.submit(os.fsdecode(path), 10).result(30)
    assert extraction.state is INDEXED


def test_missing_and_forbidden_files_are_told_apart(pool: ExtractPool, tmp_path: Path) -> None:
    assert pool.submit(str(tmp_path / "gone.txt"), 1).result(30).reason is Reason.VANISHED
    assert pool.submit(str(tmp_path / "gone" / "gone.txt"), 1).result(30).reason is Reason.VANISHED
    assert pool.submit(str(tmp_path / ("n" * 300)), 1).result(30).reason is Reason.UNREADABLE
