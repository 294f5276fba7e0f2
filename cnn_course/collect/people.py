"""A list of participants into nbgrader's student table, and who is not on it any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cnn_course.collect.ledger import Ledger, load_ledger
from cnn_course.collect.roster import Entry, read_roster
from cnn_course.collect.who import People, ids_of, save_people
from cnn_course.grade.gradebook import Course
from cnn_course.project import WORK, Project

FIELD_LIMIT = 128
"""Letters that a field of nbgrader's student table holds."""


@dataclass
class Enrolled:
    """What became of a list of participants."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """In the student table, and not on the list."""
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Collected under a name that the list does not have, or has more than once."""


def enrol(project: Project, path: Path) -> Enrolled:
    """Fill the student table from a list; nobody is removed from it.

    A learner who was collected before keeps the id. Raises CourseError for what is no list.
    """
    work = project.root / WORK
    entries, refused = ids_of(read_roster(path))
    people, ledger = People(entries), load_ledger(work)
    unknown = _keep_ids(people, ledger)
    work.mkdir(exist_ok=True)
    with Course(project, work).opened() as gradebook:
        known = {student.id for student in gradebook.students}
        for who, entry in people.entries.items():
            gradebook.update_or_create_student(who, **_columns(entry))
    save_people(people, work)
    return Enrolled(
        sorted(set(people.entries) - known),
        sorted(set(people.entries) & known),
        sorted(known - set(people.entries)),
        refused,
        unknown,
    )


def _keep_ids(people: People, ledger: Ledger) -> list[str]:
    """Give people the ids under which they were collected; the learners nobody matches."""
    unknown = []
    for who, collected in ledger.learners.items():
        found = people.find(collected.origin())
        if len(found) != 1:
            unknown.append(who)
        elif found[0] != who:
            people.entries[who] = people.entries.pop(found[0])
    return unknown


def _columns(entry: Entry) -> dict[str, str]:
    """Nbgrader's columns, without those that the list does not fill."""
    first, last = entry.first, entry.last
    if not (first or last):
        first, _, last = entry.name.rpartition(" ")
    columns = {
        "first_name": first,
        "last_name": last,
        "email": entry.email,
        "lms_user_id": entry.lms_user_id,
    }
    return {name: value[:FIELD_LIMIT] for name, value in columns.items() if value}
