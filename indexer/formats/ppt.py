"""Presentations before 2007 ([MS-PPT]): each slide with its comments and notes, in the order they are shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.compound import Compound
from indexer.formats.headings import one_line
from indexer.formats.tables import row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("ppt", "pps", "pot", "dps"))
_TITLE_CHARACTERS = 120
_DEEPEST = 40
_MOST_EDITS = 1_000
_ENCRYPTED = 0xF3D1_C4DF
_HEADER = struct.Struct("<HHI")
_SLIDE, _SLIDE_ATOM, _SLIDE_LIST, _SLIDE_PERSIST = 0x03EE, 0x03EF, 0x0FF0, 0x03F3
_TEXT_HEADER, _CHARACTERS, _BYTES, _OUTLINE_REFERENCE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
_EDIT, _PERSIST_DIRECTORY, _NOTES = 0x0FF5, 0x1772, 0x03F0
_GROUP, _SHAPE, _CHILD_ANCHOR, _PROPERTIES = 0xF003, 0xF004, 0xF00F, frozenset((0xF00B, 0xF121, 0xF122))
_IS_TABLE = 0x039F
_TEXT_BOX = 0xF00D
_COMMENT, _STRING, _BINARY_TAG = 0x2EE0, 0x0FBA, 0x138B
_SLIDES, _NOTES_LIST = 0, 2
_TITLE_KINDS = frozenset((0, 6))
_FIELD = "*"
"""What a slide number or a date is written as."""


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Listed:
    """A slide or notes page as the document lists it, with the texts of its outline."""

    persist: int
    identifier: int
    outline: list[tuple[int, str]]


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield a slide's text, then its comments and speaker notes; its title is the heading."""
    with Compound(path) as compound:
        compound.fill_info(info)
        show = _Show(compound.read("PowerPoint Document"), compound.read("Current User"))
    for number, slide in enumerate(show.slides(), 1):
        if number > limits.pages:
            raise UnreadableDocument(Reason.TOO_LARGE, "more slides than the limit")
        for text in slide.texts:
            yield Segment(text, Anchor(slide=number), slide.title)


@dataclass(frozen=True, slots=True)
class _Slide:
    title: str
    texts: list[str]


