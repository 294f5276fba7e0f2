"""nbgrader's part in grading: what the assignment asks, scores into the gradebook, scores out.

Scoring is nbgrader's own autograding with execution left out, one learner at a time, so that one
submission cannot stop another.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from cnn_course.errors import CourseError
from cnn_course.nbgrader_settings import settings
from cnn_course.plain_path import plain_path
from cnn_course.project import ASSIGNMENT, STUBS, Project

EXECUTED, RELEASED = "executed", "released"
"""Folders of the grader's own; executed notebooks lie in ``executed/<learner>/cnn/``."""


@dataclass(frozen=True)
class Row:
    """One item of one learner, as the gradebook has it; points are None until someone marks it."""

    learner: str
    notebook: str
    item: str
    points: float | None
    out_of: float
    by_hand: bool = False
    comment: str = ""


@dataclass
class Course:
    """A project's gradebook and nbgrader's settings for it."""

    project: Project
    work: Path

    def config(self) -> Config:
        """The settings of ``nbgrader_config.py``."""
        return settings(self.project)

    def register(self) -> None:
        """Tell the gradebook what the assignment asks. Raises CourseError where nbgrader cannot."""
        from nbgrader.apps.api import NbGraderAPI

        if not self.project.notebooks(STUBS):
            raise CourseError("there are no notebooks to grade against: run `cnn-lesson build`")
        config = self.config()
        config.CourseDirectory.release_directory = str(plain_path(self.work) / RELEASED)
        with _nbgraders_ways():
            api = NbGraderAPI(coursedir=_coursedir(config), config=config)
            _raise_unless_done(api.generate_assignment(ASSIGNMENT, force=True), "the assignment")

    def score(self, learner: str) -> None:
        """Scores of a learner's executed notebooks, into the gradebook and ``autograded/``.

        Raises CourseError with nbgrader's last words.
        """
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.converters import Autograde

        from cnn_course.sanitise import Sanitise

        every = Autograde.class_traits()["autograde_preprocessors"].default()
        config = self.config()
        config.CourseDirectory.submitted_directory = str(plain_path(self.work) / EXECUTED)
        config.Autograde.sanitize_preprocessors = []
        config.Autograde.autograde_preprocessors = [
            *(step for step in every if step.__name__ != "Execute"),
            Sanitise,  # last: what is stored is what is shown, and the points are settled
        ]
        with _nbgraders_ways():
            api = NbGraderAPI(coursedir=_coursedir(config), config=config)
            _raise_unless_done(api.autograde(ASSIGNMENT, learner), learner)

    def rows(self, learner: str | None = None) -> list[Row]:
        """Every item of every learner in the gradebook, or of one."""
        from nbgrader.api import Gradebook, MissingEntry

        with _nbgraders_ways(), Gradebook(self.url, "cnn-lesson") as gradebook:
            try:
                submissions = gradebook.assignment_submissions(ASSIGNMENT)
            except MissingEntry:
                return []
            return [
                _row(submission.student.id, notebook, grade)
                for submission in submissions
                if learner in (None, submission.student.id)
                for notebook in submission.notebooks
                for grade in notebook.grades
            ]

    def marks(self, learner: str) -> list[Row]:
        """The items of a learner that a person has marked."""
        return [row for row in self.rows(learner) if row.by_hand]

    def export(self, path: Path) -> Path:
        """Write nbgrader's CSV of all grades, its names quoted; its path."""
        from nbgrader.api import Gradebook

        from cnn_course.grade.nbgrader_csv import QuotedCsv

        with _nbgraders_ways(), Gradebook(self.url, "cnn-lesson") as gradebook:
            plugin = QuotedCsv()
            plugin.to = str(path)
            plugin.export(gradebook)
        return path

    @property
    def url(self) -> str:
        """Where the gradebook's database is."""
        return _coursedir(self.config()).db_url


def _row(learner: str, notebook: object, grade: object) -> Row:
    waiting = grade.auto_score is None and grade.manual_score is None
    comments = [comment.comment for comment in notebook.comments if comment.name == grade.name]
    return Row(
        learner,
        notebook.name,
        grade.name,
        None if waiting else grade.score,
        grade.max_score,
        grade.manual_score is not None,
        next(filter(None, comments), "") or "",
    )


def _coursedir(config: Config) -> object:
    from nbgrader.coursedir import CourseDirectory

    return CourseDirectory(config=config)


def _raise_unless_done(result: dict, what: str) -> None:
    if not result["success"]:
        last = (result.get("error") or result.get("log") or "no reason").strip().split("\n")[-1]
        raise CourseError(f"nbgrader refused {what}: {last}")


@contextmanager
def _nbgraders_ways() -> Iterator[None]:
    """Nbgrader starts ``alembic`` by name, logs each step and warns of its own database session."""
    logger, path = logging.getLogger("traitlets"), os.environ.get("PATH", "")
    handler = logging.NullHandler()
    logger.addHandler(handler)
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), path])
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="nbgrader")
            yield
    finally:
        os.environ["PATH"] = path
        logger.removeHandler(handler)
