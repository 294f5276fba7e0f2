"""How fast a plain assignment is graded, beside stock nbgrader: the course of its own quickstart.

It trains nothing and imports nothing. Half of the class hand in what is right, half hand in nothing
but what they got.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

NAME, ASSIGNMENT = "course101", "ps1"


def run(learners: int, say: Callable[[str], None]) -> None:
    """Measure and print: both grade the same class, one after the other."""
    with tempfile.TemporaryDirectory(prefix="cnn-plain-") as place:
        stock = made(Path(place), learners)
        ours = Path(shutil.copytree(stock, Path(place, "ours")))
        theirs_s = _timed("nbgrader", "autograde", ASSIGNMENT, cwd=stock)
        words = ("grade", "--course", ".", "--assignment", ASSIGNMENT, "--jobs", "2")
        ours_s = _timed("cnn_course.cli", *words, cwd=ours)
        same = points(stock) == points(ours)
    say(
        f"nbgrader's quickstart, {learners} learners: {ours_s / learners:.2f} s each with 2 jobs, "
        f"stock {theirs_s / learners:.2f} s, {theirs_s / ours_s:.1f} times as fast, "
        f"same points: {'yes' if same else 'NO'}"
    )


def made(place: Path, learners: int) -> Path:
    """The course with its submissions, the assignment in its gradebook."""
    _timed("nbgrader", "quickstart", NAME, cwd=place)
    course = place / NAME
    _timed("nbgrader", "generate_assignment", ASSIGNMENT, cwd=course)
    for number in range(learners):
        handed_in = course / ("release" if number % 2 else "source") / ASSIGNMENT
        shutil.copytree(handed_in, course / "submitted" / f"learner{number:03d}" / ASSIGNMENT)
    return course


def points(course: Path) -> dict[str, float]:
    """By learner, what the gradebook has. Raises OSError where nothing was graded."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        return {submission.student.id: submission.score for submission in submissions}


def _timed(module: str, *words: str, cwd: Path) -> float:
    """The wall seconds of a command of this environment. Raises CalledProcessError."""
    tools = os.path.dirname(sys.executable)
    env = os.environ | {"PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    start = time.perf_counter()
    command = [sys.executable, "-m", module, *words]
    subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=True)
    return time.perf_counter() - start
