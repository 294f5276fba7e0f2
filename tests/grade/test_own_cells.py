"""An instructor's own graded cells beside the items: run, scored, and shown to everybody."""

import csv
import shutil
from types import SimpleNamespace

import pytest

from cnn_course.grade.gradebook import Course
from cnn_course.grade.sample import MARK, Draft, make_class
from cnn_course.project import SUBMITTED, WORK
from cnn_course.report.reading import read_class
from cnn_lesson.items import NOTEBOOKS
from tests.support.against_stock import command, differing, grades
from tests.support.own_cells import BOOK, looks_right, right, untouched, with_own_cells

pytestmark = pytest.mark.slow
CLASS = {"all right": right, "looks right": looks_right, "no answer": untouched}
AUTO = 4.5


def without_test(draft: Draft) -> Draft:
    """A right answer, and both tests deleted."""
    cells = right(draft).notebooks[BOOK].cells
    kept = [c for c in cells if "our_mean(np" not in c.source]
    draft.notebooks[BOOK].cells = kept
    return draft


@pytest.fixture(scope="module")
def graded(root, tmp_path_factory):
    """The class, graded by the command; what it said."""
    project = with_own_cells(root, tmp_path_factory.mktemp("own"))
    make_class(project, project.root / SUBMITTED, CLASS | {"no test": without_test})
    (project.root / SUBMITTED / MARK).unlink(missing_ok=True)
    code, said, _ = command("cnn-lesson", "grade", "--no-store", cwd=project.root)
    assert code == 0, said
    return SimpleNamespace(project=project, said=said)


def points(graded, learner):
    """By cell, what the gradebook has of a learner's own cells."""
    rows = Course(graded.project, graded.project.root / WORK).rows(learner)
    return {row.item: row.points for row in rows if row.item.startswith("our-")}


def test_hidden_tests_run(graded):
    """Does an answer that only hidden lines find wrong get nothing, and a right one all?"""
    assert points(graded, "all right")["our-mean-test"] == 2.5
    assert points(graded, "looks right")["our-mean-test"] == 0
    assert points(graded, "no answer")["our-mean-test"] == 0


def test_nbgraders_other_kinds_count(graded):
    """Are partial credit, essays and tasks what they are in nbgrader, deleted tests put back?"""
    assert points(graded, "all right") == {
        "our-mean-test": 2.5, "our-share": 1, "our-why": None, "our-task": None,
    }  # fmt: skip
    assert points(graded, "no answer")["our-why"] == 0
    assert points(graded, "no test")["our-mean-test"] == 2.5


def test_points_are_stocks(graded, tmp_path):
    """Does `nbgrader autograde` give the own cells the same points and flags?"""
    stock = tmp_path / "stock"
    skip = shutil.ignore_patterns("autograded", "feedback", "gradebook.db*", ".grading", "report")
    shutil.copytree(graded.project.root, stock, ignore=skip)
    shutil.rmtree(stock / SUBMITTED / "no test")  # nbgrader puts no deleted test back
    for name in set(NOTEBOOKS) - {BOOK}:
        (stock / "source" / "cnn" / f"{name}.ipynb").unlink()
    command("nbgrader", "generate_assignment", "cnn", "--force", cwd=stock)
    code, said, _ = command("nbgrader", "autograde", "cnn", cwd=stock)
    assert code == 0, said
    ours, theirs = (
        {k: v for k, v in grades(place, "cnn").items() if k[-1].startswith("our-")}
        for place in (graded.project.root, stock)
    )
    ours = {k: v for k, v in ours.items() if k[0] != "no test"}
    assert len(theirs) == 12
    assert differing(theirs, ours) == []


def test_everybody_is_told(graded):
    """Are the cells in the table, on the learner's page, in report and platform files?"""
    assert "our-mean-test, our-share: a question of this course's own" in graded.said
    page = (graded.project.root / "feedback" / "looks right" / "cnn" / f"{BOOK}.html").read_text()
    assert "our-mean-test" in page and "own kernel, by nbgrader" in page
    assert "return 1" in page and "np.zeros" not in page
    report = (graded.project.root / "report" / "index.html").read_text()
    assert "Added by this course: our-mean-test, our-share" in report
    rows = list(
        csv.DictReader(
            (graded.project.root / "report" / "items.csv").open("r", encoding="utf-8-sig")
        )
    )
    assert {row["item"] for row in rows} >= {"our-mean-test", "our-share", "our-why", "our-task"}
    book = read_class(graded.project)
    by_name = {learner.name: learner for learner in book.learners}
    right_, wrong = (by_name[name].points(book.counted) for name in ("all right", "looks right"))
    assert right_ - wrong == 2.5
    plain = book.out_of - AUTO
    assert plain == 92
