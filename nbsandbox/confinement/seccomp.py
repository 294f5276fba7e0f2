"""A seccomp filter: the system calls that no notebook needs and some attacks do.

It closes what namespaces and limits leave open: memory that no watch can see (memfd, System V),
sockets that ignore network namespaces (vsock), new namespaces, other processors than the job's.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

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
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
NEW_NAMESPACES = 0x7E020080
SOCKET_FAMILIES = (1, 2, 10, 16)  # unix; internet and netlink, which lead nowhere here
SET_PARENT_DEATH_SIGNAL = 1

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, MACHINE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000


def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; `yes` and `no` say how many to skip."""
    return struct.pack("HBBI", code, yes, no, value)


def refuse(number: int, error: int = errno.EPERM) -> list[bytes]:
    """Instructions that answer system call `number` with `error`."""
    return [step(EQUAL, number, 0, 1), step(RETURN, ERROR | error)]


def first_argument(number: int, tests: list[bytes]) -> list[bytes]:
    """Instructions that put the first argument of system call `number` to `tests`."""
    body = [step(LOAD, FIRST_ARGUMENT_AT), *tests, step(LOAD, NUMBER_AT)]
    return [step(EQUAL, number, 0, len(body)), *body]


def program(machine: str) -> list[bytes]:
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
    forbidden = step(RETURN, ERROR | errno.EPERM)
    steps += first_argument(CLONE[column], [step(ANY_BIT, NEW_NAMESPACES, 0, 1), forbidden])
    own = step(EQUAL, SET_PARENT_DEATH_SIGNAL, 0, 1)
    steps += first_argument(PRCTL[column], [own, forbidden])
    left = len(SOCKET_FAMILIES)
    known = [step(EQUAL, family, left - at) for at, family in enumerate(SOCKET_FAMILIES)]
    steps += first_argument(SOCKET[column], [*known, step(RETURN, ERROR | errno.EAFNOSUPPORT)])
    return [*steps, step(RETURN, ALLOW)]


class Program(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def filter_calls() -> None:
    """Bind this process, and all it will ever start, to the filter."""
    steps = program(platform.machine())
    if steps:
        whole = b"".join(steps)
        loaded = Program(len(steps), whole)
        prctl(PR_SET_SECCOMP, 2, ctypes.byref(loaded))
