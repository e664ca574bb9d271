"""What a worker process gives up before it touches a file. Everything here is best effort but the limits."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

import psutil

from indexer.config import ExtractLimits

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_WRITABLE_BYTES = 1 << 20
_OPEN_FILES = 64


def confine(limits: ExtractLimits, parent: int) -> None:
    """Limit memory, files and priority, leave the network, and die with the parent process. Call before any thread starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which ends its workers itself
    _lower_priority()
    if sys.platform == "linux":
        _leave_network()
        _die_with(parent)  # last: a new user namespace forgets it
    if sys.platform != "win32":
        _limit_resources(limits)


def _lower_priority() -> None:
    process = psutil.Process()
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        process.nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        process.ionice(psutil.IOPRIO_CLASS_IDLE)


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call above
        sys.exit(0)


def _leave_network() -> None:
    """A network namespace of its own has no way out. Root may make one; others need a user namespace, where the kernel allows it."""
    libc = ctypes.CDLL(None)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _limit_resources(limits: ExtractLimits) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _WRITABLE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        with contextlib.suppress(OSError, ValueError):  # a lower hard limit is already in force
            resource.setrlimit(kind, (value, value))
