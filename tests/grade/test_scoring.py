"""Verdicts into notebooks."""

import nbformat
from nbgrader.utils import determine_grade

from cnn_course.grade import scoring
from cnn_course.grade.results import Run
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Verdict


def check_cell(item: str) -> nbformat.NotebookNode:
    """A graded cell as nbgrader knows it."""
    about = {"grade_id": item, "grade": True, "solution": False, "locked": True}
    about |= {"points": ITEMS[item].points}
    return nbformat.v4.new_code_cell(f'check("{item}")', metadata={"nbgrader": about})


def scored(item: str, points: float) -> float:
    """What nbgrader reads from a cell that a verdict was entered into."""
    cell = check_cell(item)
    cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text="noise")]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    scoring.enter(notebook, {item: Verdict(item, points, ITEMS[item].points)})
    return determine_grade(notebook.cells[0])[0]


def test_nbgrader_reads_the_points_of_the_verdict():
    """Do none, some and all points reach nbgrader, whatever the cell printed?"""
    assert [scored("q1", points) for points in (0, 2.5, 10)] == [0, 2.5, 10]


def test_an_item_without_evidence_earns_nothing_and_says_why():
    """Does a check that never ran give 0 points with the reason of the run?"""
    run = Run("out_of_time", "a cell ran longer than 60 s")
    verdicts = scoring.complete({}, "01-convolution", run)
    assert set(verdicts) == {i.id for i in ITEMS.values() if i.notebook == "01-convolution"}
    assert all(v.points == 0 and "60 s" in str(v) for v in verdicts.values())
