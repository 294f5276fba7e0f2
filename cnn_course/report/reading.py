"""A graded class read from where grading left it, without changing anything there.

Points come from nbgrader's gradebook, so that marks and corrections by hand count. Findings, times
and failures come from grading's own results. Either may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file, results
from cnn_course.grade.alike import groups
from cnn_course.grade.gradebook import Course, Row
from cnn_course.grade.own_cells import OwnCell, own_cells
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

    @cached_property
    def own(self) -> tuple[OwnCell, ...]:
        """The graded cells that the course added to the lesson's."""
        return tuple(own_cells(self.rows))

    @cached_property
    def of_learners(self) -> dict[str, dict[str, Row]]:
        """By learner and item, the rows."""
        found: dict[str, dict[str, Row]] = {}
        for row in self.rows:
            found.setdefault(row.learner, {})[row.item] = row
        return found


def read_class(project: Project) -> ClassBook:
    """The graded class of a project. Raises CourseError where nothing is graded."""
    stored, damaged = results.load_all(project.root / WORK / "results")
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
    alike = tuple(groups({name: stored[name].own for name in names if name in stored}))
    return ClassBook(
        learners, absent, tuple(filter(None, remarks)), book.own, alike, tuple(sorted(gone))
    )


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


def _gradebook(course: Course) -> Book:
    """What the gradebook knows; empty, with a remark, where it is missing or of another course."""
    known = gradebook_file.knows(course.url, ASSIGNMENT)
    if known is None:
        return Book(remark=NO_GRADEBOOK)
    rows = course.rows() if known else []
    book = Book(rows, *_people(course)) if known else Book()
    book.remark = _again(rows) if rows else OTHER_COURSE
    return book


def _again(rows: list[Row]) -> str:
    """A sentence where a mark was given for an answer that is another one now."""
    items = sorted({row.item for row in rows if row.again is not None})
    learners = {row.learner for row in rows if row.again is not None}
    if not items:
        return ""
    whose = "1 learner" if len(learners) == 1 else f"{len(learners)} learners"
    return (
        f"Answers of {whose} changed after a person had marked them ({', '.join(items)}): they "
        "count as not marked until they are looked at again in Formgrader."
    )


def export(project: Project, path: Path) -> Path | None:
    """Write the gradebook in nbgrader's own columns; None where there is no gradebook."""
    course = Course(project, project.root / WORK)
    return course.export(path) if gradebook_file.knows(course.url, ASSIGNMENT) else None


def _people(course: Course) -> tuple[dict[str, Person], dict[str, float]]:
    """Everybody in the gradebook, and the points taken off for handing in late."""
    with course.opened() as gradebook:
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
    rows = book.of_learners.get(name, {})
    verdicts = result.verdicts if result else {}
    asked = [*ITEMS.values(), *book.own]
    marks = {each.id: _mark(each, rows.get(each.id), verdicts.get(each.id)) for each in asked}
    person = book.people.get(name) or Person(name)
    runs = result.runs if result else {}
    return Learner(person, marks, runs, book.penalties.get(name, 0.0), result is not None)


def _mark(item: Item | OwnCell, row: Row | None, verdict: Verdict | None) -> Mark:
    """The gradebook's points where it has them, else grading's; a person's points count most."""
    out_of = row.out_of if row else float(item.points)
    points = row.points if row else None
    if points is None and not item.manual and (row is None or row.again is None):
        points = verdict.points if verdict else 0.0
    by_hand = row is not None and row.by_hand
    state = _state(points, out_of, _never_begun(item, verdict, by_hand))
    corrected = by_hand and state == RIGHT
    findings = verdict.findings if verdict and not corrected else ()
    return Mark(item.id, points, out_of, state, _named(findings))


def _never_begun(item: Item | OwnCell, verdict: Verdict | None, by_hand: bool) -> bool:
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
