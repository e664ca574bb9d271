"""Books (EPUB 2 and 3): the chapters in reading order, under the titles of the table of contents."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.headings import SEPARATOR, HeadingPath, one_line
from indexer.formats.html import decoded_page, html_segments
from indexer.formats.package import Package, attribute, fill_info, local_name
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("epub",))
_PAGES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document", ""))
_FONT_MANGLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_TITLE_CHARACTERS = 120
_MOST_TITLES = 20_000
_DEEPEST = 8


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the chapters of the spine; `Anchor.section` is the path of titles and headings above each paragraph."""
    with Package(path, limits) as package:
        book = _Book(package)
        book.fill_info(info)
        _refuse_protected(package, book.chapters)
        title = ""
        for part in book.chapters:
            title = book.titles.get(part, title)  # programs cut long chapters into several parts
            yield from _chapter(package, part, title)


def _refuse_protected(package: Package, chapters: list[str]) -> None:
    """Mangled fonts are no protection; encrypted chapters are (OCF 3.3, 4.2.6.3.2)."""
    root = package.tree("META-INF/encryption.xml")
    wanted = set(chapters)
    for data in root.iter("{*}EncryptedData") if root is not None else ():
        methods = [attribute(method, "Algorithm") for method in data.iter("{*}EncryptionMethod")]
        parts = {unquote(attribute(part, "URI") or "") for part in data.iter("{*}CipherReference")}
        if parts & wanted and not any(method in _FONT_MANGLING for method in methods):
            raise UnreadableDocument(Reason.ENCRYPTED, "copy protection")


def _chapter(package: Package, part: str, title: str) -> Iterator[Segment]:
    for segment in html_segments(decoded_page(package.read(part)), DocumentInfo()):
        section = _joined(title, segment.heading)
        yield Segment(segment.text, Anchor(section=section) if section else Anchor(), section)


def _joined(title: str, heading: str) -> str:
    """The path of a passage: the chapter's own first heading usually repeats its title."""
    last = title.rpartition(SEPARATOR)[2]
    first = heading.partition(SEPARATOR)[0]
    if title and heading and "".join(first.split()).casefold() == "".join(last.split()).casefold():
        heading = heading.partition(SEPARATOR)[2]
    return SEPARATOR.join(filter(None, (title, heading)))


class _Book:
    """The package document: the chapters' parts in reading order, and their titles by part."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._folder, self._root = self._open()
        self._items = {item.get("id") or "": item for item in self._root.iter("{*}item")}
        self.chapters = self._spine() or self._all_pages()
        self.titles = self._titles()

    def fill_info(self, info: DocumentInfo) -> None:
        """Take title, author, language and date of the book."""
        properties: dict[str, str] = {}
        metadata = self._root.find("{*}metadata")
        for element in metadata.iter(tag=etree.Element) if metadata is not None else ():
            properties.setdefault(local_name(element), element.text or "")
        fill_info(info, {**properties, "created": properties.get("date", "")})

    def _open(self) -> tuple[str, etree._Element]:
        container = self._package.tree("META-INF/container.xml")
        named = [item.get("full-path") or "" for item in container.iter("{*}rootfile")] if container is not None else []
        for part in (*named, *sorted(name for name in self._package.names if name.endswith(".opf"))):
            if (root := self._package.tree(part)) is not None:
                return posixpath.dirname(part), root
        raise UnreadableDocument(Reason.BROKEN, "no package document")

    def _part(self, reference: str, folder: str) -> str:
        return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0])))

    def _spine(self) -> list[str]:
        items = [self._items.get(reference.get("idref") or "") for reference in self._root.iter("{*}itemref")]
        return self._existing([item for item in items if item is not None])

    def _all_pages(self) -> list[str]:
        return self._existing([item for item in self._items.values() if "nav" not in (item.get("properties") or "")])

    def _existing(self, items: list[etree._Element]) -> list[str]:
        """The pages among these, each once."""
        pages = (item for item in items if (item.get("media-type") or "") in _PAGES)
        parts = (self._part(item.get("href") or "", self._folder) for item in pages)
        return list(dict.fromkeys(part for part in parts if part in self._package))

    def _titles(self) -> dict[str, str]:
        """The path of titles by part, from the navigation document of EPUB 3 or the NCX of EPUB 2."""
        nav = next((i for i in self._items.values() if "nav" in (i.get("properties") or "").split()), None)
        ncx = next((i for i in self._items.values() if i.get("media-type") == "application/x-dtbncx+xml"), None)
        for item, entries in ((nav, _nav_entries), (ncx, _ncx_entries)):
            part = self._part(item.get("href") or "", self._folder) if item is not None else ""
            root = self._package.tree(part) if part else None
            if root is not None and (titles := self._by_part(entries(root), posixpath.dirname(part))):
                return titles
        return {}

    def _by_part(self, entries: Iterator[tuple[int, str, str]], folder: str) -> dict[str, str]:
        titles: dict[str, str] = {}
        headings = HeadingPath()
        for number, (level, title, reference) in enumerate(entries):
            if number >= _MOST_TITLES:
                break
            path = headings.enter(level, title)
            if reference:
                titles.setdefault(self._part(reference, folder), path)
        return titles


def _nav_entries(root: etree._Element) -> Iterator[tuple[int, str, str]]:
    """Level, title and reference of each entry of the `toc` list."""
    navs = list(root.iter("{*}nav"))
    toc = next((nav for nav in navs if attribute(nav, "type") == "toc"), navs[0] if navs else root)
    for item in toc.iter("{*}li"):
        label = next((child for child in item.iterchildren("{*}a", "{*}span")), None)
        if label is not None:
            yield _level(item, "{*}ol"), _all_text(label), label.get("href") or ""


def _ncx_entries(root: etree._Element) -> Iterator[tuple[int, str, str]]:
    for point in root.iter("{*}navPoint"):
        label, content = point.find("{*}navLabel"), point.find("{*}content")
        if label is not None and content is not None:
            yield _level(point, "{*}navPoint") + 1, _all_text(label), content.get("src") or ""


def _level(element: etree._Element, tag: str) -> int:
    return min(sum(1 for _ in element.iterancestors(tag)), _DEEPEST)


def _all_text(element: etree._Element) -> str:
    return one_line(" ".join(str(text) for text in element.itertext()), _TITLE_CHARACTERS)
