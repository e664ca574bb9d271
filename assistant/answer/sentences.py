"""Cutting a passage into sentences without changing a character of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from indexer.chunk import sentences

_CELLS = re.compile(r"\t| \| |^\|")
_LIST_NUMBER = re.compile(r"\(?\d{1,2}[.)、]")
_CLAUSE_END = re.compile(r"[,，;；:：、]\s*|\s+[–—-]\s+|\n")
Span = tuple[int, int]
"""Start and end, in characters."""


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences stand, in order, without the blanks around them.

    The same borders as between chunks; besides, each row of a table is a sentence.
    """
    spans: list[Span] = []
    end = len(text) - len(text.lstrip(" \t"))
    for sentence in sentences(text):
        start, end = end, end + len(sentence)
        spans += _rows(text, (start, end)) if _CELLS.search(sentence) else [(start, end)]
    return _with_list_numbers(text, [stripped for span in spans if (stripped := _strip(text, span)) is not None])


def _with_list_numbers(text: str, spans: list[Span]) -> list[Span]:
    """The number of a list item belongs to the item."""
    joined: list[Span] = []
    number: int | None = None
    for index, (start, end) in enumerate(spans):
        if _LIST_NUMBER.fullmatch(text, start, end) and index + 1 < len(spans):
            number = start if number is None else number
            continue
        joined.append((start if number is None else number, end))
        number = None
    return joined


def _rows(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    for line in text[start:end].splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _strip(text: str, span: Span) -> Span | None:
    piece = text[span[0] : span[1]]
    if not any(map(str.isalnum, piece)):
        return None
    return span[0] + len(piece) - len(piece.lstrip()), span[1] - (len(piece) - len(piece.rstrip()))


def clip(text: str, span: Span, limit: int, wanted: Collection[str]) -> Span:
    """At most `limit` characters of a sentence: the clauses around the first that has a `wanted` text.

    `wanted` are compared without regard to case.
    """
    start, end = span
    if end - start <= limit:
        return span
    clauses = list(_clauses(text, span, limit))
    best = max(clauses, key=lambda c: sum(w in text[c[0] : c[1]].casefold() for w in wanted))
    first = last = clauses.index(best)
    while True:
        if last + 1 < len(clauses) and clauses[last + 1][1] - clauses[first][0] <= limit:
            last += 1
        elif first > 0 and clauses[last][1] - clauses[first - 1][0] <= limit:
            first -= 1
        else:
            break
    return _strip(text, (clauses[first][0], clauses[last][1])) or best


def _clauses(text: str, span: Span, limit: int) -> Iterator[Span]:
    start = span[0]
    ends = [match.end() for match in _CLAUSE_END.finditer(text, *span)]
    for end in (*ends, span[1]):
        while end - start > limit:
            blank = text.rfind(" ", start, start + limit)
            cut = blank + 1 if blank > start else start + limit
            yield start, cut
            start = cut
        if end > start:
            yield start, end
            start = end
