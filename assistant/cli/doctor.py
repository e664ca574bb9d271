"""`docent doctor`: checks every part, says what is wrong and what to do about it."""

from __future__ import annotations

import argparse

from assistant.cli.context import Commands, Context


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("doctor", parents=[common], help="check every part and say what to do about it")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Print every check; exit code 3 when one found a problem."""
    from assistant.doctor import Verdict, examine  # noqa: PLC0415 - the other commands start without it

    terminal = context.terminal
    marks = {Verdict.OK: "ok      ", Verdict.WARNING: "warning ", Verdict.PROBLEM: "PROBLEM "}
    checks = []
    for check in examine(context.paths, context.environ, context.connect):
        checks.append(check)
        if not args.json:
            terminal.text(f"{marks[check.state]} {check.name:9} {check.message}")
            if check.hint:
                terminal.text(f"{'':19}{check.hint}")
    healthy = all(check.state != Verdict.PROBLEM for check in checks)
    if args.json:
        terminal.json({"ok": healthy, "checks": [check.to_json() for check in checks]})
    return 0 if healthy else 3
