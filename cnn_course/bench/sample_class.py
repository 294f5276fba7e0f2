"""The sample class, graded by this project and by stock nbgrader, with and without the store.

Everything is measured on the same class with the same cleaned notebooks. The slow ways may be given
its first learners only (``--slow``); seconds per learner are then compared.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cnn_course.bench.measuring import Measured, Say, middle, peak, timed
from cnn_course.grade.conditions import Settings
from cnn_course.grade.fill_cache import stock as stock_store
from cnn_course.grade.gradebook import Course
from cnn_course.grade.grader import grade
from cnn_course.grade.sample import class_of, copy_course, make_class
from cnn_course.grade.submissions import clean_all, find_submissions, lay_out
from cnn_course.project import ASSIGNMENT, SUBMITTED, WORK, Project

Ways = dict[tuple[bool, int], Measured]
"""Measured, by whether there was a store and the number of jobs."""


@contextmanager
def stocked(project: Project, say: Say) -> Generator[Project]:
    """A copy of the project whose store is filled."""
    with copied(project) as copy:
        start = time.perf_counter()
        stock_store(copy, copy.root / WORK / "store", 2)
        say(f"filling the store, once for a machine: {time.perf_counter() - start:.0f} s")
        yield copy


def run(project: Project, size: int, slow: int, times: int, say: Say) -> None:
    """Measure and print. The first ``slow`` learners of the class are graded in the slow ways.

    These are stock nbgrader, and grading without the store. Twelve have the mixture of the class.
    """
    ours: Ways = {}
    for (store, jobs), many in {
        (True, 2): size, (True, 1): size, (False, 2): slow, (False, 1): slow
    }.items():  # fmt: skip
        settings = Settings(jobs=jobs, store=store)
        ours[store, jobs] = middle(times, partial(graded, project, many, settings))
        say(ours[store, jobs].line(_name(store, jobs)))
    say(_roles(ours[True, 2]))
    _agreement(ours, say)
    _against_stock(ours, middle(times, partial(graded_by_stock, project, slow)), say)


def grow(project: Project, sizes: Sequence[int], say: Say) -> None:
    """Print what a learner costs in classes of growing size, and a second run over the largest."""
    if not sizes:
        return
    found = [graded(project, size, Settings(jobs=2), twice=True) for size in sorted(sizes)]
    for each in found:
        say(each.line(f"a class of {len(each.points)}, with store, 2 jobs"))
    small, large = found[0], found[-1]
    say(
        f"from {len(small.points)} to {len(large.points)} learners: {large.each / small.each:.2f} "
        f"of the seconds each, {large.peak_mb / small.peak_mb:.2f} of the memory in all"
    )
    say(f"a second run over {len(large.points)} learners, unchanged: {large.again_s:.1f} s")


def _roles(measured: Measured) -> str:
    """Where a learner's CPU seconds go."""
    many = len(measured.points)
    ordered = sorted(measured.spent.items(), key=lambda item: -item[1])
    each = ", ".join(f"{role} {cpu_s / many:.2f}" for role, cpu_s in ordered)
    return f"a learner's CPU seconds, with store, 2 jobs: {each}"


def _name(store: bool, jobs: int) -> str:
    return f"{'with' if store else 'without'} store, {jobs} job{'s' * (jobs > 1)}"


def _agreement(ours: Ways, say: Say) -> None:
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


def _against_stock(ours: Ways, theirs: Measured, say: Say) -> None:
    say(theirs.line("stock nbgrader autograde"))
    points = ours[True, 2].points
    differing = sorted(who for who in theirs.points if theirs.points[who] != points[who])
    say(f"points that differ from stock: {', '.join(differing) or 'none'}")
    for (store, jobs), measured in ours.items():
        say(f"{theirs.each / measured.each:6.1f} times as fast as stock, {_name(store, jobs)}")


def graded(project: Project, size: int, settings: Settings, *, twice: bool = False) -> Measured:
    """A class of that size, graded by this project, from nothing; where asked, then once more."""
    with copied(project) as copy:
        make_class(copy, copy.root / SUBMITTED, class_of(size))
        with peak() as most_mb:
            start = time.perf_counter()
            outcome = grade(copy, copy.root / SUBMITTED, settings)
            seconds = time.perf_counter() - start
        start = time.perf_counter()
        if twice:
            grade(copy, copy.root / SUBMITTED, settings)
        again_s = time.perf_counter() - start
        points = {r.learner: r.points() for r in outcome.results}
        return Measured(seconds, most_mb(), points, outcome.cpu_s, outcome.spent, again_s)


def graded_by_stock(project: Project, size: int) -> Measured:
    """The first learners of the same class, cleaned, graded by ``nbgrader autograde``."""
    with copied(project) as copy:
        make_class(copy, copy.root / "raw", class_of(size))
        for cleaned in clean_all(find_submissions(copy.root / "raw")[0], copy).values():
            lay_out(cleaned, copy.root / SUBMITTED)
        timed("nbgrader", "generate_assignment", ASSIGNMENT, "--force", cwd=copy.root)
        with peak() as most_mb:  # where one submission fails, the command does
            seconds = timed("nbgrader", "autograde", ASSIGNMENT, cwd=copy.root, may_fail=True)
        rows = Course(copy, copy.root / WORK).rows()
        points = dict.fromkeys(class_of(size), 0.0)
        for row in rows:
            points[row.learner] += row.points or 0.0
        return Measured(seconds, most_mb(), points)


@contextmanager
def copied(project: Project) -> Generator[Project]:
    """A project with the same notebooks and the same store, and no submissions."""
    with tempfile.TemporaryDirectory(prefix="cnn-bench-") as folder:
        root = Path(folder)
        copy_course(project, root)
        store = project.root / WORK / "store"
        if store.is_dir():
            shutil.copytree(store, root / WORK / "store")
        yield Project(root)
