"""Landlock: from here on this thread, and what it starts, opens only what was listed (Linux 5.13 and later).

Structures and numbers are those of `linux/landlock.h`; see https://docs.kernel.org/userspace-api/landlock.html.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""From which version on the kernel knows which rights on files."""
_NET_RIGHTS = {4: 0b11}
_SCOPES = {6: 0b11}
"""Signals and abstract sockets stay within the restricted process."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict_to(readable: Iterable[str]) -> bool:
    """Let nothing be opened but for reading, in or at one of `readable`; False when the kernel has no Landlock.

    What is open already stays open. Needs `no_new_privs`. Call before any thread starts.
    """
    libc = ctypes.CDLL(None)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    ruleset = _create(libc, version)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            with contextlib.suppress(OSError):
                _allow(libc, ruleset, path)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _create(libc: ctypes.CDLL, version: int) -> int:
    wanted = _Ruleset(_known(_FILE_RIGHTS, version), _known(_NET_RIGHTS, version), _known(_SCOPES, version))
    size = 8 if version < 4 else 16 if version < 6 else 24
    return int(libc.syscall(_CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(size), 0))


def _known(by_version: dict[int, int], version: int) -> int:
    return max((bits for since, bits in by_version.items() if since <= version), default=0)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = _PathBeneath(_READ_FILE | _READ_DIR if is_folder else _READ_FILE, descriptor)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
