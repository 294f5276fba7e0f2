"""A grading run that is killed and started again."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from cnn_course.grade.conditions import Settings
from cnn_course.grade.grader import grade
from cnn_course.grade.sample import MARK, Draft, make_class
from cnn_course.project import CONFIG, Project

pytestmark = pytest.mark.slow

KILLS, LONGEST_S, LIMIT_S = 6, 9.0, 300


def first_only(draft: Draft) -> Draft:
    """The first notebook right, the others untouched: quick to grade."""
    return draft.solve(until="q1")


def half_of_it(draft: Draft) -> Draft:
    """Half of the first notebook right."""
    return draft.solve(until="output-shape")


FATES = {"ann": first_only, "bea": half_of_it, "cy": first_only, "deb": half_of_it}


def a_course(root, folder) -> Project:
    """A course with a small class that is not graded yet."""
    for name in ("source", "notebooks"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / CONFIG, folder)
    make_class(Project(folder), folder / "submitted", FATES)
    (folder / "submitted" / MARK).unlink()  # so that it is graded as a real class is
    return Project(folder)


def test_a_run_killed_at_random_moments_ends_with_the_same_grades(root, tmp_path):
    """Do kills, each followed by a new start, change no grade and lose none?"""
    whole = a_course(root, tmp_path / "whole")
    wanted = grade(whole, whole.root / "submitted", Settings(jobs=2, store=False))
    killed = a_course(root, tmp_path / "killed")
    (killed.root / ".grading").mkdir()
    shutil.copy(whole.root / ".grading" / "seed.json", killed.root / ".grading")
    command = [sys.executable, "-m", "cnn_course.cli", "grade", "--no-store", "--jobs", "2"]
    moments = random.Random(5)
    for _ in range(KILLS):
        run = subprocess.Popen(
            command,
            cwd=killed.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(moments.uniform(0.5, LONGEST_S))
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    done = subprocess.run(command, cwd=killed.root, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    found = grade(killed, killed.root / "submitted", Settings(jobs=2, store=False))
    assert found.graded_now == 0
    assert {r.learner: r.points() for r in found.results} == {
        r.learner: r.points() for r in wanted.results
    }
    assert not list(killed.root.rglob("*.part"))
