"""Text candidates for a question in the other language: passages that hold translations of its words."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.reader import TextMatch
from indexer.dictionary import Translated
from indexer.text import phrase_tokens

_LIKELY = 3
_UNLIKELY = 0.5
"""What the later translations of a word count for beside the first ones."""
_UNKNOWN = 0.5
"""Weight, of the usual, of a word whose translations stand nowhere: perhaps they are the wrong ones."""


def translated_matches(
    db: apsw.Connection,
    words: Sequence[Translated],
    total: int,
    condition: str,
    bindings: Sequence[object],
    limit: int,
) -> list[TextMatch]:
    """Chunks by the share of the question's words, weighted by rareness, of which they hold a translation; best first.

    `total` counts the chunks of the index, `condition` is SQL over `file`.
    """
    asked = [(word, _weight(db, word, total)) for word in words if word.others]
    if not asked:
        return []
    sql = (
        "select text_index.rowid, chunk.file from text_index"  # noqa: S608 - `file` conditions made by file_condition
        " join chunk on chunk.id = text_index.rowid join file on file.id = chunk.file"
        f" where text_index match ? and {condition} order by rank limit ?"
    )
    matching = " OR ".join(_expression(word.others) for word, _ in asked)
    file_of: dict[int, int] = dict(rows(db, sql, (matching, *bindings, limit)))
    unknown = math.log(total + 1) * sum(not word.others for word in words)
    whole = unknown + sum(weight for _, weight in asked)
    shares = dict.fromkeys(file_of, 0.0)
    for word, weight in asked:
        held = _holding(db, word.others, file_of)
        likely = _holding(db, word.others[:_LIKELY], held)
        for chunk_id in held:
            shares[chunk_id] += weight / whole * (1.0 if chunk_id in likely else _UNLIKELY)
    ordered = sorted(shares, key=lambda chunk_id: (-shares[chunk_id], chunk_id))
    return [TextMatch(chunk_id, file_of[chunk_id], shares[chunk_id]) for chunk_id in ordered]


def _holding(db: apsw.Connection, words: Sequence[str], candidates: Collection[int]) -> set[int]:
    """Those of the chunks that hold any of the words."""
    if not candidates:
        return set()
    sql = "select rowid from text_index where text_index match ? and rowid in (select value from json_each(?))"
    return {row[0] for row in rows(db, sql, (_expression(words), json.dumps(list(candidates))))}


def _expression(words: Sequence[str]) -> str:
    phrases = [_phrase(form) for word in words for form in _forms(word)]
    return "{name heading body} : (" + " OR ".join(filter(None, phrases)) + ")"


def _phrase(text: str) -> str:
    tokens = phrase_tokens(text)
    return f'"{tokens[:-1]}"*' if tokens.endswith("*") else f'"{tokens}"' if tokens else ""


def _forms(text: str) -> tuple[str, ...]:
    """An English word and its plural; a Chinese one as it is."""
    return (text, text + "s") if text[-1:].isascii() else (text,)


def _weight(db: apsw.Connection, word: Translated, total: int) -> float:
    """Inverse frequency of the most frequent translation."""
    forms = [phrase_tokens(form).split() for other in word.others for form in _forms(other)]
    counts = [min(_count(db, token) for token in tokens) for tokens in forms if tokens]
    most = min(max(counts, default=0), total)
    weight = max(1e-6, math.log((total - most + 0.5) / (most + 0.5)))
    return weight if most else weight * _UNKNOWN


def _count(db: apsw.Connection, token: str) -> int:
    low = token.rstrip("*")
    if token.endswith("*"):
        found = value(db, "select sum(doc) from text_terms where term >= ? and term < ?", (low, low + "\U0010ffff"))
    else:
        found = value(db, "select doc from text_terms where term = ?", (low,))
    return int(found or 0)
