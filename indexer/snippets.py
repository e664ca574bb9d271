"""The part of a passage that shows why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.text import fold, language_of

_WIDTH = 180
"""Characters of a snippet; half as many for Chinese, whose characters are twice as wide."""
_BREAK = re.compile(r"[。！？!?；;\n]|[.](?=\s)|\s")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text on one line, and `(start, length)` of what matched in it."""

    text: str
    highlights: tuple[tuple[int, int], ...]


def snippet(text: str, weights: Mapping[str, float]) -> Snippet:
    """Cut the stretch of `text` in which the heaviest terms stand closest together."""
    flat = re.sub(r"\s", " ", text)
    spans = _spans(flat, weights)
    width = _WIDTH // 2 if language_of(flat[:2000]) == "zh" else _WIDTH
    start = _best_start(spans, width) if spans else 0
    start = _back_to_break(flat, start, width // 3)
    end = min(len(flat), start + width)
    if end < len(flat):
        end = _on_to_break(flat, end, width // 4)
    lead = _ELLIPSIS if start > 0 else ""
    cut = flat[start:end].rstrip()
    shift = len(lead) - start
    marked = [(begin + shift, stop - begin) for begin, stop, _ in spans if begin >= start and stop <= start + len(cut)]
    return Snippet(lead + cut + (_ELLIPSIS if end < len(flat) else ""), _merged(marked))


def _spans(flat: str, weights: Mapping[str, float]) -> list[tuple[int, int, str]]:
    folded, origin = _folded_with_origin(flat)
    spans = []
    for term in weights:
        word = term.rstrip("*")
        pattern = re.escape(word)
        if word.isascii() and not term.endswith("*"):
            pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9])"
        spans += [(origin[m.start()], origin[m.end() - 1] + 1, term) for m in re.finditer(pattern, folded)]
    return sorted(spans)


def _folded_with_origin(flat: str) -> tuple[str, list[int]]:
    pieces: list[str] = []
    origin: list[int] = []
    for position, char in enumerate(flat):
        piece = char.lower() if char.isascii() else unicodedata.normalize("NFKC", char).casefold()
        pieces.append(piece)
        origin += [position] * len(piece)
    plain = "".join(pieces)
    simplified = fold(plain)
    return (simplified if len(simplified) == len(plain) else plain), origin


def _best_start(spans: list[tuple[int, int, str]], width: int) -> int:
    best, best_start = -1, spans[0][0]
    for index, (start, _, _) in enumerate(spans):
        inside = {term for begin, stop, term in spans[index : index + 60] if stop <= start + width}
        if len(inside) > best:
            best, best_start = len(inside), start
    return best_start


def _back_to_break(flat: str, start: int, reach: int) -> int:
    low = max(0, start - reach)
    if low == 0:
        return 0
    breaks = [match.end() for match in _BREAK.finditer(flat, low, start)]
    return next((at for at in breaks if at <= start), start)


def _on_to_break(flat: str, end: int, reach: int) -> int:
    match = _BREAK.search(flat, end, min(len(flat), end + reach))
    return match.end() if match else end


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        if merged and start <= merged[-1][0] + merged[-1][1]:
            begin = merged[-1][0]
            merged[-1] = (begin, max(merged[-1][1], start + length - begin))
        else:
            merged.append((start, length))
    return tuple(merged)
