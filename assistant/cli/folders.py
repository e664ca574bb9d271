"""`docent folders`: the set of folders that is indexed."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

from assistant.cli.context import Commands, Context, body, folder_path
from assistant.cli.terminal import Terminal, short_path
from assistant.protocol import Folders, Index, Request

_YES = frozenset(("y", "yes", "是", "好"))


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("folders", parents=[common], help="list, add or remove indexed folders")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run, action="list", folders=[], yes=False)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, parents=[common])
    shared.add_argument("--json", action="store_true", help="print a JSON object")
    for name, count, text in (
        ("list", 0, "show the folders"),
        ("add", "+", "add folders and begin to index them"),
        ("remove", "+", "remove folders; for a while undo brings them back"),
        ("undo", "*", "bring removed folders back; without a name, the one removed last"),
    ):
        action = actions.add_parser(name, parents=[shared], help=text)
        action.set_defaults(action=name)
        if count:
            action.add_argument("folders", nargs=count, metavar="FOLDER")
        if name == "remove":
            action.add_argument("--yes", action="store_true", help="do not ask")


def run(context: Context, args: argparse.Namespace) -> int:
    """Carry the action out and show the folders that are left."""
    request = _request(args)
    if args.action == "remove" and not (args.yes or args.json or _agreed(context.terminal, args.folders)):
        context.terminal.note("Nothing was removed.")
        return 1
    with context.connect() as client:
        result = body(client.call(request))
    if args.json:
        context.terminal.json(result)
        return 0
    print_folders(context.terminal, result["folders"])
    for removed in result.get("removed") or []:
        until = datetime.fromisoformat(removed["until"]).strftime("%H:%M")
        context.terminal.note(
            f"Removed: {short_path(removed['path'])}. Until {until} this brings it back: docent folders undo"
        )
    return 0


def _agreed(terminal: Terminal, folders: list[str]) -> bool:
    """Ask on a terminal; a script is not asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return True
    names = ", ".join(map(short_path, folders))
    terminal.note(f"Remove {names} from Docent? Your files stay where they are. [y/N]")
    return sys.stdin.readline().strip().casefold() in _YES


def _request(args: argparse.Namespace) -> Request:
    paths = [folder_path(folder) for folder in args.folders]
    if args.action == "add":
        return Index(folders=paths)
    return Folders(undo=paths or [""]) if args.action == "undo" else Folders(remove=paths or None)


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


_WAITING = {"pending": "waiting to be read", "text_only": "waiting for meaning", "failed": "failed"}


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
    notes += [
        f"{count} {words}" for state, words in _WAITING.items() if (count := (folder.get("states") or {}).get(state))
    ]
    if folder.get("dirty"):
        notes.append(f"{folder['dirty']} changes waiting")
    return [*row, ", ".join(note for note in notes if note)]


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _day_and_hour(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")
