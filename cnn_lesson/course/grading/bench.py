"""How fast a class is graded, beside stock nbgrader, in one run: ``make bench``.

Everything is measured on the same sample class with the same cleaned notebooks. Stock nbgrader
may be given fewer learners (``--stock``); its seconds per submission are then compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cnn_lesson.course.grading.gradebook import Course
from cnn_lesson.course.grading.grader import WORK, Settings, grade
from cnn_lesson.course.grading.sample import class_of, make_class
from cnn_lesson.course.grading.stocking import stock as stock_store
from cnn_lesson.course.grading.submissions import clean, find_submissions, lay_out
from cnn_lesson.course.project import ASSIGNMENT, CONFIG, SOURCE, STUBS, Project

SAMPLE_S = 0.2
MB = 2**20


@dataclass(frozen=True)
class Measured:
    """One way of grading: wall seconds, peak MB of all its processes, points by learner."""

    seconds: float
    peak_mb: float
    points: dict[str, float]
    cpu_s: float = 0.0


def run(project: Project, sizes: tuple[int, ...], stock: int, say: Callable[[str], None]) -> None:
    """Measure and print; the first of ``sizes`` is the class that stock nbgrader grades, too."""
    first, cores = sizes[0], os.cpu_count() or 1
    say(f"sample class of {first}, {cores} cores")
    with _copy(project) as stocked:
        stock_store(stocked, stocked.root / WORK / "store", cores)
        ours = {}
        for store, jobs in ((True, 2), (True, 1), (False, 2), (False, 1)):
            ours[store, jobs] = measured = graded(stocked, first, Settings(jobs=jobs, store=store))
            say(f"{_name(store, jobs):<26} {_line(measured, first)}")
        for size in sizes[1:]:
            say(
                f"{f'a class of {size}':<26} {_line(graded(stocked, size, Settings(jobs=2)), size)}"
            )
        theirs = graded_by_stock(stocked, first, stock) if stock else None
    _compare(ours, say)
    if theirs:
        say(f"{f'stock nbgrader, {stock} of them':<26} {_line(theirs, stock)}")
        differing = {who for who in theirs.points if theirs.points[who] != _any(ours).points[who]}
        say(f"points that differ from stock: {', '.join(sorted(differing)) or 'none'}")
        for (store, jobs), measured in ours.items():
            ratio = (theirs.seconds / stock) / (measured.seconds / first)
            say(f"{ratio:6.1f} times as fast as stock {_name(store, jobs)}")


def _name(store: bool, jobs: int) -> str:
    return f"{'with' if store else 'without'} store, {jobs} job{'s' * (jobs > 1)}"


def _any(ours: dict[tuple[bool, int], Measured]) -> Measured:
    return next(iter(ours.values()))


def _compare(ours: dict[tuple[bool, int], Measured], say: Callable[[str], None]) -> None:
    """Print whether all ways agree, what a second job costs, and how near the limit they are."""
    same = all(measured.points == _any(ours).points for measured in ours.values())
    say(f"same points with and without store, with 1 and 2 jobs: {'yes' if same else 'NO'}")
    say(f"memory of the second job: {ours[True, 2].peak_mb - ours[True, 1].peak_mb:.0f} MB")
    limit = ours[False, 2].cpu_s / 2
    ratio = ours[False, 2].seconds / limit
    say(
        f"without store, 2 jobs: {ratio:.2f} of the limit ({limit:.1f} s: half the CPU time inside)"
    )


def _line(measured: Measured, size: int) -> str:
    each = measured.seconds / size
    return f"{measured.seconds:7.1f} s  {each:6.2f} s each  peak {measured.peak_mb:6.0f} MB"


def graded(project: Project, size: int, settings: Settings) -> Measured:
    """A class of that size, graded by this project, from nothing."""
    with _copy(project) as copy:
        make_class(copy, copy.root / "submitted", class_of(size))
        with _peak() as peak:
            start = time.perf_counter()
            outcome = grade(copy, copy.root / "submitted", settings)
            seconds = time.perf_counter() - start
        points = {r.learner: r.points() for r in outcome.results}
        return Measured(seconds, peak(), points, outcome.cpu_s)


def graded_by_stock(project: Project, size: int, stock: int) -> Measured:
    """The first learners of the same class, cleaned, graded by ``nbgrader autograde``."""
    with _copy(project) as copy:
        make_class(copy, copy.root / "raw", class_of(size))
        for submission in _spread(find_submissions(copy.root / "raw")[0], stock):
            lay_out(clean(submission, copy), copy.root / "submitted")
        _nbgrader(copy, "generate_assignment", ASSIGNMENT, "--force")
        with _peak() as peak:
            start = time.perf_counter()
            _nbgrader(copy, "autograde", ASSIGNMENT)
            seconds = time.perf_counter() - start
        rows = Course(copy, copy.root / WORK).rows()
        points: dict[str, float] = {}
        for row in rows:
            points[row.learner] = points.get(row.learner, 0.0) + (row.points or 0.0)
        return Measured(seconds, peak(), points)


def _spread(submissions: list, stock: int) -> list:
    """That many of them, evenly from the whole class, so that its mixture stays."""
    return [submissions[n * len(submissions) // stock] for n in range(stock)]


def _nbgrader(project: Project, *words: str) -> None:
    tools = os.path.dirname(sys.executable)
    environment = os.environ | {"PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    command = [sys.executable, "-m", "nbgrader", *words]
    subprocess.run(command, cwd=project.root, env=environment, capture_output=True, check=False)


@contextmanager
def _copy(project: Project) -> Iterator[Project]:
    """A project with the same notebooks and the same store, and no submissions."""
    with tempfile.TemporaryDirectory(prefix="cnn-bench-") as folder:
        root = Path(folder)
        for stage in (SOURCE, STUBS):
            shutil.copytree(project.root / stage, root / stage)
        shutil.copy(project.root / CONFIG, root)
        store = project.root / WORK / "store"
        if store.is_dir():
            shutil.copytree(store, root / WORK / "store")
        yield Project(root)


@contextmanager
def _peak() -> Iterator[Callable[[], float]]:
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
