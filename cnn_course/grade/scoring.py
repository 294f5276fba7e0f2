"""Verdicts into the graded cells' outputs, where nbgrader reads the points from."""

from __future__ import annotations

from collections.abc import Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_output

from cnn_course.cell_kind import grade_id
from cnn_course.grade.jobs import is_checked
from cnn_course.grade.judging import no_points
from cnn_course.grade.results import Run
from cnn_lesson.items import checked
from cnn_lesson.verdict import Verdict

NOTHING_CAME = "its check did not run to the end"


def complete(verdicts: Mapping[str, Verdict], name: str, run: Run) -> dict[str, Verdict]:
    """A verdict for every checked item of a notebook; those without evidence say why."""
    reason = run.note or NOTHING_CAME
    wanted = [item.id for item in checked(name)]
    return {item: verdicts.get(item) or no_points(item, reason) for item in wanted}


def enter(notebook: NotebookNode, verdicts: Mapping[str, Verdict]) -> NotebookNode:
    """The executed notebook with each verdict as the only output of its graded cell."""
    for number, cell in enumerate(notebook.cells, start=1):
        if is_checked(cell):
            verdict = verdicts[grade_id(cell)]
            cell.execution_count = cell.execution_count or number
            data = {"text/plain": repr(verdict), "text/html": verdict._repr_html_()}
            cell.outputs = [
                new_output("execute_result", data, execution_count=cell.execution_count)
            ]
    return notebook
