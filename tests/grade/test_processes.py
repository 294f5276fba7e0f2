"""Each kind of process is killed while a class is graded: who pays, and what is left?"""

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from cnn_course.build.notebooks import write_notebook
from cnn_course.grade.sample import Draft
from cnn_course.project import ASSIGNMENT, CONFIG, Project
from cnn_lesson.items import NOTEBOOKS
from nbsandbox.confinement import levels
from nbsandbox.forkserver import OWN
from tests.hostile.course import processes, without_figures
from tests.support.confinement import CONFINED, at

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

GONE_S = 8
START_S = 240
SLEEP = "import subprocess; subprocess.run(['sleep', '1'])"
CONFINING = ("nb-supervisor", "nb-kernel")
AROUND = ("nb-worker", "nb-judge", "nb-reader", "nb-forkserver")
"""These are the same at each level of confinement."""
KILLED = [
    *(
        pytest.param(*level.values, kind, marks=level.marks, id=f"{level.id}-{kind}")
        for level in at(*CONFINED)
        for kind in CONFINING
    ),
    *(pytest.param(levels.best().number, kind, id=kind) for kind in AROUND),
]
LEARNERS = ("ann", "bea", "cy")


@pytest.fixture(scope="module")
def course(root, tmp_path_factory):
    """Three learners with some of the first notebook right, who take a few seconds each."""
    made = Project(tmp_path_factory.mktemp("course"))
    for name in ("source", "notebooks"):
        shutil.copytree(root / name, made.root / name)
    shutil.copy(root / CONFIG, made.root)
    (made.root / ".grading").mkdir()
    (made.root / ".grading" / "seed.json").write_text("5")
    for learner in LEARNERS:
        notebook = without_figures(Draft(made).solve(until="output-shape").notebooks[NOTEBOOKS[0]])
        notebook.cells.append(new_code_cell(SLEEP, id="sleeps"))
        write_notebook(notebook, made.root / "submitted" / learner / ASSIGNMENT / "01.ipynb")
    return made


class Graded:
    """A run over the course in a process of its own, whose processes carry a mark."""

    def __init__(self, course, level):
        self.course, self.mark = course, f"test-{os.getpid()}-{time.monotonic_ns()}"
        (course.root / "points.json").unlink(missing_ok=True)
        self.run = subprocess.Popen(
            [sys.executable, "-m", "tests.support.first_notebook", course.root, str(level)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, OWN: self.mark},
            start_new_session=True,
        )

    def alive(self):
        """The run's processes, by number, with their names."""
        found = {}
        for pid in processes("environ", self.mark):
            stat = Path(f"/proc/{pid}/stat")
            try:
                name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            if not rest.startswith(" Z"):
                found[pid] = name
        return found

    def kill(self, kind):
        """Kill the first process of a kind that there is."""
        until = time.monotonic() + START_S
        while self.run.poll() is None and time.monotonic() < until:
            if found := [pid for pid, name in self.alive().items() if name == kind]:
                os.kill(found[0], signal.SIGKILL)
                return
            time.sleep(0.02)
        raise AssertionError(f"there was no {kind}")

    def points(self):
        """What the run found in the end."""
        try:
            assert self.run.wait(START_S) == 0
        finally:
            self.run.kill()
        return json.loads((self.course.root / "points.json").read_text())

    def left(self):
        """The processes that are still there after a while."""
        until = time.monotonic() + GONE_S
        while (found := self.alive()) and time.monotonic() < until:
            time.sleep(0.05)
        return found


@pytest.fixture(scope="module")
def wanted(course):
    """The points where nobody is killed, by level of confinement."""

    @functools.cache
    def at_level(level):
        graded = Graded(course, level)
        points = graded.points()
        assert set(points) == set(LEARNERS) and min(points.values()) > 0
        assert graded.left() == {}
        return points

    return at_level


@pytest.mark.parametrize(("level", "kind"), KILLED)
def test_a_killed_process_costs_nobody_else_anything(course, level, wanted, kind):
    """Do the others get their points, whichever process is killed, and is nothing left?"""
    graded = Graded(course, level)
    graded.kill(kind)
    points = graded.points()
    lost = [learner for learner in LEARNERS if points[learner] != wanted(level)[learner]]
    assert len(lost) <= (1 if kind in (*CONFINING, "nb-reader") else 0)
    assert graded.left() == {}


@pytest.mark.parametrize("level", at(*CONFINED))
def test_nothing_outlives_a_killed_coordinator(course, level, wanted):
    """Is everything gone soon after, with a kernel running, and does a new start end equally?"""
    graded = Graded(course, level)
    until = time.monotonic() + START_S
    while "nb-kernel" not in graded.alive().values() and time.monotonic() < until:
        time.sleep(0.02)
    graded.run.kill()
    graded.run.wait()
    assert graded.left() == {}
    assert Graded(course, level).points() == wanted(level)


@pytest.mark.parametrize("killed", ["coordinator", "nb-fill"])
def test_nothing_outlives_a_killed_filling_of_the_cache(course, killed):
    """Are its workers and their kernels gone, and is a broken filling no error?"""
    graded = Graded(course, "fill")
    until = time.monotonic() + START_S
    while "nb-fill" not in graded.alive().values() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(3)
    if killed == "coordinator":
        graded.run.kill()
        graded.run.wait()
    else:
        graded.kill(killed)
        assert graded.points() == "None"
    assert graded.left() == {}
