"""Runs a command as an ordinary container does: new namespaces and mounts are refused.

python tests/no_namespaces.py make test
"""

import errno
import os
import platform
import sys

from nbsandbox.confinement import linux, seccomp
from nbsandbox.confinement.seccomp import ALLOW, EQUAL, LOAD, RETURN, refuse, step

MOUNTS = (
    "unshare", "setns", "mount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen",
    "mount_setattr",
)  # fmt: skip


def program() -> list[bytes]:
    """The filter; system calls of other kinds of processor pass."""
    column, identity = seccomp.MACHINES[platform.machine()]
    steps = [
        step(LOAD, seccomp.MACHINE_AT),
        step(EQUAL, identity, 1, 0),
        step(RETURN, ALLOW),
        step(LOAD, seccomp.NUMBER_AT),
    ]
    for name in MOUNTS:
        steps += refuse(seccomp.REFUSED[name][column])
    steps += refuse(seccomp.CLONE3[column], errno.ENOSYS)
    no_new = [step(seccomp.ANY_BIT, seccomp.NEW_NAMESPACES, 0, 1), seccomp.FORBIDDEN]
    steps += seccomp.argument(seccomp.CLONE[column], 0, no_new)
    return [*steps, step(RETURN, ALLOW)]


if __name__ == "__main__":
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS)
    seccomp.load(program())
    os.execvp(sys.argv[1], sys.argv[1:])
