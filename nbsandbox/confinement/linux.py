"""The Linux calls that Python 3.11 does not offer: namespaces, mounts, privileges.

Each raises OSError, naming the call that was refused.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import re
from collections.abc import Iterator

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x08000000, 0x10000000, 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
# statvfs and mount agree on the first four flags; these do not.
KEPT_FLAGS = {1024: 1024, 2048: 2048, 4096: 1 << 21}

PR_SET_PDEATHSIG, PR_SET_SECCOMP = 1, 22
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPABILITY_VERSION_3 = 0x20080522


@functools.cache
def library() -> ctypes.CDLL:
    """The C library."""
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """The result of a C library function; raises OSError naming the function."""
    result = getattr(library(), name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    call("unshare", ctypes.c_int(flags))


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount `source` at `target`."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    try:
        call("mount", *texts, ctypes.c_ulong(flags), data.encode() or None)
    except OSError as error:
        raise OSError(error.errno, f"mount {target}: {os.strerror(error.errno or 0)}") from None


def bind(source: str, target: str) -> None:
    """Make the file or folder `source` appear at `target` too."""
    mount(source, target, None, MS_BIND | MS_REC)


def mount_points(below: str) -> Iterator[str]:
    """Every mount point at or below a folder."""
    with open("/proc/self/mountinfo") as table:
        for line in table:
            point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), line.split()[4])
            if point == below or point.startswith(below.rstrip("/") + "/"):
                yield point


def make_read_only(point: str, *, more: int = 0) -> None:
    """Turn one mount read-only for its viewers here, keeping the flags it already has."""
    now = os.statvfs(point).f_flag
    kept = now & 15 | sum(flag for bit, flag in KEPT_FLAGS.items() if now & bit)
    mount(None, point, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept | more)


def swap_root(new_root: str) -> None:
    """Make `new_root` the root folder and forget the old one."""
    os.chdir(new_root)
    call("syscall", ctypes.c_long(PIVOT_ROOT[platform.machine()]), b".", b".")
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def prctl(option: int, value: int = 1, pointer: object = None) -> None:
    """Set one property of this process."""
    call("prctl", option, ctypes.c_ulong(value), pointer, None, None)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
