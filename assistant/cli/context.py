"""What every command is given."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assistant.cli.terminal import Terminal
from assistant.client import Client, Event
from assistant.errors import UsageError
from assistant.paths import Paths


class Commands(Protocol):
    """What a command is declared on: the result of `ArgumentParser.add_subparsers`, which has no public name."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """The parser of one command."""


@dataclass(frozen=True, slots=True)
class Context:
    """Paths, terminal and environment of one run."""

    paths: Paths
    terminal: Terminal
    environ: Mapping[str, str]

    def connect(self, *, start: bool = True) -> Client:
        """A connection to the engine, started when none runs unless `start` is False."""
        return Client.connect(self.paths, start=start)

    def now(self) -> str | None:
        """The time that queries are to take as now: `DOCENT_NOW`, or None for the clock.

        Raises `UsageError` ("bad_now").
        """
        value = self.environ.get("DOCENT_NOW")
        if not value:
            return None
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise UsageError("bad_now", value=value) from None
        return value


Run = Callable[[Context, argparse.Namespace], int]
"""Carries a command out and returns its exit code."""


def body(event: Event) -> dict[str, Any]:
    """What an event carries, without the envelope of the socket."""
    return {key: value for key, value in event.items() if key not in ("id", "event")}


def typed_text(words: list[str]) -> str:
    """The words of a query or question as one text; undecodable bytes become U+FFFD."""
    return os.fsencode(" ".join(words)).decode("utf-8", "replace").strip()


def folder_path(argument: str) -> str:
    """The absolute form of a folder given on the command line.

    An empty argument (an unset variable in a script) raises `UsageError` instead of meaning the current folder.
    """
    if not argument:
        raise UsageError("bad_usage", detail="a folder name is empty", help="docent --help")
    return os.path.abspath(argument)
