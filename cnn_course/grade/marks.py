"""What people gave: marks, corrections, extra points, comments; kept through every regrade.

nbgrader asks for every mark again after a regrade. Here a mark is asked for again only where the
answer that it was given for is another one now.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook
from cnn_course.cell_kind import TASK, grade_id, is_answer, is_check, role
from cnn_course.errors import CourseError
from cnn_course.grade.recognise import item_of
from cnn_course.sanitise import within_limits

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedAssignment


@dataclass
class Given:
    """What a submission has in the gradebook, by the names of its cells."""

    timestamp: Any = None
    extension: Any = None
    grades: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


_FIELDS = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")


def given(submission: SubmittedAssignment) -> Given:
    """What one submission has."""
    found = Given(submission.timestamp, submission.extension)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            found.grades[grade.name] = {name: getattr(grade, name) for name in _FIELDS}
        found.comments |= {c.name: c.manual_comment for c in notebook.comments if c.manual_comment}
    return found


def give_back(submission: SubmittedAssignment, before: Given, again: Iterable[str] = ()) -> None:
    """Write what a submission had into a new one; marks in ``again`` are to be looked at again."""
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            for name, value in before.grades.get(grade.name, {}).items():
                setattr(grade, name, value)
            if grade.manual_score is not None and grade.name in again:
                grade.needs_manual_grade = True
        for comment in notebook.comments:
            comment.manual_comment = before.comments.get(comment.name)


def lost(before: Given, after: Iterable[str]) -> list[str]:
    """The cells that a person gave something for, and that are no more."""
    hands = [
        name
        for name, grade in before.grades.items()
        if grade["manual_score"] is not None or grade["extra_credit"]
    ]
    return sorted({*hands, *before.comments} - set(after))


@contextmanager
def kept(gradebook: Gradebook, assignment: str, learner: str, autograded: Path) -> Generator[None]:
    """Inside, a learner is scored again; after it, only marks on changed answers are asked for.

    ``autograded`` is the folder of the learner's scored notebooks.
    """
    flags = _flags(gradebook, assignment, learner)
    before = answers_in(autograded) if flags else {}
    yield
    after = answers_in(autograded) if flags else {}
    same = {name for name in flags if name in before and before[name] == after.get(name)}
    for grade in _grades(gradebook, assignment, learner) if same else ():
        if grade.name in same:
            grade.needs_manual_grade = flags[grade.name]
    gradebook.db.commit()


def _flags(gradebook: Gradebook, assignment: str, learner: str) -> dict[str, bool]:
    """By cell that a person has marked: whether the mark is to be looked at again."""
    marked = (g for g in _grades(gradebook, assignment, learner) if g.manual_score is not None)
    flags = {grade.name: grade.needs_manual_grade for grade in marked}
    gradebook.db.commit()  # so that who writes next need not wait for this one
    return flags


def _grades(gradebook: Gradebook, assignment: str, learner: str) -> list[Any]:
    from nbgrader.api import MissingEntry

    gradebook.db.expire_all()
    try:
        notebooks = gradebook.find_submission(assignment, learner).notebooks
    except MissingEntry:
        return []
    return [grade for notebook in notebooks for grade in notebook.grades]


def answers_in(folder: Path) -> dict[str, str]:
    """What a learner wrote for each graded cell of the notebooks in a folder."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            found |= answers_to(within_limits(read_notebook(path))[0])
        except CourseError:  # what cannot be read is another answer
            continue
    return found


def answers_to(notebook: NotebookNode) -> dict[str, str]:
    """What was written for each graded cell: itself, its item's answers, or else everything."""
    texts = {grade_id(c): _text(c) for c in notebook.cells if is_answer(c) or role(c) == TASK}
    found = dict(texts)
    for cell in notebook.cells:
        if is_check(cell):
            item = item_of(grade_id(cell))
            mine = {key: text for key, text in texts.items() if not item or item_of(key) == item}
            found[grade_id(cell)] = json.dumps(mine, sort_keys=True)
    return found


def _text(cell: NotebookNode) -> str:
    return json.dumps([cell.source.strip(), cell.get("attachments") or {}], sort_keys=True)