class _Show:
    def __init__(self, data: bytes, user: bytes) -> None:
        if len(user) >= 20 and int.from_bytes(user[12:16], "little") == _ENCRYPTED:
            raise UnreadableDocument(Reason.ENCRYPTED, "a password protects it")
        self._data = data
        self._offsets: dict[int, int] = {}
        self._document = 0
        if len(user) >= 20:
            self._follow_edits(int.from_bytes(user[16:20], "little"))

    def slides(self) -> Iterator[_Slide]:
        """Yield the slides as listed; those that can be found, where the lists are lost."""
        listed, notes = self._listed()
        if not listed:
            yield from (
                self._slide(record, [], {}) for record in self._records(0, len(self._data)) if record.kind == _SLIDE
            )
            return
        pages = {page.identifier: page for page in notes}
        for slide in listed:
            record = self._at(slide.persist, _SLIDE)
            if record is None:
                yield _Slide("", [text for _, text in slide.outline])
            else:
                yield self._slide(record, slide.outline, pages)

    def _slide(self, slide: _Record, outline: list[tuple[int, str]], pages: dict[int, _Listed]) -> _Slide:
        texts = list(self._texts(slide, outline))
        title = next((one_line(text, _TITLE_CHARACTERS) for kind, text in texts if kind in _TITLE_KINDS), "")
        parts = ["\n".join(text for _, text in texts), *self._comments(slide)]
        page = pages.get(self._notes_of(slide))
        notes = self._at(page.persist, _NOTES) if page else None
        if page and notes:
            parts.append("\n".join(text for _, text in self._texts(notes, page.outline)))
        return _Slide(title, [part for part in parts if part.strip()])

    def _notes_of(self, slide: _Record) -> int:
        atom = next((record for record in self._children(slide) if record.kind == _SLIDE_ATOM), None)
        return self._u32(atom.start + 16) if atom else 0

    # ---- text

    def _texts(self, parent: _Record, outline: list[tuple[int, str]], depth: int = 0) -> Iterator[tuple[int, str]]:
        """Yield kind and text of what stands in shapes, table rows as one text each."""
        kind = -1
        for record in self._children(parent):
            if record.kind == _TEXT_HEADER:
                kind = self._u32(record.start)
            elif record.kind == _OUTLINE_REFERENCE:
                index = self._u32(record.start)
                yield from outline[index : index + 1]
            elif record.kind in {_CHARACTERS, _BYTES}:
                if (text := self._text(record)).strip(_FIELD + " \n"):
                    yield kind, text
            elif record.kind == _GROUP and self._is_table(record):
                yield from ((-1, row) for row in self._rows(record))
            elif record.is_container and depth < _DEEPEST:
                yield from self._texts(record, outline, depth + 1)

    def _text(self, record: _Record) -> str:
        data = self._data[record.start : record.end]
        text = data.decode("utf-16-le" if record.kind in {_CHARACTERS, _STRING} else "latin-1", "replace")
        return text.replace("\r", "\n").replace("\x0b", "\n").replace("\0", "")

    def _comments(self, slide: _Record) -> Iterator[str]:
        for record in self._descendants(slide, _COMMENT):
            strings = {part.instance: self._text(part) for part in self._children(record) if part.kind == _STRING}
            if text := strings.get(1, ""):
                yield text

    # ---- tables are groups of shapes

    def _is_table(self, group: _Record) -> bool:
        first = next((record for record in self._children(group) if record.kind == _SHAPE), None)
        properties = (record for record in self._children(first) if record.kind in _PROPERTIES) if first else ()
        return any(self._has_property(record, _IS_TABLE) for record in properties)

    def _has_property(self, record: _Record, wanted: int) -> bool:
        """`record.instance` is how many properties there are ([MS-ODRAW] 2.2.9), 6 bytes each."""
        last = min(record.start + 6 * record.instance, record.end - 5)
        return any(self._u16(position) & 0x3FFF == wanted for position in range(record.start, last, 6))

    def _rows(self, group: _Record) -> Iterator[str]:
        rows: dict[int, list[tuple[int, str]]] = {}
        for shape in self._children(group):
            parts = {record.kind: record for record in self._children(shape)}
            anchor = parts.get(_CHILD_ANCHOR)
            if _TEXT_BOX in parts and anchor and anchor.end - anchor.start >= 16:
                left, top = struct.unpack_from("<2i", self._data, anchor.start)
                text = " ".join(text for _, text in self._texts(shape, []))
                rows.setdefault(top, []).append((left, text))
        for _, cells in sorted(rows.items()):
            if text := row_text([text for _, text in sorted(cells)]):
                yield text

    # ---- records

    def _records(self, start: int, end: int) -> Iterator[_Record]:
        while start + _HEADER.size <= end:
            options, kind, size = _HEADER.unpack_from(self._data, start)
            start += _HEADER.size
            last = min(start + size, end)
            yield _Record(kind, options >> 4, options & 0xF == 0xF, start, last)
            start = last

    def _children(self, parent: _Record) -> Iterator[_Record]:
        return self._records(parent.start, parent.end) if parent.is_container else iter(())

    def _descendants(self, parent: _Record, kind: int, depth: int = 0) -> Iterator[_Record]:
        """Comments stand inside tags that are containers but for their last level."""
        for record in self._children(parent):
            if record.kind == kind:
                yield record
            elif record.kind == _BINARY_TAG:
                yield from (part for part in self._records(record.start, record.end) if part.kind == kind)
            elif record.is_container and depth < _DEEPEST:
                yield from self._descendants(record, kind, depth + 1)

    def _at(self, persist: int, kind: int) -> _Record | None:
        offset = self._offsets.get(persist)
        record = next(self._records(offset, len(self._data)), None) if offset is not None else None
        return record if record and record.kind == kind else None

    # ---- lists

    def _listed(self) -> tuple[list[_Listed], list[_Listed]]:
        document = next(self._records(self._document, len(self._data)), None)
        lists = [record for record in self._children(document) if record.kind == _SLIDE_LIST] if document else []
        slides = [page for record in lists if record.instance == _SLIDES for page in self._pages(record)]
        return slides, [page for record in lists if record.instance == _NOTES_LIST for page in self._pages(record)]

    def _pages(self, listing: _Record) -> list[_Listed]:
        pages: list[_Listed] = []
        kind = -1
        for record in self._children(listing):
            if record.kind == _SLIDE_PERSIST and record.end - record.start >= 16:
                pages.append(_Listed(self._u32(record.start), self._u32(record.start + 12), []))
            elif record.kind == _TEXT_HEADER and pages:
                kind = self._u32(record.start)
                pages[-1].outline.append((kind, ""))
            elif record.kind in {_CHARACTERS, _BYTES} and pages and pages[-1].outline:
                pages[-1].outline[-1] = (kind, self._text(record))
        return pages

    def _follow_edits(self, offset: int) -> None:
        """From the last edit to the first: the newest place of each object counts."""
        for _ in range(_MOST_EDITS):
            edit = next(self._records(offset, len(self._data)), None)
            if edit is None or edit.kind != _EDIT or edit.end - edit.start < 20:
                break
            earlier, directory, document = struct.unpack_from("<3I", self._data, edit.start + 8)
            self._read_directory(directory)
            self._document = self._document or self._offsets.get(document, 0)
            if earlier == 0 or earlier >= offset:
                break
            offset = earlier

    def _read_directory(self, offset: int) -> None:
        directory = next(self._records(offset, len(self._data)), None)
        if directory is None or directory.kind != _PERSIST_DIRECTORY:
            return
        position = directory.start
        while position + 4 <= directory.end:
            run = self._u32(position)
            first, count = run & 0xF_FFFF, run >> 20
            count = min(count, (directory.end - position - 4) // 4)
            for index in range(count):
                self._offsets.setdefault(first + index, self._u32(position + 4 + 4 * index))
            position += 4 + 4 * count

    def _u32(self, position: int) -> int:
        return int.from_bytes(self._data[position : position + 4], "little")

    def _u16(self, position: int) -> int:
        return int.from_bytes(self._data[position : position + 2], "little")
