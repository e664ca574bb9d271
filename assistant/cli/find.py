"""`docent find`: ranked files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from assistant.cli.context import Commands, Context, body, typed_text
from assistant.cli.hits import print_hit
from assistant.client import Client
from assistant.errors import DocentError, EngineUnavailable, NotFoundError, UsageError
from assistant.protocol import Find, Folders

_PATIENCE_MS = 5_000
"""A command is asked once: it rather waits for the model to load than answer without meaning."""


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("find", parents=[common], help="find files by name, words and meaning")
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words, a question, a kind, a time: any language")
    parser.add_argument("--limit", type=_positive, default=20, metavar="N", help="most files to show (20)")
    parser.add_argument("--stdin", action="store_true", help="read one query a line from standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object a query")
    parser.add_argument("--stages", type=_names, default=None, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def run(context: Context, args: argparse.Namespace) -> int:
    """Answer one query, or each line of standard input."""
    query = typed_text(args.query)
    if bool(query) == args.stdin:
        raise UsageError("bad_usage", detail="give a query, or --stdin and one query a line", help="docent find --help")
    now = context.now()
    with context.connect() as client:
        if args.stdin:
            codes = [_one_of_many(context, args, client, line, now) for line in _lines()]
            return max(codes, default=1) if max(codes, default=1) > 1 else min(codes)
        found = _find(args, client, query, now)
        known = bool(found["hits"]) or client.call(Folders())["folders"]
    if args.json:
        context.terminal.json(found)
    elif found["hits"]:
        _print_hits(context, found)
    else:
        raise NotFoundError("nothing_found" if known else "nothing_indexed")
    return 0 if found["hits"] else 1


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        if query := line.decode("utf-8", "replace").strip():
            yield query


def _find(args: argparse.Namespace, client: Client, query: str, now: str | None) -> dict[str, Any]:
    return body(client.call(Find(query=query, limit=args.limit, now=now, stages=args.stages, patience_ms=_PATIENCE_MS)))


def _one_of_many(context: Context, args: argparse.Namespace, client: Client, query: str, now: str | None) -> int:
    """Answer one of many queries; a query that fails is reported in its place and the rest goes on."""
    try:
        found = _find(args, client, query, now)
    except EngineUnavailable:
        raise
    except DocentError as error:
        context.terminal.problem(error, as_json=False)
        if args.json:
            context.terminal.json({"query": query, "error": error.to_json()})
        return error.exit_code
    if args.json:
        context.terminal.json(found)
    else:
        context.terminal.styled(context.terminal.bold(query))
        _print_hits(context, found)
    return 0


def _print_hits(context: Context, found: dict[str, Any]) -> None:
    for number, hit in enumerate(found["hits"], 1):
        print_hit(context.terminal, number, hit)
    more = found["total"] - len(found["hits"])
    if more > 0:
        context.terminal.note(f"and {more} more: --limit {found['total']}")
