"""A filter of system calls for processes that read untrusted files (Linux, x86-64 and ARM64).

Numbers are those of the kernel's `unistd.h` for both machines; the program is classic BPF over
`struct seccomp_data` (https://docs.kernel.org/userspace-api/seccomp_filter.html). A call that is
refused fails with an error like any other, so that libraries can go on without it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Instruction = tuple[int, int, int, int]

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_SET_PDEATHSIG = 1
_CLONE_THREAD = 0x1_0000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEWEST = 462
"""Calls that came later are answered as by an older kernel: nobody knows yet what they open."""

_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16

_X86, _ARM = "x86_64", "aarch64"
_MACHINES = {_X86: 0xC000_003E, _ARM: 0xC000_00B7}

_REFUSED: Mapping[str, Mapping[str, str]] = {
    _X86: {
        "network": "socket 41 connect 42 accept 43 sendto 44 sendmsg 46 bind 49 listen 50 socketpair 53 accept4 288 sendmmsg 307",
        "programs": "fork 57 vfork 58 execve 59 execveat 322 uselib 134",
        "other processes": "ptrace 101 process_vm_readv 310 process_vm_writev 311 kcmp 312 tkill 200 rt_sigqueueinfo 129"
        " rt_tgsigqueueinfo 297 setpgid 109 setsid 112 shmget 29 shmat 30 semget 64 msgget 68 mq_open 240",
        "files": "truncate 76 rename 82 mkdir 83 rmdir 84 creat 85 link 86 unlink 87 symlink 88 chmod 90 fchmod 91 chown 92"
        " fchown 93 lchown 94 utime 132 mknod 133 setxattr 188 lsetxattr 189 fsetxattr 190 removexattr 197 lremovexattr 198"
        " fremovexattr 199 utimes 235 mkdirat 258 mknodat 259 fchownat 260 futimesat 261 unlinkat 263 renameat 264"
        " linkat 265 symlinkat 266 fchmodat 268 utimensat 280 renameat2 316 name_to_handle_at 303 open_by_handle_at 304",
        "mounts": "pivot_root 155 chroot 161 acct 163 mount 165 umount2 166 swapon 167 swapoff 168 quotactl 179"
        " fanotify_init 300 fanotify_mark 301",
        "the kernel": "syslog 103 personality 135 vhangup 153 modify_ldt 154 _sysctl 156 adjtimex 159 settimeofday 164 reboot 169"
        " sethostname 170 setdomainname 171 iopl 172 ioperm 173 create_module 174 init_module 175 delete_module 176 nfsservctl 180"
        " clock_settime 227 kexec_load 246 add_key 248 request_key 249 keyctl 250 unshare 272 perf_event_open 298"
        " clock_adjtime 305 setns 308 finit_module 313 kexec_file_load 320 bpf 321 userfaultfd 323",
        "who it is": "setuid 105 setgid 106 setreuid 113 setregid 114 setgroups 116 setresuid 117 setresgid 119 setfsuid 122"
        " setfsgid 123 capset 126",
    },
    _ARM: {
        "network": "socket 198 socketpair 199 bind 200 listen 201 accept 202 connect 203 sendto 206 sendmsg 211 accept4 242 sendmmsg 269",
        "programs": "execve 221 execveat 281",
        "other processes": "ptrace 117 process_vm_readv 270 process_vm_writev 271 kcmp 272 tkill 130 rt_sigqueueinfo 138"
        " rt_tgsigqueueinfo 240 setpgid 154 setsid 157 mq_open 180 msgget 186 semget 190 shmget 194 shmat 196",
        "files": "setxattr 5 lsetxattr 6 fsetxattr 7 removexattr 14 lremovexattr 15 fremovexattr 16 mknodat 33 mkdirat 34"
        " unlinkat 35 symlinkat 36 linkat 37 renameat 38 truncate 45 fchmod 52 fchmodat 53 fchownat 54 fchown 55 utimensat 88"
        " name_to_handle_at 264 open_by_handle_at 265 renameat2 276",
        "mounts": "umount2 39 mount 40 pivot_root 41 chroot 51 quotactl 60 acct 89 swapon 224 swapoff 225"
        " fanotify_init 262 fanotify_mark 263",
        "the kernel": "nfsservctl 42 vhangup 58 personality 92 unshare 97 kexec_load 104 init_module 105 delete_module 106 clock_settime 112"
        " syslog 116 reboot 142 sethostname 161 setdomainname 162 settimeofday 170 adjtimex 171 add_key 217 request_key 218"
        " keyctl 219 perf_event_open 241 clock_adjtime 266 setns 268 finit_module 273 bpf 280 userfaultfd 282 kexec_file_load 294",
        "who it is": "capset 91 setregid 143 setgid 144 setreuid 145 setuid 146 setresuid 147 setresgid 149 setfsuid 151"
        " setfsgid 152 setgroups 159",
    },
}  # fmt: skip
_REFUSED_EVERYWHERE = (
    "pidfd_send_signal 424 io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428 move_mount 429 fsopen 430"
    " fsconfig 431 fsmount 432 fspick 433 pidfd_open 434 pidfd_getfd 438 process_madvise 440 mount_setattr 442 quotactl_fd 443"
    " process_mrelease 448 fchmodat2 452"
)
"""Since version 5 all machines give a new call the same number."""
_UNKNOWN = {"clone3": 435, "openat2": 437}
"""Their arguments lie in memory, where a filter cannot look: libraries fall back to the older call."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Calls that are allowed with some arguments only."""

    clone: int
    kill: int
    tgkill: int
    prctl: int
    prlimit: int
    openings: tuple[tuple[int, int], ...]
    """Number of the call, and which argument has the flags."""


