"""`docent index`: adds folders and brings the index up to date."""

from __future__ import annotations

import argparse
from typing import Any

from assistant.cli.context import Commands, Context, body, folder_path
from assistant.cli.progress import pages_waiting, progress
from assistant.cli.status import files_text
from assistant.client import Client, Event
from assistant.errors import OutsideError, UsageError
from assistant.protocol import Index, Status


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("index", parents=[common], help="add folders and bring the index up to date")
    parser.add_argument(
        "folders", nargs="*", metavar="FOLDER", help="folders to add; none: look at the known ones again"
    )
    parser.add_argument("--wait", action="store_true", help="show progress and return when everything is up to date")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Add folders; with --wait, return when they are indexed."""
    request = Index(folders=[folder_path(folder) for folder in args.folders], wait=args.wait)
    with context.connect() as client:
        result = _wait(context, client, request) if args.wait else body(client.call(request))
        if not result["folders"]:
            raise UsageError("nothing_indexed")
        status = body(client.call(Status())) if args.wait else {}
        result |= {key: value for key, value in status.items() if key in ("states", "index")}
    if args.json:
        context.terminal.json(result)
    elif args.wait:
        parts = [files_text(result["states"]), pages_waiting(status["work"])]
        context.terminal.text(f"Up to date: {', '.join(filter(None, parts))}.")
    else:
        context.terminal.text("Indexing in the background; see how far it is with: docent status")
    return 0


def _wait(context: Context, client: Client, request: Index) -> dict[str, Any]:
    last: Event = {}
    try:
        with progress(context.terminal) as display:
            for event in client.stream(request):
                last = event
                if event["event"] == "progress":
                    display.show(event["work"])
    except KeyboardInterrupt:
        raise OutsideError("wait_interrupted") from None
    return body(last)
