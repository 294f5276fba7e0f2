"""What a job uses, read from /proc by its supervisor."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass

from nbsandbox.confinement.descendants import read
from nbsandbox.confinement.spec import Sandbox
from nbsandbox.limits import MB, Limits

EXACT_EVERY_S = 1.0
EXACT_S = 0.4
PAGE = os.sysconf("SC_PAGE_SIZE")
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Usage:
    """What a job has used so far: units of 2**20 bytes, seconds, processes, and threads in all."""

    peak_mb: float = 0
    cpu_s: float = 0
    processes: int = 0
    tasks: int = 0
    exact_due: float = 0

    def measure(self, sandbox: Sandbox, limits: Limits, *, exactly: bool = False) -> float:
        """The memory in use, in units of 2**20 bytes, never too low; keeps the other figures, too.

        Of too many processes nothing more is measured. Reading the exact figure, which counts
        shared pages once, takes milliseconds. So it is read once a second, whenever the quick
        figure is over the limit, and where it is asked for.
        """
        pids = sandbox.processes()
        stats = {pid: read(f"/proc/{pid}/stat").rpartition(")")[2].split() for pid in pids}
        alive = {pid: values for pid, values in stats.items() if values and values[0] != "Z"}
        self.processes = len(alive)
        if self.processes > limits.processes:
            return 0
        ticks = sum(int(value) for values in stats.values() for value in values[11:15])
        self.cpu_s = max(self.cpu_s, ticks / CLOCK_TICKS)
        self.tasks = sum(int(values[17]) for values in alive.values())
        files_mb = sandbox.files_mb()
        quick_mb = files_mb + sum(map(resident_mb, alive))
        if not exactly and quick_mb <= limits.memory_mb and time.monotonic() <= self.exact_due:
            return quick_mb
        self.exact_due = time.monotonic() + EXACT_EVERY_S
        memory_mb = files_mb + exact_mb(alive)
        self.peak_mb = max(self.peak_mb, memory_mb)
        return memory_mb


def exact_mb(pids: Iterable[int]) -> float:
    """The memory of processes with shared pages counted once, units of 2**20 bytes.

    Processes that fork can make one wait for their figures. So there is a time after which pages
    are counted as often as they are shared.
    """
    until = time.monotonic() + EXACT_S
    return sum(
        proportional_mb(pid) if time.monotonic() < until else resident_mb(pid) for pid in pids
    )


def resident_mb(pid: int) -> float:
    """The memory a process has in use, whoever shares it; units of 2**20 bytes."""
    return statm_mb(read(f"/proc/{pid}/statm"))


def statm_mb(statm: str) -> float:
    """The memory in use that the text of a statm tells of; units of 2**20 bytes."""
    return int(statm.split()[1]) * PAGE / MB if statm else 0


def proportional_mb(pid: int) -> float:
    """A process' memory with shared pages split among those who share; all of it if unreadable."""
    for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return resident_mb(pid)
