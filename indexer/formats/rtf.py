"""Rich Text Format (specification 1.9.1): one segment a paragraph or table row.

A reader of our own: striprtf reads the whole file at once, knows neither hidden and deleted
text nor headings, and decodes all fonts alike.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.codepages import WESTERN, codec_of, codec_of_charset, decode_western_or, is_double_byte
from indexer.formats.headings import HeadingPath
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("rtf",))
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]{1,4096})",
    re.DOTALL,
)
_DEEPEST = 5_000
_LONGEST = 20_000
"""Characters of one paragraph; the rest begins another."""
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "lbr": "\n",
    "nestcell": " ",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"|": "", b":": "", b"\t": "\t"}
_LEFT_OUT = frozenset(
    "colortbl pict nonshppict shprslt listtext pntext xe tc rxe txe filetbl themedata nonesttables sp objdata fldinst".split()
)
_APART = frozenset(
    "footnote annotation shptxt dptxbxtext header headerl headerr headerf footer footerl footerr footerf".split()
)
_STARRED_BUT_READ = _APART | {"shpinst", "do", "ud"}
_FLAGS = {"v": "hidden", "deleted": "deleted", "dbch": "double_byte_follows", "upr": "in_upr"}
_PLACES = frozenset(("fonttbl", "stylesheet", "info"))
_CODE_PAGES = {"mac": 10000, "pc": 437, "pca": 850}
_IN_INFO = {"title": "title", "author": "author"}


@dataclass(slots=True)
class _State:
    """What a group inherits and loses at its end."""

    skipped: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    bytes_after_unicode: int = 1
    double_byte_follows: bool = False
    place: str = ""
    """The table or info field that the group belongs to; empty in the text."""
    in_upr: bool = False
    apart: bool = False


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    length: int = 0
    in_table: bool = False
    level: int = 0


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs and table rows; notes, comments and text boxes follow the paragraph they hang on."""
    del limits
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield from _Parser(info).segments(data)


def rtf_segments(data: bytes, info: DocumentInfo) -> Iterator[Segment]:
    """Yield the paragraphs of RTF in memory."""
    yield from _Parser(info).segments(data)


