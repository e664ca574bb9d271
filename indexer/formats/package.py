"""Documents that are zip archives of XML parts: opened with caps, read as streams, nothing fetched or expanded."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.salvage import SalvagedArchive, open_archive
from indexer.model import DocumentInfo, Reason

_TREE_BYTES = 64 << 20
_READ_BYTES = 65_536
_TAG_CHARACTERS = 35
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
_WRITING_PROGRAMS = frozenset(
    ("openpyxl", "python-docx", "python-pptx", "xlsxwriter", "microsoft office user", "admin", "user")
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One part's reference to another: the last word of its type, and the part's name."""

    kind: str
    target: str


class CappedStream:
    """A readable stream that raises `UnreadableDocument` after `limit` bytes, and ends where the data are damaged."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit
        self.damaged = False

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes."""
        try:
            data = self._stream.read(size if size and size > 0 else _READ_BYTES)
        except _DAMAGED:
            self.damaged = True
            return b""
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableDocument(Reason.TOO_LARGE, "a part is larger than the limit when unpacked")
        return data


class Package:
    """An open document of zipped XML parts. Raises `UnreadableDocument` for broken and encrypted archives.

    A damaged one gives what is left of it and raises BROKEN at the end of the `with` block.
    """

    def __init__(self, path: Path, limits: ExtractLimits) -> None:
        self._limit = limits.member_bytes
        try:
            self._zip = open_archive(path)
        except zipfile.BadZipFile as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error
        self._names = frozenset(self._zip.namelist())
        self._damage = "its directory is lost" if isinstance(self._zip, SalvagedArchive) else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._zip.close()
        if kind is None and self._damage:
            raise UnreadableDocument(Reason.BROKEN, f"damaged: {self._damage}")

    def __contains__(self, part: object) -> bool:
        return part in self._names

    @property
    def names(self) -> frozenset[str]:
        """All parts, folders included."""
        return self._names

    def read(self, part: str, limit: int = _TREE_BYTES) -> bytes:
        """All bytes of a small part; empty when there is no such part or it is damaged."""
        if part not in self._names:
            return b""
        try:
            with self._open(part) as stream:
                data = stream.read(limit + 1)
        except _DAMAGED:
            self._damage = self._damage or f"{part} cannot be read"
            return b""
        if len(data) > limit:
            raise UnreadableDocument(Reason.TOO_LARGE, f"{part} is larger than the limit when unpacked")
        return data

    def tree(self, part: str) -> etree._Element | None:
        """The root of a small part; None when it is missing or not XML."""
        data = self.read(part)
        return etree.fromstring(data, _parser()) if data.strip() else None

    def elements(self, part: str, tags: Sequence[str]) -> Iterator[etree._Element]:
        """Stream the elements with these local names as each ends; the caller prunes them. None where the part is not XML."""
        with self.stream(part) as stream:
            try:
                yield from stream_elements(stream, tags)
            except UnreadableDocument as error:
                if error.reason is not Reason.BROKEN:
                    raise
                self._damage = self._damage or f"{part}: {error}"

    @contextmanager
    def stream(self, part: str) -> Iterator[CappedStream]:
        """A part to read from, up to the limit or to where it is damaged. Raises `UnreadableDocument` when it is missing."""
        if part not in self._names:
            raise UnreadableDocument(Reason.BROKEN, f"{part} is missing")
        with self._open(part) as stream:
            capped = CappedStream(stream, self._limit)
            yield capped
            if capped.damaged:
                self._damage = self._damage or f"{part} ends early"

    def relations(self, part: str) -> dict[str, Relation]:
        """The references of `part` to other parts by id; "" gives those of the document itself. External ones are left out."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return {}
        return {
            relation.get("Id", ""): Relation(
                relation.get("Type", "").rpartition("/")[2], _resolve(folder, relation.get("Target", ""))
            )
            for relation in root.iterchildren(tag=etree.Element)
            if relation.get("TargetMode") != "External"
        }

    def main_part(self, default: str) -> str:
        """The part that holds the document proper."""
        kinds = (relation.target for relation in self.relations("").values() if relation.kind == "officeDocument")
        return next(kinds, default)

    def fill_info(self, info: DocumentInfo) -> None:
        """Take title, author and time of creation from the core properties (ECMA-376, part 2, 11)."""
        root = self.tree("docProps/core.xml")
        if root is not None:
            fill_info(info, {local_name(e): e.text or "" for e in root.iterchildren(tag=etree.Element)})

    def _open(self, part: str) -> IO[bytes]:
        try:
            stream: IO[bytes] = self._zip.open(part)
            return stream
        except RuntimeError as error:
            raise UnreadableDocument(Reason.ENCRYPTED, str(error)) from error
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def stream_elements(stream: Any, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Parse XML from a stream and yield elements by local name as each ends. Entities are not resolved."""
    wildcards = [f"{{*}}{tag}" for tag in tags]
    events = etree.iterparse(
        stream, events=("end",), tag=wildcards, resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    try:
        for _, element in events:
            yield element
    except etree.XMLSyntaxError as error:  # recovery has its limits: nothing at all, text of more than 10 MB
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error
    if events.root is None:
        raise UnreadableDocument(Reason.BROKEN, "not XML")


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for comments, entities and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name, whatever its namespace."""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None)


def prune(element: etree._Element) -> None:
    """Free an element that was handled, and everything before it under the same parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def fill_info(info: DocumentInfo, properties: dict[str, str]) -> None:
    """Fill `info` from properties named as in Dublin Core and its relatives."""
    info.title = " ".join(properties.get("title", "").split())
    author = properties.get("initial-creator") or properties.get("creator") or ""
    author = " ".join(author.split())
    info.author = "" if author.lower() in _WRITING_PROGRAMS else author
    info.created = iso_time(properties.get("created") or properties.get("creation-date") or "")
    info.language = info.language or properties.get("language", "").strip()[:_TAG_CHARACTERS]


def iso_time(value: str) -> float | None:
    """Seconds since the epoch, None when `value` is no ISO 8601 time. Without a zone it is local time."""
    try:
        return datetime.fromisoformat(value.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)


def _resolve(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
