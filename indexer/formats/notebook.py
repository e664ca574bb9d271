"""Jupyter notebooks (nbformat 3 and 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.data_text import without_blobs
from indexer.formats.encoding import decode, read_capped
from indexer.formats.headings import HeadingPath
from indexer.formats.json_text import json_segments
from indexer.formats.markdown import sections
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("ipynb",))
_MOST_BYTES = 96 << 20
_OUTPUT_CHARACTERS = 2_000
_COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield what was written, run and printed, cell by cell; pictures are left out. Broken notebooks are read as JSON."""
    data, _ = read_capped(path, min(_MOST_BYTES, limits.file_bytes))
    text = decode(data)
    try:
        cells = _cells(json.loads(text))
    except (ValueError, RecursionError) as error:
        yield from json_segments(text[: limits.characters])
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error
    headings = HeadingPath()
    for number, cell in enumerate(cells, 1):
        anchor = Anchor(section=f"cell {number}")
        for source, heading in _source(cell, headings, info):
            yield Segment(source, anchor, heading)
        for output in _list(cell, "outputs"):
            if shown := _output(output):
                yield Segment(shown, anchor, str(headings))


def _cells(notebook: Any) -> list[dict[str, Any]]:
    if not isinstance(notebook, dict):
        raise ValueError("no notebook")  # noqa: TRY004 - as json.loads says that something is wrong
    sheets = _list(notebook, "worksheets") or [notebook]
    return [cell for sheet in sheets for cell in _list(sheet, "cells")]


def _source(cell: dict[str, Any], headings: HeadingPath, info: DocumentInfo) -> Iterator[tuple[str, str]]:
    """Text and its heading path; the headings of a Markdown cell hold for the cells below it, too."""
    text = _text(cell.get("source", cell.get("input", "")))
    match cell.get("cell_type"):
        case "markdown":
            for _, depth, title, lines in sections(text):
                if depth:
                    headings.enter(depth, title)
                    info.title = info.title or title
                yield without_blobs("".join(lines)), str(headings)
        case "heading":
            level = cell.get("level")
            yield text, headings.enter(level if isinstance(level, int) else 1, text)
        case _:
            yield without_blobs(text), str(headings)


def _output(output: dict[str, Any]) -> str:
    """What a cell printed. A page is left out: nearly all outputs that have one have it as text, too."""
    kind = output.get("output_type")
    if kind in {"error", "pyerr"}:
        text = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
    elif kind == "stream":
        text = _text(output.get("text"))
    else:
        shown = output.get("data", output)
        text = _text(shown.get("text/plain", shown.get("text"))) if isinstance(shown, dict) else ""
    return without_blobs(_COLOURS.sub("", text))[:_OUTPUT_CHARACTERS].strip()


def _text(value: Any) -> str:
    """Notebooks keep texts whole or as lists of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _list(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
