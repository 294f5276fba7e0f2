"""What every measurement needs: a median, the most memory, and which machine it was."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_low

from cnn_course.grade.slowness import processors
from nbsandbox.confinement.levels import best

SAMPLE_S = 1.0
MB = 2**20
Say = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """One way of grading: wall seconds, peak MB of all its processes, points by learner.

    ``again_s`` are the seconds of a second run over the class, which is unchanged.
    """

    seconds: float
    peak_mb: float
    points: dict[str, float]
    cpu_s: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)
    """CPU seconds by role."""
    again_s: float = 0.0

    @property
    def each(self) -> float:
        """Wall seconds for one learner."""
        return self.seconds / len(self.points)

    def line(self, name: str) -> str:
        """It in one line."""
        return (
            f"{name:<36} {len(self.points):3d} learners {self.seconds:7.1f} s "
            f"{self.each:6.2f} s each, CPU inside {self.cpu_s:6.1f} s, peak {self.peak_mb:5.0f} MB"
        )


def middle(times: int, measure: Callable[[], Measured]) -> Measured:
    """Of so many measurements the one with the median of their seconds, the lower of two."""
    found = [measure() for _ in range(times)]
    seconds = median_low([each.seconds for each in found])
    return next(each for each in found if each.seconds == seconds)


def machine() -> str:
    """This machine and what else it has to do, in one line, so that two runs can be compared."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{_processor()}, {processors()} of {os.cpu_count()} processors, load {load}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; {best()}"
    )


def _processor() -> str:
    """What the processor is called."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(x.partition(":")[2].strip() for x in lines if x.startswith("model name"))
    return platform.processor() or platform.machine()


def timed(module: str, *words: str, cwd: Path, may_fail: bool = False) -> float:
    """The wall seconds of a module of this environment that is run as a command.

    Raises CalledProcessError where it fails and may not.
    """
    tools = os.path.dirname(sys.executable)  # nbgrader calls others by name
    env = os.environ | {"PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    command = [sys.executable, "-m", module, *words]
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=not may_fail)
    return time.perf_counter() - start


@contextmanager
def peak() -> Generator[Callable[[], float]]:
    """A function that gives the most memory (proportional set size, MB) of all processes so far."""
    stop, most = threading.Event(), [0.0]

    def watch() -> None:
        while not stop.wait(SAMPLE_S):
            most[0] = max(most[0], _family_mb())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        stop.set()
        thread.join()


def _family_mb() -> float:
    import psutil

    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += getattr(process.memory_full_info(), "pss", 0) / MB
        except psutil.Error:
            continue
    return total
