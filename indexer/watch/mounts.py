"""Which file system a folder lies in, whether it is on this computer, and when volumes come and go."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_TABLE = "/proc/self/mountinfo"
_UUIDS = "/dev/disk/by-uuid"
_REMOTE = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs coda 9p ceph glusterfs lustre beegfs fuse fuseblk.sshfs davfs vboxsf vmhgfs"
    " prl_fs virtiofs webdav afpfs".split()
)
_LOCAL_FUSE = frozenset(
    {"fuseblk", "fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs"}
)
_KEEPS_INODES = frozenset("ext2 ext3 ext4 xfs btrfs f2fs jfs reiserfs zfs bcachefs tmpfs".split())
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the table of mounts. `identity` names the volume wherever it is plugged in; empty: unknown."""

    point: str
    kind: str
    identity: str = ""

    @property
    def is_remote(self) -> bool:
        """Changes made elsewhere are not announced here: such trees are polled."""
        return self.kind in _REMOTE or (self.kind.startswith("fuse.") and self.kind not in _LOCAL_FUSE)

    @property
    def keeps_inodes(self) -> bool:
        """False where inodes are made up at each mount, as on FAT and on network drives."""
        return self.kind in _KEEPS_INODES


class Mounts:
    """The table of mounts at one moment."""

    def __init__(self, mounts: Iterable[Mount]) -> None:
        self._by_point = {mount.point: mount for mount in mounts}  # a later one hides an earlier one

    @classmethod
    def now(cls) -> Mounts:
        """Read the system's table; where there is none, mounts are recognised as folders are asked for."""
        try:
            with open(_TABLE, "rb") as file:
                lines = file.read().splitlines()
        except OSError:
            return cls(())
        uuids = _uuids()
        return cls(parse_mount(os.fsdecode(line), uuids) for line in lines)

    def of(self, path: str) -> Mount:
        """The mount that `path` lies in; the path need not exist."""
        at = path
        while at not in self._by_point:
            above = os.path.dirname(at)
            if above == at or (not self._by_point and os.path.ismount(at)):
                return Mount(at, "unc" if at.startswith("\\\\") else "")
            at = above
        return self._by_point[at]

    def below(self, folder: str) -> list[Mount]:
        """Mounts inside a folder, itself not counted."""
        inside = os.path.join(folder, "")
        return [mount for point, mount in self._by_point.items() if point.startswith(inside)]

    def points(self) -> dict[str, Mount]:
        """All mounts by their place."""
        return dict(self._by_point)


def parse_mount(line: str, uuids: dict[str, str]) -> Mount:
    """A line of mountinfo (man 5 proc_pid_mountinfo)."""
    fields, _, rest = line.partition(" - ")
    point = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields.split(" ")[4])
    kind, source = (*rest.split(" "), "", "")[:2]
    source = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), source)
    mount = Mount(point, kind)
    return Mount(point, kind, source if mount.is_remote else uuids.get(os.path.realpath(source), ""))


def _uuids() -> dict[str, str]:
    """Volume ids by device."""
    try:
        names = os.listdir(_UUIDS)
    except OSError:
        return {}
    return {os.path.realpath(os.path.join(_UUIDS, name)): name for name in names}


class MountWatch:
    """Calls `changed` whenever the table of mounts changes; the kernel says so, nothing is polled (Linux)."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._stop_read = self._stop_write = -1
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, where the system can tell."""
        if sys.platform != "linux":
            return
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="mounts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        if self._thread:
            os.write(self._stop_write, b"!")
            self._thread.join()
            os.close(self._stop_read)
            os.close(self._stop_write)
            self._thread = None

    def _run(self) -> None:
        with contextlib.suppress(OSError), open(_TABLE, "rb") as table:
            poll = select.poll()
            poll.register(table, select.POLLPRI | select.POLLERR)
            poll.register(self._stop_read, select.POLLIN)
            while self._stop_read not in {number for number, _ in poll.poll()}:
                self._changed()
