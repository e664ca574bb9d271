"""`docent status`: the state of everything on one page."""

from __future__ import annotations

import argparse
from typing import Any

from assistant.cli.context import Commands, Context, body
from assistant.cli.folders import print_folders
from assistant.cli.progress import describe
from assistant.cli.safe_text import seconds_text, size_text
from assistant.protocol import Status

_STATES = {
    "indexed": "indexed",
    "text_only": "waiting for meaning",
    "pending": "waiting",
    "name_only": "by name only",
    "no_text": "without text",
    "failed": "failed",
    "skipped": "skipped",
}
_MEANING = {
    "off": "switched off",
    "starting": "starting",
    "ready": "ready",
    "idle": "ready, starts when needed",
    "failed": "not working",
}
_SERVERS = {
    "ready": "ready",
    "no_models": "has no model yet",
    "unreachable": "does not answer",
    "unknown": "not asked yet",
}


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("status", parents=[common], help="folders, index, work, engine and model servers")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Show the status; the model servers are asked anew."""
    with context.connect() as client:
        status = body(client.call(Status(probe=True)))
    if args.json:
        context.terminal.json(status)
    else:
        _print(context, status)
    return 0


def files_text(states: dict[str, int]) -> str:
    """Files per state: "36 files indexed, 2 by name only"; states without files are left out."""
    counted = [f"{states[state]} {words}" for state, words in _STATES.items() if states.get(state)]
    return ", ".join(counted) if counted else "no files yet"


def left_out_text(rules: dict[str, int]) -> str:
    """What was left out, by rule: "12 hidden, 3 secret"."""
    return ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items(), key=lambda item: -item[1]))


def _print(context: Context, status: dict[str, Any]) -> None:
    terminal = context.terminal
    terminal.styled(terminal.bold("Folders"))
    print_folders(terminal, status["folders"], indent="  ")
    terminal.styled(terminal.bold("Index"))
    terminal.table([row for row in _rows(status) if row[1]], indent="  ")
    for problem in status["problems"]:
        terminal.styled(terminal.bold("Problem"))
        terminal.text(f"  {problem['message']}\n  {problem['hint']}")


def _rows(status: dict[str, Any]) -> list[list[str]]:
    engine, index, meaning = status["engine"], status["index"], status["meaning"]
    return [
        ["files", files_text(status["states"]) + _inside(index.get("members", 0))],
        ["left out", left_out_text(status.get("left_out") or {})],
        ["size", f"{index['chunks']} passages, {size_text(index['bytes'])}"],
        ["work", describe(status["work"])],
        ["meaning", _meaning(meaning)],
        *(["answers", server_text(server)] for server in status["servers"]),
        [
            "engine",
            f"version {engine['version']}, up {seconds_text(engine['uptime_s'])}, {size_text(engine['rss_bytes'])} of memory",
        ],
    ]


def _inside(members: int) -> str:
    return f"; inside archives and messages {members} more" if members else ""


def _meaning(meaning: dict[str, Any]) -> str:
    bringing = meaning.get("bringing")
    verb = bringing and ("waiting for" if bringing["stage"] == "waiting" else bringing["stage"])
    stage = bringing and f"{verb} the model{_amount(bringing['done'], bringing['total'])}"
    parts = [_MEANING.get(meaning["state"], meaning["state"]), meaning.get("model"), meaning.get("why"), stage]
    return ", ".join(part for part in parts if part)


def _amount(done: int, total: int) -> str:
    if not done:
        return ""
    return f" ({size_text(done)} of {size_text(total)})" if total else f" ({size_text(done)})"


def server_text(server: dict[str, Any]) -> str:
    """A model server in one line: name, address, state, the model that answers."""
    parts = [f"{server['name']} at {server['url']}", _SERVERS.get(server["state"], server["state"])]
    if server.get("model"):
        parts.append(f"answers with {server['model']}")
    return ", ".join(parts)
