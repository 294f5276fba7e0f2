"""How fast a class is graded, beside stock nbgrader, in one run: ``make bench``.

Everything is measured on the same sample class with the same cleaned notebooks. The slow ways may
be given its first learners only (``--slow``); seconds per learner are then compared.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cnn_course.grade.conditions import Settings
from cnn_course.grade.fill_cache import stock as stock_store
from cnn_course.grade.gradebook import Course
from cnn_course.grade.grader import grade
from cnn_course.grade.sample import class_of, copy_course, make_class
from cnn_course.grade.slowness import processors
from cnn_course.grade.submissions import clean_all, find_submissions, lay_out
from cnn_course.project import ASSIGNMENT, SUBMITTED, WORK, Project
from nbsandbox.confinement.levels import best

SAMPLE_S = 1.0
MB = 2**20


@dataclass(frozen=True)
class Measured:
    """One way of grading: wall seconds, peak MB of all its processes, points by learner."""

    seconds: float
    peak_mb: float
    points: dict[str, float]
    cpu_s: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)
    """CPU seconds by role."""

    @property
    def each(self) -> float:
        """Wall seconds for one learner."""
        return self.seconds / len(self.points)


Ways = dict[tuple[bool, int], Measured]
"""Measured, by whether there was a store and the number of jobs."""


def run(
    project: Project, size: int, slow: int, others: Iterable[int], say: Callable[[str], None]
) -> None:
    """Measure and print. The first ``slow`` learners of the class are graded in the slow ways.

    These are stock nbgrader, and grading without the store. Twelve have the mixture of the class.
    """
    say(machine())
    with _copy(project) as stocked:
        start = time.perf_counter()
        stock_store(stocked, stocked.root / WORK / "store", 2)
        say(f"filling the store, once for a machine: {time.perf_counter() - start:.0f} s")
        ours: Ways = {}
        for (store, jobs), many in {
            (True, 2): size, (True, 1): size, (False, 2): slow, (False, 1): slow
        }.items():  # fmt: skip
            ours[store, jobs] = graded(stocked, many, Settings(jobs=jobs, store=store))
            say(_line(_name(store, jobs), ours[store, jobs]))
        for number in others:
            measured = graded(stocked, number, Settings(jobs=2))
            say(_line(f"a class of {number}, with store, 2 jobs", measured))
        say(_roles(ours[True, 2]))
        _agreement(ours, say)
        _against_stock(ours, graded_by_stock(stocked, slow), say)
        say(machine())


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


def _roles(measured: Measured) -> str:
    """Where a learner's CPU seconds go."""
    many = len(measured.points)
    ordered = sorted(measured.spent.items(), key=lambda item: -item[1])
    each = ", ".join(f"{role} {cpu_s / many:.2f}" for role, cpu_s in ordered)
    return f"a learner's CPU seconds, with store, 2 jobs: {each}"


def _name(store: bool, jobs: int) -> str:
    return f"{'with' if store else 'without'} store, {jobs} job{'s' * (jobs > 1)}"


def _line(name: str, measured: Measured) -> str:
    return (
        f"{name:<36} {len(measured.points):3d} learners {measured.seconds:7.1f} s "
        f"{measured.each:6.2f} s each, CPU inside {measured.cpu_s:6.1f} s, "
        f"peak {measured.peak_mb:5.0f} MB"
    )


def _agreement(ours: Ways, say: Callable[[str], None]) -> None:
    """Print whether all ways agree, what a second job costs, and how near the limit they are."""
    most = ours[True, 2].points
    same = all(most[who] == one.points[who] for one in ours.values() for who in one.points)
    say(f"same points with and without store, with 1 and 2 jobs: {'yes' if same else 'NO'}")
    say(f"memory of the second job: {ours[True, 2].peak_mb - ours[True, 1].peak_mb:.0f} MB")
    bare = ours[False, 2]
    limit = bare.cpu_s / 2
    say(
        f"without store, 2 jobs: {bare.seconds / limit:.2f} of the limit, {limit:.0f} s of CPU time"
    )


def _against_stock(ours: Ways, theirs: Measured, say: Callable[[str], None]) -> None:
    say(_line("stock nbgrader autograde", theirs))
    points = ours[True, 2].points
    differing = sorted(who for who in theirs.points if theirs.points[who] != points[who])
    say(f"points that differ from stock: {', '.join(differing) or 'none'}")
    for (store, jobs), measured in ours.items():
        say(f"{theirs.each / measured.each:6.1f} times as fast as stock, {_name(store, jobs)}")


def graded(project: Project, size: int, settings: Settings) -> Measured:
    """A class of that size, graded by this project, from nothing."""
    with _copy(project) as copy:
        make_class(copy, copy.root / SUBMITTED, class_of(size))
        with _peak() as peak:
            start = time.perf_counter()
            outcome = grade(copy, copy.root / SUBMITTED, settings)
            seconds = time.perf_counter() - start
        points = {r.learner: r.points() for r in outcome.results}
        return Measured(seconds, peak(), points, outcome.cpu_s, outcome.spent)


def graded_by_stock(project: Project, size: int) -> Measured:
    """The first learners of the same class, cleaned, graded by ``nbgrader autograde``."""
    with _copy(project) as copy:
        make_class(copy, copy.root / "raw", class_of(size))
        for cleaned in clean_all(find_submissions(copy.root / "raw")[0], copy).values():
            lay_out(cleaned, copy.root / SUBMITTED)
        _nbgrader(copy, "generate_assignment", ASSIGNMENT, "--force")
        with _peak() as peak:
            start = time.perf_counter()
            _nbgrader(copy, "autograde", ASSIGNMENT)
            seconds = time.perf_counter() - start
        rows = Course(copy, copy.root / WORK).rows()
        points = dict.fromkeys(class_of(size), 0.0)
        for row in rows:
            points[row.learner] += row.points or 0.0
        return Measured(seconds, peak(), points)


def _nbgrader(project: Project, *words: str) -> None:
    tools = os.path.dirname(sys.executable)
    environment = os.environ | {"PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", *words]
    subprocess.run(command, cwd=project.root, env=environment, capture_output=True, check=False)


@contextmanager
def _copy(project: Project) -> Generator[Project]:
    """A project with the same notebooks and the same store, and no submissions."""
    with tempfile.TemporaryDirectory(prefix="cnn-bench-") as folder:
        root = Path(folder)
        copy_course(project, root)
        store = project.root / WORK / "store"
        if store.is_dir():
            shutil.copytree(store, root / WORK / "store")
        yield Project(root)


@contextmanager
def _peak() -> Generator[Callable[[], float]]:
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
