"""Lists of literature: BibTeX and RIS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.formats.tex import plain_tex
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("bib", "ris", "bibtex"))
_ENTRY = re.compile(r"^[ \t]*@([A-Za-z]+)\s*[{(]\s*([^,\s{}()]*)", re.MULTILINE)
_FIELD = re.compile(r"[,\s]([A-Za-z][\w-]{0,40})\s*=\s*(?=[{\"\w])")
_NO_ENTRY = frozenset(("comment", "preamble", "string"))
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)")
_RIS_FIELDS = {
    "AU": "author", "A1": "author", "A2": "editor", "ED": "editor", "PY": "year", "Y1": "year", "DA": "year", "TI": "title", "T1": "title",
    "JO": "journal", "JF": "journal", "T2": "journal", "JA": "journal", "PB": "publisher", "AB": "abstract", "N2": "abstract",
    "N1": "note", "KW": "keywords", "DO": "doi", "UR": "url", "SN": "isbn", "VL": "volume",
}  # fmt: skip
_SHOWN = (
    *(
        "author",
        "editor",
        "year",
        "date",
        "title",
        "subtitle",
        "journal",
        "journaltitle",
        "booktitle",
        "school",
        "institution",
    ),
    *("publisher", "doi", "isbn", "url", "keywords", "note", "annote", "abstract"),
)
_MOST_AUTHORS = 30

Reference = dict[str, str]


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield each work on a line, as a list of literature shows it, with its key."""
    del info
    text, cut = read_text(path, limits)
    references = _ris(text) if re.search(r"^TY {1,2}- ", text[:100_000], re.MULTILINE) else _bibtex(text)
    for line, reference in references:
        shown = [reference[name] for name in _SHOWN if reference.get(name)]
        if shown:
            yield Segment(
                ". ".join(part.rstrip(".") for part in [*shown, reference.get("key", "")] if part), Anchor(line=line)
            )
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _bibtex(text: str) -> Iterator[tuple[int, Reference]]:
    entries = list(_ENTRY.finditer(text))
    line, counted = 1, 0
    for number, entry in enumerate(entries):
        line, counted = line + text.count("\n", counted, entry.start()), entry.start()
        end = entries[number + 1].start() if number + 1 < len(entries) else len(text)
        if entry[1].lower() not in _NO_ENTRY:
            yield line, _fields(text[entry.end() : end]) | {"key": entry[2]}


def _fields(body: str) -> Reference:
    """The fields of an entry; one that is never closed ends with the entry."""
    found: Reference = {}
    position = 0
    while field := _FIELD.search(body, position):
        value, position = _value(body, field.end())
        found.setdefault(field[1].lower(), value)
    if "author" in found:
        authors = re.split(r"\s+and\s+", found["author"])[:_MOST_AUTHORS]
        found["author"] = ", ".join(" ".join(reversed(author.split(", ", 1))) for author in authors)
    return found


def _value(body: str, start: int) -> tuple[str, int]:
    """A value in braces or quotes, or a bare one, and where it ends."""
    if body[start] not in '{"':
        match = re.compile(r"[^,}\n]*").match(body, start)
        assert match is not None
        return match[0].strip(), max(match.end(), start + 1)
    depth, closer = 0, "}" if body[start] == "{" else '"'
    for match in re.compile(r'[{}"]').finditer(body, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        if depth == 0 and match[0] == closer and match.start() > start:
            break
    else:
        return _plain(body[start + 1 :]), len(body)
    return _plain(body[start + 1 : match.start()]), match.end()


def _plain(value: str) -> str:
    return " ".join(plain_tex(" ".join(value.split())).split())


def _ris(text: str) -> Iterator[tuple[int, Reference]]:
    first, reference = 1, Reference()
    for number, line in enumerate(text.split("\n"), 1):
        match = _RIS_LINE.match(line.strip("\ufeff"))
        if match is None:
            continue
        tag, value = match[1], match[2].strip()
        if tag in {"TY", "ER"}:
            if reference:
                yield first, reference
            first, reference = number, {}
        elif (name := _RIS_FIELDS.get(tag)) and value:
            if name == "author":
                value = " ".join(reversed(value.split(", ", 1)))
            joined = name in {"author", "keywords", "note"} and name in reference
            reference[name] = f"{reference[name]}, {value}" if joined else reference.get(name, value)
    if reference:
        yield first, reference
