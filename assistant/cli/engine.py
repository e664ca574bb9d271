"""`docent engine`: the background engine."""

from __future__ import annotations

import argparse
import time
from typing import Any

from assistant.cli.context import Commands, Context, body
from assistant.cli.safe_text import seconds_text, size_text
from assistant.errors import EngineUnavailable, OutsideError
from assistant.protocol import Shutdown, Status

_STOP_SECONDS = 30.0


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("engine", parents=[common], help="start, stop or look at the background engine")
    parser.add_argument("action", nargs="?", choices=("start", "stop", "status"), default="status")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(context: Context, args: argparse.Namespace) -> int:
    """Carry the action out; stopping an engine that does not run is done already."""
    stopped = args.action == "stop" and _stop(context)
    engine = _engine(context, start=args.action == "start")
    if args.json:
        context.terminal.json({"running": engine is not None} | (engine or {}))
    elif engine is None:
        state = "has stopped" if stopped else "is not running"
        context.terminal.text(f"The engine {state}; it starts when it is needed.")
    else:
        context.terminal.text(
            f"The engine is running: version {engine['version']}, process {engine['pid']}, "
            f"up {seconds_text(engine['uptime_s'])}, {size_text(engine['rss_bytes'])} of memory."
        )
    return 0


def _engine(context: Context, *, start: bool) -> dict[str, Any] | None:
    try:
        with context.connect(start=start) as client:
            engine: dict[str, Any] = body(client.call(Status()))["engine"]
            return engine
    except EngineUnavailable as error:
        if start or error.code != "engine_lost":
            raise
        return None


def _stop(context: Context) -> bool:
    """Ask the engine to leave and wait until its process has ended; False when none was running.

    Raises `OutsideError` ("engine_stuck") when it has not within 30 s.
    """
    engine = _engine(context, start=False)
    if engine is None:
        return False
    with context.connect(start=False) as client:
        client.call(Shutdown())
    deadline = time.monotonic() + _STOP_SECONDS
    while _alive(engine["pid"]):
        if time.monotonic() > deadline:
            raise OutsideError("engine_stuck", pid=engine["pid"])
        time.sleep(0.02)
    return True


def _alive(pid: int) -> bool:
    import psutil  # noqa: PLC0415 - only `engine stop` needs it

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
