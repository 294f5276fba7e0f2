"""nbgrader's own exchange, for a class on one JupyterHub: hand out, fetch, submit, collect."""

import os
import shutil

import pytest

from cnn_course.collect.collect import collect
from cnn_course.grade.submissions import find_submissions
from cnn_course.project import CONFIG, SUBMITTED, Project
from cnn_lesson.items import NOTEBOOKS
from tests.support.against_stock import command

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="nbgrader's exchange needs a shared Unix folder"),
]


def test_the_exchange_goes_on_working(root, tmp_path):
    """Do nbgrader's four commands hand out the lesson and bring back what is submitted?"""
    course, home = tmp_path / "course", tmp_path / "home of a learner"
    for name in ("source", "notebooks"):
        shutil.copytree(root / name, course / name)
    shutil.copy(root / CONFIG, course)
    home.mkdir()
    (exchange := tmp_path / "exchange").mkdir()
    exchange.chmod(0o777)
    to = ("cnn", f"--Exchange.root={exchange}", f"--Exchange.cache={tmp_path / 'cache'}")
    to += ("--CourseDirectory.course_id=cnn-lesson",)
    for verb, place in (
        ("release_assignment", course), ("fetch_assignment", home), ("submit", home),
        ("collect", course),
    ):  # fmt: skip
        code, said, _ = command("nbgrader", verb, *to, cwd=place)
        assert code == 0, said
    assert {path.stem for path in (home / "cnn").glob("*.ipynb")} == set(NOTEBOOKS)
    found, refused = find_submissions(course / SUBMITTED)
    assert len(found) == 1 and not refused
    assert (found[0].folder / "timestamp.txt").is_file()
    again = collect(Project(course), [exchange / "cnn-lesson" / "inbound"])
    assert [plan.learner for plan in again.deliveries] == [found[0].learner]
