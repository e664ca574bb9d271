"""A reader that turned against its user: it tries everything and reports what it could do.

Run in place of the extract worker: `python hostile_reader.py ORDERS LIMITS PARENT`, where ORDERS is a JSON
file with paths and a port. The text it "reads" from a document is what became of each try.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.extract import worker
from indexer.formats import plain
from indexer.model import Anchor, Segment

ORDERS = json.loads(Path(sys.argv.pop(1)).read_text())
LIBC = ctypes.CDLL(None, use_errno=True)
AF_INET, SOCK_STREAM = 2, 1
_OPENED: list[str] = []


def system_call(*numbers: int) -> int:
    number = numbers[0] if os.uname().machine == "x86_64" else numbers[1]
    result = LIBC.syscall(number, *([0] * 6))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def c_open(path: str) -> bytes:
    descriptor = LIBC.open(os.fsencode(path), os.O_RDONLY)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return os.read(descriptor, 100)


def fork_bomb() -> None:
    for _ in range(3):
        if os.fork() == 0:
            os._exit(0)


def use_two_gigabytes() -> None:
    blocks = [bytearray(256 << 20) for _ in range(9)]
    del blocks


def in_a_thread(attempt: Callable[[], object]) -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            attempt()
        except OSError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if caught:
        raise caught[0]


def attempts() -> dict[str, Callable[[], object]]:
    secret, folder, parent = ORDERS["secret"], ORDERS["folder"], os.getppid()
    return {
        # others' files
        "read a key": lambda: Path(secret).read_bytes(),
        "read a key in C": lambda: c_open(secret),
        "read a key in a thread": lambda: in_a_thread(lambda: os.open(secret, os.O_RDONLY)),
        "read a key around the corner": lambda: os.open(f"/proc/self/root{secret}", os.O_RDONLY),
        "read a document by its name": lambda: os.open(ORDERS["document"], os.O_RDONLY),
        "list a folder": lambda: os.listdir(folder),
        "read the users": lambda: Path("/etc/passwd").read_bytes(),
        "read the engine's memory": lambda: os.open(f"/proc/{parent}/mem", os.O_RDONLY),
        "read the engine's secrets": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "link to a key": lambda: os.link(secret, f"{folder}/link"),
        # writing
        "write a file": lambda: Path(folder, "new").write_text("x"),
        "write into the document": lambda: os.open(_OPENED[0], os.O_RDWR),
        "append to a key": lambda: os.open(secret, os.O_WRONLY | os.O_APPEND),
        "write to temporary files": lambda: tempfile.NamedTemporaryFile(dir="/tmp"),
        "cut a file": lambda: os.truncate(secret, 0),
        "make a folder": lambda: os.mkdir(f"{folder}/made"),
        "delete a file": lambda: os.unlink(secret),
        "rename a file": lambda: os.rename(secret, f"{secret}.bak"),
        "open a file to all": lambda: os.chmod(secret, 0o777),
        "give a file away": lambda: os.chown(secret, 1, 1),
        "change a time": lambda: os.utime(secret, (0, 0)),
        "mark a file": lambda: os.setxattr(secret, "user.mark", b"x"),
        "make a device": lambda: os.mknod(f"{folder}/device"),
        # network
        "a socket": socket.socket,
        "call home": lambda: socket.create_connection(("127.0.0.1", ORDERS["port"]), 2),
        "a local socket": lambda: socket.socket(socket.AF_UNIX),
        "a packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "talk to the kernel": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        # programs and processes
        "run a program": lambda: subprocess.run(["/bin/true"], check=False),
        "run a shell": lambda: _check(os.system("true")),
        "spawn a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "become a program": lambda: os.execv("/bin/true", ["true"]),
        "fork": fork_bomb,
        "kill the engine": lambda: os.kill(parent, signal.SIGKILL),
        "stop the engine": lambda: os.kill(parent, signal.SIGSTOP),
        "kill everybody": lambda: os.kill(-1, signal.SIGKILL),
        "kill its group": lambda: os.kill(0, signal.SIGKILL),
        "hold the engine": lambda: os.pidfd_open(parent),
        "leave the group": os.setsid,
        "starve the engine": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (4, 4)),
        "outlive the engine": lambda: _check(LIBC.prctl(1, 0, 0, 0, 0)),
        # the kernel
        "trace": lambda: system_call(101, 117),
        "mount": lambda: system_call(165, 40),
        "leave the namespace": lambda: system_call(272, 97),
        "bpf": lambda: system_call(321, 280),
        "io_uring": lambda: system_call(425, 425),
        "userfaultfd": lambda: system_call(323, 282),
        "keys": lambda: system_call(250, 219),
        "perf": lambda: system_call(298, 241),
        "openat2": lambda: system_call(437, 437),
        "tomorrow's call": lambda: system_call(500, 500),
        "capabilities": lambda: Path("/proc/self/oom_score_adj").write_text("-1000"),
        # its own limits
        "all memory": use_two_gigabytes,
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2),
    }


def _check(status: int) -> None:
    if status != 0:
        raise OSError(errno.EPERM, "refused")


def try_all(path: Path, *_: object) -> Iterator[Segment]:
    """In the place of a format's `read`."""
    _OPENED.append(os.fspath(path))
    for name, attempt in attempts().items():
        try:
            attempt()
            outcome = "DONE"
        except (OSError, MemoryError, ValueError) as error:
            outcome = type(error).__name__
        yield Segment(f"{name}: {outcome}", Anchor(line=len(_OPENED)))
    yield Segment(f"its own file: {path.read_text(encoding='utf-8')}")


plain.read = try_all
sys.exit(worker.main())
