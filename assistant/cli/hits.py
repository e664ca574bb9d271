"""Hits, places and citations as lines for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.cli.safe_text import printable, size_text
from assistant.cli.terminal import Terminal, short_path


def place(anchor: dict[str, Any] | None) -> str:
    """Where in a document something stands: "page 2", "sheet 预算, row 4", "1:02:03"; empty when unknown."""
    anchor = anchor or {}
    if "sheet" in anchor and "row" in anchor:
        return f"sheet {anchor['sheet']}, row {anchor['row']}"
    if "time" in anchor:
        minutes, seconds = divmod(int(anchor["time"]), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"
    if "section" in anchor:
        return f"“{anchor['section']}”"
    if "label" in anchor:
        return f"page {anchor['page']} ({anchor['label']})"
    return next((f"{unit} {anchor[unit]}" for unit in ("page", "slide", "sheet", "line", "row") if unit in anchor), "")


def location(item: dict[str, Any]) -> str:
    """The path of a hit or citation, the member of an archive or message included."""
    path = short_path(item["path"])
    inside = f" › {item['name']}" if item.get("container") else ""
    return f"{'(offline) ' if item.get('offline') else ''}{path}{inside}"


def print_hit(terminal: Terminal, number: int, hit: dict[str, Any]) -> None:
    """Three lines: name and place, path with size and date, snippet."""
    where = place(hit.get("anchor"))
    terminal.styled(f"{number:2}. {terminal.bold(hit['name'])}" + (f" · {printable(where)}" if where else ""))
    terminal.styled("    " + terminal.dim(f"{location(hit)} · {size_text(hit['size'])} · {_day(hit['modified'])}"))
    if hit.get("snippet"):
        terminal.styled("    " + _highlighted(terminal, hit["snippet"], hit.get("highlights") or []))


def print_citation(terminal: Terminal, citation: dict[str, Any]) -> None:
    """Two lines: number, name, place and path; the quotation."""
    where = place(citation.get("anchor"))
    name = terminal.bold(citation["name"]) + (f" · {printable(where)}" if where else "")
    terminal.styled(f"[{citation['n']}] {name} · {terminal.dim(location(citation))}")
    if citation.get("quote"):
        terminal.styled("    " + printable(" ".join(citation["quote"].split())))


def _day(modified: str) -> str:
    return datetime.fromisoformat(modified).strftime("%Y-%m-%d")


def _highlighted(terminal: Terminal, snippet: str, highlights: list[list[int]]) -> str:
    text = "".join(" " if character.isspace() else character for character in snippet)
    pieces, at = [], 0
    for start, length in sorted(map(tuple, highlights)):
        if start < at:
            continue
        pieces += [printable(text[at:start]), terminal.bold(text[start : start + length])]
        at = start + length
    return "".join(pieces) + printable(text[at:])
