"""Archives that libarchive reads: 7z, rar, cab and iso images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.libarchive_library import libarchive
from indexer.formats.member_names import cleaned, names_codec
from indexer.model import DocumentInfo, Member, Reason

EXTENSIONS = frozenset(("7z", "rar", "cab", "iso"))
SIGNATURES = (
    (b"7z\xbc\xaf\x27\x1c", "7zip"),
    (b"Rar!\x1a\x07\x01", "rar5"),
    (b"Rar!\x1a\x07\x00", "rar"),
    (b"MSCF", "cab"),
)
_BLOCK_BYTES = 1 << 16
_SIGNS_OF_A_PASSWORD = ("ncrypt", "assphrase", "assword")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Member]:
    """Yield the files in the order of the archive."""
    del info, limits
    library = libarchive()
    try:
        with path.open("rb") as file:
            head = file.read(8)
            kind = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "iso9660")
            file.seek(0)
            with library.stream_reader(file, format_name=kind, filter_name="none", block_size=_BLOCK_BYTES) as archive:
                for entry in archive:
                    if entry.isreg:
                        yield Member(_name(entry), entry.size, entry.mtime or None, _content(library, entry))
    except library.ArchiveError as error:
        raise _failure(error) from error


def _content(library: Any, entry: Any) -> Iterator[bytes]:
    try:
        yield from entry.get_blocks(_BLOCK_BYTES)
    except library.ArchiveError as error:
        raise _failure(error) from error


def _failure(error: Exception) -> UnreadableDocument:
    locked = any(sign in str(error) for sign in _SIGNS_OF_A_PASSWORD)
    return UnreadableDocument(Reason.ENCRYPTED if locked else Reason.BROKEN, str(error))


def _name(entry: Any) -> str:
    name = entry.pathname
    return cleaned(name.decode(names_codec([name]), "replace") if isinstance(name, bytes) else name or "")
