"""XML of any kind: text, names of elements and values of attributes, without the signs between them.

Nothing is parsed and no entity of a document's own is expanded, so that no bomb can go off and what is cut off is read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.data_text import LONGEST_LINE, bounded, without_blobs
from indexer.formats.encoding import decode_labelled, read_capped
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(
    "xml xsd xsl xslt rss atom opml gpx kml rdf xliff xlf tmx resx dita docbook csproj vcxproj ui".split()
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]+)")
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<\?(?P<instruction>.*?)(?:\?>|\Z)"
    r"|<(?P<end>[/!][^<>]*+)>|<(?P<start>[\w:.-]++)(?P<attributes>(?:\s[^<>]*+)?)>|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_ATTRIBUTES_CHARACTERS = 20_000
_SILENT_ATTRIBUTES = re.compile(r"xmlns(?::|$)|xml:space$|xsi:|id$|uuid$|guid$|style$|class$")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_LEAST_NAME = 3


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the lines of the source with their numbers, made readable; elements without text or attributes are left out."""
    del info
    text, cut = read_xml(path, limits)
    yield from bounded(xml_segments(text), limits)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def read_xml(path: Path, limits: ExtractLimits) -> tuple[str, bool]:
    """Decode a document that may name its own encoding; the second value says that there was more than the limit."""
    data, cut = read_capped(path, 4 * limits.characters)
    declared = _DECLARED.match(data.lstrip())
    return decode_labelled(data, declared[1].decode("ascii") if declared else ""), cut


def xml_segments(text: str) -> Iterator[Segment]:
    """One segment for each line of the source that says something, or for each part of a very long one."""
    pieces: list[str] = []
    number, length = 1, 0
    for piece, newlines in _pieces(text):
        if newlines or length > LONGEST_LINE:
            if pieces:
                yield _segment(pieces, number)
            number, pieces, length = number + newlines, [], 0
        if piece:
            pieces.append(piece)
            length += len(piece)
    if pieces:
        yield _segment(pieces, number)


def _segment(pieces: list[str], line: int) -> Segment:
    return Segment(without_blobs(" ".join(pieces)), Anchor(line=line))


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """`(what is shown, line ends before it)`."""
    key = ""
    for match in _TOKEN.finditer(_without_declarations(text)):
        match match.lastgroup:
            case "attributes":
                key, shown = _name(match["start"]), _attributes(match["attributes"])
                if shown:
                    yield (f"{key} {shown}" if key else shown), 0
                    key = ""
                yield "", match[0].count("\n")
            case "text" | "cdata" | "comment":
                yield from _shown_lines(match[match.lastgroup], key, raw=match.lastgroup == "cdata")
                key = key if not match[match.lastgroup].strip() else ""
            case "end":
                key = ""
            case _:
                yield "", match[0].count("\n")


def _without_declarations(text: str) -> str:
    """Only the first one is looked for: there can be no second, and each would be sought to the end of the text."""
    found = _DOCTYPE.match(text, max(0, text.find("<!DOCTYPE")))
    return text[: found.start()] + "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _shown_lines(text: str, key: str, *, raw: bool) -> Iterator[tuple[str, int]]:
    """The lines of a text, the name of its element before the first one."""
    for number, line in enumerate(text.split("\n")):
        shown = " ".join(line.split())
        if shown and not raw:
            shown = _unescaped(shown)
        if shown and key:
            shown, key = f"{key}: {shown}", ""
        yield shown, 1 if number else 0


def _name(name: str) -> str:
    """The name without its prefix; one or two letters say nothing."""
    local = name.rpartition(":")[2]
    return local if len(local) >= _LEAST_NAME else ""


def _attributes(text: str) -> str:
    shown = []
    for name, double, single in _ATTRIBUTE.findall(text[:_ATTRIBUTES_CHARACTERS]):
        value = _unescaped(double or single).strip()
        if value and not _SILENT_ATTRIBUTES.match(name) and any(map(str.isalpha, value)):
            shown.append(f"{name.rpartition(':')[2]}: {value}")
    return ", ".join(shown)


def _unescaped(text: str) -> str:
    """Only what every document may write; entities of its own stay as they are."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
