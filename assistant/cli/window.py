"""`docent` without a command: opens the window."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping

from assistant.cli.context import Context
from assistant.errors import UsageError


def run(context: Context, args: argparse.Namespace) -> int:  # noqa: ARG001, RET503 - called like every command; execv does not return
    """Become the window's process. Raises `UsageError` ("no_display") where none can be shown."""
    if not has_display(context.environ):
        raise UsageError("no_display")
    # -P: a folder named "ui" in the current folder is not the window.
    command = [sys.executable, "-P", "-m", "ui"]
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """True where a window can be shown: always on Windows and macOS, elsewhere when a display is named."""
    if platform in ("win32", "darwin"):
        return True
    return any(environ.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"))
