"""`docent demo`: indexes the sample documents, finds and asks, all in the terminal."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path

import resources
from assistant.cli import ask, find, index
from assistant.cli.context import Commands, Context
from assistant.cli.terminal import short_path
from assistant.errors import NotFoundError, OutsideError

SAMPLES = Path(resources.__file__).parent / "samples"
QUESTIONS = SAMPLES.with_name("sample_questions.json")
"""Beside the samples, not among them: Docent must not find the answers there."""


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("demo", parents=[common], help="index the sample documents, then find and ask")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """Show the main job from one end to the other; the exit code is that of the step that went worst."""
    if not (SAMPLES.is_dir() and QUESTIONS.is_file()):
        raise OutsideError("samples_missing", path=str(SAMPLES))
    script = json.loads(QUESTIONS.read_text(encoding="utf-8"))["demo"]
    steps = [["index", "--wait", str(SAMPLES)]]
    steps += [["find", "--limit", "3", query] for query in script["find"]]
    steps += [["ask", question] for question in script["ask"]]
    return max(_step(context, step) for step in steps)


def _step(context: Context, words: list[str]) -> int:
    """Run one command line as if it had been typed."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in (index, find, ask):
        module.add(commands, argparse.ArgumentParser(add_help=False))
    terminal = context.terminal
    typed = [short_path(word) for word in words]
    terminal.styled("\n" + terminal.bold("$ docent " + shlex.join(typed)))
    namespace = parser.parse_args(words)
    try:
        code: int = namespace.run(context, namespace)
    except NotFoundError as error:
        terminal.problem(error, as_json=False)
        code = error.exit_code
    return code
