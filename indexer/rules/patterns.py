"""Patterns as in `.gitignore`, matched against one entry at a time (https://git-scm.com/docs/gitignore).

A folder that is left out is never looked into, so that a pattern is only ever asked about an entry
whose parents are all in. Unlike git, `?` and `[…]` stand for a character, not for a byte.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MAX_BYTES = 1 << 20
_MAX_LINE = 4_096
_NOTHING = "(?!)"
_STAR = "[^/]*"
_FOLDERS = "(?:.+/)?"
_MOST_FOLDERS = 3
"""`**/` in one line; each multiplies the time that a hostile one takes on a deep path."""
_WILD = re.compile(r"[*?\[]")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A pipe of that name must not hold up the walk, and git follows no link there either."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line. `negated` brings back in what lines before it left out."""

    text: str
    line: int
    negated: bool
    folders_only: bool
    anchored: bool
    regex: re.Pattern[str]

    @property
    def names_it(self) -> bool:
        """True when its last part stands for one name: `!.config/` is meant, `!*/` merely passes by."""
        return not _WILD.search(self.text.rstrip("/").rpartition("/")[2])

    def fits(self, relative: str, *, is_folder: bool) -> bool:
        """Whether it speaks of an entry; `relative` is its path below the pattern's folder, with "/"."""
        if self.folders_only and not is_folder:
            return False
        subject = relative if self.anchored else relative.rpartition("/")[2]
        return self.regex.fullmatch(subject) is not None


@dataclass(frozen=True, slots=True)
class PatternList:
    """The patterns of one source, which hold below `folder` ("" means everywhere). Later ones win."""

    folder: str
    source: str
    patterns: tuple[Pattern, ...]

    def decide(self, path: str, *, is_folder: bool) -> Pattern | None:
        """The pattern that has the last word on `path`; None: they say nothing of it."""
        relative = _below(path, self.folder)
        return next((item for item in reversed(self.patterns) if item.fits(relative, is_folder=is_folder)), None)

    def name(self, pattern: Pattern) -> str:
        """Where a pattern stands and what it says."""
        return f"{self.source}:{pattern.line} {pattern.text}"


def parse(lines: Iterable[str], folder: str, source: str) -> PatternList:
    """The patterns in `lines`; comments, blank lines and lines that cannot be understood are left out."""
    found = (_pattern(line, number) for number, line in enumerate(lines, 1) if len(line) <= _MAX_LINE)
    return PatternList(folder, source, tuple(pattern for pattern in found if pattern is not None))


def read(path: str, folder: str) -> PatternList:
    """The patterns of a file, which hold below `folder`; none when it is no regular file or cannot be read."""
    try:
        data = _content(path)
    except OSError:
        data = b""
    return parse(_decoded(data).splitlines(), folder, path)


def _content(path: str) -> bytes:
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        return os.read(descriptor, _MAX_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    finally:
        os.close(descriptor)


def _decoded(data: bytes) -> str:
    """Text from whatever editor wrote it: UTF-8, Notepad's UTF-16, or Chinese Windows' own code page."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _below(path: str, folder: str) -> str:
    relative = path[len(folder) :].replace("\\", "/") if os.sep == "\\" else path[len(folder) :]
    return relative.lstrip("/")


def _pattern(line: str, number: int) -> Pattern | None:
    text = _without_trailing_blanks(line.rstrip("\r\n"))
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    glob = text.removeprefix("!")
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    anchored = "/" in glob
    glob = glob.removeprefix("/")
    if not glob:
        return None
    try:
        regex = re.compile(_translate(glob), re.DOTALL)
    except re.error:  # an empty range such as [z-a]
        return None
    return Pattern(text, number, negated, folders_only, anchored, regex)


def _without_trailing_blanks(text: str) -> str:
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    return text


def _translate(glob: str) -> str:
    """A regular expression for the whole of a path or name."""
    pieces: list[str] = []
    at = 0
    while at < len(glob):
        piece, at = _piece(glob, at)
        pieces.append(piece)
    return _NOTHING if pieces.count(_FOLDERS) > _MOST_FOLDERS else "".join(_in_step(pieces))


def _in_step(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces so that a star takes the shortest match and keeps to it while another one follows in the same name.

    Nothing is lost by it, and a hostile line cannot take hours.
    """
    after_star: list[str] | None = None
    for piece in pieces:
        if piece == _STAR:
            if after_star is not None:
                yield f"(?>[^/]*?{''.join(after_star)})"
            after_star = []
        elif after_star is None:
            yield piece
        elif piece.startswith("/"):
            yield from (_STAR, *after_star, piece)
            after_star = None
        else:
            after_star.append(piece)
    yield from () if after_star is None else (_STAR, *after_star)


def _piece(glob: str, at: int) -> tuple[str, int]:
    """The expression for what stands at `at`, and where it ends."""
    character = glob[at]
    if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
        return _FOLDERS, at + 3
    if glob == "**" or glob[at:] == "/**":
        return glob[at:].replace("**", ".+"), len(glob)
    if character == "*":
        return _STAR, at + len(glob[at:]) - len(glob[at:].lstrip("*"))
    if character == "[":
        return _characters(glob, at)
    if character == "\\":
        return (re.escape(glob[at + 1]), at + 2) if at + 1 < len(glob) else (_NOTHING, at + 1)
    return "[^/]" if character == "?" else re.escape(character), at + 1


def _characters(glob: str, at: int) -> tuple[str, int]:
    """The expression for `[…]`; one that is never closed matches nothing."""
    first = at + 1 + (glob[at + 1 : at + 2] in {"!", "^"})
    end = first + (glob[first : first + 1] == "]")
    while end < len(glob) and glob[end] != "]":
        end += 2 if glob[end] == "\\" else 1
    if end >= len(glob):
        return _NOTHING, len(glob)
    inside = glob[first:end].replace("[", "\\[").replace("^", "\\^")
    return f"(?!/)[{'^' if first > at + 1 else ''}{inside}]", end + 1
