"""What a process gives up before a stranger's code runs in it, at every level of confinement."""

from __future__ import annotations

import contextlib
import os

from nbsandbox.confinement import linux
from nbsandbox.limits import Limits, apply_limits


def bind_to_limits(limits: Limits, processor: int | None, tasks: int | None) -> None:
    """Bind this process, and all it starts, to a processor and to the system's own limits.

    `tasks` is how many processes and threads its user may have, None to leave that open.
    """
    if processor is not None:
        os.sched_setaffinity(0, {processor})
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # if memory runs out, this is what goes
    apply_limits(limits, tasks=tasks)


def drop_privileges(owner: int | None) -> None:
    """Become the user `owner` if one is given, and drop every privilege for good."""
    if owner is not None:
        os.setgroups([])
        os.setresgid(owner, owner, owner)
        os.setresuid(owner, owner, owner)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS)
    linux.prctl(linux.PR_SET_PDEATHSIG, 9)
