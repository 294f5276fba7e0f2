"""A seccomp filter: the system calls that no notebook needs and some attacks do.

It closes what namespaces and limits leave open: memory that no watch can see (memfd, System V),
sockets that ignore network namespaces (vsock), new namespaces, other processors than the job's.
Without namespaces (`Alone`) it also closes what Landlock leaves open: connections, files that are
changed by their path without being opened, the properties of other processes.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

from nbsandbox.confinement.linux import PR_SET_SECCOMP, prctl

# name: (x86_64, aarch64)
REFUSED = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "chroot": (161, 51),
    "delete_module": (176, 106), "fanotify_init": (300, 262), "finit_module": (313, 273),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fsopen": (430, 430), "fspick": (433, 433),
    "init_module": (175, 105), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425), "kcmp": (312, 272), "kexec_load": (246, 104),
    "keyctl": (250, 219), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_mount": (429, 429),
    "mq_open": (240, 180), "msgget": (68, 186), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "open_tree": (428, 428), "perf_event_open": (298, 241),
    "personality": (135, 92), "pidfd_getfd": (438, 438), "pivot_root": (155, 41),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117),
    "quotactl": (179, 60), "reboot": (169, 142), "request_key": (249, 218),
    "sched_setaffinity": (203, 122), "semget": (64, 190), "setns": (308, 268), "shmat": (30, 196),
    "shmget": (29, 194), "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39),
    "unshare": (272, 97), "userfaultfd": (323, 282),
}  # fmt: skip
CLONE, CLONE3, SOCKET, PRCTL = (56, 220), (435, 435), (41, 198), (157, 167)
IOCTL, FCNTL, PRLIMIT = (16, 29), (72, 25), (302, 261)

# The same for a job without namespaces. 0: this machine has no such call.
REFUSED_ALONE = {
    "connect": (42, 203), "inotify_add_watch": (254, 27), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "pidfd_open": (434, 434), "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
}  # fmt: skip
# These do nothing and say well: libraries call them for their own threads, and they reach others.
PRIORITIES = {
    "ioprio_set": (251, 30), "sched_setattr": (314, 274), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "setpriority": (141, 140),
}  # fmt: skip
FALLOCATE, TRUNCATE = (285, 47), (76, 45)
# Files whose owner is the instructor, too, could be changed by these without being opened. A job
# has no use for them, but libraries call them on its own files; so they do nothing, and say well.
WITHOUT_EFFECT = {
    "chmod": (90, 0), "chown": (92, 0), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "fchownat": (260, 54), "file_setattr": (469, 469), "futimesat": (261, 0), "lchown": (94, 0),
    "lremovexattr": (198, 15), "lsetxattr": (189, 6), "removexattr": (197, 14),
    "removexattrat": (466, 466), "setxattr": (188, 5), "setxattrat": (463, 463),
    "utime": (132, 0), "utimensat": (280, 88), "utimes": (235, 0),
}  # fmt: skip
SIGNALS = {
    "kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}  # fmt: skip
# Typing into a terminal, and having signals sent to others.
IOCTLS = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
FCNTLS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
STREAM_TYPES = (1, 5)  # SOCK_STREAM, SOCK_SEQPACKET: without connect() they reach nobody
TYPE_MASK = 0xF
KNOWS_TRUNCATION, KNOWS_SIGNALS = 3, 6  # the Landlock ABI that denies them
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
NEW_NAMESPACES = 0x7E020080
SOCKET_FAMILIES = (1, 2, 10, 16)  # unix; internet and netlink, which lead nowhere here
SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE = 1, 4

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN, AND, JUMP = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54, 0x05
NUMBER_AT, MACHINE_AT, ARGUMENTS_AT = 0, 4, 16
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000


@dataclass(frozen=True)
class Alone:
    """What there is to know of a job without namespaces.

    `pid` is its kernel's process number, `shares_user` says whether others run as the same user,
    `abi` is the Landlock ABI that binds it.
    """

    pid: int
    shares_user: bool
    abi: int


def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; `yes` and `no` say how many to skip."""
    return struct.pack("HBBI", code, yes, no, value)


def refuse(number: int, error: int = errno.EPERM) -> list[bytes]:
    """Instructions that answer system call `number` with `error`."""
    return [step(EQUAL, number, 0, 1), step(RETURN, ERROR | error)]


