"""Graded cells that the course put into the lesson's notebooks and the lesson has no judge for.

They run as nbgrader runs them, with their hidden tests, after the learner's cells, and nbgrader's
rules say what they are worth: the decision falls inside the learner's kernel.
"""

from __future__ import annotations

from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id, is_check
from cnn_lesson.items import ITEMS


def add_hidden_tests(stub: NotebookNode, source: NotebookNode) -> None:
    """Give the tests that no judge stands behind the lines that learners do not get."""
    tests = {grade_id(cell): cell.source for cell in source.cells if is_own_test(cell)}
    for cell in stub.cells:
        if is_own_test(cell) and grade_id(cell) in tests:
            cell.source = tests[grade_id(cell)]


def is_own_test(cell: NotebookNode) -> bool:
    """Whether a cell is a test in code that is no item of the lesson."""
    return cell.cell_type == "code" and is_check(cell) and grade_id(cell) not in ITEMS
