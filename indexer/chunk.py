"""Segments become passages of about 400 tokens that end where sentences end, in English and Chinese.

A passage never crosses a page, slide, sheet or heading; a later one begins with the last
sentences of the one before. Rows below a table's header repeat the header instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indexer.model import Anchor, Chunk, Segment
from indexer.text import index_tokens, language_of

CHUNK_TOKENS = 390
"""Estimated tokens of a chunk at most; the estimate is at most a quarter too low, the model takes 512."""
OVERLAP_TOKENS = 40
_HEADER_TOKENS = 80
_BARE_HEADING_TOKENS = 60
_CHARACTERS_PER_TOKEN = 12
_WRAPPED_COLUMNS = 50

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\ufeff\ufffe\uffff\ud800-\udfff]+")
_CLOSERS = "”’\"'」』）)】》\\]"
# The lookbehind and the possessive quantifiers keep a long row of dots from being tried again at each dot.
_LATIN_END = f"(?<![.!?])[.!?]++[{_CLOSERS}]*+(?:\\s+|(?=[\u3000-\u9fff\uff00-\uffef])|$)"
_SENTENCE_END = re.compile(f"[。！？；…]+[{_CLOSERS}]*\\s*|{_LATIN_END}|\n\\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|Fig|No|Nr|Inc|Ltd|Co|Corp|al|cf|pp?|Vol|Eq|Sec|Art|Abs|approx)|\b[A-Z])\.$"
)
_LIST_ITEM = re.compile(
    r"[-*+•·●○▪◦>#|=~]|\(?\w{1,3}[.)、）:]|[（(]?[一二三四五六七八九十]+[)）、.]|第[一二三四五六七八九十百零\d]+[章节条款部分篇]|\["
)
_CLAUSE_ENDS = ("\n", "；;。！？", "，,、：:", " \t\u3000")
_UNIT = re.compile(
    r"([A-Za-z\u00c0-\u024f]+)(?![A-Za-z0-9])|([0-9]+)(?![A-Za-z])|([A-Za-z0-9]+)"
    r"|([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)|([^\W_]+)|([^\s])\6*"
)
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_WRAPPED_CHINESE = re.compile("(?<=[\u4e00-\u9fff，、]{12})\n[ \t\u3000]*(?=[\u4e00-\u9fff])")


def chunks(segments: Iterable[Segment]) -> Iterator[Chunk]:
    """Merge and split segments in reading order. Nothing is yielded for text without a readable character.

    What a document repeats word for word under the same heading is yielded once, where it stands first.
    """
    seen: set[tuple[str, str]] = set()
    for chunk in _all_chunks(segments):
        if (chunk.heading, chunk.text) not in seen:
            seen.add((chunk.heading, chunk.text))
            yield chunk


def _all_chunks(segments: Iterable[Segment]) -> Iterator[Chunk]:
    builder = _Builder()
    for segment in segments:
        yield from builder.add(segment)
    yield from builder.finish()


def estimate_tokens(text: str) -> float:
    """How many tokens multilingual-e5 makes of `text`, from what its vocabulary does to words, digits, Han and signs."""
    return max(sum(map(_unit_tokens, _UNIT.finditer(text))), len(text) / _CHARACTERS_PER_TOKEN)


def _unit_tokens(match: re.Match[str]) -> float:
    length = match.end() - match.start()
    match match.lastindex:
        case 1:
            return _word_tokens(match[0], length)
        case 2:
            return 0.3 + 0.45 * length
        case 3:
            return 0.76 * length
        case 4:
            return 0.2 + 0.75 * length
        case 5:
            return 0.3 + 0.42 * length
        case _:
            return 0.95 + 0.12 * length


def _word_tokens(word: str, length: int) -> float:
    if length > 12:
        return 0.55 * length
    if length == 1 or word[1:].islower():
        return 1.0 if length <= 3 else 1.1 if length <= 6 else 1.1 + 0.2 * (length - 6)
    return 0.3 + 0.45 * length


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a part of one; `text` keeps the white space after it."""

    text: str
    anchor: Anchor
    tokens: float


