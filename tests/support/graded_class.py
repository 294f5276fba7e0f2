"""Graded classes for the tests of the report: made of plain data, nothing is run or trained."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from cnn_course.grade import results
from cnn_course.grade.results import Result, Run
from cnn_course.project import CONFIG, Project
from cnn_course.report.graded_class import ClassBook, Learner, Mark, Person
from cnn_lesson.items import ITEMS, NOTEBOOKS
from cnn_lesson.verdict import Finding, Verdict

HABIT = Finding(
    tried="28 × 28",
    yours="(26, 26)",
    misconception="the 3 × 3 habit",
    thought="how large is the kernel?",
)
POINTS = {
    "ada": {},
    "ben": {"ingredients": 2, "edge-kernel": 0},
    "cem": {"ingredients": 2, "convolve": 0},
    "dana": {"ingredients": 0, "convolve": 0, "edge-kernel": 0},
}
"""What differs from full points. Worked through by hand in test_report.py."""


def mark(item: str, points: float | None, open_: bool = False) -> Mark:
    """An answer with its state."""
    out_of = float(ITEMS[item].points)
    if points is None:
        return Mark(item, None, out_of, "waiting")
    if points >= out_of:
        return Mark(item, points, out_of, "right")
    state = "partly" if points else "open" if open_ else "not yet"
    return Mark(item, points, out_of, state, () if open_ else (HABIT,))


def learner(name: str, points: Mapping[str, float | None], open_: bool = False) -> Learner:
    """A learner with full points where nothing else is said."""
    marks = {i: mark(i, points.get(i, item.points), open_) for i, item in ITEMS.items()}
    return Learner(Person(name), marks, {name: Run(seconds=3.0) for name in NOTEBOOKS})


def class_of(points: Mapping[str, Mapping[str, float | None]] = POINTS) -> ClassBook:
    """A class in memory."""
    return ClassBook(tuple(learner(name, some) for name, some in points.items()))


def make_project(folder: Path) -> Project:
    """A folder that is a project, with one heading in its only master."""
    (folder / CONFIG).write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n"
        "c.CourseDirectory.course_id = 'cnn-lesson'\n"
    )
    (folder / "source").mkdir()
    heading = "# %% [markdown]\n# ## S1 · Convolution by hand\n"
    (folder / "source" / "01-convolution.py").write_text(heading, encoding="utf-8")
    return Project(folder)


def store(project: Project, name: str, points: Mapping[str, float], note: str = "") -> None:
    """Write a learner's result as grading would; essays are no part of it."""
    result = Result(name, "key", {book: Run(note=note, seconds=2.5) for book in NOTEBOOKS})
    for item in ITEMS.values():
        if not item.manual:
            got = points.get(item.id, item.points)
            findings = () if got >= item.points else (HABIT,)
            result.verdicts[item.id] = Verdict(item.id, got, item.points, findings)
    results.save(result, project.root / ".grading" / "results")


@contextmanager
def opened(project: Project, course: str = "cnn-lesson") -> Iterator[Any]:
    """The gradebook of a project, made where there is none; written at the end.

    For a new one nbgrader starts alembic, which takes seconds, to note a version that nothing here
    reads.
    """
    from nbgrader.api import Gradebook

    url = f"sqlite:///{project.root / 'gradebook.db'}"
    version = mock.patch("nbgrader.api.get_alembic_version", lambda: "0")
    with version, warnings.catch_warnings(), Gradebook(url, course) as gradebook:
        warnings.simplefilter("ignore")
        yield gradebook
        gradebook.db.commit()


def make_gradebook(
    project: Project,
    points: Mapping[str, Mapping[str, float]],
    essays: Mapping[str, float] | None = None,
    people: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Fill nbgrader's gradebook through its API; ``essays`` are marked by hand."""
    with opened(project) as gradebook:
        gradebook.add_assignment("cnn")
        for name in NOTEBOOKS:
            gradebook.add_notebook(name, "cnn")
        for item in ITEMS.values():
            kind = "markdown" if item.manual else "code"
            settings = {"max_score": item.points, "cell_type": kind}
            gradebook.add_grade_cell(item.id, item.notebook, "cnn", **settings)
        for name, some in points.items():
            gradebook.add_student(name, **(people or {}).get(name, {}))
            gradebook.add_submission("cnn", name)
            for item in ITEMS.values():
                grade = gradebook.find_grade(item.id, item.notebook, "cnn", name)
                if item.manual:
                    grade.manual_score = None if essays is None else essays.get(name)
                    grade.needs_manual_grade = grade.manual_score is None
                else:
                    grade.auto_score = float(some.get(item.id, item.points))
                    grade.needs_manual_grade = False
