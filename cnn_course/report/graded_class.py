"""A graded class as plain data: who, how many points, what was found, how the runs ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cnn_course.grade.own_cells import OwnCell
from cnn_course.grade.results import Run
from cnn_lesson.items import ITEMS, Item
from cnn_lesson.verdict import Finding

RIGHT, PARTLY, NOT_YET, OPEN, WAITING = "right", "partly", "not yet", "open", "waiting"
STATES = (RIGHT, PARTLY, NOT_YET, OPEN, WAITING)
"""What became of an answer; ``open`` was never begun, ``waiting`` waits for a person to mark it."""


@dataclass(frozen=True)
class Person:
    """A learner as nbgrader's gradebook has them; what it does not know is empty."""

    learner: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def has_lms_number(self) -> bool:
        """Whether the platform's id is a number, as platforms number their users."""
        return self.lms_user_id.isascii() and self.lms_user_id.isdigit()


@dataclass(frozen=True)
class Mark:
    """One answer: its points (None until a person has marked it) and what grading found."""

    item: str
    points: float | None
    out_of: float
    state: str
    findings: tuple[Finding, ...] = ()

    @property
    def lost(self) -> float:
        """The points that are missing; none where nobody has marked it yet."""
        return 0.0 if self.points is None else max(self.out_of - self.points, 0.0)


@dataclass(frozen=True)
class Learner:
    """One learner: a mark for every item, and how each notebook ran."""

    person: Person
    marks: dict[str, Mark]
    runs: dict[str, Run] = field(default_factory=dict)
    penalty: float = 0.0
    """Points that nbgrader takes off for handing in late."""
    found: bool = True
    """False where grading's own result is missing, so that there are points and nothing more."""

    @property
    def name(self) -> str:
        """The name that the report shows."""
        return self.person.learner

    def points(self, items: Iterable[str]) -> float:
        """The points of some items; what waits for a person counts as none so far."""
        return sum(self.marks[item].points or 0.0 for item in items)

    def waiting(self, items: Iterable[str]) -> float:
        """The points of some items that wait for a person."""
        return sum(self.marks[i].out_of for i in items if self.marks[i].points is None)


@dataclass(frozen=True)
class ClassBook:
    """A graded class; ``absent`` are those the gradebook knows who handed in nothing."""

    learners: tuple[Learner, ...]
    absent: tuple[Person, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences on what is missing, without a name."""
    own: tuple[OwnCell, ...] = ()
    """Graded cells that the course added to the lesson's."""
    alike: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Notebooks that several learners have, in every line of their own, and who they are."""
    gone: tuple[str, ...] = ()
    """Who has stored results and was removed from the gradebook's student table."""

    @property
    def asked(self) -> dict[str, Item | OwnCell]:
        """All that gives points, by id: the lesson's items, then the course's own cells."""
        return {**ITEMS, **{cell.id: cell for cell in self.own}}

    @property
    def essays_wait(self) -> bool:
        """True as long as essays wait and nobody has begun to mark them."""
        essays = [each.id for each in self.asked.values() if each.manual]
        marks = [x.marks[i] for x in self.learners for i in essays]
        begun = any(mark.state not in (WAITING, OPEN) for mark in marks)
        return not begun and any(mark.state == WAITING for mark in marks)

    @property
    def counted(self) -> tuple[str, ...]:
        """The items that make up the total: without the essays as long as nobody marks them."""
        wait = self.essays_wait
        return tuple(each.id for each in self.asked.values() if not (wait and each.manual))

    @property
    def out_of(self) -> float:
        """The points of the total."""
        most = (max((x.marks[i].out_of for x in self.learners), default=0) for i in self.counted)
        return sum(most)

    def share(self, learner: Learner) -> float:
        """A learner's part of the points that are marked, 0 to 1 (more with extra points)."""
        most = self.out_of - learner.waiting(self.counted)
        return learner.points(self.counted) / most if most else 0.0
