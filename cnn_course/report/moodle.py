"""Grades for Moodle: the gradebook's import from CSV.

Moodle prescribes no header: after the upload the instructor maps one column to the user and each
grade column to a grade item (https://docs.moodle.org/en/Grade_import). The columns here have the
names that Moodle's own grade export gives them (``First name``, ``Last name``, ``ID number``,
``Email address``), with ``Username`` and the grade. Required are one column that Moodle finds the
user by (ID number, email address or username: grade/import/csv/classes/load_data.php of
moodle/moodle) and one grade column. ``-`` is Moodle's word for no grade.

What an instructor fills in, in nbgrader's student table (Formgrader, "Manage Students"): ``email``,
for Email address, or ``lms_user_id``, for ID number (`cnn-lesson people` fills them from Moodle's
list); nbgrader's student id goes to Username. Moodle's importer takes a row whose mapped cell is
empty for the learner of the row before, or stops; so the column that most learners have is the one
to map, ``key_of`` says which, rows without it are left out, and so is every other such column that
has a gap: it cannot be mapped by mistake.
On import: encoding UTF-8, separator comma; map from that column to the field of the same name, and
the last column to a new or an existing grade item, whose
maximum must be the points that `cnn-lesson report` names. Moodle refuses grades above 100 unless
told otherwise. There is no feedback column: with one, Moodle overwrites grades that are linked to
it. The file is UTF-8 without a BOM.
"""

from __future__ import annotations

from pathlib import Path

from cnn_course.report.grades import Grade, Grades
from cnn_course.safe_csv import Verbatim, write_csv

COLUMNS = ("First name", "Last name", "ID number", "Email address", "Username")
_KEYS = ("Email address", "ID number", "Username")
NO_GRADE = Verbatim("-")


def write(grades: Grades, path: Path) -> Path:
    """Write Moodle's import file, without those it could not tell apart; its path."""
    key = key_of(grades)
    told_apart = [grade for grade in grades.all if _value(grade, key)]
    gaps = {k for k in _KEYS if not all(_value(grade, k) for grade in told_apart)}
    kept = [place for place, column in enumerate(COLUMNS) if column not in gaps]
    rows = [[row[place] for place in kept] + row[len(COLUMNS) :] for row in map(_row, told_apart)]
    return write_csv(path, (*(COLUMNS[place] for place in kept), grades.title), rows)


def key_of(grades: Grades) -> str:
    """The column to map: the one that most learners have, of two equal the address.

    The username, which everybody has, only where neither address nor number is known: it is the
    learner's id here, and Moodle need not know it.
    """
    known = {key: sum(map(bool, _values(grades, key))) for key in _KEYS[:-1]}
    best = max(known, key=known.__getitem__)
    return best if known[best] else _KEYS[-1]


def left_out(grades: Grades) -> list[str]:
    """The learners without a value in that column, who are not in the file."""
    key = key_of(grades)
    return [grade.person.learner for grade in grades.all if not _value(grade, key)]


def _values(grades: Grades, key: str) -> list[str]:
    return [_value(grade, key) for grade in grades.all]


def _value(grade: Grade, key: str) -> str:
    who = grade.person
    fields = {"Email address": who.email, "ID number": who.lms_user_id, "Username": who.learner}
    return fields[key].strip()


def _row(grade: Grade) -> list[object]:
    who = grade.person
    points = NO_GRADE if grade.points is None else grade.points
    return [who.first_name, who.last_name, who.lms_user_id, who.email, who.learner, points]
