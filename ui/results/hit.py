"""A found file as the window needs it, read tolerantly from the engine's JSON."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ui.words import shown


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One hit. Texts are safe to show; `path` is as the engine gave it and is only ever opened.

    For a file inside an archive or a message `path` is the one on disk and `container` leads from its name to the
    file: "mail.eml › pack.zip"; else `container` is empty. `folder` is where the file on disk lies.
    `marks` are `(start, length)` pairs in characters of `snippet`.
    """

    path: str
    name: str
    folder: str
    container: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    anchor: dict[str, Any]
    kind: str
    size: int
    modified: str
    offline: bool = False
    """Known, and out of reach: its disk is not connected."""

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> FoundFile:
        """Build from a hit of the contract; what is missing is empty, so a newer engine breaks nothing."""
        path = str(value.get("path", ""))
        name, container = name_and_container(value)
        return cls(
            path=path,
            name=name,
            folder=os.path.dirname(path),
            container=container,
            snippet=shown(str(value.get("snippet") or "")),
            marks=_marks(value.get("highlights")),
            anchor=value.get("anchor") or {},
            kind=str(value.get("kind") or os.path.splitext(path)[1]),
            size=int(value.get("size") or 0),
            modified=str(value.get("modified") or ""),
            offline=bool(value.get("offline")),
        )


def name_and_container(value: dict[str, Any]) -> tuple[str, str]:
    """The file's own name, and what leads to it from the file on disk, of a hit or citation of the contract; safe to show."""
    on_disk = os.path.basename(str(value.get("path", "")))
    *inner, name = str(value.get("name") or on_disk).split("/")
    return shown(name), shown(" › ".join([on_disk, *inner])) if value.get("container") else ""


def files_from(event: dict[str, Any]) -> list[FoundFile]:
    """The hits of a find result, or of a `files` or `done` event."""
    return [FoundFile.from_json(hit) for hit in event.get("hits") or [] if isinstance(hit, dict)]


def _marks(value: Any) -> tuple[tuple[int, int], ...]:
    pairs = value if isinstance(value, list) else []
    return tuple((int(start), int(length)) for start, length in pairs)
