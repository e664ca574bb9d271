"""`docent pause` and `docent resume`: hold the indexing, and let it go on."""

from __future__ import annotations

import argparse
import re

from assistant.cli.context import Commands, Context, body
from assistant.cli.progress import paused_text
from assistant.errors import UsageError
from assistant.protocol import Pause, Resume

_UNITS_S = {"m": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 30 * 86_400
_UNTIL_RESUMED = "until-resumed"


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "pause", parents=[common], help="stop reading files for a time; what is indexed stays findable"
    )
    parser.add_argument(
        "time", nargs="?", default=_UNTIL_RESUMED, metavar="TIME", help="30m, 1h, 2d; left out: until docent resume"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_pause)
    parser = commands.add_parser("resume", parents=[common], help="go on reading files")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_resume)


def _pause(context: Context, args: argparse.Namespace) -> int:
    return _ask(context, args, Pause(seconds=_seconds(args.time)))


def _resume(context: Context, args: argparse.Namespace) -> int:
    return _ask(context, args, Resume())


def _ask(context: Context, args: argparse.Namespace, request: Pause | Resume) -> int:
    with context.connect() as client:
        result = body(client.call(request))
    if args.json:
        context.terminal.json(result)
    elif isinstance(request, Pause):
        context.terminal.text(f"Indexing is {paused_text(result['work'])}. Go on with: docent resume")
    else:
        context.terminal.text("Indexing goes on.")
    return 0


def _seconds(text: str) -> int:
    """Length of a pause; 0: until it is ended. Raises `UsageError`."""
    if text == _UNTIL_RESUMED:
        return 0
    found = re.fullmatch(r"([0-9]{1,6})([mhd])", text)
    seconds = int(found[1]) * _UNITS_S[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST_S:
        raise UsageError(
            "bad_usage", detail="a pause is a time like 30m, 1h or 2d, at most 30d", help="docent pause --help"
        )
    return seconds
