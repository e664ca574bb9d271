"""What a file is by its first bytes and its zip members, whatever its name says."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from contextlib import closing
from enum import Enum
from pathlib import Path

import olefile

from indexer.errors import UnreadableDocument
from indexer.formats.encoding import detect_encoding
from indexer.formats.mbox import SEPARATOR
from indexer.formats.salvage import Archive, SalvagedArchive, open_archive
from indexer.formats.shortcut import BOOKMARK, SHELL_LINK
from indexer.formats.tar_archive import is_tar
from indexer.formats.zip_directory import check_directory
from indexer.model import Reason

HEAD_BYTES = 4096
"""How much of a file's beginning :func:`sniff` should be given."""


class Content(Enum):
    """Families of content that are told apart by bytes."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    XLSB = "xlsb"
    OFFICE_XML = "xml"
    """Word or Excel documents as one XML file."""
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    EPUB = "epub"
    DOC = "doc"
    XLS = "xls"
    PPT = "ppt"
    MSG = "msg"
    HTML = "html"
    MAIL = "eml"
    MBOX = "mbox"
    TEXT = "txt"
    RTF = "rtf"
    ZIP = "zip"
    """Files in a zip archive that is no document itself."""
    TAR = "tar"
    """Tar archives and compressed files."""
    ARCHIVE = "7z"
    """Archives that need libarchive."""
    IMAGE = "image"
    """Pictures made of pixels."""
    MEDIA = "media"
    """Sound and film."""
    SHORTCUT = "lnk"
    """Windows' links and macOS's aliases."""
    PLIST = "plist"
    """Binary property lists."""
    BROKEN = "broken"
    """A container that cannot be opened; only its name tells what it was."""
    OTHER = ""
    """Something that no reader takes: programs, unknown bytes."""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_NOT_TEXT = (
    *(b"8BPS\0", b"\0\0\x01\0"),
    *(b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe"),
    *(b"!<arch>\n", b"SQLite format 3\0", b"%!PS", b"wOFF\0", b"wOF2\0"),
)
"""Signatures of formats whose first bytes could pass for text, and of the commonest others."""
_COMPRESSED = (b"\x1f\x8b", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", *(b"BZh%d1AY&SY" % level for level in range(1, 10)))
_FOR_LIBARCHIVE = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"MSCF\0\0\0\0")
_DISC_LABEL_AT, _DISC_LABEL = 32_769, b"CD001"
"""ISO 9660, 8.1.1: the first volume descriptor, in sector 16."""
_SOUND_OR_FILM = (b"ID3\2", b"ID3\3", b"ID3\4", b"fLaC\0", b"OggS\0", b"\x1aE\xdf\xa3")
_IN_RIFF = (b"WAVE", b"AVI ")
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_IMAGE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Sizes that the second header of a Windows bitmap has."""
_OFFICE_FOLDERS = (("word/", Content.DOCX), ("xl/", Content.XLSX), ("ppt/", Content.PPTX))
_MIMETYPE_BYTES = 200
_OPEN_DOCUMENT = re.compile(r"opendocument\.([a-z]+)")
_OPEN_DOCUMENTS = {
    "text": Content.ODT,
    "spreadsheet": Content.ODS,
    "presentation": Content.ODP,
    "graphics": Content.ODP,
}
_OFFICE_XML = (
    "urn:schemas-microsoft-com:office:spreadsheet",
    "schemas.microsoft.com/office/word/2003/wordml",
    "schemas.microsoft.com/office/2006/xmlpackage",
)
_IN_COMPOUND = (
    ("worddocument", Content.DOC),
    ("powerpoint document", Content.PPT),
    ("workbook", Content.XLS),
    ("book", Content.XLS),
    ("__properties_version1.0", Content.MSG),
)
_MAIL_FIELDS = ("received:", "return-path:", "delivered-to:", "message-id:", "mime-version:", "x-")


def sniff(path: Path, head: bytes) -> Content:
    """Look at a file. Raises `UnreadableDocument` for encrypted office documents and for far too large zip archives."""
    if known := _in_archive(path, head) or _by_signature(head):
        return known
    return Content.OTHER if head.startswith(_NOT_TEXT) else _in_text(head)


