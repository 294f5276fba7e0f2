"""Graded cells of the course's own in a master: plain nbgrader, built and adopted like the rest."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from cnn_course.build.adopt import adopt
from cnn_course.build.build import build
from cnn_course.build.drift import drift
from cnn_course.build.masters import parse_master
from cnn_course.build.notebooks import read_notebook
from cnn_course.build.views import solution_view, source_view
from cnn_course.cell_kind import grade_id
from cnn_course.errors import CourseError
from cnn_course.project import SOURCE, STUBS
from cnn_lesson.items import ITEMS
from tests.support.own_cells import OWN_CELLS
from tests.support.small_course import MASTER, NAME, make_course

OWN = {"our-mean", "our-mean-test", "our-share", "our-why", "our-task"}


@pytest.fixture
def course(tmp_path):
    """A small course with such cells, built."""
    course = make_course(tmp_path)
    course.master(NAME).write_text(MASTER.rstrip("\n") + "\n" + OWN_CELLS, encoding="utf-8")
    build(course, solutions=False)
    return course


def own(notebook):
    """The course's own cells in a notebook, by name."""
    return {grade_id(cell): cell for cell in notebook.cells if grade_id(cell) in OWN}


def test_learners_get_neither_solutions_nor_hidden_tests(course):
    """Does nbgrader make the stub of such cells, as of any?"""
    cells = own(read_notebook(course.notebook(STUBS, NAME)))
    assert set(cells) == OWN
    text = "\n".join(cell.source for cell in cells.values())
    for secret in ("image.mean", "np.zeros", "blurs", "A picture: 1"):
        assert secret not in text
    assert "YOUR CODE HERE" in cells["our-mean"].source
    assert cells["our-mean-test"].metadata["nbgrader"]["points"] == 2.5


def test_the_solution_has_no_markers(course):
    """Does it read like an answer?"""
    cells = own(solution_view(read_notebook(course.notebook(SOURCE, NAME))))
    assert cells["our-mean"].source.endswith("return image.mean()")
    assert cells["our-why"].source == "A mean blurs."


def test_nothing_drifts_and_nothing_is_adopted(course):
    """Is the round trip the identity?"""
    assert [line for line in drift(course) if "solutions/" not in line] == []
    adoption = adopt(course, NAME)
    assert adoption.before == adoption.after


def test_a_cell_added_in_formgrader_comes_into_the_master(tmp_path):
    """Is a graded cell with hidden tests adopted, and is it the same when it is built again?"""
    course = make_course(tmp_path)
    build(course, solutions=False)
    path = course.notebook(SOURCE, NAME)
    notebook = nbformat.read(path, as_version=4)
    about = {"grade": True, "grade_id": "cell-3f2", "locked": True, "points": 4}
    about |= {"schema_version": 3, "solution": False, "task": False}
    source = "assert convolve\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    notebook.cells.append(new_code_cell(source, metadata={"nbgrader": about}))
    nbformat.write(notebook, path)
    adoption = adopt(course, NAME)
    assert '+# %% nbgrader={"grade_id": "cell-3f2", "grade": true' in adoption.diff
    built = source_view(parse_master(adoption.after, NAME, ITEMS, "anew"))
    assert built.cells[-1].source == source
    assert built.cells[-1].metadata["nbgrader"] == about


@pytest.mark.parametrize(
    ("marker", "means"),
    [
        ('nbgrader={"grade": true}', "has no grade_id"),
        ('nbgrader={"grade_id": "a b", "grade": true}', "has no grade_id"),
        ('nbgrader={"grade_id": "q3", "grade": true}', "is an item's"),
        ('nbgrader={"grade_id": "q3-answer", "solution": true}', "is an item's"),
        ('nbgrader={"grade_id": "a", "grade": true, "points": -1}', "must be a number"),
        ('nbgrader={"grade_id": "a", "grade": "yes"}', "must be true or false"),
        ('check="q3" nbgrader={"grade_id": "a"}', "is only one of"),
    ],
)
def test_what_nbgrader_could_not_use_is_named(marker, means):
    """Is it said with file and line, before anything is built?"""
    with pytest.raises(CourseError, match=rf"x\.py:1: .*{means}"):
        parse_master(f"# %% {marker}\nx = 1\n", NAME, ITEMS, "source/x.py")


def test_two_of_one_name_are_refused():
    """Is a copied cell found when it is built, and not when a class is graded?"""
    cell = '# %% nbgrader={"grade_id": "a", "grade": true, "points": 1}\n1\n'
    with pytest.raises(CourseError, match="second cell with grade_id 'a'"):
        parse_master(cell + cell, NAME, ITEMS, "source/x.py")
