"""The `docent` command.

Exit codes: 0 done, 1 nothing found or not answered, 2 wrong use, 3 something outside Docent failed,
4 a fault in Docent.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from assistant import __version__, errors
from assistant.cli import (
    ask,
    demo,
    doctor,
    engine,
    explain,
    find,
    folders,
    index,
    models,
    pause,
    settings,
    status,
    window,
)
from assistant.cli.context import Context
from assistant.cli.terminal import Terminal
from assistant.paths import Paths

_COMMANDS = (index, folders, find, ask, explain, status, pause, settings, doctor, models, engine, demo)
_EPILOG = "Without a command, docent opens its window. Exit codes: 0 done, 1 nothing found, 2 wrong use, 3 something outside Docent failed, 4 a fault in Docent."


class _Parser(argparse.ArgumentParser):
    """Reports wrong use as a `UsageError`, so that it looks like every other failure. Options are written out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise errors.UsageError("bad_usage", detail=message, help=f"{self.prog} --help")


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `run` in its result carries the command out."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--debug", action="store_true", help="show the log and tracebacks")
    parser = _Parser(
        prog="docent", description="Finds your files and answers from them.", epilog=_EPILOG, parents=[common]
    )
    parser.add_argument("--version", action="version", version=f"docent {__version__}")
    parser.set_defaults(run=window.run, debug=False, json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for module in _COMMANDS:
        module.add(commands, common)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal(sys.stdout or _nowhere(), sys.stderr or _nowhere(), os.environ)
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    debug, as_json = "--debug" in options, "--json" in options
    try:
        return _run(arguments, terminal)
    except errors.DocentError as error:
        return _report(terminal, error, as_json=as_json, debug=debug)
    except KeyboardInterrupt:
        return _report(terminal, errors.OutsideError("interrupted"), as_json=as_json, debug=False)
    except BrokenPipeError:
        _discard_output()
        return 0
    except Exception as error:  # noqa: BLE001 - the edge of the process: whatever it is, it becomes a sentence
        fault = errors.InternalError("internal", detail=f"{type(error).__name__}: {error}")
        fault.__cause__ = error
        return _report(terminal, fault, as_json=as_json, debug=debug)


def _run(arguments: list[str], terminal: Terminal) -> int:
    namespace = build_parser().parse_args(arguments)
    if namespace.debug:
        from assistant import log  # noqa: PLC0415 - logging handlers are slow to import and rarely wanted

        log.to_stderr(debug=True)
    context = Context(Paths.from_environment(), terminal, os.environ)
    code: int = namespace.run(context, namespace)
    return code


def _report(terminal: Terminal, error: errors.DocentError, *, as_json: bool, debug: bool) -> int:
    if debug:
        import traceback  # noqa: PLC0415 - needed for a failure under --debug only

        traceback.print_exception(error, file=terminal.err)
    try:
        terminal.problem(error, as_json=as_json)
    except (BrokenPipeError, errors.OutsideError):
        _discard_output()
    return error.exit_code


def _discard_output() -> None:
    """Point stdout nowhere, so that the interpreter's last flush does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
