"""Document formats: one module each, found through :func:`reader_for`.

A reader is a module with `EXTENSIONS` and `read`. It knows nothing of chunks,
indexes or processes; it may be killed at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats import (
    delimited,
    doc,
    docx,
    epub,
    escaped,
    html,
    image,
    library_archive,
    mail,
    markdown,
    mbox,
    mht,
    msg,
    odp,
    ods,
    odt,
    pdf,
    plain,
    ppt,
    pptx,
    rtf,
    tar_archive,
    xls,
    xlsb,
    xlsx,
    zip_archive,
)
from indexer.formats.sniff import Content, sniff
from indexer.kinds import extension_of, kind_of
from indexer.model import DocumentInfo, Member, Reason, Segment


class Reader(Protocol):
    """What a format module provides."""

    EXTENSIONS: frozenset[str]
    """Lower case, without dots."""

    def read(self, path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment | Member]:
        """Yield the document's text in reading order, or the files inside it, and fill in `info`.

        Raises :class:`indexer.errors.UnreadableDocument`; what was yielded before is kept.
        Any other exception means a broken document.
        """
        ...


READERS: tuple[Reader, ...] = (
    plain,
    escaped,
    markdown,
    html,
    pdf,
    docx,
    xlsx,
    pptx,
    odt,
    ods,
    odp,
    rtf,
    epub,
    doc,
    xls,
    xlsb,
    ppt,
    msg,
    delimited,
    image,
    mail,
    mht,
    mbox,
    zip_archive,
    tar_archive,
    library_archive,
)

_BY_CONTENT: dict[Content, Reader] = {
    Content.PDF: pdf,
    Content.DOCX: docx,
    Content.XLSX: xlsx,
    Content.PPTX: pptx,
    Content.ODT: odt,
    Content.ODS: ods,
    Content.ODP: odp,
    Content.EPUB: epub,
    Content.RTF: rtf,
    Content.DOC: doc,
    Content.XLS: xls,
    Content.XLSB: xlsb,
    Content.PPT: ppt,
    Content.MSG: msg,
    Content.HTML: html,
    Content.MAIL: mail,
    Content.MBOX: mbox,
    Content.IMAGE: image,
}
_ARCHIVES: dict[Content, Reader] = {
    Content.ZIP: zip_archive,
    Content.TAR: tar_archive,
    Content.ARCHIVE: library_archive,
}
_PROGRAMS = frozenset("jar war ear apk aab ipa deb rpm whl egg nupkg vsix xpi crx msi dmg img appimage snap".split())
"""Archives that are one program: what lies inside is nobody's document."""
_BY_EXTENSION = {extension: reader for reader in READERS for extension in reader.EXTENSIONS}
_TEXT_READERS: tuple[Reader, ...] = (plain, escaped, markdown, html, delimited, mail, mht, mbox)
_KINDS_THAT_MAY_BE_TEXT = frozenset(
    ("document", "spreadsheet", "slides", "pdf", "web", "mail", "text", "code", "data", "other")
)
_SPECIAL_TEXT = frozenset(("ipynb",))


def reader_for(path: Path, head: bytes) -> Reader | None:
    """Choose the reader by what the file holds; the name decides only between kinds of text.

    `head` is the beginning of the file (see `sniff.HEAD_BYTES`). None: no reader takes such files.
    Raises `UnreadableDocument`: EMPTY, ENCRYPTED, BROKEN, or WRONG_TYPE when the name promises what the bytes are not.
    """
    if not head:
        raise UnreadableDocument(Reason.EMPTY)
    return choose_reader(path.name, sniff(path, head))


def choose_reader(name: str, content: Content) -> Reader | None:
    """The reader for a file of this name that holds `content`. Raises `UnreadableDocument` (WRONG_TYPE, BROKEN)."""
    promised = _BY_EXTENSION.get(extension_of(name))
    if content in {Content.HTML, Content.MAIL} and promised in _TEXT_READERS and promised is not plain:
        return promised
    if content is Content.IMAGE and promised not in {None, image}:
        raise UnreadableDocument(Reason.WRONG_TYPE, f"not what .{extension_of(name)} promises")
    if content is Content.IMAGE and promised is None and extension_of(name):
        return None  # what cameras call raw begins like a TIFF
    if reader := _BY_CONTENT.get(content):
        return reader
    if content in _ARCHIVES or (content is Content.BROKEN and promised is zip_archive):
        return _archive_reader(name, promised, content)
    if content is Content.TEXT:
        return _text_reader(name, promised)
    if promised is not None and content is Content.BROKEN:
        raise UnreadableDocument(Reason.BROKEN, "a container that cannot be opened")
    if promised is not None:
        raise UnreadableDocument(Reason.WRONG_TYPE, f"not what .{extension_of(name)} promises")
    return None


def is_archive(reader: Reader) -> bool:
    """Whether what a reader reads is nothing but the files inside it."""
    return reader is mbox or reader in _ARCHIVES.values()


def _archive_reader(name: str, promised: Reader | None, content: Content) -> Reader | None:
    """None for programs, and for formats of others that are archives inside."""
    if promised is not None and not is_archive(promised):
        raise UnreadableDocument(Reason.WRONG_TYPE, f"not what .{extension_of(name)} promises")
    is_program = extension_of(name) in _PROGRAMS
    return _ARCHIVES.get(content, zip_archive) if kind_of(name) in {"archive", "other"} and not is_program else None


def _text_reader(name: str, promised: Reader | None) -> Reader | None:
    if promised in _TEXT_READERS:
        return promised
    if kind_of(name) == "spreadsheet":
        return delimited
    readable = kind_of(name) in _KINDS_THAT_MAY_BE_TEXT and extension_of(name) not in _SPECIAL_TEXT
    return plain if readable else None
