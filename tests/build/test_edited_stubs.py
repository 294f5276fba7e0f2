"""A stub that somebody worked in: grading fills gaps from stubs, so it has to be the assignment."""

import nbformat
import pytest

from cnn_course.build.build import build
from cnn_course.build.stubs import refuse_edited_stubs
from cnn_course.errors import CourseError
from cnn_course.project import SOURCE, STUBS, Project
from tests.support.small_course import NAME, make_course


@pytest.fixture
def course(tmp_path):
    """A course whose stubs are as they were built."""
    course = make_course(tmp_path)
    build(course, solutions=False)
    return course


def edit(course, stage, cell_id, source):
    """Edit a cell of a notebook as JupyterLab would: outputs and metadata change, too."""
    path = course.notebook(stage, NAME)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 3
        if cell.id == cell_id:
            cell.source = source or cell.source
    nbformat.write(notebook, path)


def test_a_stub_that_was_only_opened_is_the_assignment(course, root):
    """Is it what it was, saved with outputs or not, and are the lesson's own stubs, too?"""
    edit(course, STUBS, "convolve-answer", None)
    refuse_edited_stubs(course)
    refuse_edited_stubs(Project(root))


def test_an_answer_in_a_stub_is_refused(course):
    """Is nobody given the answer that an instructor tried out?"""
    edit(course, STUBS, "convolve-answer", "def convolve(image, kernel):\n    return 1")
    with pytest.raises(
        CourseError, match=r"01-small.ipynb is not what .* \(convolve-answer\).*make"
    ):
        refuse_edited_stubs(course)


def test_a_check_that_only_the_master_has_is_refused(course):
    """Is a source that moved on since the stub was handed out named, before anybody gets a 0?"""
    edit(course, SOURCE, "s1-01", "## S1 · Another text")
    with pytest.raises(CourseError, match="s1-01"):
        refuse_edited_stubs(course)


def test_a_copied_stub_file_is_one_sentence(course):
    """Is a stub that is missing or no notebook named?"""
    course.notebook(STUBS, NAME).write_text("{")
    with pytest.raises(CourseError, match="01-small.ipynb"):
        refuse_edited_stubs(course)
