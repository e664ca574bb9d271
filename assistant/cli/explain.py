"""`docent explain`: what the index knows of one path, and why it is found or not."""

from __future__ import annotations

import argparse
from typing import Any

from assistant.cli.context import Commands, Context, body, folder_path, typed_text
from assistant.cli.hits import place
from assistant.cli.safe_text import size_text
from assistant.cli.status import files_text, left_out_text
from assistant.cli.terminal import short_path
from assistant.protocol import Explain

_STAGES = {"name": "name", "text": "words", "meaning": "meaning"}


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("explain", parents=[common], help="why a file is found, or not")
    parser.add_argument("path", metavar="PATH", help="a file or folder; it need not exist any more")
    parser.add_argument("--query", default="", metavar="Q", help="also: at which rank this query finds it")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Explain one path."""
    request = Explain(path=folder_path(args.path), query=typed_text([args.query]), now=context.now())
    with context.connect() as client:
        found = body(client.call(request))
    if args.json:
        context.terminal.json(found)
    else:
        _print(context, found)
    return 0


def _print(context: Context, found: dict[str, Any]) -> None:
    terminal = context.terminal
    terminal.styled(terminal.bold(short_path(found["path"])))
    terminal.text(f"{found['verdict']['message']}\n{found['verdict']['hint']}")
    terminal.table([row for row in _rows(found) if row[1]], indent="  ")


def _rows(found: dict[str, Any]) -> list[list[str]]:
    file, below = found["file"] or {}, found["below"] or {}
    return [
        ["indexed folder", short_path(found["folder"] or "none")],
        ["inside", short_path(file.get("container") or "")],
        ["kind", ", ".join(part for part in (file.get("kind"), size_text(file["size"])) if part) if file else ""],
        ["title", file.get("title", "")],
        ["author", file.get("author", "")],
        ["created", file.get("created") or ""],
        ["changed", file.get("modified") or ""],
        ["read", _read(file)],
        ["passages", _passages(file)],
        ["begins at", ", ".join(filter(None, map(place, file.get("anchors", ()))))],
        ["files inside", str(file.get("members") or "")],
        ["pages to read", str(file.get("pages_owed") or "")],
        ["vain tries", str(file.get("tries") or "")],
        ["files", files_text(below["states"]) if below else ""],
        ["left out", left_out_text(below.get("left_out") or {})],
        ["found by", _found_by(found["query"])],
    ]


def _read(file: dict[str, Any]) -> str:
    if not file.get("read"):
        return ""
    return f"{file['read']}, its beginning only" if file["truncated"] else str(file["read"])


def _passages(file: dict[str, Any]) -> str:
    if not file.get("chunks"):
        return ""
    waiting = file["chunks"] - file["embedded"]
    return f"{file['chunks']}, {waiting} of them without meaning yet" if waiting else str(file["chunks"])


def _found_by(query: dict[str, Any] | None) -> str:
    if query is None:
        return ""
    if query["meets_conditions"] is False:
        return "nothing: it does not meet the query's conditions (kind, time, size or folder)"
    ranks = [f"{words} {query['stages'][stage]}." for stage, words in _STAGES.items() if query["stages"].get(stage)]
    if query["rank"] is None:
        return "nothing" if not ranks else f"{', '.join(ranks)} – but not in the answer to all of it"
    return f"{query['rank']}. in the answer ({', '.join(ranks)})"
