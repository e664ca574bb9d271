"""An answer without a model: the sentences of the best passages that answer the question, quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.asked import Asked
from assistant.answer.citations import QUOTE_LIMIT, CitationList, Cited, mark, without_markers
from assistant.answer.sentences import clip
from assistant.answer.sources import Sentence, Source, TermWeights, content_terms

_MOST_QUOTES = 3
_CLOSE_TO_BEST = 0.8
_CLOSE_WHEN_SEVERAL = 0.6
"""The same when the question names more than one thing."""
_BASE = 0.4
_SENTENCE_SHARE = 0.5
_PASSAGE_SHARE = 0.25
"""What makes a sentence good: that its passage was found, its own words, the words of its passage."""
_NEARNESS = 0.5
"""What being the nearest in meaning adds; it decides alone where question and file are in two languages."""
_COMPARED_SOURCES = 5
_COMPARED_SENTENCES = 60
_COMPARED_CHARACTERS = 300
_FEW_CHARACTERS = 5
_NEIGHBOUR = 0.6
"""What a word of the question is worth that stands in the sentence before, or in the heading."""
_SHORT_CHARACTERS = 40
"""A sentence below this is quoted with its neighbours."""
_COMPLETE = re.compile(r"[.。！？!?；;…][”’」』）)\"']*$| \| |\t")


Nearness = Callable[[str, Sequence[str]], Sequence[float] | None]
"""How near texts are to a question in meaning, on any scale; None when nothing can tell now."""


def quote_answer(question: str, sources: Sequence[Source], nearness: Nearness | None = None) -> Cited:
    """Quote one to three sentences of `sources` (best first, at least one), each with its citation.

    The quotes stand in the answer without line breaks and without what could be taken for a marker.
    """
    citations = CitationList()
    lines: list[str] = []
    for source, quote in _Chooser(question, sources, nearness).quotes():
        shown = " ".join(without_markers(quote).split())
        lines.append(mark(f"“{shown}”", [citations.number(source, quote)]))
    return Cited("\n".join(lines), citations.entries)


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: Source
    index: int
    score: float


class _Chooser:
    def __init__(self, question: str, sources: Sequence[Source], nearness: Nearness | None) -> None:
        self._sources = sources
        self._near = _relative_nearness(question, sources, nearness) if nearness else {}
        self._terms = content_terms(question)
        self._asked = Asked.by(question)
        self._weights = TermWeights(sources)

    def quotes(self) -> Iterator[tuple[Source, str]]:
        """The quotes, the best sentence of a passage only: a passage has one number and one quote."""
        best, *others = sorted(self._candidates(), key=lambda candidate: -candidate.score)
        closeness = _CLOSE_WHEN_SEVERAL if self._asked.several else _CLOSE_TO_BEST
        others = [other for other in others if other.score >= closeness * best.score]
        seen: set[str] = set()
        for candidate in (best, *others):
            quote = _quote(candidate, self._terms)
            if len(seen) < _MOST_QUOTES and quote not in seen:
                seen.add(quote)
                yield candidate.source, quote

    def _candidates(self) -> Iterator[_Candidate]:
        """The best sentence of each passage; the search's own score of the passage counts for all of them."""
        for source in self._sources:
            passage = _BASE + _PASSAGE_SHARE * self._weights.share(self._terms, source.terms)
            scores = [self._score(source, index, passage) for index in range(len(source.sentences))]
            best = max(range(len(scores)), key=scores.__getitem__)
            yield _Candidate(source, best, scores[best] * source.weight)

    def _score(self, source: Source, index: int, passage: float) -> float:
        sentence = source.sentences[index]
        wanted = self._terms - source.label_terms or self._terms
        own = self._weights.share(wanted, sentence.terms)
        before = source.sentences[index - 1].terms if index else frozenset()
        around = self._weights.share(wanted, sentence.terms | before)
        score = passage + _SENTENCE_SHARE * (own + _NEIGHBOUR * (around - own))
        score += _NEARNESS * self._near.get(sentence.text, 0.0)
        if sentence.text.endswith(("?", "？")) or not (content_terms(sentence.text) - self._terms or sentence.numbers):
            score *= 0.5  # it asks the same, or is no more than a heading with the words of the question
        return score * self._asked.fit(sentence, source.text)


def _relative_nearness(question: str, sources: Sequence[Source], nearness: Nearness) -> dict[str, float]:
    """Nearness of the sentences of the first sources, from 0 for the farthest to 1 for the nearest."""
    sentences = [sentence.text for source in sources[:_COMPARED_SOURCES] for sentence in source.sentences]
    texts = list(dict.fromkeys(text for text in sentences if len(text) > _FEW_CHARACTERS))[:_COMPARED_SENTENCES]
    near = nearness(question, [text[:_COMPARED_CHARACTERS] for text in texts]) if texts else None
    if not near:
        return {}
    low, high = min(near), max(near)
    return {text: (value - low) / (high - low or 1.0) for text, value in zip(texts, near, strict=True)}


def _is_label(sentence: Sentence) -> bool:
    """A heading, or the name of a value on the next line."""
    return not _COMPLETE.search(sentence.text)


def _quote(candidate: _Candidate, wanted: frozenset[str]) -> str:
    """The sentence, with its neighbour when it is too short to be understood alone."""
    source = candidate.source
    sentences = source.sentences
    start, end = sentences[candidate.index].span
    best = sentences[candidate.index]
    short = end - start < _SHORT_CHARACTERS
    following = sentences[candidate.index + 1 : candidate.index + 2]
    if following and (short or _is_label(best)) and following[0].span[1] - start <= QUOTE_LIMIT:
        end = following[0].span[1]
    before = sentences[candidate.index - 1 : candidate.index] if candidate.index else ()
    if before and (short or _is_label(before[0])) and end - before[0].span[0] <= QUOTE_LIMIT:
        start = before[0].span[0]
    start, end = clip(source.text, (start, end), QUOTE_LIMIT, wanted)
    return source.text[start:end]
