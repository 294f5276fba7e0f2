"""nbgrader's own export with correct quoting.

nbgrader's ``CsvExportPlugin`` puts fields together with commas and quotes none, so that a name with
a comma moves every number after it into the next column. ``QuotedCsv`` writes the same columns and
the same numbers as CSV. It serves `nbgrader export`, too:
``nbgrader export --exporter=cnn_course.grade.nbgrader_csv.QuotedCsv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

from cnn_course.safe_csv import Verbatim, write_csv

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class QuotedCsv(ExportPlugin):
    """nbgrader's grades.csv, quoted, UTF-8, without formulas."""

    def export(self, gradebook: Gradebook) -> None:
        """Write a row for each assignment and student; one who handed in nothing has 0 points."""
        write_csv(Path(self.to or "grades.csv"), COLUMNS, self._rows(gradebook))

    def _rows(self, gradebook: Gradebook) -> Iterator[list[object]]:
        for assignment in gradebook.assignments:
            if not self.assignment or assignment.name in map(str, self.assignment):
                for student in gradebook.students:
                    if not self.student or student.id in map(str, self.student):
                        yield _row(gradebook, assignment, student)


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> list[object]:
    name: Any = assignment.name
    learner: Any = student.id
    who = [learner, student.last_name, student.first_name, student.email]
    try:
        submission = gradebook.find_submission(name, learner)
    except MissingEntry:
        timestamp, scores = None, (0.0, 0.0, 0.0)
    else:
        raw, penalty = submission.score, submission.late_submission_penalty
        timestamp = submission.timestamp
        scores = (raw, penalty, None if penalty is None else max(0.0, raw - penalty))
    numbers = [_plain(score) for score in (*scores, assignment.max_score)]
    return [assignment.name, assignment.duedate, timestamp, *who, *numbers]


def _plain(score: float | None) -> Verbatim | None:
    """A number as nbgrader writes it: 92.0, not 92."""
    return None if score is None else Verbatim(score)
