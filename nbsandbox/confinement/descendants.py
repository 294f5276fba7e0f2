"""The processes that a supervisor's job has started, where no namespace holds them together.

The supervisor is a subreaper: whatever is orphaned below it becomes its child, so nothing leaves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable

ROUNDS, PAUSE_S = 200, 0.005


def read(path: str) -> str:
    """A file of /proc, empty if its process has ended."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def listed(path: str) -> list[str]:
    """The names in a folder of /proc, none if its process has ended."""
    try:
        return os.listdir(path)
    except OSError:
        return []


def descendants(top: int) -> list[int]:
    """All processes below `top`, parents first."""
    found = [top]
    for pid in found:
        for thread in listed(f"/proc/{pid}/task"):
            found += map(int, read(f"/proc/{pid}/task/{thread}/children").split())
    return found[1:]


def end_descendants(kernel: int) -> int:
    """End all that this process has started; the exit status of the child `kernel`, 0 if unknown.

    All are stopped before any is killed, as who is stopped starts nothing new.
    """
    stopped: set[int] = set()
    for _ in range(ROUNDS):
        new = set(descendants(os.getpid())) - stopped
        if not new:
            break
        send(signal.SIGSTOP, new)
        stopped |= new
    status = 0
    while left := descendants(os.getpid()):
        send(signal.SIGKILL, left)
        for pid, ended in reaped():
            status = ended if pid == kernel else status
        time.sleep(PAUSE_S)
    return status


def send(number: int, pids: Iterable[int]) -> None:
    """Send a signal to processes, of which some may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def reaped() -> list[tuple[int, int]]:
    """The children that have ended, with their exit status."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(one)
    return found


def tasks_of(uid: int) -> int:
    """How many processes and threads a user has on this machine, as far as /proc shows them."""
    count = 0
    for name in filter(str.isdigit, listed("/proc")):
        status = dict(
            line.split(":\t", 1)
            for line in read(f"/proc/{name}/status").splitlines()
            if ":\t" in line
        )
        if status.get("Uid", "-1").split()[0] == str(uid):
            count += int(status.get("Threads", 1))
    return count
