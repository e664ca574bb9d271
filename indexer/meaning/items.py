"""The values that pass between the index and the meaning worker. Light: imports no array library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EmbedItem:
    """A chunk to be embedded. `mtime` is in whole seconds since the epoch, `ext` has no dot.

    `text` begins with the words of the file's and folders' names; `folders` are the ids of all folders above
    the file; `lang` is "zh" or "xx".
    """

    chunk_id: int
    text: str
    file_id: int
    folders: tuple[int, ...]
    ext: str
    lang: str
    mtime: int
    size: int


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A chunk whose vector was kept, as the bytes that embedding returned. Other fields as in :class:`EmbedItem`."""

    chunk_id: int
    vector: bytes
    file_id: int
    folders: tuple[int, ...]
    ext: str
    lang: str
    mtime: int
    size: int


@dataclass(frozen=True, slots=True)
class MeaningHit:
    """A chunk near a question.

    `gap` is how much nearer it is than the average chunk of its language, what all questions have in common left
    out: comparable between languages and models, near 0 for chunks that have nothing to do with the question.
    """

    chunk_id: int
    gap: float
    lang: str


@dataclass(frozen=True, slots=True)
class VectorFilter:
    """Limits a search; parts that are empty or None do not. All parts must fit, of a list any member.

    A narrow list of candidates goes into `chunk_ids` (3 ms for 10,000); bounds include their ends.
    """

    chunk_ids: tuple[int, ...] = ()
    file_ids: tuple[int, ...] = ()
    folders: tuple[int, ...] = ()
    ext: tuple[str, ...] = ()
    lang: str = ""
    mtime_from: int | None = None
    mtime_to: int | None = None
    size_from: int | None = None
    size_to: int | None = None

    KEYWORDS: ClassVar[tuple[str, ...]] = ("ext", "lang")
    NUMBERS: ClassVar[tuple[str, ...]] = ("file_id", "folders")
    RANGES: ClassVar[tuple[str, ...]] = ("mtime", "size")

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> VectorFilter:
        """The reverse of `dataclasses.asdict` after a way through JSON, which turns tuples into lists."""
        parts: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in value.items()}
        return cls(**parts)

    def of_language(self, lang: str) -> VectorFilter:
        """The same limits, and this language."""
        return replace(self, lang=lang)

    def any_of(self) -> Iterator[tuple[str, list[int] | list[str]]]:
        """Payload fields with the values of which one must be there."""
        if self.file_ids:
            yield "file_id", list(self.file_ids)
        if self.folders:
            yield "folders", list(self.folders)
        if self.ext:
            yield "ext", list(self.ext)
        if self.lang:
            yield "lang", [self.lang]

    def ranges(self) -> Iterator[tuple[str, dict[str, float]]]:
        """Payload fields with their bounds (`gte`, `lte`)."""
        bounds = (("mtime", self.mtime_from, self.mtime_to), ("size", self.size_from, self.size_to))
        for field, low, high in bounds:
            limits = {name: float(value) for name, value in (("gte", low), ("lte", high)) if value is not None}
            if limits:
                yield field, limits