class _Parser:
    def __init__(self, info: DocumentInfo) -> None:
        self._info = info
        self._state = _State()
        self._stack: list[_State] = []
        self._codec = WESTERN
        self._fonts: dict[int, str] = {}
        self._font = -1  # the one that is being defined
        self._style = 0
        self._levels: dict[int, int] = {}
        self._raw = bytearray()
        self._to_skip = 0
        self._starred = False
        self._paragraph = _Paragraph()
        self._outer: list[_Paragraph] = []
        self._later: list[str] = []
        self._ready: list[Segment] = []
        self._headings = HeadingPath()
        self._header = HeaderFinder()
        self._created: dict[str, int] = {}
        self._handlers: dict[str, Callable[[int | None], None]] = {
            "ansicpg": self._set_code_page,
            "uc": self._set_bytes_after_unicode,
            "u": self._add_unicode,
            "f": self._set_font,
            "af": self._set_east_asian_font,
            "fcharset": self._set_font_charset,
            "cpg": self._set_font_code_page,
            "plain": self._reset_characters,
            "s": self._set_style,
            "outlinelevel": self._set_outline_level,
            "pard": self._reset_paragraph,
            "intbl": self._begin_cell,
            "cell": self._end_cell,
            "row": self._end_row,
            "par": self._end_paragraph,
            "sect": self._end_paragraph,
            "page": self._end_paragraph,
        }

    def segments(self, data: bytes | mmap.mmap) -> Iterator[Segment]:
        """Yield what each token completes. Raises `UnreadableDocument` for groups nested beyond reason."""
        position, size = 0, len(data)
        while position < size and (match := _TOKEN.match(data, position)):
            position = match.end()
            word, number, code, symbol, brace, text = match.groups()
            if word is not None:
                position += self._control(word.decode("ascii"), int(number) if number else None)
            elif brace is not None:
                self._brace(brace)
                if not self._stack and brace == b"}":
                    break
            elif not self._state.skipped:
                self._characters(code, symbol, text)
            elif symbol == b"*":
                self._starred = True
            if self._ready:
                yield from self._ready
                self._ready.clear()
        self._end_paragraph()
        self._finish_info()
        yield from self._ready

    # ---- groups

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._starred = False
        self._to_skip = 0
        if brace == b"{":
            if len(self._stack) >= _DEEPEST:
                raise UnreadableDocument(Reason.BROKEN, "groups nested too deeply")
            self._stack.append(self._state)
            self._state = replace(
                self._state, apart=False, in_upr=False, skipped=self._state.skipped or self._state.in_upr
            )
        elif self._stack:
            if self._state.apart:
                self._end_apart()
            self._state = self._stack.pop()

    def _begin_apart(self) -> None:
        """What hangs on a paragraph is read like a paragraph of its own."""
        self._state.apart = True
        self._outer.append(self._paragraph)
        self._paragraph = _Paragraph()

    def _end_apart(self) -> None:
        if text := "".join((*self._paragraph.cells, *self._paragraph.pieces)).strip():
            self._later.append(text)
        self._paragraph = self._outer.pop()

    # ---- control words

    def _control(self, word: str, number: int | None) -> int:
        """Handle a control word; returns how many bytes after it are binary."""
        if word == "bin":
            return max(0, number or 0)
        starred, self._starred = self._starred, False
        if word == "ud":
            self._state.skipped = self._stack[-1].skipped if self._stack else False
            return 0
        if word in _LEFT_OUT or (starred and word not in _STARRED_BUT_READ):
            self._state.skipped = True
        if not self._state.skipped:
            if self._to_skip and word != "u":
                self._to_skip -= 1
            self._flush()
            self._obey(word, number)
        return 0

    def _obey(self, word: str, number: int | None) -> None:
        if word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word in _FLAGS:
            setattr(self._state, _FLAGS[word], number != 0)
        elif word in _PLACES:
            self._state.place = word
        elif word in _CODE_PAGES:
            self._set_code_page(_CODE_PAGES[word])
        elif word in _APART:
            self._begin_apart()
        elif handler := self._handlers.get(word):
            handler(number)
        elif self._state.place:
            self._in_table_of_properties(word, number)

    def _in_table_of_properties(self, word: str, number: int | None) -> None:
        if self._state.place == "info":
            self._state.place = _IN_INFO.get(word, "created" if word == "creatim" else "other")
        elif self._state.place == "created" and number is not None:
            self._created[word] = number

    def _add_unicode(self, number: int | None) -> None:
        self._to_skip = 0
        self._add(chr((number or 0) & 0xFFFF))
        self._to_skip = self._state.bytes_after_unicode

    def _set_code_page(self, number: int | None) -> None:
        self._codec = codec_of(number or 0)

    def _set_bytes_after_unicode(self, number: int | None) -> None:
        self._state.bytes_after_unicode = 1 if number is None else max(0, number)

    def _set_font(self, number: int | None) -> None:
        self._state.font = self._font = number or 0
        self._state.double_byte_follows = False

    def _set_east_asian_font(self, number: int | None) -> None:
        if self._state.double_byte_follows:
            self._state.font = number or 0

    def _set_font_charset(self, number: int | None) -> None:
        if self._state.place == "fonttbl" and (codec := codec_of_charset(1 if number is None else number)):
            self._fonts[self._font] = codec

    def _set_font_code_page(self, number: int | None) -> None:
        if self._state.place == "fonttbl" and number:
            self._fonts[self._font] = codec_of(number)

    def _set_style(self, number: int | None) -> None:
        self._style = number or 0
        if not self._state.place:
            self._paragraph.level = self._levels.get(self._style, 0)

    def _set_outline_level(self, number: int | None) -> None:
        level = (number or 0) + 1
        if level > 9:
            return
        if self._state.place == "stylesheet":
            self._levels[self._style] = level
        else:
            self._paragraph.level = level

    def _begin_cell(self, _number: int | None) -> None:
        self._paragraph.in_table = True

    def _reset_paragraph(self, _number: int | None) -> None:
        self._paragraph.in_table = False
        self._paragraph.level = 0

    def _reset_characters(self, _number: int | None) -> None:
        self._state.hidden = self._state.deleted = False
        self._state.font = -1

    # ---- text

    def _characters(self, code: bytes | None, symbol: bytes | None, text: bytes | None) -> None:
        if code is not None:
            self._bytes(bytes.fromhex(code.decode("ascii")))
        elif text is not None:
            self._bytes(text)
        elif symbol in {b"\\", b"{", b"}"}:
            self._bytes(symbol or b"")
        elif symbol in {b"\r", b"\n"}:
            self._flush()
            self._end_paragraph()
        elif symbol == b"*":
            self._starred = True
        elif symbol is not None:
            self._flush()
            self._add(_SYMBOLS.get(symbol, ""))

    def _bytes(self, data: bytes) -> None:
        r"""Bytes wait for the others of their characters. Some after a `\u` stand for it in older programs."""
        dropped = min(self._to_skip, len(data))
        self._to_skip -= dropped
        self._raw += data[dropped:]

    def _flush(self) -> None:
        if self._raw:
            data = bytes(self._raw)
            self._raw.clear()
            self._add(self._decoded(data))

    def _decoded(self, data: bytes) -> str:
        codec = self._fonts.get(self._state.font, self._codec)
        if codec == WESTERN and is_double_byte(self._codec):
            return decode_western_or(self._codec, data)
        return data.decode(codec, "replace")

    def _add(self, text: str) -> None:
        state = self._state
        if state.place:
            self._add_to_table(text)
        elif not (state.hidden or state.deleted):
            self._paragraph.pieces.append(text)
            self._paragraph.length += len(text)
            if self._paragraph.length > _LONGEST:
                self._end_long_paragraph()

    def _add_to_table(self, text: str) -> None:
        match self._state.place:
            case "stylesheet":
                if match := _HEADING.match(text.strip()):
                    self._levels[self._style] = int(match[1])
            case "title":
                self._info.title += text
            case "author":
                self._info.author += text
            case _:
                pass

    def _end_cell(self, _number: int | None = None) -> None:
        self._paragraph.cells.append("".join(self._paragraph.pieces))
        self._clear_text()

    def _end_row(self, _number: int | None = None) -> None:
        cells = [_whole(cell) for cell in self._paragraph.cells]
        self._paragraph.cells = []
        if text := row_text(cells):
            self._emit(text, self._header.header_above(cells))
        self._emit_later()

    def _end_paragraph(self, _number: int | None = None) -> None:
        self._flush()
        if self._outer or self._paragraph.in_table:
            self._paragraph.pieces.append("\n")
            return
        if self._paragraph.cells:
            self._end_row()
        text = _whole("".join(self._paragraph.pieces)).strip("\n")
        self._clear_text()
        if text.strip():
            self._header = HeaderFinder()
            if self._paragraph.level:
                self._headings.enter(self._paragraph.level, text)
            self._emit(text)
        self._emit_later()

    def _end_long_paragraph(self) -> None:
        if self._outer:
            self._later.append("".join(self._paragraph.pieces))
            self._clear_text()
        elif self._paragraph.in_table:
            self._end_cell()
            self._end_row()
        else:
            self._end_paragraph()

    def _clear_text(self) -> None:
        self._paragraph.pieces = []
        self._paragraph.length = 0

    def _emit(self, text: str, header: str = "") -> None:
        section = str(self._headings)
        self._ready.append(Segment(text, Anchor(section=section) if section else Anchor(), section, header))

    def _emit_later(self) -> None:
        if not self._outer:
            for text in map(_whole, self._later):
                self._emit(text)
            self._later = []

    def _finish_info(self) -> None:
        self._info.title, self._info.author = _whole(self._info.title), _whole(self._info.author)
        parts = [self._created.get(name, 0) for name in ("yr", "mo", "dy", "hr", "min")]
        with suppress(ValueError, OverflowError, OSError):
            self._info.created = datetime(*parts).timestamp()  # type: ignore[arg-type]  # noqa: DTZ001 - written in local time


def _whole(text: str) -> str:
    r"""Join the halves of characters that were written as two `\u`."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
