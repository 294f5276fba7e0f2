"""Landlock: the kernel's own way for a process to give up rights for good, without being root.

Three system calls, the same on every machine. What a kernel knows of them is its ABI: 1 (Linux
5.13) files; 2 renames; 3 truncation; 4 TCP; 5 devices; 6 (Linux 6.12) signals and abstract
sockets. Source: the kernel's Documentation/userspace-api/landlock.rst. The package `sandlock` asks
for ABI 6, which few machines have yet.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from nbsandbox.confinement.linux import PR_SET_NO_NEW_PRIVS, call, prctl

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_ABI, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (
    1 << bit for bit in range(6, 13)
)
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
FILE_RIGHTS_BY_ABI = (13, 14, 15, 15, 16)  # how many of the bits above each ABI knows
BOTH_TCP = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

LOOK = READ_FILE | READ_DIR | EXECUTE
READ = READ_FILE | READ_DIR
USE = READ_FILE | WRITE_FILE
CHANGE = (
    READ | WRITE_FILE | TRUNCATE | REFER | REMOVE_DIR | REMOVE_FILE
    | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM
)  # fmt: skip
"""What a job may do in its own folder. Not: run a file of its own, which could then hide itself."""
SERVE = READ_FILE | MAKE_SOCK
"""What a kernel needs in the folder of its sockets: make them, not remove or replace them."""
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

Rule = tuple[str, int]
"""A path, and the rights to it and to all below it."""


def abi() -> int:
    """The Landlock ABI of this machine, 1 or more; raises OSError that says why there is none."""
    try:
        return call("syscall", ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), ASK_ABI)
    except OSError as error:
        causes = {
            errno.ENOSYS: "this kernel has no Landlock (it came with Linux 5.13)",
            errno.EOPNOTSUPP: "Landlock is switched off at boot (the kernel's setting lsm=)",
            errno.EPERM: "an old container runtime refuses Landlock",
        }
        cause = causes.get(error.errno, f"Landlock is refused: {error.strerror}")
        raise OSError(error.errno, cause) from None


def restrict(rules: Iterable[Rule], known: int) -> None:
    """Bind this process and all it will start to `rules`; whatever they do not allow is denied.

    Paths that do not exist are passed over. TCP, signals to other processes and abstract sockets
    of other processes are denied as well, where `known`, the ABI to be used, knows them.
    """
    handled = (1 << FILE_RIGHTS_BY_ABI[min(known, len(FILE_RIGHTS_BY_ABI)) - 1]) - 1
    fields = [handled]
    if known >= 4:
        fields.append(BOTH_TCP)
    if known >= 6:
        fields.append(ABSTRACT_SOCKETS_AND_SIGNALS)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = call(
        "syscall", ctypes.c_long(CREATE_RULESET), attributes, ctypes.c_size_t(len(attributes)), 0
    )
    try:
        for path, rights in rules:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _allow(ruleset, path, rights & handled)
        prctl(PR_SET_NO_NEW_PRIVS)
        call("syscall", ctypes.c_long(RESTRICT_SELF), ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(f"/proc/self/fd/{place}"):
            rights &= FILE_ONLY
        beneath = struct.pack("=Qi", rights, place)
        call("syscall", ctypes.c_long(ADD_RULE), ruleset, PATH_BENEATH, beneath, 0)
    finally:
        os.close(place)
