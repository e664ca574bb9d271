"""`docent folders`: the set of folders that is indexed."""

from __future__ import annotations

import argparse
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
    """A table of folders: path, files, state when it is not well."""
    if not folders:
        terminal.text(f"{indent}No folder has been added yet. Add one: docent index FOLDER")
    terminal.table([_row(folder) for folder in folders], indent)


def _row(folder: dict[str, Any]) -> list[str]:
    trouble = {"missing": "not there now (its files stay in the index)", "unreadable": "cannot be read"}
    row = [short_path(folder["path"]), _files(folder["files"])]
    if folder["state"] != "ok":
        row.append(trouble.get(folder["state"], folder["state"]))
    return row


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
