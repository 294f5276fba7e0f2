"""Grades for ILIAS: the status file of an exercise, ``status.csv``.

ILIAS' manual documents no import of grades into an exercise. The status file comes with the plugin
ExerciseStatusFile (https://github.com/ilifau/ExerciseStatusFile, made by FAU Erlangen-Nürnberg for
StudOn), which documents its columns: ``update``, ``usr_id``, ``login``, ``lastname``,
``firstname``, ``status``, ``mark``, ``notice``, ``comment``, ``plagiarism``, ``plag_comment``. All
of them must be there, in this order. A row counts where ``update`` is 1 and ``usr_id`` is a member
of the exercise. ``status`` is passed, failed or notgraded. ``mark`` is free text; here the points.

What an instructor fills in, in nbgrader's student table (Formgrader, "Manage Students"):
``lms_user_id``, ILIAS' number of the user; it stands in the status file that the plugin hands out
(exercise, Submissions and Grades, Multi-Feedback), beside the login. Without it update is 0, so
that the plugin passes over the row. Put ``status.csv`` in the place of the plugin's own in that ZIP
(and take ``status.xlsx`` out), and upload the ZIP. Without the plugin, the file is a list to type
from. The file is UTF-8 without a BOM, separated by commas.
"""

from __future__ import annotations

from pathlib import Path

from cnn_course.report.grades import Grade, Grades
from cnn_course.safe_csv import write_csv

COLUMNS = (
    *("update", "usr_id", "login", "lastname", "firstname", "status", "mark"),
    *("notice", "comment", "plagiarism", "plag_comment"),
)
PASS_SHARE = 0.5
"""The share of the points that passes, where nothing else is asked for."""


def write(grades: Grades, path: Path, pass_share: float = PASS_SHARE) -> Path:
    """Write the status file; its path."""
    enough = pass_share * grades.out_of
    return write_csv(path, COLUMNS, (_row(grade, enough) for grade in grades.all))


def _row(grade: Grade, enough: float) -> list[object]:
    who = grade.person
    update = int(who.has_lms_number and grade.points is not None)
    name = (who.learner, who.last_name, who.first_name)
    return [update, who.lms_user_id, *name, _status(grade, enough), grade.points, "", "", "", ""]


def _status(grade: Grade, enough: float) -> str:
    if grade.points is None:
        return "notgraded"
    return "passed" if grade.points >= enough else "failed"
