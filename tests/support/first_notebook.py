"""A class's first notebooks, graded by a process that a test may kill.

`python -m tests.support.first_notebook COURSE LEVEL` reads, runs and judges them as the grader
does, with every kind of process that it has, and writes the points by learner to
COURSE/points.json. With `fill` for the level it fills the training cache instead.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cnn_course.grade import executors, fill_cache, scoring
from cnn_course.grade.conditions import Settings, kept_warm
from cnn_course.grade.grader import Grader
from cnn_course.grade.judging import Judge
from cnn_course.grade.submissions import clean_all, find_submissions
from cnn_course.project import Project
from cnn_lesson.items import NOTEBOOKS


def points(course: Project, level: int) -> dict[str, float]:
    """The points of each learner's first notebook."""
    grader = Grader(course, Settings(jobs=2, store=False, level=level))
    submissions, _ = find_submissions(course.root / "submitted")
    cleaned = clean_all(submissions, course, 2)
    jobs = [next(grader.jobs(entry, None)) for entry in cleaned.values()]
    found = {}
    with kept_warm(grader.settings), Judge(grader.seed) as judge:
        for reply in executors.run_all(jobs, executors.local(2)):
            verdicts = scoring.complete(judge.verdicts(reply.evidence), NOTEBOOKS[0], reply.run)
            found[reply.learner] = sum(verdict.points for verdict in verdicts.values())
    return found


def main(root: str, level: str) -> None:
    """Grade, or fill the cache, and write down what came of it."""
    course = Project(Path(root))
    if level == "fill":
        said = str(fill_cache.stock(course, course.root / "store", 2))
    else:
        said = points(course, int(level))
    (course.root / "points.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
