"""All files of the report, written together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnn_course.collect.who import load_people
from cnn_course.grade import feedback
from cnn_course.grade.alike import sentences
from cnn_course.project import WORK, Project
from cnn_course.report import canvas, ilias, moodle, tables
from cnn_course.report.anonymous import numbers_for, without_names
from cnn_course.report.graded_class import ClassBook
from cnn_course.report.grades import Grades, grades_of
from cnn_course.report.ilias import PASS_SHARE
from cnn_course.report.item_analysis import section_names
from cnn_course.report.page import write_page
from cnn_course.report.reading import export, read_class

REPORT, ANONYMOUS = "report", "anonymous"
"""The report is in ``report/``; the one without names in ``report/anonymous/``, to be handed on."""


@dataclass(frozen=True)
class ReportPaths:
    """What was written; ``grades`` maps a platform to its file and is empty without names."""

    page: Path
    items: Path
    learners: Path
    grades: dict[str, Path]
    remarks: tuple[str, ...] = ()
    """Sentences that an instructor should read."""


def write_report(
    project: Project, anonymous: bool = False, pass_share: float = PASS_SHARE
) -> ReportPaths:
    """Write page, tables and grade files; where they are.

    Raises CourseError where nothing is graded.
    """
    book = read_class(project)
    if any(learner.found for learner in book.learners):
        feedback.renew(project)
    folder = project.root / REPORT
    grades: dict[str, Path] = {}
    remarks = (*book.remarks, *_essays(book))
    if anonymous:
        folder /= ANONYMOUS
        numbers = numbers_for((x.name for x in book.learners), project.root / WORK)
        book = without_names(book, numbers)
    else:
        final = grades_of(book)
        grades = write_grades(final, folder, pass_share)
        remarks += (
            *sentences(book.alike),
            *_for_moodle(final),
            *_gone(book),
            *_unlisted(project, final),
        )
        if written := export(project, folder / "grades.csv"):
            grades["nbgrader"] = written
    page = write_page(book, section_names(project), folder, project.root, anonymous)
    items = tables.write_items(book, folder / "items.csv")
    learners = tables.write_learners(book, folder / "learners.csv")
    return ReportPaths(page, items, learners, grades, remarks)


def write_grades(grades: Grades, folder: Path, pass_share: float = PASS_SHARE) -> dict[str, Path]:
    """Write the grades in every platform's form; platform and path."""
    return {
        "Canvas": canvas.write(grades, folder / "canvas.csv"),
        "Moodle": moodle.write(grades, folder / "moodle.csv"),
        "ILIAS": ilias.write(grades, folder / "ilias" / "status.csv", pass_share),
    }


def _for_moodle(grades: Grades) -> list[str]:
    """Which column of Moodle's file to map, where somebody is not in it."""
    missing = moodle.left_out(grades)
    if not missing:
        return []
    key = moodle.key_of(grades)
    return [
        f"moodle.csv, to be mapped by {key}, leaves out who has none: {', '.join(missing)}; "
        "`cnn-lesson people LIST.csv` fills it."
    ]


def _gone(book: ClassBook) -> list[str]:
    """Who has results and is not in the student table any more."""
    if not book.gone:
        return []
    return [
        f"Not in the student table, so in no table and no grade file: {', '.join(book.gone)}; "
        "`cnn-lesson grade` enters who still has a folder in submitted/."
    ]


def _unlisted(project: Project, grades: Grades) -> list[str]:
    """Who is not on the list of participants that was read last, where one was."""
    listed = load_people(project.root / WORK).entries
    missing = [g.person.learner for g in grades.all if g.person.learner not in listed]
    if not listed or not missing:
        return []
    return [
        f"Not on the list of participants: {', '.join(missing)}; who left can be taken out of the "
        "student table, with all marks, by `nbgrader db student remove NAME --force`."
    ]


def _essays(book: ClassBook) -> list[str]:
    """A sentence where essays wait to be marked."""
    waiting = sum(bool(learner.waiting(learner.marks)) for learner in book.learners)
    if not waiting:
        return []
    whose = "1 learner" if waiting == 1 else f"{waiting} learners"
    if book.essays_wait:
        then = f"until then points are of the {book.out_of:g} automatic ones"
    else:
        then = "until then the grade files leave these learners without a grade"
    return [f"Essays of {whose} wait to be marked in Formgrader; {then}."]
