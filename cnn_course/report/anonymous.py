"""A class without names: learner 1, learner 2, … in an order that gives nobody away.

The numbers are drawn once and kept in the grader's own folder, so that they stay the same when the
report is made again, and so that the instructor can look up who a number is.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cnn_course.grade.results import Run
from cnn_course.report.graded_class import ClassBook, Learner, Person
from cnn_course.report.item_analysis import NOT_HANDED_IN, RUN_WORDS
from nbsandbox.atomic import write_text

NUMBERS = "learner-numbers.json"


def numbers_for(learners: Iterable[str], folder: Path) -> dict[str, int]:
    """A number for each learner; new ones are drawn by lot and stored."""
    known = _stored(folder / NUMBERS)
    new = sorted(set(learners) - set(known))
    random.SystemRandom().shuffle(new)
    last = max(known.values(), default=0)
    known |= {learner: number for number, learner in enumerate(new, start=last + 1)}
    if new:
        write_text(folder / NUMBERS, json.dumps(known, ensure_ascii=False, indent=1))
        os.chmod(folder / NUMBERS, 0o600)
    return known


def _stored(path: Path) -> dict[str, int]:
    """The numbers drawn before; {} where there are none that can be used."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(found, dict) and all(type(number) is int for number in found.values())
    return found if sound and len(set(found.values())) == len(found) else {}


def without_names(book: ClassBook, numbers: dict[str, int]) -> ClassBook:
    """The class with numbers for names, in their order; notes are put into words of ours."""
    learners = sorted(book.learners, key=lambda learner: numbers[learner.name])
    hidden = tuple(_hidden(learner, numbers[learner.name]) for learner in learners)
    absent = tuple(Person(f"absent {place}") for place in range(1, len(book.absent) + 1))
    return replace(book, learners=hidden, absent=absent, alike=(), gone=())


def _hidden(learner: Learner, number: int) -> Learner:
    runs = {name: replace(run, note=_note(run)) for name, run in learner.runs.items()}
    return replace(learner, person=Person(f"learner {number}"), runs=runs)


def _note(run: Run) -> str:
    """How a run ended without the note itself, which may hold a path or a name."""
    if run.note == NOT_HANDED_IN:
        return NOT_HANDED_IN
    return "" if run.state == "done" else RUN_WORDS.get(run.state, "did not run to the end")
