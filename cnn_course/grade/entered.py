"""Whether the gradebook has a result: a result counts only where it does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cnn_course.grade.gradebook import Course
from cnn_course.grade.results import Result
from cnn_lesson.items import NOTEBOOKS

LATE_TOLERANCE_S = 1.0
POINTS_TOLERANCE = 1e-3  # nbgrader reads points of six digits


def entries_of(course: Course) -> dict[str, dict[str, float | None]]:
    """By learner and item, the automatic points that the gradebook has."""
    found: dict[str, dict[str, float | None]] = {}
    for row in course.rows():
        found.setdefault(row.learner, {})[row.item] = row.auto
    return found


def is_entered(result: Result, entry: Mapping[str, float | None], late_s: float) -> bool:
    """Whether the gradebook has all points of a result, and takes it to be as late as it was."""
    same = (_same(entry.get(item), verdict.points) for item, verdict in result.verdicts.items())
    return bool(entry) and all(same) and abs(late_s - result.late_s) <= LATE_TOLERANCE_S


def _same(entered: float | None, points: float) -> bool:
    return entered is not None and abs(entered - points) <= POINTS_TOLERANCE


def is_executed(folder: Path) -> bool:
    """Whether the executed notebooks of a learner are all there, so that they can be scored."""
    return all((folder / f"{name}.ipynb").is_file() for name in NOTEBOOKS)
