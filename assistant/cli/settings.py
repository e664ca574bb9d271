"""`docent settings`: every setting, its value, and how to change it."""

from __future__ import annotations

import argparse

from assistant.cli.context import Commands, Context
from assistant.cli.terminal import short_path


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("settings", parents=[common], help="list every setting and how to change it")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """List the settings with the values in force; wrong values in the file are told on stderr."""
    from assistant import settings_file  # noqa: PLC0415 - reading TOML is for this command only
    from assistant.settings import SETTINGS  # noqa: PLC0415 - as above

    values, problems = settings_file.load(context.paths.settings_file, context.environ)
    terminal = context.terminal
    for problem in problems:
        terminal.problem(problem, as_json=False)
    if args.json:
        listed = [
            {"key": item.key, "value": values[item.key], "default": item.default, "title": item.title}
            for item in SETTINGS
        ]
        terminal.json({"file": str(context.paths.settings_file), "settings": listed})
        return 0
    for item in SETTINGS:
        value, default = values[item.key], item.default
        note = "" if value == default else f"  (default: {default!r})"
        terminal.styled(f"{terminal.bold(item.key)} = {value!r}{note}")
        limits = f" ({', '.join(item.choices)})" if item.choices else ""
        terminal.text(f"    {item.title}{limits}. Environment: {item.variable}")
    terminal.text(
        f'\nThe file is {short_path(str(context.paths.settings_file))}: [llm] and below it model = "…" for llm.model.'
    )
    return 0
