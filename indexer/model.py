"""The values that travel through the index: anchors, segments, chunks, files and hits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class FileState(StrEnum):
    """What the index honestly knows of a file."""

    PENDING = "pending"
    INDEXED = "indexed"
    TEXT_ONLY = "text_only"
    NAME_ONLY = "name_only"
    NO_TEXT = "no_text"
    FAILED = "failed"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a file is not fully indexed."""

    NONE = ""
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    WRONG_TYPE = "wrong_type"
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    CHANGED = "changed"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    NOT_EMBEDDED = "not_embedded"
    SECRET = "secret"  # noqa: S105 - the name of a reason
    OCR_PENDING = "ocr_pending"
    """Its text is in pictures that are still to be read."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place inside a document. At most one of the fields is set, but `row` goes with `sheet` and `label` with `page`.

    `label` is what a page calls itself where that is not its number: "iv", "A-3".
    `page`, `slide`, `row` and `line` count from 1; `time` is in seconds.
    """

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    section: str | None = None
    time: float | None = None
    label: str | None = None

    @property
    def unit(self) -> tuple[int | None, int | None, str | None]:
        """The page, slide or sheet: a chunk never crosses its border."""
        return (self.page, self.slide, self.sheet)

    def to_json(self) -> dict[str, Any]:
        """The fields that are set."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> Anchor:
        """The reverse of :meth:`to_json`; unknown keys raise `TypeError`."""
        return cls(**(value or {}))


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a document in reading order: a paragraph, a page, a table row, a slide.

    A reader yields segments as it goes, so that what was read before a failure is kept.
    `heading` is the path of headings above it, joined by " › ". `header` is the table's
    header row for a row below it: a chunk that begins with such a row repeats it.
    """

    text: str
    anchor: Anchor = Anchor()
    heading: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive or a message, as a reader comes upon it.

    `name` is its path inside with "/" between folders (see :mod:`indexer.formats.member_names`); `size` in bytes and
    `mtime` in seconds since the epoch as the container states them, None where it does not. `blocks` is its content,
    to be taken before the reader goes on, if at all; None when it cannot be read, for the `reason` that is given.
    """

    name: str
    size: int | None = None
    mtime: float | None = None
    blocks: Iterable[bytes] | None = None
    reason: Reason = Reason.NONE


@dataclass(slots=True)
class DocumentInfo:
    """What a document says of itself; readers fill in what they find."""

    title: str = ""
    author: str = ""
    created: float | None = None
    """Seconds since the epoch."""
    language: str = ""
    """The tag that the document gives itself (BCP 47: "en-GB", "zh-Hans"); empty where it gives none."""
    pages_without_text: tuple[int, ...] = ()
    """Pages, from 1, that show something but give no usable text: what they say can only be had by looking at them."""
    name: str = ""
    """The file's name, given to the reader: its path may be that of an open descriptor or of a copy."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of about 400 tokens, the unit of text and meaning search.

    `text` is what a person reads; `tokens` is `text` cut into search tokens
    joined by blanks (see :func:`indexer.text.index_tokens`); `lang` is "zh" or "xx".
    """

    text: str
    anchor: Anchor
    heading: str
    lang: str
    tokens: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What came of reading one file. `state` is indexed (there are chunks), no_text, name_only or failed."""

    state: FileState
    reason: Reason = Reason.NONE
    detail: str = ""
    """For logs and `explain`, never for a window: a parser's own words, at most 200 characters."""
    chunks: tuple[Chunk, ...] = ()
    info: DocumentInfo = field(default_factory=DocumentInfo)
    truncated: bool = False
    """True when a limit ended the reading early and the chunks hold only the beginning."""
    content_hash: bytes = b""
    """16 bytes of BLAKE2b over the file's bytes; empty when the file was not read to its end."""
    took_s: float = 0.0
    fault: bool = False
    """True when the reading hung, crashed or ran out of memory: it may go better once more, but is not tried for ever."""
    members: tuple[ExtractedMember, ...] = ()
    """The files inside an archive or a message, nested ones too; always empty for one of these."""


@dataclass(frozen=True, slots=True)
class ExtractedMember:
    """A file inside a container. `name` leads to it from the file on disk: "inner.zip/folder/a.pdf".

    `size` in bytes, -1 while unknown; `mtime` in seconds since the epoch, None when the container does not say.
    """

    name: str
    size: int
    mtime: float | None
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as `lstat` sees it. `path` is a file-system string (surrogateescape for undecodable bytes)."""

    path: str
    size: int
    mtime_ns: int
    inode: int

    @property
    def name(self) -> str:
        """The last component of the path."""
        return os.path.basename(self.path)

    @property
    def modified(self) -> float:
        """Time of the last change in seconds since the epoch."""
        return self.mtime_ns / 1e9


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a search found, with its file."""

    chunk_id: int
    file_id: int
    text: str
    anchor: Anchor
    heading: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that a search found. `modified` is in seconds since the epoch, `score` 0..1 within one answer.

    For a file inside an archive or a message `path` and `container` are those of the file on disk and `name` leads
    from there to the member ("inner.zip/folder/a.pdf"); else `container` is None. `highlights` are `(start, length)` pairs in characters of `snippet`.
    """

    file_id: int
    path: str
    name: str
    score: float
    matched: tuple[str, ...]
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    anchor: Anchor
    kind: str
    size: int
    modified: float
    container: str | None = None
    offline: bool = False
    """The file is known and cannot be reached now: its volume is away."""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked files, and which searches took part ("name", "text", "meaning").

    `answerable` is 0..1: how surely the best passage stands above what any
    question would find in this index. The answerer refuses below its floor.
    """

    hits: tuple[Hit, ...]
    total: int
    stages: tuple[str, ...]
    answerable: float
    took_ms: float
