"""The final grades of a class, as every learning platform gets them."""

from __future__ import annotations

from dataclasses import dataclass

from cnn_course.report.graded_class import ClassBook, Learner, Person

TITLE = "CNN lesson"
"""The name of the grade column, and of the assignment that a platform makes from it."""


@dataclass(frozen=True)
class Grade:
    """One learner's grade; points are None where an essay waits or nothing was handed in."""

    person: Person
    points: float | None


@dataclass(frozen=True)
class Grades:
    """The grades of a class, of how many points, under which title."""

    title: str
    out_of: float
    all: tuple[Grade, ...]


def grades_of(book: ClassBook) -> Grades:
    """Everybody's grade, with nbgrader's points off for handing in late.

    As long as nobody marks essays, the grade is the automatic part and its title says so. As soon
    as one essay is marked, a learner whose essay still waits has no grade, so that no platform
    shows half a grade. Neither has one who handed in nothing: nbgrader's own export says 0 there.
    """
    title = f"{TITLE}, automatic part" if book.essays_wait else TITLE
    graded = [Grade(learner.person, _points(book, learner)) for learner in book.learners]
    absent = [Grade(person, None) for person in book.absent]
    everybody = sorted([*graded, *absent], key=lambda grade: grade.person.learner)
    return Grades(title, book.out_of, tuple(everybody))


def _points(book: ClassBook, learner: Learner) -> float | None:
    if learner.waiting(book.counted):
        return None
    return round(max(learner.points(book.counted) - learner.penalty, 0.0), 2)
