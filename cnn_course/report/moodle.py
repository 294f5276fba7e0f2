"""Grades for Moodle: the gradebook's import from CSV.

Moodle prescribes no header: after the upload the instructor maps one column to the user and each
grade column to a grade item (https://docs.moodle.org/en/Grade_import). The columns here have the
names that Moodle's own grade export gives them (``First name``, ``Last name``, ``ID number``,
``Email address``), with ``Username`` and the grade. Required are one column that Moodle finds the
user by (ID number, email address or username: grade/import/csv/classes/load_data.php of
moodle/moodle) and one grade column. ``-`` is Moodle's word for no grade.

What an instructor fills in, in nbgrader's student table (Formgrader, "Manage Students"): ``email``,
for Email address, or ``lms_user_id``, for ID number; nbgrader's student id goes to Username. On
import: encoding UTF-8, separator comma; map from Email address to Email address (or ID number to
ID number, Username to Username), and the last column to a new or an existing grade item, whose
maximum must be the points that `cnn-lesson report` names. Moodle refuses grades above 100 unless
told otherwise. There is no feedback column: with one, Moodle overwrites grades that are linked to
it. The file is UTF-8 without a BOM.
"""

from __future__ import annotations

from pathlib import Path

from cnn_course.report.grades import Grade, Grades
from cnn_course.report.safe_csv import Verbatim, write_csv

COLUMNS = ("First name", "Last name", "ID number", "Email address", "Username")
NO_GRADE = Verbatim("-")


def write(grades: Grades, path: Path) -> Path:
    """Write Moodle's import file; its path."""
    return write_csv(path, (*COLUMNS, grades.title), map(_row, grades.all))


def _row(grade: Grade) -> list[object]:
    who = grade.person
    points = NO_GRADE if grade.points is None else grade.points
    return [who.first_name, who.last_name, who.lms_user_id, who.email, who.learner, points]
