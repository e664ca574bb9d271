"""Whether an amount in an answer belongs to its words, where a passage has several amounts of the same unit.

"The excess for escape of water is £150" has no support in "Excess: £150 for all claims, £350 for escape of
water", although every word and the number stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.answer.numbers import quantities
from assistant.answer.sources import Source, TermWeights, all_terms

_CLAUSE_END = re.compile(r"(?<!\d)[,，;；]|[,，;；](?!\d)|\b(?:and|while|but|plus)\b|[。\n|]")
_CLEARLY = 1.5
"""By how much the words must fit another amount better."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a sentence with the amounts in it."""

    terms: frozenset[str]
    amounts: frozenset[str]


def belongs_elsewhere(amounts: Iterable[str], about: frozenset[str], source: Source, weights: TermWeights) -> bool:
    """Whether one of `amounts` ("150 gbp") stands beside fewer of the words `about` than a rival of its unit."""
    parts = [part for sentence in source.sentences for part in _parts(sentence.text)]
    claimed = frozenset(amounts)
    return any(_has_better_rival(amount, claimed, about, parts, weights) for amount in claimed & source.quantities)


def _has_better_rival(
    amount: str, claimed: frozenset[str], about: frozenset[str], parts: Iterable[_Part], weights: TermWeights
) -> bool:
    unit = amount.partition(" ")[2]
    own = rival = 0.0
    for part in parts:
        fit = weights.sum(about & part.terms)
        if amount in part.amounts:
            own = max(own, fit)
        elif any(other.endswith(f" {unit}") for other in part.amounts - claimed):
            rival = max(rival, fit)
    return rival > _CLEARLY * own


def _parts(sentence: str) -> Iterator[_Part]:
    """The clauses with amounts; one without belongs to the amounts before and behind it."""
    clauses = [(all_terms(text), quantities(text)) for text in _CLAUSE_END.split(sentence) if text]
    for index, (terms, amounts) in enumerate(clauses):
        if not amounts:
            continue
        around = set(terms)
        for step in (-1, 1):
            place = index + step
            while 0 <= place < len(clauses) and not clauses[place][1]:
                around |= clauses[place][0]
                place += step
        yield _Part(frozenset(around), amounts)