class _Builder:
    """Gathers pieces until a chunk is full."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._repeated = 0
        self._tokens = 0.0
        self._heading = ""
        self._header = ""

    def add(self, segment: Segment) -> Iterator[Chunk]:
        text = _UNREADABLE.sub("", segment.text).replace("\x0b", " ").replace("\x0c", " ")
        if not text.strip():
            return
        if not self._continues(segment):
            yield from self.finish()
        self._heading = segment.heading
        header = _clipped(segment.header)
        room = CHUNK_TOKENS - (estimate_tokens(header) if header else 0.0)
        for piece in _pieces(text, segment.anchor, room):
            if self._tokens + piece.tokens > CHUNK_TOKENS:
                yield from self._emit()
                self._repeat_the_end(piece.tokens, table=bool(header))
            self._append(piece, header)

    def finish(self) -> Iterator[Chunk]:
        """Yield what is left; nothing of it is repeated later."""
        yield from self._emit()
        self._begin([])

    def _continues(self, segment: Segment) -> bool:
        if not self._pieces:
            return True
        if self._pieces[0].anchor.unit != segment.anchor.unit:
            return False
        goes_deeper = not self._heading or segment.heading.startswith(self._heading + " › ")
        bare = goes_deeper and self._tokens < _BARE_HEADING_TOKENS and not self._repeated
        return segment.heading == self._heading or bare

    def _append(self, piece: _Piece, header: str) -> None:
        if not self._pieces:
            self._header = header
            self._tokens = estimate_tokens(header) if header else 0.0
        self._pieces.append(piece)
        self._tokens += piece.tokens

    def _emit(self) -> Iterator[Chunk]:
        if len(self._pieces) <= self._repeated:
            return
        body = "".join(piece.text for piece in self._pieces)
        if not any(map(str.isalnum, body)):
            return
        text = f"{self._header}\n{body.strip()}" if self._header else body.strip()
        tokens = index_tokens(_WRAPPED_CHINESE.sub("", text))
        yield Chunk(text, _anchor_of(self._pieces[0], body), self._heading, language_of(text), tokens)

    def _repeat_the_end(self, coming: float, *, table: bool) -> None:
        kept: list[_Piece] = []
        room = 0.0 if table else min(OVERLAP_TOKENS, CHUNK_TOKENS - coming)
        for piece in reversed(self._pieces):
            room -= piece.tokens
            if room < 0:
                break
            kept.insert(0, piece)
        self._begin(kept if len(kept) < len(self._pieces) else [])

    def _begin(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._repeated = len(pieces)
        self._tokens = sum(piece.tokens for piece in pieces)
        self._header = ""


def _anchor_of(first: _Piece, body: str) -> Anchor:
    """Where the first visible character stands."""
    anchor = first.anchor
    blank_lines = body.count("\n", 0, len(body) - len(body.lstrip()))
    return replace(anchor, line=anchor.line + blank_lines) if anchor.line is not None and blank_lines else anchor


def _clipped(header: str) -> str:
    return next(_cut(header, _HEADER_TOKENS)).strip() if header else ""


def _pieces(text: str, anchor: Anchor, room: float) -> Iterator[_Piece]:
    """Sentences of a segment with their own line numbers; what is longer than `room` tokens is cut."""
    line = anchor.line
    for sentence in sentences(text if text.endswith("\n") else text + "\n"):
        parts = _cut(sentence, room) if len(sentence) > room else [sentence]
        for part in parts:
            yield _Piece(part, replace(anchor, line=line) if line is not None else anchor, estimate_tokens(part))
            if line is not None:
                line += part.count("\n")


def sentences(text: str) -> Iterator[str]:
    """Cut text after its sentences; joined again they give the text, white space at its beginning excepted."""
    start = len(text) - len(text.lstrip(" \t"))
    for match in _SENTENCE_END.finditer(text, start):
        if _ends_here(text, start, match) and match.end() > start:
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] == "\n":
        return not _is_wrapped(text, start, match)
    return not (mark[0] == "." and _ABBREVIATION.search(text, max(start, match.start() - 8), match.start() + 1))


def _is_wrapped(text: str, start: int, newline: re.Match[str]) -> bool:
    """Whether the line only broke because it was full: it is long, and no blank line or list item follows."""
    if newline.group().count("\n") > 1 or newline.end() >= len(text):
        return False
    begins = max(start, text.rfind("\n", start, newline.start()) + 1)
    line = text[begins : newline.start()]
    if len(line) > 4 * _WRAPPED_COLUMNS or len(line) + len(_WIDE.findall(line)) < _WRAPPED_COLUMNS:
        return False
    return not _LIST_ITEM.match(text, newline.end())


def _cut(text: str, room: float) -> Iterator[str]:
    """Cut at line ends, clause marks or blanks near the end of what fits, else hard. Linear in the text's length."""
    widest = int(room * _CHARACTERS_PER_TOKEN) + 1
    start = 0
    while True:
        window = text[start : start + widest]
        end = _fitting(window, room)
        if end >= len(window):
            yield window
            return
        end = _good_end(window, end)
        yield window[:end]
        start += end


def _fitting(window: str, room: float) -> int:
    """How many characters of `window` fit."""
    end = len(window)
    while end > 1 and (tokens := estimate_tokens(window[:end])) > room:
        end = max(1, min(end - 1, int(end * room / tokens)))
    return end


def _good_end(window: str, end: int) -> int:
    for marks in _CLAUSE_ENDS:
        found = max(window.rfind(mark, end // 2, end) for mark in marks)
        if found >= 0:
            return found + 1
    return end
