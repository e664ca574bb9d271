"""What the model gets to read: a few excerpts, cut around the best sentences, within its real limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.sentences import Span
from assistant.answer.sources import Source, TermWeights, content_terms
from assistant.answer.tokens import estimate_tokens

MOST_EXCERPTS = 4
"""Small models lose the thread beyond five (measured with 0.5 to 4 B)."""
_LEAST_WEIGHT = 0.4
"""Of the best passage's weight: what is further off only distracts."""
EXCERPT_TOKENS = 180
WHOLE_TOKENS = 240
"""A passage up to this size is not cut: most small files are one such passage."""
_UNFOCUSED_TOKENS = 400
"""Of an excerpt when no sentence shares a word with the question, so that any may hold the answer."""
_SMALLEST_TOKENS = 40
"""An excerpt of less room says nothing."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a passage, cut at sentences."""

    source: Source
    span: Span

    @property
    def text(self) -> str:
        """Its characters, unchanged."""
        return self.source.text[self.span[0] : self.span[1]]


@dataclass(frozen=True, slots=True)
class Context:
    """The excerpts in stable order: by file and place, so that the server's cache serves follow-up questions."""

    excerpts: tuple[Excerpt, ...]
    left_out: int
    """Passages that would have been shown but did not fit."""


def build_context(question: str, sources: Sequence[Source], budget: int, scale: float = 1.0) -> Context:
    """Choose excerpts of the best `sources` (best first) for at most `budget` tokens.

    `scale` is the model's tokens for each estimated one. The first excerpt is cut as short as needed
    rather than left out.
    """
    cutter = _Cutter(question, sources)
    room = int(budget / scale)
    excerpts: list[Excerpt] = []
    wanted = [s for s in sources[:MOST_EXCERPTS] if s.weight >= _LEAST_WEIGHT * sources[0].weight]
    for source in wanted:
        if room < _SMALLEST_TOKENS and excerpts:
            break
        excerpt = cutter.cut(source, room)
        excerpts.append(excerpt)
        room -= _cost(source, excerpt.text)
    excerpts.sort(key=lambda excerpt: (excerpt.source.hit.path, excerpt.source.passage.chunk_id))
    return Context(tuple(excerpts), len(wanted) - len(excerpts))


def _cost(source: Source, text: str) -> int:
    return estimate_tokens(text) + estimate_tokens(source.label) + 12


class _Cutter:
    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self._terms = content_terms(question)
        self._weights = TermWeights(sources)

    def cut(self, source: Source, room: int) -> Excerpt:
        """The part of a passage around its best sentence."""
        whole = (source.sentences[0].span[0], source.sentences[-1].span[1])
        room = max(1, room - _cost(source, ""))
        if estimate_tokens(source.text[slice(*whole)]) <= min(WHOLE_TOKENS, room):
            return Excerpt(source, whole)
        shares = [self._weights.share(self._terms, sentence.terms) for sentence in source.sentences]
        limit = min(room, EXCERPT_TOKENS if max(shares) > 0 else _UNFOCUSED_TOKENS)
        return Excerpt(source, _grow(source, shares.index(max(shares)), limit))


def _grow(source: Source, best: int, limit: int) -> Span:
    """Sentences around number `best`, those after it first, as long as they fit."""
    spans = [sentence.span for sentence in source.sentences]
    first = last = best
    grown = True
    while grown:
        grown = False
        for before, after in ((0, 1), (1, 0)):
            new_first, new_last = first - before, last + after
            if new_first < 0 or new_last >= len(spans):
                continue
            if estimate_tokens(source.text[spans[new_first][0] : spans[new_last][1]]) <= limit:
                first, last, grown = new_first, new_last, True
    start, end = spans[first][0], spans[last][1]
    return start, start + _fitting(source.text[start:end], limit)


def _fitting(text: str, limit: int) -> int:
    """How many characters of the beginning fit into `limit` tokens."""
    if estimate_tokens(text) <= limit:
        return len(text)
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_tokens(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def shorten(text: str, limit: int) -> str:
    """A text of at most `limit` tokens: its beginning and its end, where a long question usually asks."""
    if estimate_tokens(text) <= limit:
        return text
    half = max(1, (limit - 2) // 2)
    head = text[: _fitting(text, half)]
    tail = text[-_fitting(text[::-1], half) :]
    return f"{head} … {tail}"
