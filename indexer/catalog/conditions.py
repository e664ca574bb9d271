"""Conditions on what stands in a file or its name, and on who wrote it, as SQL over `file`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import apsw

from indexer.catalog.database import rows
from indexer.naming.pinyin import readings
from indexer.query import SearchQuery
from indexer.text import fold, index_tokens, phrase_tokens, spellings

Condition = tuple[str, list[object]]
"""SQL over `file`, and its bindings."""

_LONGEST_NAME = 8
"""Characters of a Chinese author's name that are compared by their sound."""
_MOST_NAMES = 10_000
"""Names that are looked at word by word; of more, it is enough that they hold the letters."""
_HOLDS = (
    "(file.id in (select chunk.file from text_index join chunk on chunk.id = text_index.rowid where text_index match ?)"
    " or file.id in (select value from json_each(?)))"
)


def worded(db: apsw.Connection, query: SearchQuery) -> Iterator[Condition]:
    """Phrases, names, authors and languages of a query."""
    for phrase in query.phrases:
        if tokens := phrase_tokens(phrase):
            yield _HOLDS, [_matching(tokens), json.dumps(_named_with(db, phrase, tokens))]
    for pattern in query.names:
        yield _called(pattern)
    if query.authors:
        known = [row[0] for row in rows(db, "select distinct author from file where author <> ''")]
        wanted = [author for author in known if any(is_called(author, name) for name in query.authors)]
        yield "file.author in (select value from json_each(?))", [json.dumps(wanted)]
    if query.languages:
        within = "select 1 from chunk where chunk.file = file.id and chunk.lang in (select value from json_each(?))"
        yield f"exists ({within})", [json.dumps(query.languages)]


def _matching(tokens: str) -> str:
    return "{name heading body} : " + (f'"{tokens[:-1]}" *' if tokens.endswith("*") else f'"{tokens}"')


def _named_with(db: apsw.Connection, phrase: str, tokens: str) -> list[int]:
    """Files without text whose name holds the tokens in a row; with text, the text index has their names."""
    longest = max(fold(phrase).replace("_", " ").split() or [phrase], key=len)
    likes = [f"%{_escaped(spelling)}%" for spelling in spellings(longest)]
    sought = f" {tokens[:-1]}" if tokens.endswith("*") else f" {tokens} "
    return [
        file_id
        for count, (file_id, name) in enumerate(_textless_like(db, likes))
        if count >= _MOST_NAMES or sought in f" {index_tokens(name)} "
    ]


def _textless_like(db: apsw.Connection, likes: Sequence[str]) -> Iterator[tuple[int, str]]:
    sql = f"select id, name from file where {_is_like(likes)} and not exists (select 1 from chunk where chunk.file = file.id)"  # noqa: S608 - constants
    for file_id, name in rows(db, sql, likes):
        yield file_id, name.decode("utf-8", "replace")


def _is_like(likes: Sequence[str]) -> str:
    return "(" + " or ".join(["cast(file.name as text) like ? escape '\\'"] * len(likes)) + ")"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _called(pattern: str) -> Condition:
    whole = "*" in pattern or "?" in pattern
    likes = [_escaped(spelling).replace("*", "%").replace("?", "_") for spelling in spellings(pattern)]
    likes = likes if whole else [f"%{like}%" for like in likes]
    return _is_like(likes), [*likes]


def is_called(author: str, name: str) -> bool:
    """True when `name` is a part of who is named: whole words, a row of Chinese characters, or its pinyin."""
    author, name = fold(author), fold(name).strip()
    if not name:
        return False
    if not name.isascii() or "@" in name:
        return name in author
    words = name.split()
    if set(words) <= set(author.replace(",", " ").replace("@", " ").replace(".", " ").split()):
        return True
    return not author.isascii() and any(
        reading == "".join(words) for one in author.split(", ") for reading, _ in readings(one[:_LONGEST_NAME])
    )