_CONDITIONAL = {
    _X86: _Numbers(56, 62, 234, 157, 302, ((2, 1), (257, 2))),
    _ARM: _Numbers(220, 129, 131, 167, 261, ((56, 2),)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse_system_calls() -> bool:
    """Give up every system call that reading a file does not need; False when this machine or kernel has no such filter.

    Needs `no_new_privs`. Call before any thread starts.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        return False
    code = b"".join(map(_packed, instructions(machine, os.getpid())))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _packed(instruction: Instruction) -> bytes:
    code, if_true, if_false, value = instruction
    return (
        code.to_bytes(2, "little") + bytes((if_true, if_false)) + value.to_bytes(4, "little")
    )  # both machines are little-endian


def instructions(machine: str, pid: int) -> Iterator[Instruction]:
    """The filter for a process of this number: (code, jump if true, jump if false, value)."""
    yield (_LOAD, 0, 0, _MACHINE)
    yield (_JUMP_EQUAL, 1, 0, _MACHINES[machine])
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_JUMP_ABOVE, 0, 1, _NEWEST)
    yield _refusal(errno.ENOSYS)
    for number in _UNKNOWN.values():
        yield from _when(number, [_refusal(errno.ENOSYS)])
    for number in refused(machine).values():
        yield from _when(number, [_refusal(errno.EPERM)])
    yield from _conditions(_CONDITIONAL[machine], pid)
    yield (_RETURN, 0, 0, _ALLOW)


def refused(machine: str) -> dict[str, int]:
    """The calls that fail whatever their arguments, by name."""
    words = " ".join((*_REFUSED[machine].values(), _REFUSED_EVERYWHERE)).split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


def _conditions(numbers: _Numbers, pid: int) -> Iterator[Instruction]:
    yield from _when(numbers.clone, _if_argument(0, (_JUMP_ANY_BIT, _CLONE_THREAD), _allowed(), _refusal(errno.EPERM)))
    for number in (numbers.kill, numbers.tgkill):
        yield from _when(number, _if_argument(0, (_JUMP_EQUAL, pid), _allowed(), _refusal(errno.EPERM)))
    yield from _when(
        numbers.prctl, _if_argument(0, (_JUMP_EQUAL, _PR_SET_PDEATHSIG), _refusal(errno.EPERM), _allowed())
    )
    yield from _when(numbers.prlimit, _if_argument(0, (_JUMP_EQUAL, 0), _allowed(), _refusal(errno.EPERM)))
    for number, flags in numbers.openings:
        yield from _when(number, _if_argument(flags, (_JUMP_ANY_BIT, _WRITING), _refusal(errno.EACCES), _allowed()))


def _when(number: int, then: list[Instruction]) -> list[Instruction]:
    return [(_JUMP_EQUAL, 0, len(then), number), *then]


def _if_argument(position: int, test: tuple[int, int], then: Instruction, otherwise: Instruction) -> list[Instruction]:
    """Look at the low half of an argument; the high one does not matter to any of these calls."""
    code, value = test
    return [(_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * position), (code, 0, 1, value), then, otherwise]


def _allowed() -> Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _refusal(error: int) -> Instruction:
    return (_RETURN, 0, 0, _REFUSE | error)
