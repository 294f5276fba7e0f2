"""A graded class read from where grading left it, without changing anything there.

Points come from nbgrader's gradebook, so that marks and corrections by hand count. Findings, times
and failures come from grading's own results. Either may be missing.
"""

from __future__ import annotations

import math
import sqlite3
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cnn_course.errors import CourseError
from cnn_course.grade import results
from cnn_course.grade.gradebook import Course, Row
from cnn_course.grade.results import Result
from cnn_course.project import ASSIGNMENT, WORK, Project
from cnn_course.report.graded_class import (
    NOT_YET,
    OPEN,
    PARTLY,
    RIGHT,
    WAITING,
    ClassBook,
    Learner,
    Mark,
    Person,
)
from cnn_lesson.items import ITEMS, Item
from cnn_lesson.verdict import Finding, Verdict

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

SQLITE = "sqlite:///"
NO_GRADEBOOK = (
    "There is no gradebook, so the points are those of the automatic grading, without the essays."
)
OTHER_COURSE = (
    f"The gradebook has no grades of this lesson (assignment {ASSIGNMENT}), so the points are "
    "those of the automatic grading, without the essays."
)


@dataclass
class Book:
    """What the gradebook has: rows of points, people, points off for handing in late."""

    rows: list[Row] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    penalties: dict[str, float] = field(default_factory=dict)
    remark: str = ""


def read_class(project: Project) -> ClassBook:
    """The graded class of a project. Raises CourseError where nothing is graded."""
    stored, damaged = _results(project.root / WORK / "results")
    book = _gradebook(Course(project, project.root / WORK))
    graded = {row.learner for row in book.rows}
    gone = set(stored) - set(book.people) if book.people and graded else set()
    names = sorted((graded | set(stored)) - gone)
    if not names:
        raise CourseError(_nothing(book, damaged))
    learners = tuple(_learner(name, book, stored.get(name)) for name in names)
    missing = sum(not learner.found for learner in learners)
    lost = len(damaged - graded)
    remarks = (book.remark, _missing(missing, len(learners)), _lost(lost))
    absent = tuple(book.people[name] for name in sorted(set(book.people) - set(names)))
    return ClassBook(learners, absent, tuple(filter(None, remarks)), tuple(sorted(gone)))


def _nothing(book: Book, damaged: set[str]) -> str:
    if damaged:
        return f"none of the {len(damaged)} stored results can be read: run `cnn-lesson grade`"
    if book.remark == OTHER_COURSE:
        return (
            f"the gradebook has no grades of this lesson (assignment {ASSIGNMENT}), and nothing "
            "is graded here: run `cnn-lesson grade`"
        )
    return "nothing is graded yet, so there is nothing to report: run `cnn-lesson grade`"


def _missing(missing: int, of: int) -> str:
    if not missing:
        return ""
    whose = "any learner" if missing == of else f"{missing} of {of} learners"
    return (
        f"Misconceptions and times are not known for {whose}, because grading's own results are "
        "missing or damaged; `cnn-lesson grade` makes them again."
    )


def _lost(lost: int) -> str:
    whose = "1 learner is" if lost == 1 else f"{lost} learners are"
    why = "the stored result is damaged and the gradebook has no grades"
    return f"{whose} left out: {why}; `cnn-lesson grade` makes them again." if lost else ""


def _results(folder: Path) -> tuple[dict[str, Result], set[str]]:
    """The stored results by learner, and the learners whose file cannot be used."""
    stored = {}
    paths = [path for path in sorted(folder.glob("*.json")) if not path.name.startswith(".")]
    for path in paths:
        result = results.load(path.stem, folder)
        if result is not None and result.learner == path.stem and _is_sound(result):
            stored[path.stem] = result
    return stored, {path.stem for path in paths} - set(stored)


