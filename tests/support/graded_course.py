"""A course with its real notebooks, graded without running anything: for what comes after a run."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

from cnn_course.build.notebooks import read_notebook, write_notebook
from cnn_course.grade import results, scoring
from cnn_course.grade.conditions import Settings
from cnn_course.grade.gradebook import EXECUTED, Course
from cnn_course.grade.grader import Grader
from cnn_course.grade.results import Result, Run
from cnn_course.grade.sample import Draft, copy_course
from cnn_course.grade.submissions import Submission, clean
from cnn_course.project import ASSIGNMENT, SUBMITTED, WORK, Project
from cnn_lesson.items import ITEMS, NOTEBOOKS, checked
from cnn_lesson.verdict import Verdict

ESSAY = "Shirts, pullovers and coats have one outline, so the network takes one for another."


def a_course(root: Path, folder: Path) -> Project:
    """A copy of the lesson's course, with nobody in it."""
    copy_course(Project(root), folder)
    return Project(folder)


def hand_in(
    project: Project, learner: str, write: Callable[[Draft], object] = lambda draft: None
) -> Submission:
    """What a learner hands in: the stubs, with what ``write`` does to them."""
    draft = Draft(project)
    write(draft)
    folder = project.root / SUBMITTED / learner / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    for name, notebook in draft.notebooks.items():
        write_notebook(notebook, folder / f"{name}.ipynb")
    return Submission(learner, folder)


def essays(draft: Draft) -> None:
    """Both essays written."""
    draft.write("fashion-why", ESSAY)
    draft.write("trim-or-drop-why", ESSAY)


def enter(project: Project, submission: Submission, points: Mapping[str, float]) -> Result:
    """Grade a submission as if running and judging it had given these points, 0 for the others."""
    grader = Grader(project, Settings(store=False))
    entry = clean(submission, project)
    result = Result(submission.learner, grader.key(submission), items=grader.item_marks)
    for name in NOTEBOOKS:
        result.runs[name] = Run(note=entry.notes.get(name, ""))
        verdicts = {i.id: Verdict(i.id, points.get(i.id, 0), i.points) for i in checked(name)}
        result.verdicts |= verdicts
        path = project.root / WORK / EXECUTED / submission.learner / ASSIGNMENT / f"{name}.ipynb"
        write_notebook(scoring.enter(entry.notebooks[name], verdicts), path)
    grader.course.register()
    grader.enter(result, submission.folder)
    return result


@contextmanager
def gradebook(project: Project) -> Iterator[Any]:
    """The gradebook, as Formgrader writes it; stored at the end."""
    with Course(project, project.root / WORK).opened() as opened:
        yield opened
        opened.db.commit()


def mark(project: Project, learner: str, item: str, points: float | None, **more: Any) -> None:
    """What a person enters in Formgrader: points, ``extra`` ones, and a ``comment`` on a cell."""
    book = ITEMS[item].notebook
    with gradebook(project) as opened:
        grade = opened.find_grade(item, book, ASSIGNMENT, learner)
        if points is not None:
            grade.manual_score, grade.needs_manual_grade = points, False
        if "extra" in more:
            grade.extra_credit = more["extra"]
        if "comment" in more:
            cell = item if ITEMS[item].manual else f"{item}-answer"
            opened.find_comment(cell, book, ASSIGNMENT, learner).manual_comment = more["comment"]


def row(project: Project, learner: str, item: str) -> Any:
    """What the gradebook has of an item."""
    rows = Course(project, project.root / WORK).rows(learner)
    return next(each for each in rows if each.item == item)


def notebook(project: Project, stage: str, name: str) -> nbformat.NotebookNode:
    """A notebook of the course."""
    return read_notebook(project.notebook(stage, name))


def stored(project: Project, learner: str) -> Result | None:
    """A learner's stored result."""
    return results.load(learner, project.root / WORK / "results")
