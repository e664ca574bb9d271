"""The sources of the sample documents: a header, then blocks.

::

    date: 2026-02-18          every document has one; it becomes the date inside the file
    title: …                  optional, as are author, encoding, subject, from, to, cc

    # heading                 ## a smaller one
    - item
    | cell | cell |           the first row of a table is its head
    === title                 a new page, slide or sheet

    anything else             a paragraph; a blank line ends it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `kind` is heading, subheading, item, table, break or paragraph."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A page, slide or sheet."""

    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A sample document before it is written."""

    header: dict[str, str]
    body: str

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a source file."""
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        return cls(dict(line.split(": ", 1) for line in head.splitlines()), body)

    @property
    def date(self) -> datetime:
        """The date of the document, at nine in the morning."""
        return datetime.fromisoformat(self.header["date"]).replace(hour=9, tzinfo=UTC)

    @property
    def title(self) -> str:
        """The title that the file itself names."""
        return self.header.get("title", "")

    @property
    def author(self) -> str:
        """The author that the file itself names."""
        return self.header.get("author", "Yue Lin")

    def blocks(self) -> Iterator[Block]:
        """The blocks in order."""
        for kind, group in groupby(self.body.splitlines(), _kind_of):
            lines = list(group)
            if kind == "table":
                yield Block(kind, rows=tuple(map(_cells, lines)))
            elif kind == "paragraph":
                yield Block(kind, "\n".join(lines))
            elif kind != "blank":
                yield from (Block(kind, line.split(" ", 1)[1] if " " in line else "") for line in lines)

    def parts(self) -> list[Part]:
        """The blocks by page, slide or sheet."""
        parts = [Part("")]
        for block in self.blocks():
            if block.kind == "break":
                parts.append(Part(block.text))
            else:
                parts[-1].blocks.append(block)
        return [part for part in parts if part.title or part.blocks]


def _kind_of(line: str) -> str:
    for start, kind in (("# ", "heading"), ("## ", "subheading"), ("- ", "item"), ("|", "table"), ("===", "break")):
        if line.startswith(start):
            return kind
    return "paragraph" if line.strip() else "blank"


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
