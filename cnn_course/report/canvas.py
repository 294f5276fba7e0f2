"""Grades for Canvas: its gradebook's CSV import.

Columns, as in the CSV that Canvas' gradebook exports and takes back: ``Student``, ``ID``,
``SIS User ID``, ``SIS Login ID``, ``Section``, then one column for each assignment; a row
``Points Possible`` under the header. Canvas insists on Student, ID and Section in the header. It
finds a student by ID, else by SIS User ID, SIS Login ID, and at last by name.
Documented in Instructure's guides for instructors ("How do I import grades in the Gradebook?"),
in Ohio State's https://teaching.resources.osu.edu/toolsets/carmencanvas (guide "Import CSV File
for Carmen Grades"), and by the importer itself (lib/gradebook_importer.rb, instructure/canvas-lms).

What an instructor fills in, in nbgrader's student table (Formgrader, "Manage Students"):
``lms_user_id``, a number: Canvas' own ID of the student; anything else in it goes to SIS User ID.
nbgrader's student id goes to SIS Login ID; first and last name to Student. One of them must be what
Canvas knows. Section may stay empty. To fill a column that exists, give it Canvas' own header,
``Title (number)``; any other header makes a new assignment. An empty cell means no grade, and takes
away one that Canvas has. The file is UTF-8 without a BOM.
"""

from __future__ import annotations

from pathlib import Path

from cnn_course.report.graded_class import Person
from cnn_course.report.grades import Grades
from cnn_course.safe_csv import Verbatim, write_csv

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = Verbatim("    Points Possible")


def write(grades: Grades, path: Path) -> Path:
    """Write Canvas' import file; its path."""
    possible = [POINTS_POSSIBLE, "", "", "", "", grades.out_of]
    rows = [[*_who(grade.person), "", grade.points] for grade in grades.all]
    return write_csv(path, (*COLUMNS, grades.title), [possible, *rows])


def _who(person: Person) -> list[str]:
    """Student, ID, SIS User ID, SIS Login ID; the name as Canvas sorts it, "Last, First"."""
    name = ", ".join(filter(None, (person.last_name, person.first_name))) or person.learner
    ids = (person.lms_user_id, "") if person.has_lms_number else ("", person.lms_user_id)
    return [name, *ids, person.learner]