def argument(number: int, index: int, tests: list[bytes]) -> list[bytes]:
    """Instructions that put one argument (the lower half) of system call `number` to `tests`."""
    body = [step(LOAD, ARGUMENTS_AT + 8 * index), *tests, step(LOAD, NUMBER_AT)]
    return [step(EQUAL, number, 0, len(body)), *body]


def one_of(values: tuple[int, ...], otherwise: bytes) -> list[bytes]:
    """Tests that an argument passes if it is one of `values`."""
    left = len(values)
    return [*(step(EQUAL, value, left - at) for at, value in enumerate(values)), otherwise]


def none_of(values: tuple[int, ...], otherwise: bytes) -> list[bytes]:
    """Tests that an argument passes if it is none of `values`."""
    left = len(values)
    return [
        *(step(EQUAL, value, left - at, 0) for at, value in enumerate(values)),
        step(JUMP, 1),
        otherwise,
    ]


FORBIDDEN = step(RETURN, ERROR | errno.EPERM)


def program(machine: str, alone: Alone | None = None) -> list[bytes]:
    """The filter for `machine`; empty where its numbers are not known."""
    if machine not in MACHINES:
        return []
    column, identity = MACHINES[machine]
    steps = [
        step(LOAD, MACHINE_AT),
        step(EQUAL, identity, 1, 0),
        step(RETURN, KILL),
        step(LOAD, NUMBER_AT),
        step(AT_LEAST, 0x40000000, 0, 1),
        step(RETURN, ERROR | errno.ENOSYS),
    ]
    for numbers in REFUSED.values():
        steps += refuse(numbers[column])
    steps += refuse(CLONE3[column], errno.ENOSYS)
    steps += argument(CLONE[column], 0, [step(ANY_BIT, NEW_NAMESPACES, 0, 1), FORBIDDEN])
    steps += argument(PRCTL[column], 0, none_of((SET_PARENT_DEATH_SIGNAL,), FORBIDDEN))
    families = SOCKET_FAMILIES if alone is None else SOCKET_FAMILIES[:1]
    steps += argument(SOCKET[column], 0, one_of(families, step(RETURN, ERROR | errno.EAFNOSUPPORT)))
    if alone is not None:
        steps += without_namespaces(column, alone)
    return [*steps, step(RETURN, ALLOW)]


def without_namespaces(column: int, alone: Alone) -> list[bytes]:
    """What is refused besides where no namespace keeps a job from others."""
    steps: list[bytes] = []
    for numbers in REFUSED_ALONE.values():
        steps += refuse(numbers[column])
    for numbers in PRIORITIES.values():
        steps += refuse(numbers[column], 0)
    steps += refuse(FALLOCATE[column], errno.EOPNOTSUPP)
    kinds = [step(AND, TYPE_MASK), *one_of(STREAM_TYPES, FORBIDDEN)]
    steps += argument(SOCKET[column], 1, kinds)
    steps += argument(PRCTL[column], 0, none_of((SET_DUMPABLE,), FORBIDDEN))
    steps += argument(IOCTL[column], 1, none_of(IOCTLS, FORBIDDEN))
    steps += argument(FCNTL[column], 1, none_of(FCNTLS, FORBIDDEN))
    steps += argument(PRLIMIT[column], 0, one_of((0, alone.pid), FORBIDDEN))
    if alone.abi < KNOWS_TRUNCATION:
        steps += refuse(TRUNCATE[column])
    if alone.shares_user:
        for numbers in WITHOUT_EFFECT.values():
            steps += refuse(numbers[column], 0) if numbers[column] else []
        if alone.abi < KNOWS_SIGNALS:
            for numbers in SIGNALS.values():
                steps += argument(numbers[column], 0, one_of((0, alone.pid), FORBIDDEN))
    return steps


class Program(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def filter_calls(alone: Alone | None = None) -> None:
    """Bind this process, and all it will ever start, to the filter."""
    load(program(platform.machine(), alone))


def load(steps: list[bytes]) -> None:
    """Bind this process, and all it will ever start, to these instructions; to none if empty."""
    if steps:
        whole = b"".join(steps)
        loaded = Program(len(steps), whole)
        prctl(PR_SET_SECCOMP, 2, ctypes.byref(loaded))
