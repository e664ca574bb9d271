"""Assigning citations: the program finds, for each sentence, the passage that supports it.

Small models cite wrongly (8 of 24 right); comparing numbers, words and character pairs got 24 of 24.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer.numbers import claimed, quantities
from assistant.answer.rivals import belongs_elsewhere
from assistant.answer.sentences import clip, sentence_spans
from assistant.answer.sources import Sentence, Source, TermWeights, content_terms, has_han

QUOTE_LIMIT = 200
"""Characters of a quote."""

_WORD = r"(?:excerpts?|sources?|documents?|docs?|passages?|files?|refs?|references?|citations?|quotes?|摘录|来源|來源|文档|文件|片段|资料|引用|出处)"
_NUMBERS = r"\^?\s*\d+(?:\s*[,，、;；–-]\s*\^?\d+)*"
_MARKER = re.compile(
    rf"\s*(?:[\[［【〔]\s*(?:{_WORD}\s*[:：#]?\s*)?{_NUMBERS}\s*[\]］】〕]|[(（]\s*{_WORD}\s*[:：#]?\s*{_NUMBERS}\s*[)）])",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"^\s*(?:[-*•]\s*)?\(?\d{1,2}(?:[.)]\s|[、．）])")

_CLAUSE = re.compile(r"(?<!\d)[,，;；]|[,，;；](?!\d)|\b(?:and|while|but|whereas)\b|[而与和]")

_MIN_SHARE = 0.5
"""Of the weight of a sentence's new terms that must stand in the passage."""
_MIN_SHARE_REPEATED = 0.34
"""Of the terms that it takes over from the question."""
_MIN_SHARE_WITH_NUMBERS = 0.2
"""Of all its terms, and of those from the question, when its numbers already stand there."""
_FEW_TERMS = 3
"""A line with fewer terms belongs to the one before it: a label and its value."""
_LEAST_COVERAGE = 0.5
"""Of the question's terms, beside the passage that has most: so much must a passage have to support a bare value or name."""
_MAX_SOURCES = 3
"""Passages that one sentence may rest on together."""
_TELLING_DIGITS = 2
"""A number of fewer digits stands in too many passages to point at one across languages."""


@dataclass(slots=True)
class Cited:
    """An answer with its markers. `citations` are as the contract has them; `unverified` the sentences without support."""

    text: str
    citations: list[dict[str, Any]] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)


