"""A course that an earlier version graded: ``tests/data/graded_before.zip``, made by that version.

A person had marked both essays, corrected q3, given an extra point and written two comments.
"""

import zipfile
from pathlib import Path

import pytest

from cnn_course.grade import results
from cnn_course.grade.conditions import Settings
from cnn_course.grade.grader import grade
from cnn_course.project import FEEDBACK, WORK
from tests.support.graded_course import a_course, row

pytestmark = pytest.mark.slow

BEFORE = Path(__file__).parents[1] / "data" / "graded_before.zip"


@pytest.fixture(scope="module")
def course(root, tmp_path_factory):
    """The course as that version left it, with the notebooks of today."""
    course = a_course(root, tmp_path_factory.mktemp("graded before"))
    with zipfile.ZipFile(BEFORE) as archive:
        archive.extractall(course.root)
    return course


def test_it_gets_the_same_points_and_asks_for_no_mark_again(course):
    """Do the verdicts agree, and do marks, correction, extra point and comments still count?"""
    before = results.load("mara", course.root / WORK / "results")
    graded = grade(course, course.root / "submitted", Settings(jobs=2, store=False))
    (mara,) = graded.results
    assert graded.graded_now == 1
    assert {i: v.points for i, v in mara.verdicts.items()} == {
        i: v.points for i, v in before.verdicts.items()
    }
    given = {item: row(course, "mara", item) for item in ("fashion-why", "trim-or-drop-why", "q3")}
    assert [each.points for each in given.values()] == [3, 2.5, 2]
    assert [each.comment for each in given.values()] == ["well *seen*", "", "nearly"]
    assert row(course, "mara", "convolve").points == 8
    page = (course.root / FEEDBACK / "mara" / "cnn" / "03-exercises.html").read_text("utf-8")
    assert "marked by a person · 3 of 4" in page and "well <em>seen</em>" in page


def test_then_nothing_is_graded_again(course):
    """Is the next run over it at once done?"""
    assert grade(course, course.root / "submitted", Settings(jobs=2, store=False)).graded_now == 0
