"""nbgrader's part in grading: what the assignment asks, scores into the gradebook, scores out.

Scoring is nbgrader's own autograding with execution left out, one learner at a time, so that one
submission cannot stop another.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnn_course.build.notebooks import read_notebook
from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file, late, marks
from cnn_course.grade.recognise import item_of
from cnn_course.nbgrader_settings import settings
from cnn_course.project import ASSIGNMENT, AUTOGRADED, SOURCE, STUBS, Project
from cnn_lesson.command.plain_path import plain_path

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedNotebook
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import Config

EXECUTED, RELEASED = "executed", "released"
"""Folders of the grader's own; executed notebooks lie in ``executed/<learner>/cnn/``."""


class Refused(CourseError):
    """nbgrader refused one thing, and the gradebook is not to blame."""


@dataclass(frozen=True)
class Row:
    """One item of one learner, as the gradebook has it; points are None until someone marks it.

    ``by_hand`` is True where a person gave the points, or corrected them. ``again`` is what the
    person gave for an answer that is another one now. ``manual`` says that only a person gives any.
    """

    learner: str
    notebook: str
    item: str
    points: float | None
    out_of: float
    by_hand: bool = False
    comment: str = ""
    extra: float = 0.0
    auto: float | None = None
    again: float | None = None
    manual: bool = False


@dataclass
class Course:
    """A project's gradebook and nbgrader's settings for it."""

    project: Project
    work: Path

    def config(self) -> Config:
        """The settings of ``nbgrader_config.py``; a gradebook that is in use is waited for."""
        config = settings(self.project)
        config.CourseDirectory.db_url = gradebook_file.waiting(_coursedir(config).db_url)
        return config

    @property
    def url(self) -> str:
        """Where the gradebook's database is."""
        return _coursedir(self.config()).db_url

    def executed(self, learner: str) -> Path:
        """The folder of a learner's executed notebooks, which nbgrader scores."""
        return self.work / EXECUTED / learner / ASSIGNMENT

    @contextmanager
    def opened(self) -> Generator[Gradebook]:
        """The gradebook, made where there is none. Raises CourseError with the true cause."""
        from nbgrader.api import Gradebook

        url = self.url
        with nbgraders_ways(), gradebook_file.true_causes(url):
            with Gradebook(url, "cnn-lesson") as gradebook:
                yield gradebook

    def register(self) -> list[str]:
        """Tell the gradebook what the assignment asks; sentences on what was carried over.

        Raises CourseError where nbgrader cannot.
        """
        from cnn_course.grade import carry_over

        if not self.project.notebooks(STUBS):
            raise CourseError("there are no notebooks to grade against: run `cnn-lesson build`")
        sources = {path.stem: read_notebook(path) for path in self.project.notebooks(SOURCE)}
        gradebook_file.recover(self.url)
        with self.opened() as gradebook:
            return carry_over.enter(gradebook, self.url, ASSIGNMENT, sources, self._generate)

    def _generate(self) -> None:
        (self.work / RELEASED).mkdir(parents=True, exist_ok=True)
        config = self.config()
        config.CourseDirectory.release_directory = str(plain_path(self.work) / RELEASED)
        done = _api(config).generate_assignment(ASSIGNMENT, force=True)
        self._raise_unless(done, "the assignment")

    def score(self, learner: str) -> None:
        """Scores of a learner's executed notebooks, into the gradebook and ``autograded/``.

        Raises CourseError with the true cause, or nbgrader's last words.
        """
        from nbgrader.converters import Autograde

        from cnn_course.sanitise import Sanitise

        every: Any = Autograde.class_traits()["autograde_preprocessors"].default()
        config = self.config()
        config.CourseDirectory.submitted_directory = str(plain_path(self.work) / EXECUTED)
        config.Autograde.sanitize_preprocessors = []
        config.Autograde.autograde_preprocessors = [
            *(step for step in every if step.__name__ != "Execute"),
            Sanitise,  # last: what is stored is what is shown, and the points are settled
        ]
        autograded = self.project.root / AUTOGRADED / learner / ASSIGNMENT
        with self.opened() as book, marks.kept(book, ASSIGNMENT, learner, autograded):
            self._raise_unless(_api(config).autograde(ASSIGNMENT, learner), learner)

    def _raise_unless(self, result: dict, what: str) -> None:
        if not result["success"]:
            said = f"{result.get('error', '')}\n{result.get('log', '')}".strip() or "no reason"
            if known := gradebook_file.cause(said, self.url):
                raise CourseError(known)
            raise Refused(f"nbgrader refused {what}: {said.splitlines()[-1]}")

    def rows(self, learner: str | None = None) -> list[Row]:
        """Every item of every learner in the gradebook, or of one; none without a gradebook."""
        if not gradebook_file.knows(self.url, ASSIGNMENT):
            return []
        with self.opened() as gradebook:
            return [
                _row(submission.student.id, notebook, grade)
                for submission in gradebook.assignment_submissions(ASSIGNMENT)
                if learner in (None, submission.student.id)
                for notebook in submission.notebooks
                for grade in notebook.grades
            ]

    def penalties(self) -> dict[tuple[str, str], float]:
        """The points that nbgrader takes off for handing in late, by learner and notebook."""
        if not gradebook_file.knows(self.url, ASSIGNMENT):
            return {}
        with self.opened() as gradebook:
            return {
                (submission.student.id, notebook.name): notebook.late_submission_penalty
                for submission in gradebook.assignment_submissions(ASSIGNMENT)
                for notebook in submission.notebooks
                if notebook.late_submission_penalty
            }

    def lateness(self, stamps: Mapping[str, bytes]) -> dict[str, float]:
        """By learner of these: seconds late by the gradebook, were this the time of handing in.

        Nobody else's submission is read. Whom the gradebook does not know is left out.
        """
        from nbgrader.api import MissingEntry

        if not gradebook_file.knows(self.url, ASSIGNMENT):
            return {}
        found: dict[str, float] = {}
        with self.opened() as gradebook:
            for learner, stamp in stamps.items():
                with suppress(MissingEntry):
                    submission = gradebook.find_submission(ASSIGNMENT, learner)
                    found[learner] = late.seconds_late(submission, stamp)
        return found

    def export(self, path: Path) -> Path:
        """Write nbgrader's CSV of all grades, its names quoted; its path."""
        from cnn_course.grade.nbgrader_csv import QuotedCsv

        with self.opened() as gradebook:
            plugin = QuotedCsv()
            plugin.to = str(path)
            plugin.export(gradebook)
        return path


