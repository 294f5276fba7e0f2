"""Graded cells that the course put into the lesson's notebooks and the lesson has no judge for.

They run as nbgrader runs them, with their hidden tests, after the learner's cells, and nbgrader's
rules say what they are worth: the decision falls inside the learner's kernel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id, is_check
from cnn_course.grade.gradebook import Row
from cnn_lesson.items import ITEMS

OWN = "a question of this course's own"
DECIDED = "its test ran in the learner's own kernel, by nbgrader's rules"


@dataclass(frozen=True)
class OwnCell:
    """A graded cell of the course's own, with what tables and pages ask of an item."""

    id: str
    notebook: str
    points: float
    manual: bool = False
    section: str = ""
    place: str = ""

    @property
    def objective(self) -> str:
        """What it is, in place of a learning objective."""
        return OWN if self.manual else f"{OWN}: {DECIDED}"


def own_cells(rows: Iterable[Row]) -> list[OwnCell]:
    """The course's own cells that the gradebook has points of, in order of notebook and name."""
    cells = {
        row.item: OwnCell(row.item, row.notebook, row.out_of, row.manual)
        for row in rows
        if row.item not in ITEMS
    }
    return sorted(cells.values(), key=lambda cell: (cell.notebook, cell.id))


def add_hidden_tests(stub: NotebookNode, source: NotebookNode) -> None:
    """Give the tests that no judge stands behind the lines that learners do not get."""
    tests = {grade_id(cell): cell.source for cell in source.cells if is_own_test(cell)}
    for cell in stub.cells:
        if is_own_test(cell) and grade_id(cell) in tests:
            cell.source = tests[grade_id(cell)]


def is_own_test(cell: NotebookNode) -> bool:
    """Whether a cell is a test in code that is no item of the lesson."""
    return cell.cell_type == "code" and is_check(cell) and grade_id(cell) not in ITEMS
