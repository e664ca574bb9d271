"""One open document and, to a depth, the documents inside it: from bytes to chunks. Runs in a worker process."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from indexer.chunk import chunks
from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.extract.held import held
from indexer.extract.limits import size_limit, time_limit
from indexer.extract.parts import ROOT, Begun, Emit
from indexer.extract.secrets import whole_secret, without_keys
from indexer.extract.work_clock import worked
from indexer.extract.worth import is_worth_listing, is_worth_reading
from indexer.formats import Reader, choose_reader, is_archive, is_listed_at_any_size
from indexer.formats.headings import one_line
from indexer.formats.member_names import UniqueNames, base_name, cleaned, unpacked_name
from indexer.formats.sniff import HEAD_BYTES, sniff
from indexer.model import DocumentInfo, Extraction, FileState, Member, Reason, Segment
from indexer.rules.secrets import is_secret_file

_INFO_CHARACTERS = 300
_LISTING_CHARACTERS = 3_000
"""Of the names of its members that an archive is also found by."""
_SOFT_SHARE = 0.4
"""After this share of the time limit a document ends where it is, with what was read."""
_CUTTING_SHARE = 0.6
"""The same for the cutting of a piece of text that was read in one."""
_SOFT_SHARE_OF_CONTAINER = 0.8
_LARGEST, _LATEST = 1 << 60, 1e10
"""Bytes of a file; seconds since the epoch, in the year 2286."""
_Number = TypeVar("_Number", int, float)
_NAME_ONLY = frozenset((Reason.UNSUPPORTED, Reason.TOO_LARGE, Reason.ENCRYPTED, Reason.WRONG_TYPE))
_NOT_SEARCHED = {Reason.CHANGED: FileState.FAILED, Reason.VANISHED: FileState.FAILED, Reason.SECRET: FileState.SKIPPED}
_DISK_ERRORS = frozenset((errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.ENXIO, errno.ENODEV))
"""A disk or a server that fails or went away: the next look may find it well."""
_NO_TEXT = frozenset((Reason.NONE, Reason.EMPTY))


@dataclass(slots=True)
class Document:
    """What is being read, and what stopped the reading of it, if anything did.

    `name` is the file's own at `depth` 0, else it leads there from the file on disk.
    """

    number: int
    name: str
    depth: int = 0
    reason: Reason = Reason.NONE
    detail: str = ""
    info: DocumentInfo = field(default_factory=DocumentInfo)
    content_hash: bytes = b""
    chunks: int = 0
    members: int = 0
    locked: int = 0
    """Members that only a password opens."""
    inner_s: float = 0.0
    """Seconds that went into members."""
    listing: list[str] = field(default_factory=list)

    def fail(self, error: BaseException) -> None:
        """Keep the first reason."""
        if not self.reason:
            self.reason, self.detail = reason_of(error), _describe(error)[:200]

    def extraction(self, took_s: float) -> Extraction:
        """What came of it, without chunks and members."""
        self.info.title = one_line(self.info.title, _INFO_CHARACTERS)
        self.info.author = one_line(self.info.author, _INFO_CHARACTERS)
        state = state_for(self.reason, self.chunks)
        return Extraction(
            state=state,
            reason=self.reason,
            detail=self.detail,
            info=self.info,
            truncated=state is FileState.INDEXED and self.reason is not Reason.NONE,
            content_hash=self.content_hash,
            took_s=took_s,
        )


class DocumentReader:
    """Reads one file and what lies in it, within the limits of all of it together.

    `size` is the file's in bytes; `skip` names members that are not to be read again, with the reason.
    """

    def __init__(self, limits: ExtractLimits, size: int, emit: Emit, skip: Mapping[str, Reason]) -> None:
        self._limits = limits
        self._emit = emit
        self._skip = skip
        self._unpacked_left = limits.unpacked_limit(size)
        self._characters_left = limits.text_limit(size)
        self._members_left = limits.members_read if size <= limits.file_bytes else 0
        self._deadline = worked() + _SOFT_SHARE_OF_CONTAINER * limits.container_seconds
        self._last_number = ROOT
        self._names = UniqueNames()

    def choose(self, document: Document, path: Path, head: bytes, size: int) -> Reader:
        """The reader for a document that begins with `head`. Raises `UnreadableDocument`."""
        if secret := whole_secret(path, head, size):
            raise UnreadableDocument(Reason.SECRET, secret)
        reader = choose_reader(base_name(document.name), sniff(path, head))
        if reader is None:
            raise UnreadableDocument(Reason.UNSUPPORTED)
        if size > size_limit(document.name, self._limits) and not is_listed_at_any_size(reader):
            raise UnreadableDocument(Reason.TOO_LARGE, f"{size} bytes")
        return reader

    def read(self, document: Document, reader: Reader, path: Path, size: int) -> None:
        """Emit the document's chunks and everything of its members."""
        document.info.name = base_name(document.name)
        began, limit = worked(), time_limit(document.name, size, self._limits)
        for chunk in chunks(without_keys(self._text(document, reader, path, began + _SOFT_SHARE * limit))):
            document.chunks += 1
            self._emit(document.number, chunk)
            if worked() > began + _CUTTING_SHARE * limit + document.inner_s:  # one segment may be all of a document
                document.fail(UnreadableDocument(Reason.TIMEOUT, "stopped early"))
                break

    def _text(self, document: Document, reader: Reader, path: Path, deadline: float) -> Iterator[Segment]:
        """The document's own text, however the reading ends: quietly, so that the last chunk is kept."""
        try:
            yield from self._segments(document, reader, path, deadline)
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - the edge: parsers raise anything, Rust panics are no Exception
            document.fail(error)
        if document.members and document.locked == document.members:
            document.fail(UnreadableDocument(Reason.ENCRYPTED, "a password protects what is inside"))
        if document.listing and is_archive(reader):
            yield Segment(", ".join(document.listing))

    def _segments(self, document: Document, reader: Reader, path: Path, deadline: float) -> Iterator[Segment]:
        characters_left = self._limits.characters
        for item in reader.read(path, document.info, self._limits):
            if isinstance(item, Member):
                self._read_member(document, item)
            else:
                room = min(characters_left, self._characters_left)
                characters_left -= len(item.text)
                self._characters_left -= len(item.text)
                yield item if len(item.text) <= room else Segment(item.text[:room], item.anchor, item.heading)
                if len(item.text) > room:
                    raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")
            if worked() > min(self._deadline, deadline + document.inner_s):
                raise UnreadableDocument(Reason.TIMEOUT, "stopped early")

    # -- members

    def _read_member(self, outer: Document, member: Member) -> None:
        inner_name = cleaned(member.name) or unpacked_name(base_name(outer.name))
        if not is_worth_listing(inner_name):
            return
        self._check_room(outer)
        began = worked()
        self._last_number += 1
        name = self._names.add(inner_name if outer.number == ROOT else f"{outer.name}/{inner_name}")
        document = Document(self._last_number, name, outer.depth + 1)
        member = replace(member, size=_plausible(member.size, _LARGEST), mtime=_plausible(member.mtime, _LATEST))
        self._emit(document.number, _begun(document, member.size, member.mtime))
        try:
            self._read_content(document, member)
        except BaseException as error:  # noqa: BLE001 - see _text; a member costs itself alone
            document.fail(error)
        took_s = worked() - began
        document.info.pages_without_text = ()  # they could only be looked at in the file itself
        self._emit(document.number, document.extraction(took_s))
        outer.inner_s += took_s
        outer.members += 1
        outer.locked += document.reason is Reason.ENCRYPTED and not document.chunks
        if sum(map(len, outer.listing)) < _LISTING_CHARACTERS:
            outer.listing.append(inner_name[:_INFO_CHARACTERS])

    def _check_room(self, outer: Document) -> None:
        if outer.depth >= self._limits.container_depth:
            raise UnreadableDocument(Reason.TOO_LARGE, "archives inside archives, deeper than the limit")
        if self._last_number >= self._limits.members_listed:
            raise UnreadableDocument(Reason.TOO_LARGE, "more files inside than the limit")
        if self._unpacked_left < 0:
            raise UnreadableDocument(Reason.TOO_LARGE, "more data inside than the limit when unpacked")

    def _read_content(self, document: Document, member: Member) -> None:
        if reason := self._skip.get(document.name):
            raise UnreadableDocument(reason, "the worker that read it did not survive")
        if member.blocks is None:
            raise UnreadableDocument(member.reason or Reason.UNSUPPORTED)
        if not is_worth_reading(document.name):
            raise UnreadableDocument(Reason.UNSUPPORTED)
        if is_secret_file(document.name):
            raise UnreadableDocument(Reason.SECRET, "by its name")
        limit = self._limits.held_bytes >> (document.depth - 1)
        if self._members_left <= 0 or self._characters_left <= 0 or (member.size or 0) > limit:
            raise UnreadableDocument(Reason.TOO_LARGE, "past the limits of its archive")
        self._members_left -= 1
        with held(self._counted(member), limit) as copy:
            document.content_hash = copy.content_hash
            if copy.size != member.size:
                self._emit(document.number, _begun(document, copy.size, member.mtime))
            if copy.size == 0:
                raise UnreadableDocument(Reason.EMPTY)
            with copy.path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            self.read(document, self.choose(document, copy.path, head, copy.size), copy.path, copy.size)

    def _counted(self, member: Member) -> Iterator[bytes]:
        for block in member.blocks or ():
            self._unpacked_left -= len(block)
            if self._unpacked_left < 0:
                raise UnreadableDocument(Reason.TOO_LARGE, "more data inside than the limit when unpacked")
            if worked() > self._deadline:
                raise UnreadableDocument(Reason.TIMEOUT, "stopped early")
            yield block


def _begun(document: Document, size: int | None, mtime: float | None) -> Begun:
    return Begun(document.name, -1 if size is None else size, mtime)


def _plausible(number: _Number | None, most: float) -> _Number | None:
    """What an archive says of a member, unless it cannot be."""
    return number if number is not None and 0 <= number <= most else None


def state_for(reason: Reason, chunk_count: int) -> FileState:
    """The state of a file of which `chunk_count` chunks were read before `reason` ended it."""
    if reason in _NOT_SEARCHED:
        return _NOT_SEARCHED[reason]
    if chunk_count:
        return FileState.INDEXED
    if reason in _NO_TEXT:
        return FileState.NO_TEXT
    return FileState.NAME_ONLY if reason in _NAME_ONLY else FileState.FAILED


def reason_of(error: BaseException) -> Reason:
    """Why an open file could not be read, from what was raised. Other errors of the system come from what a parser tried."""
    if isinstance(error, UnreadableDocument):
        return error.reason
    if isinstance(error, MemoryError):
        return Reason.OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        return Reason.UNREADABLE
    return Reason.BROKEN


def _describe(error: BaseException) -> str:
    return str(error) if isinstance(error, UnreadableDocument) else f"{type(error).__name__}: {error}"
