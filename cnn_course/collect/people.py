"""A list of participants into nbgrader's student table, and who is not on it any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cnn_course.collect.ledger import Ledger, load_ledger
from cnn_course.collect.roster import Entry, read_roster
from cnn_course.collect.who import People, ids_of, load_people, save_people
from cnn_course.grade.gradebook import Course
from cnn_course.project import WORK, Project

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

FIELD_LIMIT = 128
"""Letters that a field of nbgrader's student table holds."""


TOLD_APART = ("login", "email", "number", "matriculation")
TOLD_BY = (*TOLD_APART, "participant")
"""What tells people apart; the participant's number is another one in another assignment."""


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
    merged: dict[str, str] = field(default_factory=dict)
    """Rows without work that were taken out: the row that the same person has now."""
    twice: dict[str, str] = field(default_factory=dict)
    """The same where both have work; nothing was taken out."""


def enrol(project: Project, path: Path) -> Enrolled:
    """Fill the student table from a list; nobody is removed from it, and nobody is in it twice.

    Who was collected or listed before keeps the id. Raises CourseError for what is no list.
    """
    work = project.root / WORK
    entries, refused = ids_of(read_roster(path))
    people, ledger = People(entries), load_ledger(work)
    renamed = _keep_listed(people, load_people(work))
    unknown = _keep_ids(people, ledger, renamed)
    work.mkdir(exist_ok=True)
    done = Enrolled(refused=refused, unknown=unknown)
    with Course(project, work).opened() as gradebook:
        known = {student.id for student in gradebook.students}
        for who, entry in people.entries.items():
            gradebook.update_or_create_student(who, **_columns(entry))
        _one_row_each(gradebook, people, {w: now for w, now in renamed.items() if w in known}, done)
    save_people(people, work)
    done.new = sorted({*people.entries} - known)
    done.updated = sorted({*people.entries} & known)
    done.left = sorted(known - {*people.entries} - {*done.merged} - {*done.twice})
    return done


def _keep_listed(people: People, before: People) -> dict[str, str]:
    """Give people the ids and numbers that an earlier list gave them; new ids by those ids."""
    renamed = {}
    for old, entry in before.entries.items():
        found = [old] if old in people.entries else _meant(people, entry)
        if len(found) == 1 and len(_meant(before, people.entries[found[0]])) <= 1:
            known = {key: value for key, value in entry.as_dict().items() if key in TOLD_BY}
            now = people.entries.pop(found[0])
            people.entries[old] = Entry(**(known | now.as_dict()))
            renamed |= {found[0]: old} if found[0] != old else {}
    return renamed


def _meant(people: People, entry: Entry) -> list[str]:
    """The people with a number, login or address of an entry; by name where none is in both."""
    pairs = {who: _shared(each, entry) for who, each in people.entries.items()}
    sure = [who for who, shared in pairs.items() if any(shared)]
    named = (who for who, shared in pairs.items() if not shared)
    return sure or [who for who in named if people.entries[who].name == entry.name != ""]


def _shared(one: Entry, other: Entry) -> list[bool]:
    """For each way to tell people apart that both have: whether it is the same."""
    both = ((getattr(one, kind), getattr(other, kind)) for kind in TOLD_APART)
    return [a.casefold() == b.casefold() for a, b in both if a and b]


def _keep_ids(people: People, ledger: Ledger, renamed: dict[str, str]) -> list[str]:
    """Give people the ids under which they were collected; the learners nobody matches.

    ``renamed`` gets the id of the row for each id that gives way.
    """
    found = {who: people.find(each.origin()) for who, each in ledger.learners.items()}
    times = Counter(ids[0] for ids in found.values() if len(ids) == 1)
    unknown = []
    for who, ids in found.items():
        if len(ids) != 1 or (times[ids[0]] > 1 and ids[0] != who):
            unknown.append(who)
        elif ids[0] != who:
            people.entries[who] = people.entries.pop(ids[0])
            renamed |= {old: who for old, now in renamed.items() if now == ids[0]}
            renamed[ids[0]] = who
    return unknown


def _one_row_each(
    gradebook: Gradebook, people: People, renamed: dict[str, str], done: Enrolled
) -> None:
    """Take out what an earlier list called people who have another id now, if it has no work."""
    for old, now in renamed.items():
        if old in people.entries:
            continue
        if gradebook.find_student(old).submissions:
            done.twice[old] = now
        else:
            gradebook.remove_student(old)
            done.merged[old] = now


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
