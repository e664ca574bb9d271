"""What a worker process gives up before it touches a file.

Two steps: :func:`limit` comes before the parsers are loaded, :func:`lock` after, when nothing untrusted
was read yet. Each measure is taken where the system has it; what is in force is told by name:

============ =====================================================================================
limits       memory, size of written files, number of open files, no core dump
network      a network of its own that leads nowhere (Linux namespaces)
privileges   no capabilities, and none to be had by starting a program
files        nothing of the user's can be opened, the file in hand apart, and nothing written (Landlock)
calls        no sockets, programs, changes of files, signals to others … (seccomp)
============ =====================================================================================
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import psutil

from indexer.config import ExtractLimits
from indexer.extract import landlock, seccomp

MEASURES = ("limits", "network", "privileges", "files", "calls")

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_CAPABILITIES_V3 = 0x2008_0522
_CAPSET = {"x86_64": 126, "aarch64": 91}
_OPEN_FILES = 64
_OUR_PACKAGES = Path(__file__).resolve().parents[2]
_SYSTEM = (
    "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/usr/share/mime",
    "/usr/share/fonts", "/usr/share/locale", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types",
    "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/nix/store",
)  # fmt: skip


def limit(limits: ExtractLimits, parent: int) -> list[str]:
    """Limit memory, files and priority, leave the network, die with the parent process; the measures taken.

    Call before any thread starts.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which ends its workers itself
    _lower_priority()
    taken = []
    if sys.platform != "win32" and _limit_resources(limits):
        taken.append("limits")
    if sys.platform == "linux":
        _be_the_first_to_go()
        if _leave_network():
            taken.append("network")
        _die_with(parent)  # last: a new user namespace forgets it
    return taken


def lock() -> list[str]:
    """Open, change and start nothing any more; the measures taken."""
    if sys.platform != "linux" or ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return []
    taken = [
        ("privileges", _drop_capabilities()),
        ("files", landlock.restrict_to(_needed_to_run())),
        ("calls", seccomp.refuse_system_calls()),
    ]
    return [name for name, in_force in taken if in_force]


def _lower_priority() -> None:
    process = psutil.Process()
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        process.nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        process.ionice(psutil.IOPRIO_CLASS_IDLE)


def _be_the_first_to_go() -> None:
    """When memory runs out the kernel should end this process, not the engine."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call above
        sys.exit(0)


def _leave_network() -> bool:
    """A network namespace of its own has no way out. Root may make one; others need a user namespace, where the kernel allows it."""
    libc = ctypes.CDLL(None)
    return bool(libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _limit_resources(limits: ExtractLimits) -> bool:
    import resource  # noqa: PLC0415 - not on Windows

    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.held_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        with contextlib.suppress(OSError, ValueError):  # a lower hard limit is already in force
            resource.setrlimit(kind, (value, value))
    return 0 < resource.getrlimit(resource.RLIMIT_AS)[0] <= limits.memory_bytes


def _drop_capabilities() -> bool:
    """Those of root, or of the first process of a user namespace (see capset(2))."""
    number = _CAPSET.get(os.uname().machine)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    none = (ctypes.c_uint32 * 6)()
    return number is not None and ctypes.CDLL(None).syscall(number, header, none) == 0


def _needed_to_run() -> Iterator[str]:
    """The interpreter, its libraries and ours; what a library may load late. Never a folder that holds documents."""
    yield from _SYSTEM
    yield f"/proc/{os.getpid()}"
    yield from {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    yield from (folder for folder in sys.path if os.path.basename(folder) in {"site-packages", "dist-packages"})
    yield from (str(_OUR_PACKAGES / name) for name in ("indexer", "resources"))
    if unpacked := getattr(sys, "_MEIPASS", None):  # PyInstaller's folder
        yield str(unpacked)
