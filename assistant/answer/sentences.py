"""Cutting a passage into sentences without changing a character of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_CLOSING = "\"'”’」』）)]】》"
_CLOSERS = f"[{re.escape(_CLOSING)}]*"
_END = re.compile(rf"(?:[。！？!?；]|…+|\.(?={_CLOSERS}(?:\s|$)))+{_CLOSERS}|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|[Ee]\.g|[Ii]\.e|approx|Inc|Ltd|Co|Fig|p|pp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
    r"|\b[A-Z]|^\s*\d+)$",
    re.MULTILINE,
)
_LIST_ITEM = re.compile(
    r"\s*(?:[-*•·▪◦–—]|\(?\d+[.)、]|[(（][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、|#)"
)
_CELLS = re.compile(r"\t| \| |\|$")
_CLAUSE_END = re.compile(r"[,，;；:：、]\s*|\s+[–—-]\s+|\n")
_WRAPPED_AT = 30
"""A line of fewer characters was ended on purpose; two count for a Chinese one."""

Span = tuple[int, int]
"""Start and end, in characters."""


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences stand, in order, without the blanks around them.

    Lines of a list or a table are sentences; a line that only was too long for the page is not.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group() == "\n" and not _line_ends_sentence(text, start, match.start()):
            continue
        if match.group().startswith(".") and _ABBREVIATION.search(text, start, match.start()):
            continue
        spans.append((start, match.start() if match.group() == "\n" else match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [stripped for span in spans if (stripped := _strip(text, span)) is not None]


def _strip(text: str, span: Span) -> Span | None:
    piece = text[span[0] : span[1]]
    if not any(map(str.isalnum, piece)):
        return None
    return span[0] + len(piece) - len(piece.lstrip()), span[1] - (len(piece) - len(piece.rstrip()))


def _line_ends_sentence(text: str, start: int, end: int) -> bool:
    line = text[max(start, text.rfind("\n", 0, end) + 1) : end].rstrip()
    following = text[end + 1 :].split("\n", 1)[0]
    if not line or not following.strip() or _LIST_ITEM.match(following) or _CELLS.search(line + following):
        return True
    if line.endswith((":", "：")) or sum(2 if ord(c) > 0x2E80 else 1 for c in line) < _WRAPPED_AT:
        return True
    first = following.lstrip()[0]
    return not (first.islower() or ord(first) > 0x2E80 or (line[-1] in ",，、-" or line[-1].islower()))


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
