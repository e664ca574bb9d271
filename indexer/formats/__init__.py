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
    asciidoc,
    calendar_file,
    code,
    contacts,
    delimited,
    doc,
    docx,
    epub,
    escaped,
    html,
    image,
    json_text,
    library_archive,
    mail,
    markdown,
    mbox,
    media,
    mht,
    msg,
    notebook,
    odp,
    ods,
    odt,
    office_xml,
    org,
    pdf,
    plain,
    plist,
    po,
    ppt,
    pptx,
    references,
    rst,
    rtf,
    shortcut,
    subtitles,
    svg,
    tar_archive,
    tex,
    textile,
    xls,
    xlsb,
    xlsx,
    xml_text,
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


_LIGHT: tuple[Reader, ...] = (
    asciidoc,
    calendar_file,
    code,
    contacts,
    json_text,
    notebook,
    org,
    plist,
    po,
    references,
    rst,
    shortcut,
    subtitles,
    svg,
    tex,
    textile,
    xml_text,
)
"""Light markup, data, code, records and shortcuts: told apart by their names."""

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
    office_xml,
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
    *_LIGHT,
    media,
)

_BY_CONTENT: dict[Content, Reader] = {
    Content.PDF: pdf,
    Content.DOCX: docx,
    Content.XLSX: xlsx,
    Content.PPTX: pptx,
    Content.OFFICE_XML: office_xml,
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
    Content.MEDIA: media,
    Content.SHORTCUT: shortcut,
    Content.PLIST: plist,
}
_ARCHIVES: dict[Content, Reader] = {
    Content.ZIP: zip_archive,
    Content.TAR: tar_archive,
    Content.ARCHIVE: library_archive,
}
_PROGRAMS = frozenset("jar war ear apk aab ipa deb rpm whl egg nupkg vsix xpi crx msi dmg img appimage snap".split())
"""Archives that are one program: what lies inside is nobody's document."""
_BY_EXTENSION = {extension: reader for reader in READERS for extension in reader.EXTENSIONS}
_TEXT_READERS: tuple[Reader, ...] = (
    plain,
    escaped,
    markdown,
    html,
    delimited,
    mail,
    mht,
    mbox,
    *_LIGHT,
)
_MARKED_UP: tuple[Reader, ...] = tuple(reader for reader in _TEXT_READERS if reader is not plain)
_DECIDED_BY_NAME: dict[Content, tuple[Reader, ...]] = {
    Content.TEXT: _TEXT_READERS,
    Content.HTML: _MARKED_UP,
    Content.MAIL: _MARKED_UP,
    Content.TAR: (svg,),  # a compressed one
    Content.OTHER: (media,),  # sound without tags begins with anything
}
_OFTEN_ALIKE = frozenset((Content.IMAGE, Content.MEDIA))
"""Formats of others begin like these, as what many cameras call raw."""
_KINDS_THAT_MAY_BE_TEXT = frozenset(
    ("document", "spreadsheet", "slides", "pdf", "web", "mail", "text", "code", "data", "other")
)


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
    if promised in _DECIDED_BY_NAME.get(content, ()):
        return promised
    named_otherwise = content in _OFTEN_ALIKE and extension_of(name) and promised is not _BY_CONTENT[content]
    if not named_otherwise and (reader := _BY_CONTENT.get(content)):
        return reader
    if content in _ARCHIVES or (content is Content.BROKEN and promised is zip_archive):
        return _archive_reader(name, promised, content)
    if content is Content.TEXT:
        return _text_reader(name)
    if promised is not None and content is Content.BROKEN:
        raise UnreadableDocument(Reason.BROKEN, "a container that cannot be opened")
    if promised is not None:
        raise UnreadableDocument(Reason.WRONG_TYPE, f"not what .{extension_of(name)} promises")
    return None


def is_archive(reader: Reader) -> bool:
    """Whether what a reader reads is nothing but the files inside it."""
    return reader is mbox or reader in _ARCHIVES.values()


def is_listed_at_any_size(reader: Reader) -> bool:
    """Whether what lies in a file can be told without reading the whole of it."""
    return reader in {zip_archive, media, image}


def _archive_reader(name: str, promised: Reader | None, content: Content) -> Reader | None:
    """None for programs, and for formats of others that are archives inside."""
    if promised is not None and not is_archive(promised):
        raise UnreadableDocument(Reason.WRONG_TYPE, f"not what .{extension_of(name)} promises")
    is_program = extension_of(name) in _PROGRAMS
    return _ARCHIVES.get(content, zip_archive) if kind_of(name) in {"archive", "other"} and not is_program else None


def _text_reader(name: str) -> Reader | None:
    if kind_of(name) == "spreadsheet":
        return delimited
    readable = kind_of(name) in _KINDS_THAT_MAY_BE_TEXT
    return plain if readable else None
