"""Writes archives and mailboxes, honest ones and traps."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import libarchive
from typing_extensions import override

TIME = 1_600_000_000
"""2020-09-13 12:26:40 UTC: when everything in an archive was written."""

Files = dict[str, bytes]


def zip_of(files: Files, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_in_code_page(files: Files, codec: str) -> bytes:
    """As Windows' Explorer and old programs write it: names in the system's code page, without saying so."""

    class Entry(zipfile.ZipInfo):
        @override
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:
            return self.filename.encode(codec), self.flag_bits

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(Entry(name), data)
    return out.getvalue()


def tar_of(files: Files, mode: str = "w", *, codec: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.GNU_FORMAT, encoding=codec) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), TIME
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def by_libarchive(path: Path, files: Files, form: str, compression: str | None = None) -> bytes:
    """An archive of a format that Python does not write: 7zip, iso9660, pax with zstd."""
    with libarchive.file_writer(str(path), form, compression) as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data, mtime=TIME)
    return path.read_bytes()


def zstandard(path: Path, data: bytes) -> bytes:
    with libarchive.file_writer(str(path), "raw", "zstd") as archive:
        archive.add_file_from_memory("data", len(data), data)
    return path.read_bytes()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=TIME)


def rar_of(files: Files) -> bytes:
    """A RAR 5 archive of stored files (https://www.rarlab.com/technote.htm)."""
    out = b"Rar!\x1a\x07\x01\x00" + _rar_block(b"\x01\x00\x00")  # main header: type 1, no flags, no archive flags
    for name, data in files.items():
        raw = name.encode()
        fields = _vint(2) + _vint(2) + _vint(len(data))  # type: file; flags: has data; size of the data
        fields += _vint(2 | 4) + _vint(len(data)) + _vint(0o100644)  # time and checksum follow; size; attributes
        fields += struct.pack("<II", TIME, zlib.crc32(data)) + _vint(0) + _vint(1)  # stored; written on Unix
        out += _rar_block(fields + _vint(len(raw)) + raw) + data
    return out + _rar_block(b"\x05\x00\x00")


def _rar_block(fields: bytes) -> bytes:
    sized = _vint(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return out + bytes((number,))


def cab_of(name: bytes, data: bytes) -> bytes:
    """A cabinet of one stored file ([MS-CAB])."""
    entry = struct.pack("<IIHHHH", len(data), 0, 0, 0x512D, 0x6000, 0x20) + name + b"\0"
    files_at = 36 + 8
    data_at = files_at + len(entry)
    block = struct.pack("<IHH", 0, len(data), len(data)) + data
    header = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, data_at + len(block), 0, files_at, 0, 3, 1, 1, 1, 0, 1, 0)
    return header + struct.pack("<IHH", data_at, 1, 0) + entry + block


def overlapping_zip(copies: int, size: int) -> bytes:
    """Many entries whose data are the same bytes (https://www.bamsoftware.com/hacks/zipbomb/)."""
    whole = zip_of({"0.txt": b"a" * size})
    directory = whole.index(b"PK\x01\x02")
    entry = whole[directory : whole.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"0.txt", b"%05d" % number) for number in range(copies))
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, min(copies, 0xFFFF), min(copies, 0xFFFF), len(entries), directory, 0)
    return whole[:directory] + entries + end


def nested_zip(depth: int, width: int, innermost: Files) -> bytes:
    data = zip_of(innermost)
    for _ in range(depth):
        data = zip_of({f"{number}.zip": data for number in range(width)})
    return data


def message(
    subject: str, text: str, attachments: Files | None = None, date: str = "Thu, 12 Nov 2026 10:03:00 +0000"
) -> bytes:
    mail = EmailMessage()
    mail["Message-ID"] = "<1@example.com>"
    mail["Subject"], mail["From"], mail["To"], mail["Date"] = subject, "张三 <z@example.com>", "n@example.com", date
    mail.set_content(text)
    for name, data in (attachments or {}).items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def mailbox(*messages: bytes) -> bytes:
    return b"".join(
        b"From a@example.com Thu Nov 12 10:03:00 2026\n" + data.rstrip(b"\n") + b"\n\n" for data in messages
    )


SAVED_PAGE = """From: <Saved by Blink>
Subject: =?utf-8?B?57+g5rmW6KeC6bif?=
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html; charset="gb2312"
Content-Transfer-Encoding: 8bit

<html><head><title>翠湖观鸟</title></head><body><h1>观鸟指南</h1><p>清晨六点最好。Herons at dawn.</p></body></html>
--b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://example.com/a.png

iVBORw0KGgo=
--b--
""".encode("gb18030")
