"""What a file is by its first bytes and its zip members, whatever its name says."""

from __future__ import annotations

import mmap
import zipfile
import zlib
from enum import Enum
from pathlib import Path

from indexer.errors import UnreadableDocument
from indexer.formats.encoding import detect_encoding
from indexer.model import Reason

HEAD_BYTES = 4096
"""How much of a file's beginning :func:`sniff` should be given."""


class Content(Enum):
    """Families of content that are told apart by bytes."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    FLAT_ODT = "fodt"
    HTML = "html"
    MAIL = "eml"
    TEXT = "txt"
    RTF = "rtf"
    BROKEN = "broken"
    """A zip archive that cannot be opened; only its name tells what it was."""
    OTHER = ""
    """Something that no reader takes: images, archives, programs, unknown bytes."""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_NOT_TEXT = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"8BPS\0", b"\0\0\x01\0"),
    *(b"ID3\2", b"ID3\3", b"ID3\4", b"fLaC\0", b"OggS\0", b"\x1aE\xdf\xa3", b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe"),
    *(
        b"\x1f\x8b",
        b"\xfd7zXZ",
        b"7z\xbc\xaf",
        b"Rar!\x1a",
        b"\x28\xb5\x2f\xfd",
        b"MSCF\0",
        b"!<arch>\n",
        b"SQLite format 3\0",
    ),
    *(b"%!PS", b"wOFF\0", b"wOF2\0", *(b"BZh%d1AY&SY" % level for level in range(1, 10))),
)
"""Signatures of formats whose first bytes could pass for text, and of the commonest others."""
_IN_RIFF = (b"WAVE", b"AVI ", b"WEBP")
_OFFICE_FOLDERS = (("word/", Content.DOCX), ("xl/", Content.XLSX), ("ppt/", Content.PPTX))
_MAIL_FIELDS = ("received:", "return-path:", "delivered-to:", "message-id:", "mime-version:", "x-")


def sniff(path: Path, head: bytes) -> Content:
    """Look at a file. Raises `UnreadableDocument` for encrypted office documents."""
    if b"%PDF-" in head[:1024]:
        return Content.PDF
    if head.startswith(_ZIP):
        return _in_zip(path)
    if head.startswith(_OLE):
        return _in_ole(path)
    if head.lstrip()[:5] == b"{\\rtf":
        return Content.RTF
    in_container = head[4:8] == b"ftyp" or head[257:262] == b"ustar" or (head[:4] == b"RIFF" and head[8:12] in _IN_RIFF)
    if head.startswith(_NOT_TEXT) or in_container:
        return Content.OTHER
    return _in_text(head)


def _in_text(head: bytes) -> Content:
    codec = detect_encoding(head)
    if codec is None:
        return Content.OTHER
    start = head.decode(codec, "replace").lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html")) or (start.startswith("<?xml") and "<html" in start[:1000]):
        return Content.HTML
    if start.startswith("<?xml") and "urn:oasis:names:tc:opendocument" in start and "opendocument.text" in start:
        return Content.FLAT_ODT
    return Content.MAIL if _is_mail(start) else Content.TEXT


def _is_mail(start: str) -> bool:
    """Whether it begins with header fields that only a mail program writes."""
    lines = start.split("\n\n", maxsplit=1)[0].replace("\r", "").split("\n")
    fields = [line for line in lines if not line.startswith((" ", "\t"))]
    begins = fields[0].startswith(_MAIL_FIELDS) or fields[0].startswith(("from:", "subject:", "date:", "to:"))
    return begins and sum(line.startswith(_MAIL_FIELDS) for line in fields) >= 2


def _in_zip(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _open_document(archive.read("mimetype"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return Content.BROKEN
    if "[Content_Types].xml" not in names:
        return Content.OTHER
    return next((c for folder, c in _OFFICE_FOLDERS if any(name.startswith(folder) for name in names)), Content.OTHER)


def _open_document(mimetype: bytes) -> Content:
    return Content.ODT if b"opendocument.text" in mimetype else Content.OTHER


def _in_ole(path: Path) -> Content:
    """An Office document with a password is a compound file around the encrypted package ([MS-OFFCRYPTO] 2.3)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise UnreadableDocument(Reason.ENCRYPTED, "a password protects it")
    return Content.OTHER
