"""What each process of a run imports: nothing that takes a second and is not asked for."""

import subprocess
import sys

import nbformat
import pytest
from nbgrader import utils

from cnn_course.cell_kind import is_marked


@pytest.mark.parametrize(
    "module, without",
    [
        ("cnn_course.grade.executors", ("nbgrader", "tensorflow", "rfc3987_syntax.syntax_helpers")),
        ("cnn_course.grade.judging", ("nbgrader", "nbformat")),
        ("cnn_course.grade.reading", ("nbgrader", "nbformat", "numpy")),
    ],
)
def test_a_worker_imports_little(module, without):
    """Does a worker, a judge, a reader do without the libraries of the others?"""
    code = f"import sys, {module}; print([name for name in {without!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["grade", "solution", "task"])
@pytest.mark.parametrize("about", [None, {}, {"grade": True}, {"solution": True, "task": False}])
def test_a_cell_is_to_us_what_it_is_to_nbgrader(name, about):
    """Are nbgrader's metadata read as nbgrader reads them?"""
    cell = nbformat.v4.new_code_cell(metadata={} if about is None else {"nbgrader": about})
    assert is_marked(cell, name) == getattr(utils, f"is_{name}")(cell)
