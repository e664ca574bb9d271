"""The passages that an answer may rest on, prepared for comparison."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answer.numbers import quantities, stated
from assistant.answer.sentences import Span, sentence_spans
from indexer.model import Hit, Passage
from indexer.text import fold, index_tokens, name_tokens, query_terms

_LATIN_WORD = re.compile(r"[a-z]+$")
_HAN = re.compile("[\u3400-\u9fff]")
_FILLER = re.compile("分别|分別|各自|各是|一共|总共|總共|告诉我|告訴我")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ures", "ions", "ure", "ion", "ing", "ed", "es", "ly", "s", "e")
_PASSAGE_RANK_WEIGHT = 0.8
"""What a file's second passage is worth beside its first: other files get their turn."""


def stem(term: str) -> str:
    """An English word without its most common endings, good enough to see that `departs` is `departure`."""
    if len(term) > 4 and _LATIN_WORD.match(term):
        for suffix in _SUFFIXES:
            if term.endswith(suffix) and len(term) - len(suffix) >= 3:
                return term[: -len(suffix)]
    return term


def content_terms(text: str) -> frozenset[str]:
    """The words and character pairs that carry meaning, numbers left out: those are compared as numbers."""
    return frozenset(stem(term.rstrip("*")) for term in query_terms(_FILLER.sub(" ", text)) if not term[:1].isdigit())


def all_terms(text: str) -> frozenset[str]:
    """Every word, character pair and single Chinese character of a text."""
    return frozenset(map(stem, index_tokens(text).split())) | frozenset(_HAN.findall(fold(text)))


def has_han(text: str) -> bool:
    """Whether there are Chinese characters: words cannot be compared across scripts."""
    return bool(_HAN.search(text))


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage."""

    span: Span
    text: str

    @cached_property
    def terms(self) -> frozenset[str]:
        """See `all_terms`."""
        return all_terms(self.text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """See `assistant.answer.numbers.stated`."""
        return stated(self.text)


@dataclass(frozen=True)
class Source:
    """A passage and the file it stands in."""

    hit: Hit
    passage: Passage
    weight: float
    """How well it answers by the search's own scores, 0..1."""

    @property
    def text(self) -> str:
        """The passage's text, character by character as it is indexed."""
        return self.passage.text

    @property
    def label(self) -> str:
        """File name and headings."""
        return f"{self.hit.name} {self.passage.heading}"

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The passage in sentences."""
        return tuple(Sentence(span, self.text[span[0] : span[1]]) for span in sentence_spans(self.text))

    @cached_property
    def terms(self) -> frozenset[str]:
        """Terms of the text and of the label."""
        return all_terms(self.text) | self.label_terms

    @cached_property
    def label_terms(self) -> frozenset[str]:
        """Terms of the label, of the archive or message it lies in, and of the folder; parts of a name also stand apart."""
        folder = os.path.basename(os.path.dirname(self.hit.path))
        container = os.path.basename(self.hit.container or "")
        return frozenset(map(stem, name_tokens(f"{self.label} {container} {folder}").split()))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers of the text and of the label."""
        return stated(self.text) | stated(self.label)

    @cached_property
    def quantities(self) -> frozenset[str]:
        """See `assistant.answer.numbers.quantities`."""
        return quantities(self.text)


def sources_of(hits: Sequence[Hit], limit: int) -> tuple[Source, ...]:
    """The best `limit` passages over all files, best first; passages without any word are left out."""
    ranked = [
        Source(hit, passage, max(0.0, hit.score) * _PASSAGE_RANK_WEIGHT**rank)
        for hit in hits
        for rank, passage in enumerate(sorted(hit.passages, key=lambda p: -p.score))
        if any(map(str.isalnum, passage.text))
    ]
    return tuple(sorted(ranked, key=lambda source: -source.weight)[:limit])


class TermWeights:
    """How much a term tells: the fewer sentences of the passages have it, the more."""

    def __init__(self, sources: Iterable[Source]) -> None:
        sentences = [sentence for source in sources for sentence in source.sentences]
        self._counts = Counter(term for sentence in sentences for term in sentence.terms)
        self._total = len(sentences)

    def weight(self, term: str) -> float:
        """Inverse document frequency over sentences, always positive."""
        return math.log(1 + (self._total + 1) / (self._counts[term] + 0.5))

    def sum(self, terms: Iterable[str]) -> float:
        """Weights of the terms together."""
        return sum(map(self.weight, terms))

    def share(self, wanted: Collection[str], present: Collection[str]) -> float:
        """How much of `wanted` is `present`, 0..1; 0 when nothing is wanted."""
        whole = self.sum(wanted)
        return self.sum(term for term in wanted if term in present) / whole if whole else 0.0
