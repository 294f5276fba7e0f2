"""A class's first notebooks, graded by a process that a test may kill.

`python -m tests.support.first_notebook COURSE LEVEL` reads, runs and judges them as the grader
does, with every kind of process that it has, and writes the points by learner to
COURSE/points.json. With `fill` for the level it fills the training cache instead.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from cnn_course.grade import jobs

LIGHT = replace(jobs.LESSON, preload=("matplotlib.pyplot", "numpy"))
"""For kernels of the first notebook, which needs no TensorFlow."""


def run_light(job: jobs.Job) -> jobs.Reply:
    """Run a job as the grader does, with less in the fork server."""
    jobs.LESSON = LIGHT
    return jobs.run_job(job)


def points(root: str, level: int) -> dict[str, float]:
    """The points of each learner's first notebook.

    What it takes is imported here: each process that it starts imports this module anew.
    """
    from cnn_course.grade import executors, scoring
    from cnn_course.grade.conditions import Settings, kept_warm
    from cnn_course.grade.grader import Grader
    from cnn_course.grade.judging import Judge
    from cnn_course.grade.submissions import clean_all, find_submissions
    from cnn_course.project import Project
    from cnn_lesson.items import NOTEBOOKS

    course = Project(Path(root))
    grader = Grader(course, Settings(jobs=2, store=False, level=level))
    submissions, _ = find_submissions(course.root / "submitted")
    cleaned = clean_all(submissions, course, 2)
    firsts = [next(grader.jobs(entry, None)) for entry in cleaned.values()]
    found = {}
    with kept_warm(grader.settings, LIGHT.preload), Judge(grader.seed) as judge:
        judge.start()
        for reply in executors.run_all(firsts, executors.local(2), run_light):
            verdicts = scoring.complete(judge.verdicts(reply.evidence), NOTEBOOKS[0], reply.run)
            found[reply.learner] = sum(verdict.points for verdict in verdicts.values())
    return found


def fill(root: str) -> str:
    """Where the filled training cache is."""
    from cnn_course.grade import fill_cache
    from cnn_course.project import Project

    return str(fill_cache.stock(Project(Path(root)), Path(root) / "store", 2))


def main(root: str, level: str) -> None:
    """Grade, or fill the cache, and write down what came of it."""
    said = fill(root) if level == "fill" else points(root, int(level))
    (Path(root) / "points.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
