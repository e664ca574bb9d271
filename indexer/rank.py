"""How the three searches become one order.

Text and meaning are compared passage by passage on one scale: `gap` (the cosine above what the
question has with an average passage of that language) plus a share of BM25. Fusing by rank (RRF)
lost on all ten measured tasks: it gives a full rank to whatever shares one common word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.catalog.reader import TextMatch
from indexer.meaning.items import MeaningHit
from indexer.naming.index import NameMatch

TEXT_WEIGHT = 0.35
TEXT_POWER = 1.5
"""A small share is a common word or two: it must not outweigh meaning. On the dev sets this is better than a plain weight
within a language and for questions in other words, and as good as any threshold."""
_TRANSLATED = 0.5
"""What a translated word counts for beside a word itself; the less, the more words of the question are found as they are."""
_CHANCE_SHARE = 0.12
"""What a passage in the question's language shares with it by chance; credited to those in another language."""

NAME_WEIGHT = 0.30
EXACT_NAME = 0.97
"""A name score from here on is the name itself: it cannot be pushed down."""

NAME_FLOOR = 0.5
TEXT_FLOOR = 0.10
GAP_FLOOR = 0.046
"""Below all of its floors a file is not shown. Set on the dev sets, see tests/benchmarks."""
_TRANSLATED_NEARNESS = 0.7
"""What translations of all words of a question add to meaning, in floors."""
_UNKNOWN_NEARNESS = 0.75
"""What stands for meaning, in floors, while it cannot be asked."""

_SURE_GAP = 0.085
_SURE_SHARE = 0.40


@dataclass(slots=True)
class PassageScore:
    """What the searches say of one chunk; None where a search did not see it."""

    share: float | None = None
    gap: float | None = None
    foreign: bool = False
    """Written in another language than the question: it cannot share words with it."""
    credit: float = 0.0
    """The share it is given for that."""
    translated: float = 0.0
    """The share of the question's words of which it holds a translation."""

    @property
    def sureness(self) -> float:
        """How surely it answers, 0..1: words and meaning together, meaning alone for another language."""
        meaning = (self.gap or 0.0) / _SURE_GAP
        sureness = 0.6 * meaning if self.foreign else (meaning + (self.share or 0.0) / _SURE_SHARE) / 2
        return max(0.0, min(1.0, sureness))

    @property
    def is_near(self) -> bool:
        """Whether meaning, with what translations add to it, is enough to be shown."""
        nearness = _UNKNOWN_NEARNESS if self.gap is None else self.gap / GAP_FLOOR
        return nearness + _TRANSLATED_NEARNESS * self.translated >= 1.0

    @property
    def fused(self) -> float:
        """Text and meaning on one scale."""
        text: float = max(self.share or 0.0, self.credit) ** TEXT_POWER
        return (self.gap or 0.0) + TEXT_WEIGHT * text


@dataclass(slots=True)
class FileScore:
    """What the searches say of one file."""

    file_id: int
    name: float = 0.0
    passages: dict[int, PassageScore] = field(default_factory=dict)

    @property
    def best_share(self) -> float:
        """Best BM25 share of its passages."""
        return max((p.share or 0.0 for p in self.passages.values()), default=0.0)

    @property
    def best_gap(self) -> float:
        """Best meaning gap of its passages."""
        return max((p.gap or 0.0 for p in self.passages.values()), default=0.0)

    def best(self, count: int) -> list[tuple[int, PassageScore]]:
        """The best passages by chunk id."""
        return sorted(self.passages.items(), key=lambda item: -item[1].fused)[:count]

    @property
    def total(self) -> float:
        """The value files are ordered by."""
        best = max((p.fused for p in self.passages.values()), default=0.0)
        # Below the floor it is a word of the name, which the text search counts too: only the last hair's breadth.
        name = NAME_WEIGHT * self.name * (1.0 if self.name >= NAME_FLOOR else 0.04)
        return best + name + (1.0 if self.name >= EXACT_NAME else 0.0)

    @property
    def shown(self) -> bool:
        """True when at least one search is sure enough."""
        return (
            self.name >= NAME_FLOOR or self.best_share >= TEXT_FLOOR or any(p.is_near for p in self.passages.values())
        )

    @property
    def matched(self) -> tuple[str, ...]:
        """The searches that found it."""
        found = []
        if self.name >= NAME_FLOOR:
            found.append("name")
        if any(p.share or p.translated for p in self.passages.values()):
            found.append("text")
        if self.best_gap >= GAP_FLOOR / 2:
            found.append("meaning")
        return tuple(found)


def fuse(
    names: Iterable[NameMatch],
    texts: Iterable[TextMatch],
    meanings: Iterable[MeaningHit],
    chunk_file: Mapping[int, int],
    lang: str,
    translated: Iterable[TextMatch] = (),
) -> list[FileScore]:
    """Every file that some search saw, best first; `chunk_file` gives the file of each meaning hit, `lang` is the question's."""
    files: dict[int, FileScore] = {}

    def entry(file_id: int) -> FileScore:
        return files.setdefault(file_id, FileScore(file_id))

    for match in names:
        entry(match.file_id).name = match.score
    for text in texts:
        entry(text.file_id).passages.setdefault(text.chunk_id, PassageScore()).share = text.share
    for hit in meanings:
        if hit.chunk_id in chunk_file:
            scores = entry(chunk_file[hit.chunk_id]).passages
            passage = scores.setdefault(hit.chunk_id, PassageScore())
            passage.gap = hit.gap
            passage.foreign = hit.lang != lang
    seen = [passage for file in files.values() for passage in file.passages.values()]
    usual = max((passage.share or 0.0 for passage in seen if not passage.foreign), default=0.0)
    for passage in seen:
        if passage.foreign:
            passage.credit = min(_CHANCE_SHARE, usual)
    for text in translated:
        passage = entry(text.file_id).passages.setdefault(text.chunk_id, PassageScore())
        passage.translated = text.share
        passage.credit = max(passage.credit, _TRANSLATED * text.share * (1 - usual))
    return sorted(files.values(), key=lambda file: (-file.total, file.file_id))


def answerable(scores: Sequence[FileScore]) -> float:
    """How surely some passage answers, 0..1: on the dev questions .42 and more, on those without an answer .36 and less."""
    return max((passage.sureness for score in scores for passage in score.passages.values()), default=0.0)