def _row(learner: str, notebook: SubmittedNotebook, grade: Any) -> Row:
    about = (each for each in notebook.comments if _is_about(each.name, grade.name))
    by_hand = grade.manual_score is not None
    again = grade.manual_score if by_hand and grade.needs_manual_grade else None
    open_ = again is not None or (grade.auto_score is None and not by_hand)
    return Row(
        learner,
        notebook.name,
        grade.name,
        None if open_ else grade.score,
        grade.max_score,
        by_hand,
        "\n\n".join(each.manual_comment for each in about if each.manual_comment),
        grade.extra_credit or 0.0,
        grade.auto_score,
        again,
        _is_manual(notebook, grade.name),
    )


def _is_manual(notebook: SubmittedNotebook, cell: str) -> bool:
    """Whether nbgrader leaves a graded cell to a person: an answer that is its own test, a task."""
    asked = notebook.notebook
    return any(each.name == cell for each in (*asked.solution_cells, *asked.task_cells))


def _is_about(cell: str, graded: str) -> bool:
    """Whether a comment on a cell is one on a graded cell: on itself, or on an answer it checks."""
    return cell == graded or (bool(item_of(cell)) and item_of(cell) == item_of(graded))


def _api(config: Config) -> NbGraderAPI:
    from nbgrader.apps.api import NbGraderAPI

    return NbGraderAPI(coursedir=_coursedir(config), config=config)


def _coursedir(config: Config) -> Any:
    from nbgrader.coursedir import CourseDirectory

    return CourseDirectory(config=config)


@contextmanager
def nbgraders_ways() -> Generator[None]:
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