class CitationList:
    """Numbers the passages in the order of their first use, one number each."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self._numbers: dict[int, int] = {}

    def number(self, source: Source, quote: str) -> int:
        """The number of a passage; the quote of its first use stays."""
        chunk_id = source.passage.chunk_id
        if chunk_id not in self._numbers:
            self._numbers[chunk_id] = len(self.entries) + 1
            self.entries.append(
                {
                    "n": len(self.entries) + 1,
                    "path": source.hit.path,
                    "name": source.hit.name,
                    "anchor": source.passage.anchor.to_json(),
                    "quote": quote,
                    "container": source.hit.container,
                    "chunk_id": chunk_id,
                }
            )
        return self._numbers[chunk_id]


def without_markers(text: str) -> str:
    """The text without anything that looks like a citation marker, nested ones included."""
    while (shorter := _MARKER.sub("", text)) != text:
        text = shorter
    return text


def mark(sentence: str, numbers: Sequence[int]) -> str:
    """A sentence with its markers behind it; after Chinese punctuation no blank is needed."""
    markers = "".join(f"[{number}]" for number in numbers)
    blank = "" if not markers or sentence[-1:] > "\u2e80" else " "
    return f"{sentence}{blank}{markers}"


class Citer:
    """Compares the sentences of an answer with the passages it was made from."""

    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._weights = TermWeights(sources)
        self._question_terms = content_terms(question)
        self._most_covered = max(map(self._coverage, sources), default=0.0)

    def cite(self, answer: str) -> Cited:
        """Remove the model's own markers and set the right ones."""
        text = without_markers(answer).strip()
        citations = CitationList()
        unverified: list[str] = []
        parts: list[str] = []
        end = 0
        for start, stop in sentence_spans(text):
            sentence = text[start:stop]
            numbers, supported = self._support(sentence, citations)
            if not supported:
                unverified.append(sentence)
            parts += [text[end:start], mark(sentence, numbers)]
            end = stop
        return Cited("".join([*parts, text[end:]]), citations.entries, unverified)

    def _support(self, sentence: str, citations: CitationList) -> tuple[list[int], bool]:
        """The numbers of the passages behind a sentence, and whether it may stand as it is."""
        claim = _Claim.of(sentence, self._question_terms)
        if claim.empty:
            return [], True
        sources = self._best_sources(sentence, claim)
        if not sources:
            return [], claim.weak
        quoted = [(source, self._quote(claim, source)) for source in sources]
        return sorted({citations.number(source, quote) for source, quote in quoted}), True

    def _best_sources(self, sentence: str, claim: _Claim) -> list[Source]:
        """The one passage that supports all of the sentence, or the few that do so together."""
        candidates = [source for source in self._sources if self._supports(claim, source)]
        if whole := self._best_whole(claim, candidates):
            return [whole]
        return self._sources_of_clauses(sentence, candidates) or self._sources_together(claim, candidates)

    def _best_whole(self, claim: _Claim, candidates: Sequence[Source]) -> Source | None:
        whole = [source for source in candidates if claim.numbers <= source.numbers]
        return max(whole, key=lambda source: self._score(claim, source), default=None)

    def _sources_of_clauses(self, sentence: str, candidates: Sequence[Source]) -> list[Source]:
        """A passage for each clause that has numbers; none when one of them has no passage."""
        claims = [_Claim.of(clause, self._question_terms) for clause in _CLAUSE.split(sentence)]
        chosen = [self._best_whole(claim, candidates) for claim in claims if claim.numbers]
        sources = [source for source in chosen if source is not None]
        return sources if len(sources) == len(chosen) and len(chosen) <= _MAX_SOURCES else []

    def _sources_together(self, claim: _Claim, candidates: Sequence[Source]) -> list[Source]:
        chosen: list[Source] = []
        missing = claim.numbers
        while missing:
            best = max(candidates, key=lambda s: (len(missing & s.numbers), self._score(claim, s)), default=None)
            if best is None or not missing & best.numbers or len(chosen) == _MAX_SOURCES:
                return []
            chosen.append(best)
            missing -= best.numbers
        return chosen

    def _supports(self, claim: _Claim, source: Source) -> bool:
        if claim.numbers and not claim.numbers & source.numbers:
            return False
        if claim.han != has_han(source.text):
            return self._supports_across(claim, source)
        bare = not claim.numbers or len(claim.terms) < _FEW_TERMS
        if bare and self._coverage(source) < _LEAST_COVERAGE * self._most_covered:
            return False
        return self._supports_numbers(claim, source) if claim.numbers else self._shares_enough(claim, source)

    def _supports_numbers(self, claim: _Claim, source: Source) -> bool:
        """The numbers that the passage has stand there for what the sentence says."""
        if any(self._weights.share(part, source.terms) < _MIN_SHARE_WITH_NUMBERS for part in claim.parts):
            return False
        if not all(self._stands_in_context(number, claim, source) for number in claim.numbers & source.numbers):
            return False
        return not belongs_elsewhere(claim.quantities, claim.terms, source, self._weights)

    def _shares_enough(self, claim: _Claim, source: Source) -> bool:
        """Both what the answer adds and what it takes from the question stand in the passage."""
        return (not claim.new_terms or self._weights.share(claim.new_terms, source.terms) >= _MIN_SHARE) and (
            not claim.repeated or self._weights.share(claim.repeated, source.terms) >= _MIN_SHARE_REPEATED
        )

    def _coverage(self, source: Source) -> float:
        """How much of the question a passage takes up."""
        return self._weights.share(self._question_terms, source.terms)

    def _supports_across(self, claim: _Claim, source: Source) -> bool:
        """Two languages share names and numbers only: a number of some length, one with its unit, or names."""
        numbers = claim.numbers & source.numbers
        telling = [number for number in numbers if len(number) >= _TELLING_DIGITS]
        telling += claim.quantities & source.quantities
        names = [term for term in claim.terms & source.terms if not has_han(term)]
        return bool(telling) or (bool(numbers) and bool(names)) or len(names) > 1

    def _stands_in_context(self, number: str, claim: _Claim, source: Source) -> bool:
        """False when the number stands in a sentence about something else and another one competes.

        "The deposit is 1,240" has no support in "Rent is 1,240. Deposit: 1,430". What the whole file is
        about, its name and headings, need not be said again in each sentence.
        """
        about = claim.terms - source.label_terms
        competing = False
        for index, sentence in enumerate(source.sentences):
            shared = about & _with_label(source.sentences, index)
            if shared and number in sentence.numbers:
                return True
            competing = competing or bool(shared and sentence.numbers - claim.numbers)
        return not competing

    def _score(self, claim: _Claim, source: Source) -> float:
        best_sentence = max(self._closeness(claim, sentence, source) for sentence in source.sentences)
        return self._weights.share(claim.terms, source.terms) + best_sentence + 0.1 * source.weight

    def _closeness(self, claim: _Claim, sentence: Sentence, source: Source) -> float:
        numbers = sum(map(len, claim.numbers & sentence.numbers)) / (sum(map(len, claim.numbers)) or 1)
        about = claim.terms | (self._question_terms if len(claim.terms) < _FEW_TERMS else frozenset())
        return 2 * numbers + self._weights.share(about, sentence.terms | source.label_terms)

    def _quote(self, claim: _Claim, source: Source) -> str:
        best = max(source.sentences, key=lambda sentence: self._closeness(claim, sentence, source))
        start, end = clip(source.text, best.span, QUOTE_LIMIT, claim.terms | claim.numbers)
        return source.text[start:end]


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a sentence of an answer says, in comparable form."""

    terms: frozenset[str]
    new_terms: frozenset[str]
    """Those that the question did not bring in."""
    numbers: frozenset[str]
    quantities: frozenset[str]
    han: bool
    leads_in: bool
    """It ends with a colon."""

    @classmethod
    def of(cls, sentence: str, question_terms: frozenset[str]) -> _Claim:
        words = _LIST_NUMBER.sub("", sentence)
        terms = content_terms(words)
        return cls(
            terms,
            terms - question_terms,
            claimed(words),
            quantities(words),
            has_han(words),
            words.rstrip().endswith((":", "：")),
        )

    @property
    def repeated(self) -> frozenset[str]:
        """The terms that the question did bring in."""
        return self.terms - self.new_terms

    @property
    def parts(self) -> list[frozenset[str]]:
        """All terms, and those from the question; without empty sets."""
        return [part for part in (self.terms, self.repeated) if part]

    @property
    def empty(self) -> bool:
        """Nothing that a passage could support or not."""
        return not self.terms and not self.numbers

    @property
    def weak(self) -> bool:
        """Too little to be called unverified: "Yes.", "Here it is:"."""
        return not self.numbers and (self.leads_in or len(self.terms) < 2)


def _with_label(sentences: Sequence[Sentence], index: int) -> frozenset[str]:
    """Terms of a sentence, and of the one before when it is only a value."""
    terms = sentences[index].terms
    if index and len(content_terms(sentences[index].text)) < _FEW_TERMS:
        terms |= sentences[index - 1].terms
    return terms
