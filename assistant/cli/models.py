"""`docent models`: models of the chosen server."""

from __future__ import annotations

import argparse

from assistant.cli.context import Commands, Context, body
from assistant.cli.status import server_text
from assistant.errors import OutsideError
from assistant.protocol import Status


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("models", parents=[common], help="models that can answer")
    parser.add_argument("action", nargs="?", choices=("list",), default="list")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Ask the model servers anew and list what they have; exit code 3 when none answers."""
    with context.connect() as client:
        servers = body(client.call(Status(probe=True)))["servers"]
    if servers and all(server["state"] == "unreachable" for server in servers):
        raise OutsideError("llm_unreachable", url=servers[0]["url"])
    if args.json:
        context.terminal.json({"servers": servers})
        return 0
    for server in servers:
        context.terminal.text(server_text(server))
        context.terminal.table([["*" if name == server["model"] else " ", name] for name in server["models"]], "  ")
    return 0
