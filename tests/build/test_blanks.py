"""Blanks inside a line, and what nbgrader makes of them."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.build.blanks import hide, show, split_outside
from cnn_course.build.preprocessors import HideAnswers

LINES = [
    ("x = conv2(x)  # blank: conv2", "x = ______(x)", "x = conv2(x)"),
    (
        "import Conv2D, MaxPooling2D  # blank: Conv2D=____2D, MaxPooling2D=_____2D",
        "import ____2D, _____2D",
        "import Conv2D, MaxPooling2D",
    ),
    ("Conv2D(16, activation='relu')  # blank: relu", "Conv2D(16, activation='______')", None),
    ('Dense(8, activation="relu")  # blank: activation="relu"', "Dense(8, ______)", None),
    ('Dense(8, activation="relu")  # blank: activation="relu"=_____', "Dense(8, _____)", None),
    ("x = conv1(x)  # blank: x, x", "______ = conv1(______)", None),
    ("x = conv1(x_inputs)  # blank: x_inputs=_______", "x = conv1(_______)", None),
    ("answer = 4  # blank: 4=None", "answer = None", "answer = 4"),
    ("n = 3 * 3 * 16 + 16  # blank: 3 * 3 * 16 + 16=None", "n = None", None),
    ("n = 14 + 4  # blank: 4", "n = 14 + ______", None),
    ('    "input": "A, B",  # blank: "A, B"=""', '    "input": "",', '    "input": "A, B",'),
    ("shape = (24, 24)  # blank: (24, 24)=None", "shape = None", None),
    (
        "x = 1  # an ordinary comment",
        "x = 1  # an ordinary comment",
        "x = 1  # an ordinary comment",
    ),
]


@pytest.mark.parametrize(("line", "stub", "solution"), LINES)
def test_a_line_has_two_faces(line, stub, solution):
    """Does the stub show blanks and the solution the answer, both without the comment?"""
    assert hide(line) == stub
    assert show(line) == (solution or line.split("  #")[0])


def test_only_marked_lines_change():
    """Do other lines of the cell stay as they are?"""
    source = "a = 1\nb = a  # blank: a\n\nc = b"
    assert hide(source) == "a = 1\nb = ______\n\nc = b"
    assert show(source) == "a = 1\nb = a\n\nc = b"


@pytest.mark.parametrize("what", ["conv3", "onv2", "x, x, x", "conv2=a, conv2"])
def test_a_blank_must_be_in_its_line(what):
    """Is a blank that the line does not have an error that names it?"""
    with pytest.raises(ValueError, match="blank '.*' is not in its line"):
        hide(f"x = conv2(x)  # blank: {what}")


def test_commas_inside_quotes_and_brackets_separate_nothing():
    """Are `(1, 2)` and `"a, b"` one token each?"""
    assert split_outside('(1, [2, 3]), "a, b", c') == ["(1, [2, 3])", '"a, b"', "c"]


def stub(source, **metadata):
    cell = new_code_cell(source)
    base = {"schema_version": 3, "grade": False, "locked": False, "grade_id": "x"}
    cell.metadata = {"nbgrader": base | {"solution": True}} | metadata
    notebook, _ = HideAnswers().preprocess(new_notebook(cells=[cell]), {})
    return [cell.source for cell in notebook.cells]


def test_nbgrader_keeps_a_cell_that_only_has_blanks():
    """Is a cell without a solution region kept, where nbgrader alone would empty it?"""
    assert stub("x = 4  # blank: 4\ny = 1") == ["x = ______\ny = 1"]


def test_blanks_and_a_region_go_together():
    """Are both hidden where a cell has both?"""
    source = "x = 4  # blank: 4\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION"
    assert stub(source) == ["x = ______\n# YOUR CODE HERE\nraise NotImplementedError()"]


def test_a_cell_without_either_is_emptied():
    """Is nbgrader's own rule untouched, so that nothing leaks?"""
    assert stub("x = 4") == ["# YOUR CODE HERE\nraise NotImplementedError()"]


def test_cells_only_for_the_solution_are_dropped():
    """Does a stub lack what only the solution shows?"""
    assert stub("x = 4", tags=["solution-only"]) == []