def _is_sound(result: Result) -> bool:
    """True where all that is added up are numbers, and all that is shown is text."""
    runs, verdicts = result.runs.values(), result.verdicts.values()
    numbers = [verdict.points for verdict in verdicts]
    numbers += [value for run in runs for value in (run.seconds, run.memory_mb)]
    texts = [text for run in runs for text in (run.state, run.note)]
    texts += [text for v in verdicts for f in v.findings for text in (f.misconception, f.thought)]
    return all(map(_is_number, numbers)) and all(isinstance(text, str) for text in texts)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _gradebook(course: Course) -> Book:
    """What the gradebook knows; empty, with a remark, where it is missing or of another course."""
    from sqlalchemy.exc import SQLAlchemyError

    url = course.url
    try:
        known = _has_lesson(url)
        if known is None:
            return Book(remark=NO_GRADEBOOK)
        rows = [row for row in course.rows() if row.item in ITEMS] if known else []
        book = Book(rows, *_people(url)) if known else Book()
    except (sqlite3.Error, SQLAlchemyError) as error:
        reason = str(error).splitlines()[0]
        raise CourseError(
            f"the gradebook {url.removeprefix(SQLITE)} cannot be read ({reason}): "
            "put a good copy in its place, or move it away and run `cnn-lesson grade --again`"
        ) from error
    book.remark = "" if rows else OTHER_COURSE
    return book


def _has_lesson(url: str) -> bool | None:
    """True where the gradebook knows the assignment; None where there is no gradebook.

    It is asked without writing: nbgrader would make a new gradebook, or enter this course into
    another course's.
    """
    if not url.startswith(SQLITE):
        return True
    path = Path(url.removeprefix(SQLITE)).resolve()
    if not path.is_file() or not path.stat().st_size:
        return None
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        query = "SELECT count(*) FROM assignment WHERE name = ?"
        return database.execute(query, (ASSIGNMENT,)).fetchone()[0] > 0


def export(project: Project, path: Path) -> Path | None:
    """Write the gradebook in nbgrader's own columns; None where there is no gradebook."""
    course = Course(project, project.root / WORK)
    return course.export(path) if _has_lesson(course.url) else None


@contextmanager
def _open(url: str) -> Iterator[Gradebook]:
    """The gradebook; nbgrader warns of its own database session, which is not for instructors."""
    from nbgrader.api import Gradebook

    with warnings.catch_warnings(), Gradebook(url, "cnn-lesson") as gradebook:
        warnings.filterwarnings("ignore", module="nbgrader")
        yield gradebook


def _people(url: str) -> tuple[dict[str, Person], dict[str, float]]:
    """Everybody in the gradebook, and the points taken off for handing in late."""
    with _open(url) as gradebook:
        people = {
            student.id: Person(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
            )
            for student in gradebook.students
        }
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        penalties = {each.student.id: each.late_submission_penalty or 0.0 for each in submissions}
    return people, penalties


def _learner(name: str, book: Book, result: Result | None) -> Learner:
    rows = {row.item: row for row in book.rows if row.learner == name}
    verdicts = result.verdicts if result else {}
    marks = {i: _mark(item, rows.get(i), verdicts.get(i)) for i, item in ITEMS.items()}
    person = book.people.get(name) or Person(name)
    runs = result.runs if result else {}
    return Learner(person, marks, runs, book.penalties.get(name, 0.0), result is not None)


def _mark(item: Item, row: Row | None, verdict: Verdict | None) -> Mark:
    """The gradebook's points where it has them, else grading's; a person's points count most."""
    out_of = row.out_of if row else float(item.points)
    points = row.points if row else None
    if points is None and not item.manual:
        points = verdict.points if verdict else 0.0
    by_hand = row is not None and row.by_hand
    state = _state(points, out_of, _never_begun(item, verdict, by_hand))
    corrected = by_hand and state == RIGHT
    findings = verdict.findings if verdict and not corrected else ()
    return Mark(item.id, points, out_of, state, _named(findings))


def _never_begun(item: Item, verdict: Verdict | None, by_hand: bool) -> bool:
    """True for an answer that is still the stub; nbgrader gives an essay like that 0 by itself."""
    if by_hand:
        return False
    return item.manual if verdict is None else verdict.untouched


def _state(points: float | None, out_of: float, never_begun: bool) -> str:
    if points is None:
        return WAITING
    if points >= out_of:
        return RIGHT
    if points > 0:
        return PARTLY
    return OPEN if never_begun else NOT_YET


def _named(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that name a misconception, without the learner's own words."""
    return tuple(
        Finding(misconception=finding.misconception, thought=finding.thought)
        for finding in findings
        if finding.misconception
    )
