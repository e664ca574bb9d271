"""An answer without a model: the sentences of the best passages that answer the question, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.citations import QUOTE_LIMIT, CitationList, Cited, mark, without_markers
from assistant.answer.numbers import stated
from assistant.answer.sentences import clip
from assistant.answer.sources import Source, TermWeights, content_terms

_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|far|often|old|high|big|large|tall|late|early)\b|\bwhat (?:number|amount|size|percentage|price|rate)\b"
    r"|\b(?:number|price|cost|costs|fee|amount|total|rent|salary|phone|code|score|temperature|deposit|balance)\b"
    r"|多少|几[个天次年月号点岁楼层人]|多[长大高远久重]|号码|编号|证号|电话|价格|金额|费用|总价|余额|租金|月租|工资|押金|温度",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\bwhen\b|\bwhat (?:time|date|day|year|month)\b|\bwhich (?:day|year|month)\b|\b(?:date|deadline|expir\w+|due)\b"
    r"|什么时候|什麼時候|何时|何時|几点|几号|哪天|哪年|哪一天|日期|截止|到期|时间",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,2}:\d\d|\d{4}[-/.年]\d|\d\s*[年月日号號点點]|\b(?:19|20)\d\d\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|星期|周[一二三四五六日末]|\d(?:st|nd|rd|th)\b|\d\s*(?:am|pm)\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d|\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)

_MOST_QUOTES = 3
_CLOSE_TO_BEST = 0.8
_PASSAGE_SHARE = 0.5
_RANK_SHARE = 0.4
_KIND_BONUS = 0.35
"""For a sentence with a number or a time where the question asks for one."""
_SHORT_CHARACTERS = 40
"""A sentence below this is quoted with the one after it."""


def quote_answer(question: str, sources: Sequence[Source]) -> Cited:
    """Quote one to three sentences of `sources` (best first, at least one), each with its citation.

    The quotes stand in the answer without line breaks and without what could be taken for a marker.
    """
    citations = CitationList()
    lines: list[str] = []
    for source, quote in _Chooser(question, sources).quotes():
        shown = " ".join(without_markers(quote).split())
        lines.append(mark(f"“{shown}”", [citations.number(source, quote)]))
    return Cited("\n".join(lines), citations.entries)


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: Source
    index: int
    score: float


class _Chooser:
    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._terms = content_terms(question)
        self._numbers = stated(question)
        self._weights = TermWeights(sources)
        self._asks_time = bool(_ASKS_TIME.search(question))
        self._asks_number = bool(_ASKS_NUMBER.search(question))

    def quotes(self) -> Iterator[tuple[Source, str]]:
        """The quotes, the best sentence of a passage only: a passage has one number and one quote."""
        candidates = sorted(self._candidates(), key=lambda candidate: -candidate.score)
        seen: set[str] = set()
        for candidate in candidates[:1] + [
            c for c in candidates[1:] if c.score >= _CLOSE_TO_BEST * candidates[0].score
        ]:
            quote = _quote(candidate, self._terms)
            if len(seen) < _MOST_QUOTES and quote not in seen:
                seen.add(quote)
                yield candidate.source, quote

    def _candidates(self) -> Iterator[_Candidate]:
        """The best sentence of each passage."""
        for source in self._sources:
            passage = self._weights.share(self._terms, source.terms)
            scores = [self._score(source, index) for index in range(len(source.sentences))]
            best = max(range(len(scores)), key=scores.__getitem__)
            yield _Candidate(source, best, scores[best] + _PASSAGE_SHARE * passage + _RANK_SHARE * source.weight)

    def _score(self, source: Source, index: int) -> float:
        sentence = source.sentences[index]
        terms = sentence.terms
        if index and len(sentence.text) < _SHORT_CHARACTERS:
            terms |= source.sentences[index - 1].terms
        score = self._weights.share(self._terms, terms)
        if (self._asks_time and _TIME.search(sentence.text)) or (
            self._asks_number and sentence.numbers - self._numbers
        ):
            score += _KIND_BONUS
        if sentence.text.endswith(("?", "？")) or not (content_terms(sentence.text) - self._terms or sentence.numbers):
            score *= 0.5  # it asks the same, or is no more than a heading with the words of the question
        return score


def _quote(candidate: _Candidate, wanted: frozenset[str]) -> str:
    """The sentence, with its neighbour when it is too short to be understood alone."""
    source = candidate.source
    sentences = source.sentences
    start, end = sentences[candidate.index].span
    if end - start < _SHORT_CHARACTERS:
        if candidate.index + 1 < len(sentences) and sentences[candidate.index + 1].span[1] - start <= QUOTE_LIMIT:
            end = sentences[candidate.index + 1].span[1]
        if candidate.index and end - sentences[candidate.index - 1].span[0] <= QUOTE_LIMIT:
            start = sentences[candidate.index - 1].span[0]
    start, end = clip(source.text, (start, end), QUOTE_LIMIT, wanted)
    return source.text[start:end]
