"""`docent folders`: the set of folders that is indexed."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from assistant.cli.context import Commands, Context, body, folder_path
from assistant.cli.terminal import Terminal, short_path
from assistant.errors import UsageError
from assistant.protocol import Folders, Index, Request


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("folders", parents=[common], help="list, add or remove indexed folders")
    parser.add_argument("action", nargs="?", choices=("list", "add", "remove"), default="list")
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Carry the action out and show the folders that are left."""
    request = _request(args)
    with context.connect() as client:
        result = body(client.call(request))
    if args.json:
        context.terminal.json(result)
    else:
        print_folders(context.terminal, result["folders"])
    return 0


def _request(args: argparse.Namespace) -> Request:
    if (args.action == "list") == bool(args.folders):
        detail = "list takes no folder" if args.folders else f"{args.action} needs a folder"
        raise UsageError("bad_usage", detail=detail, help="docent folders --help")
    paths = [folder_path(folder) for folder in args.folders]
    if args.action == "add":
        return Index(folders=paths)
    return Folders(remove=paths or None)


def print_folders(terminal: Terminal, folders: list[dict[str, Any]], indent: str = "") -> None:
    """A table of folders: path, files, what is wrong or how changes are noticed, the last look at all of it."""
    if not folders:
        terminal.text(f"{indent}No folder has been added yet. Add one: docent index FOLDER")
    terminal.table([_row(folder) for folder in folders], indent)


_TROUBLE = {
    "missing": "not there now (its files stay in the index)",
    "unreadable": "cannot be read (its files stay in the index)",
    "offline": "offline: its disk is not connected (its files stay in the index)",
}
_FOLLOWED = {
    "watched": "watched",
    "partly": "watched, but {unwatched} folders in it are looked at every few minutes (too few watches)",
    "polled": "looked at every few minutes (network drive)",
    "not": "looked at from time to time",
}


def _row(folder: dict[str, Any]) -> list[str]:
    row = [short_path(folder["path"]), _files(folder["files"])]
    if folder["state"] != "ok":
        return [*row, _TROUBLE.get(folder["state"], folder["state"])]
    followed = folder.get("followed", "")
    if followed == "polled" and folder["followed_why"] == "limit":
        followed = "partly"
    notes = [_FOLLOWED.get(followed, followed).format(unwatched=folder.get("unwatched"))]
    if folder.get("last_scan"):
        notes.append(f"all of it checked {_day_and_hour(folder['last_scan'])}")
    if folder.get("dirty"):
        notes.append(f"{folder['dirty']} changes waiting")
    return [*row, ", ".join(note for note in notes if note)]


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _day_and_hour(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")
