"""Search: names, text and meaning, asked at once, fused and grouped by file."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import apsw

from indexer import rank
from indexer.catalog import reader
from indexer.catalog.database import ReaderPool
from indexer.catalog.translations import translated_matches
from indexer.dictionary import Translated, translated
from indexer.errors import MeaningUnavailable
from indexer.meaning.client import MeaningClient
from indexer.meaning.items import MeaningHit, VectorFilter
from indexer.model import Anchor, Hit, Passage, SearchResult
from indexer.naming.index import NameIndex
from indexer.presence import Presence
from indexer.query import SearchQuery
from indexer.rank import FileScore
from indexer.snippets import Snippet, snippet
from indexer.text import language_of, query_terms

log = logging.getLogger(__name__)

_NAME_MATCHES = 300
_TEXT_MATCHES = 120
_TRANSLATED_MATCHES = 60
_TRANSLATIONS = 3
"""Of each word, for the search by meaning: later ones lead astray."""
_MEANING_MATCHES = 80
_PASSAGES_PER_FILE = 3
_MEANING_WAIT_S = 3.0
_FILES_BY_ID = 10_000
_GONE_AT_MOST = 50
"""Files of a list that are gone already and make room for others."""
_MEMBER_LOSS = 0.004
"""A file on the disk goes before its copy in an archive."""
_LIKELY_GAIN = 0.02
"""A file that meets what is only probably meant goes before one that answers about as well."""


class Searcher:
    """Answers queries from the catalogue, the names in memory and the meaning worker. Thread-safe."""

    def __init__(self, readers: ReaderPool, names: NameIndex, meaning: MeaningClient | None) -> None:
        self._readers = readers
        self._names = names
        self._meaning = meaning

    def search(self, query: SearchQuery, patience_s: float = 0.0) -> SearchResult:
        """Rank the files that fit. Meaning is left out when it is not there, or not ready within `patience_s`."""
        began = time.perf_counter()
        if patience_s and self._meaning and "meaning" in query.stages:
            self._meaning.wait_ready(patience_s)
        with self._readers.reading() as db:
            found = self._search(db, query, began)
            if not found.hits and query.conditional and query.text.strip():
                found = self._search(db, _relaxed(query), began)
            return found

    def _search(self, db: apsw.Connection, query: SearchQuery, began: float) -> SearchResult:
        condition, bindings = reader.file_condition(db, query)
        if not query.text.strip():
            return self._listing(db, query, condition, bindings, began)
        return self._ranked(db, query, condition, bindings, began)

    def _ranked(
        self, db: apsw.Connection, query: SearchQuery, condition: str, bindings: Sequence[object], began: float
    ) -> SearchResult:
        stages = []
        names = []
        if "name" in query.stages:
            stages.append("name")
            names = self._names.search(query.words, _NAME_MATCHES)
        total = reader.chunk_count(db)
        weights = reader.term_weights(db, query_terms(query.words), total)
        words = translated(query.text)
        texts = []
        foreign: list[reader.TextMatch] = []
        if "text" in query.stages:
            stages.append("text")
            texts = reader.text_matches(db, weights, condition, bindings, _TEXT_MATCHES)
            foreign = translated_matches(db, words, total, condition, bindings, _TRANSLATED_MATCHES)
        limits = _vector_filter(db, query, condition, bindings)
        meanings = self._meanings(query, limits, words, [match.chunk_id for match in (*texts, *foreign)])
        if meanings is not None:
            stages.append("meaning")
        chunk_file = reader.chunk_files(db, [hit.chunk_id for hit in meanings or []], condition, bindings)
        scores = rank.fuse(names, texts, meanings or [], chunk_file, language_of(query.text), foreign)
        rows = reader.files(db, [score.file_id for score in scores if score.shown], condition, bindings)
        shown = [score for score in scores if score.shown and score.file_id in rows]
        presence = Presence(db)
        shown = [score for score in shown if not presence.is_gone(rows[score.file_id].path)]
        likely = _likely(db, query, shown)
        shown.sort(
            key=lambda score: (
                _MEMBER_LOSS * rows[score.file_id].is_member - score.total - _LIKELY_GAIN * (score.file_id in likely)
            )
        )
        shown = _ordered(shown, rows, query.order)
        marked = dict.fromkeys((term for word in words for other in word.others for term in query_terms(other)), 0.0)
        hits = _marked(self._hits(db, shown[: query.limit], rows, marked | weights), presence)
        return SearchResult(
            hits, len(shown), tuple(stages), rank.answerable(shown), (time.perf_counter() - began) * 1000
        )

    def _meanings(
        self, query: SearchQuery, limits: VectorFilter, words: Sequence[Translated], also: Sequence[int]
    ) -> list[MeaningHit] | None:
        """The nearest chunks, and how near those are that the text search found."""
        if self._meaning is None or "meaning" not in query.stages or self._meaning.state != "ready":
            return None
        try:
            lifted = self._translated_gaps(query.text, words, limits)
            found = self._near(query.text, _MEANING_MATCHES, limits)
            seen = {hit.chunk_id for hit in found}
            rest = tuple(chunk_id for chunk_id in dict.fromkeys((*also, *lifted)) if chunk_id not in seen)
            if rest:
                found += self._near(query.text, len(rest), VectorFilter(chunk_ids=rest))
        except MeaningUnavailable as error:
            log.info("searching without meaning: %s", error.facts)
            return None
        return [replace(hit, gap=max(hit.gap, (hit.gap + lifted.get(hit.chunk_id, 0.0)) / 2)) for hit in found]

    def _translated_gaps(self, text: str, words: Sequence[Translated], limits: VectorFilter) -> dict[int, float]:
        """How near the nearest chunks in the other language are to the question's words in that language."""
        lang = language_of(text)
        translation = " ".join(other for word in words for other in word.others[:_TRANSLATIONS])
        if not translation or language_of(translation) == lang:
            return {}
        limits = replace(limits, lang="xx" if lang == "zh" else "zh")
        return {hit.chunk_id: hit.gap for hit in self._near(translation, _TRANSLATED_MATCHES, limits)}

    def _near(self, text: str, limit: int, limits: VectorFilter) -> list[MeaningHit]:
        assert self._meaning is not None
        return self._meaning.search(text, limit, filter=limits, lang=language_of(text), timeout_s=_MEANING_WAIT_S)

    def nearness(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """How near texts are to a question in meaning; None when the meaning worker cannot tell now."""
        if self._meaning is None or self._meaning.state != "ready":
            return None
        try:
            return self._meaning.nearness(question, texts, timeout_s=_MEANING_WAIT_S)
        except MeaningUnavailable as error:
            log.info("comparing without meaning: %s", error.facts)
            return None

    def _hits(
        self,
        db: apsw.Connection,
        scores: Sequence[FileScore],
        rows: Mapping[int, reader.FileRow],
        weights: Mapping[str, float],
    ) -> tuple[Hit, ...]:
        wanted = {chunk_id: passage.fused for score in scores for chunk_id, passage in score.best(_PASSAGES_PER_FILE)}
        passages: dict[int, list[Passage]] = {}
        for passage in sorted(reader.passages(db, wanted), key=lambda passage: -passage.score):
            passages.setdefault(passage.file_id, []).append(passage)
        first = reader.first_passages(db, [score.file_id for score in scores if score.file_id not in passages])
        top = max((score.total for score in scores), default=1.0)
        hits = []
        for score in scores:
            own = tuple(passages.get(score.file_id, ()))
            shown = own[0] if own else first.get(score.file_id)
            hits.append(_hit(rows[score.file_id], score, own=own, shown=shown, weights=weights, top=top))
        return tuple(hits)

    def _listing(
        self, db: apsw.Connection, query: SearchQuery, condition: str, bindings: Sequence[object], began: float
    ) -> SearchResult:
        if not query.conditional and not query.order:
            return SearchResult((), 0, ("name",), 0.0, (time.perf_counter() - began) * 1000)
        more = query.limit + _GONE_AT_MOST
        listed, total = reader.listed_files(db, condition, bindings, query.order or "newest", more)
        presence = Presence(db)
        rows = [row for row in listed if not presence.is_gone(row.path)]
        total, rows = total - len(listed) + len(rows), rows[: query.limit]
        first = reader.first_passages(db, [row.file_id for row in rows])
        hits = []
        for position, row in enumerate(rows):
            score = FileScore(row.file_id, name=1.0 - position / (len(rows) + 1))
            hits.append(_hit(row, score, own=(), shown=first.get(row.file_id), weights={}, top=score.total))
        return SearchResult(_marked(hits, presence), total, ("name",), 0.0, (time.perf_counter() - began) * 1000)


def _marked(hits: Iterable[Hit], presence: Presence) -> tuple[Hit, ...]:
    return tuple(replace(hit, offline=True) if presence.is_offline(hit.path) else hit for hit in hits)


def _likely(db: apsw.Connection, query: SearchQuery, scores: Iterable[FileScore]) -> Mapping[int, reader.FileRow]:
    """The files that meet what is only probably meant."""
    if query.likely is None:
        return {}
    return reader.files(db, [score.file_id for score in scores], *reader.file_condition(db, query.likely))


def _relaxed(query: SearchQuery) -> SearchQuery:
    """What else may be meant when nothing meets all: all of the folder that was named, else the words alone."""
    if query.folders:
        return replace(query, text="", also="")
    return SearchQuery(
        query.text,
        limit=query.limit,
        stages=query.stages,
        also=query.also,
        without=query.without,
        likely=query.likely,
    )


def _vector_filter(db: apsw.Connection, query: SearchQuery, condition: str, bindings: Sequence[object]) -> VectorFilter:
    """The conditions as files when they leave few, else as far as the store knows them."""
    if not query.conditional:
        return VectorFilter()
    file_ids = reader.matching_files(db, condition, bindings, _FILES_BY_ID + 1)
    if len(file_ids) <= _FILES_BY_ID:
        return VectorFilter(file_ids=tuple(file_ids) or (0,))
    known = (None, None) if query.by_creation else query.modified
    low, high = (None if bound is None else int(bound) for bound in known)
    return VectorFilter(mtime_from=low, mtime_to=high, size_from=query.size[0], size_to=query.size[1])


def _hit(
    row: reader.FileRow,
    score: FileScore,
    *,
    own: tuple[Passage, ...],
    shown: Passage | None,
    weights: Mapping[str, float],
    top: float,
) -> Hit:
    cut = snippet(shown.text, weights) if shown else Snippet("", ())
    return Hit(
        file_id=row.file_id,
        path=row.path,
        name=row.name,
        score=round(max(0.0, min(1.0, score.total / top if top else 0.0)), 4),
        matched=score.matched,
        snippet=cut.text,
        highlights=cut.highlights,
        anchor=shown.anchor if shown else Anchor(),
        kind=row.kind,
        size=row.size,
        modified=row.modified,
        container=row.path if row.is_member else None,
        passages=own,
    )


def _ordered(scores: list[FileScore], rows: Mapping[int, reader.FileRow], order: str) -> list[FileScore]:
    if not order or not scores:
        return scores
    # An order that was asked for decides among the files that fit about as well as the best one.
    bar = scores[0].total * 0.75
    fitting = [score for score in scores if score.total >= bar]
    keys = {
        "newest": lambda score: -rows[score.file_id].modified,
        "oldest": lambda score: rows[score.file_id].modified,
        "largest": lambda score: -rows[score.file_id].size,
        "smallest": lambda score: rows[score.file_id].size,
    }
    return sorted(fitting, key=keys[order]) + [score for score in scores if score.total < bar]