def _by_signature(head: bytes) -> Content | None:
    in_container = head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in _IN_RIFF)
    told = {
        Content.PDF: b"%PDF-" in head[:1024],
        Content.RTF: head.lstrip()[:5] == b"{\\rtf",
        Content.IMAGE: _is_image(head),
        Content.MEDIA: head.startswith(_SOUND_OR_FILM) or in_container,
        Content.SHORTCUT: head.startswith((SHELL_LINK, BOOKMARK)),
        Content.PLIST: head.startswith(b"bplist0"),
    }
    return next((content for content, holds in told.items() if holds), None)


def _is_image(head: bytes) -> bool:
    is_bitmap = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_heif = head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS
    return head.startswith(_IMAGES) or is_bitmap or is_webp or is_heif


def _in_archive(path: Path, head: bytes) -> Content | None:
    if head.startswith(_ZIP):
        return _in_zip(path)
    if head.startswith(_OLE):
        return _in_ole(path)
    if head.startswith(_COMPRESSED) or is_tar(head[:512]):
        return Content.TAR
    return Content.ARCHIVE if head.startswith(_FOR_LIBARCHIVE) or (b"\0" in head and _is_disc(path)) else None


def _is_disc(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(_DISC_LABEL_AT)
        return file.read(len(_DISC_LABEL)) == _DISC_LABEL


def _in_text(head: bytes) -> Content:
    codec = detect_encoding(head)
    if codec is None:
        return Content.OTHER
    start = head.decode(codec, "replace").lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html")) or (start.startswith("<?xml") and "<html" in start[:1000]):
        return Content.HTML
    if start.startswith("<?xml") and "urn:oasis:names:tc:opendocument" in start:
        return _open_document(start)
    if start.startswith("<?xml") and any(name in start for name in _OFFICE_XML):
        return Content.OFFICE_XML
    if SEPARATOR.match(head) and _is_mail(start.partition("\n")[2]):
        return Content.MBOX
    return Content.MAIL if _is_mail(start) else Content.TEXT


def _is_mail(start: str) -> bool:
    """Whether it begins with header fields that only a mail program writes."""
    lines = start.split("\n\n", maxsplit=1)[0].replace("\r", "").split("\n")
    fields = [line for line in lines if not line.startswith((" ", "\t"))]
    begins = fields[0].startswith(_MAIL_FIELDS) or fields[0].startswith(("from:", "subject:", "date:", "to:"))
    return begins and sum(line.startswith(_MAIL_FIELDS) for line in fields) >= 2


def _in_zip(path: Path) -> Content:
    check_directory(path)
    try:
        archive = open_archive(path)
    except zipfile.BadZipFile:
        return Content.BROKEN
    with closing(archive):
        names = archive.namelist()
        mimetype = _mimetype(archive) if "mimetype" in names else ""
    if mimetype:
        return Content.EPUB if mimetype.startswith("application/epub") else _open_document(mimetype)
    if "[Content_Types].xml" not in names and not isinstance(archive, SalvagedArchive):
        return Content.EPUB if "META-INF/container.xml" in names and _has_book(names) else Content.ZIP
    if "xl/workbook.bin" in names:
        return Content.XLSB
    other = Content.BROKEN if isinstance(archive, SalvagedArchive) else Content.OTHER
    return next((c for folder, c in _OFFICE_FOLDERS if any(name.startswith(folder) for name in names)), other)


def _mimetype(archive: Archive) -> str:
    try:
        with archive.open("mimetype") as stream:
            return str(stream.read(_MIMETYPE_BYTES).decode("ascii", "replace"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return ""


def _has_book(names: list[str]) -> bool:
    return any(name.endswith(".opf") for name in names)


def _open_document(text: str) -> Content:
    """By the first type of an OpenDocument that `text` names."""
    match = _OPEN_DOCUMENT.search(text)
    return _OPEN_DOCUMENTS.get(match[1], Content.OTHER) if match else Content.OTHER


def _in_ole(path: Path) -> Content:
    """A compound file by its top-level entries. One with a password is wrapped around the package ([MS-OFFCRYPTO] 2.3)."""
    try:
        with path.open("rb") as file, olefile.OleFileIO(file) as compound:
            names = {entry[0].lower() for entry in compound.listdir() if len(entry) == 1}
    except (OSError, ValueError, IndexError, struct.error):
        return Content.BROKEN
    if "encryptedpackage" in names:
        raise UnreadableDocument(Reason.ENCRYPTED, "a password protects it")
    return next((content for name, content in _IN_COMPOUND if name in names), Content.OTHER)
