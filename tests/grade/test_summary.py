"""The table of a graded class on the terminal."""

import io

from rich.console import Console

from cnn_course.grade import summary
from cnn_course.grade.graded import GradedClass
from cnn_course.grade.results import Result, Run
from cnn_lesson.items import ITEMS, NOTEBOOKS
from cnn_lesson.verdict import Verdict


def row_of(penalties: dict[tuple[str, str], float]) -> str:
    """The line of a learner who has everything right."""
    result = Result("ada", "k", {name: Run() for name in NOTEBOOKS})
    result.verdicts = {i.id: Verdict(i.id, i.points, i.points) for i in ITEMS.values()}
    stream = io.StringIO()
    graded = GradedClass([result], {}, 1, 0.0)
    summary.show(graded, Console(file=stream, width=200), penalties=penalties)
    return next(line for line in stream.getvalue().splitlines() if line.startswith("ada"))


def test_what_being_late_costs_is_off_as_in_the_grade_files():
    """Are the points those of the exports, and is it said what was taken off?"""
    whole, late = row_of({}).split(), row_of({("ada", NOTEBOOKS[0]): 2.5})
    total = sum(item.points for item in ITEMS.values())
    assert float(whole[-1]) == total
    assert float(late.split()[1]) == float(whole[1]) - 2.5
    assert f"{total - 2.5:.4g}" in late.split()
    assert "2.5 points off for handing in late" in late


def test_nobody_has_less_than_nothing():
    """Does a penalty above the points leave a nought?"""
    assert row_of({("ada", NOTEBOOKS[0]): 99.0}).split()[1] == "0"
