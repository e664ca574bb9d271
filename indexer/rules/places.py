"""Where on a disk something stands: below which folders, in which kind of file system."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

_PSEUDO_TYPES = frozenset(
    "proc sysfs devtmpfs devpts cgroup cgroup2 securityfs debugfs tracefs fusectl bpf mqueue hugetlbfs configfs pstore"
    " autofs binfmt_misc nsfs efivarfs rpc_pipefs selinuxfs fuse.gvfsd-fuse fuse.portal".split()
)
_PSEUDO_FOLDERS = ("/proc", "/sys", "/dev", "/run/user", "/run/lock")


def is_within(path: str, folders: Iterable[str]) -> bool:
    """True when `path` is one of `folders` or lies in one."""
    return any(path == folder or path.startswith(os.path.join(folder, "")) for folder in folders)


def pseudo_folders(mounts: str = "/proc/self/mountinfo") -> frozenset[str]:
    """Where file systems without files of the user are mounted. Empty on Windows."""
    if sys.platform == "win32":
        return frozenset()
    try:
        with open(mounts, "rb") as file:
            found = [_mounted(os.fsdecode(line)) for line in file]
    except OSError:
        found = []
    return frozenset((*_PSEUDO_FOLDERS, *(folder for folder, kind in found if kind in _PSEUDO_TYPES)))


def _mounted(line: str) -> tuple[str, str]:
    """Mount point and type of a line of mountinfo (man 5 proc); blanks in the path are octal escapes."""
    fields, _, rest = line.partition(" - ")
    parts = fields.split()
    folder = parts[4] if len(parts) > 4 else ""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        folder = folder.replace(code, character)
    return folder, rest.partition(" ")[0]
