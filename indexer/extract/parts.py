"""What the reading of one file gives, piece by piece: its own chunks and those of the files inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from indexer.model import Chunk, ExtractedMember, Extraction, FileState, Reason

ROOT = 0
"""The number of the file on disk; members count from 1 in the order they begin, and end before what they lie in."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A member is going to be read: its name, size in bytes (-1: unknown) and time in seconds since the epoch."""

    name: str
    size: int
    mtime: float | None


Part = Begun | Chunk | Extraction
Emit = Callable[[int, Part], None]
"""Takes a document's number and a part of it; its extraction, without chunks, is the last one."""


@dataclass(slots=True)
class _Draft:
    begun: Begun
    chunks: list[Chunk] = field(default_factory=list)
    extraction: Extraction | None = None


class Assembly:
    """Puts the parts of one file together. What came before the parts stopped coming is kept."""

    def __init__(self) -> None:
        self._drafts: dict[int, _Draft] = {ROOT: _Draft(Begun("", -1, None))}

    def add(self, number: int, part: Part) -> None:
        """Take a part. Raises `KeyError` for one of a document that has not begun."""
        if isinstance(part, Begun):
            self._drafts[number] = _Draft(part)  # once more when its size has become known
        elif isinstance(part, Chunk):
            self._drafts[number].chunks.append(part)
        else:
            self._drafts[number].extraction = part

    @property
    def in_hand(self) -> str:
        """Name of the member that is being read; empty: the file itself."""
        open_drafts = [draft for draft in self._drafts.values() if draft.extraction is None]
        return open_drafts[-1].begun.name if open_drafts else ""

    def extraction(self, reason: Reason = Reason.CRASHED, detail: str = "", took_s: float = 0.0) -> Extraction:
        """The whole file; `reason` goes to whatever did not end."""
        members = tuple(
            ExtractedMember(draft.begun.name, draft.begun.size, draft.begun.mtime, _finished(draft, reason, detail))
            for number, draft in self._drafts.items()
            if number != ROOT
        )
        root = self._drafts[ROOT]
        whole = _finished(root, reason, detail)
        return replace(whole, members=members, took_s=whole.took_s if root.extraction else took_s)


def _finished(draft: _Draft, reason: Reason, detail: str) -> Extraction:
    if draft.extraction is not None:
        kept = tuple(draft.chunks) if draft.extraction.state is FileState.INDEXED else ()
        return replace(draft.extraction, chunks=kept)
    return Extraction(
        state=FileState.INDEXED if draft.chunks else FileState.FAILED,
        reason=reason,
        detail=detail[:200],
        chunks=tuple(draft.chunks),
        truncated=bool(draft.chunks),
    )
