"""A course of anybody's, as nbgrader's own configuration describes it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file
from cnn_course.grade.gradebook import nbgraders_ways
from cnn_course.project import CONFIG
from cnn_lesson.command.plain_path import plain_path

STRUCTURE = "{nbgrader_step}"
ERROR = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Exit|NoSuchKernel|Interrupt)): (.*)$")
OLD = (
    "its notebooks carry an old version of nbgrader's metadata: back up the course's folder, then "
    "run `nbgrader update {folder}`"
)


@dataclass(frozen=True)
class Score:
    """What the gradebook has of one learner's assignment."""

    points: float
    out_of: float
    penalty: float
    waiting: int
    """How many cells wait for somebody who marks them."""


class NbgraderCourse:
    """A course by its folder, with the settings that nbgrader itself would take there."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise CourseError(f"there is no folder {root}")
        if not (root / CONFIG).is_file() and not (root / "source").is_dir():
            raise CourseError(f"{root} is no nbgrader course: it has neither {CONFIG} nor source/")
        self.root = plain_path(root)
        self.config = settings(self.root)
        url = gradebook_file.waiting(self.folders(self.config).db_url)
        self.config.CourseDirectory.db_url = url
        self.coursedir = self.folders(self.config)

    def folders(self, config: Config) -> object:
        """Nbgrader's idea of the folders, for these settings."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=config)

    def with_folders(self, **folders: str) -> Config:
        """The course's settings with other folders."""
        config = deepcopy(self.config)
        for name, place in folders.items():
            config.CourseDirectory[name] = place
        return config

    def path(self, step: str, learner: str, assignment: str) -> Path:
        """The folder of a learner's assignment at one of nbgrader's steps."""
        return Path(self.coursedir.format_path(step, learner, assignment))

    def source(self, assignment: str) -> Path:
        """The folder of the assignment's masters."""
        return self.path(self.coursedir.source_directory, ".", assignment)

    def handed_in(self) -> dict[str, dict[str, Path]]:
        """By assignment and learner's folder name, where the submissions are."""
        import glob

        found: dict[str, dict[str, Path]] = {}
        everything = self.coursedir.format_path(self.coursedir.submitted_directory, "*", "*")
        pattern = re.compile(
            self.coursedir.format_path(
                self.coursedir.submitted_directory, "(?P<learner>[^/]*)", "(?P<what>[^/]*)", True
            )
        )
        for place in sorted(glob.glob(everything)):
            match = pattern.fullmatch(place)
            if match and Path(place).is_dir():
                found.setdefault(match["what"], {})[match["learner"]] = Path(place)
        return found

    def known(self) -> list[str]:
        """The assignments in the gradebook."""
        with self.gradebook() as gradebook:
            return [assignment.name for assignment in gradebook.assignments]

    @contextmanager
    def gradebook(self) -> Iterator[object]:
        """The gradebook, open."""
        from nbgrader.api import Gradebook

        url = self.coursedir.db_url
        with nbgraders_ways(), gradebook_file.true_causes(url):
            with Gradebook(url, self.coursedir.course_id) as gradebook:
                yield gradebook

    def kernels(self, assignment: str) -> dict[str, dict]:
        """By notebook of an assignment, the kernel that its master asks for; {} where none."""
        with self.gradebook() as gradebook:
            notebooks = gradebook.find_assignment(assignment).notebooks
            return {each.name: json.loads(each.kernelspec or "{}") for each in notebooks}

    def register(self, assignment: str, scratch: Path) -> None:
        """Enter an assignment into the gradebook from its masters. Raises CourseError."""
        from nbgrader.apps.api import NbGraderAPI

        folder = self.source(assignment)
        if not folder.is_dir():
            raise CourseError(f"{assignment} is neither in the gradebook nor in {folder.parent}")
        config = self.with_folders(release_directory=str(scratch / "released"))
        with nbgraders_ways():
            api = NbGraderAPI(coursedir=self.folders(config), config=config)
            result = api.generate_assignment(assignment, force=True)
        if not result["success"]:
            old = "nbgrader update" in result.get("log", "")
            why = OLD.format(folder=folder) if old else self.why(result)
            raise CourseError(f"{assignment} cannot be entered into the gradebook: {why}")

    def why(self, result: dict) -> str:
        """Why nbgrader refused one thing. Raises CourseError where the gradebook refused it."""
        said = f"{result.get('log') or ''}\n{result.get('error') or ''}"
        if known := gradebook_file.cause(said, self.coursedir.db_url):
            raise CourseError(known)
        return reason(said)

    def score(self, assignment: str, learner: str) -> Score:
        """What the gradebook has of a learner."""
        with self.gradebook() as gradebook:
            found = gradebook.find_submission(assignment, learner)
            notebooks = list(found.notebooks)
            penalty = sum(each.late_submission_penalty or 0 for each in notebooks)
            grades = (grade for each in notebooks for grade in each.grades)
            waiting = sum(bool(grade.needs_manual_grade) for grade in grades)
            return Score(found.score, found.max_score, penalty, waiting)


def settings(root: Path) -> Config:
    """What nbgrader would be configured with if it was started in a folder."""
    from nbgrader.apps import AutogradeApp

    app = AutogradeApp(log_level=logging.CRITICAL, raise_config_file_errors=True)
    try:
        app.initialize([], root=str(root))
    except SystemExit:
        raise CourseError(f"nbgrader refuses what {root / CONFIG} says: see above") from None
    except Exception as error:  # the file is a program, and may raise anything
        raise CourseError(f"{root / CONFIG} cannot be read: {error!r}") from error
    app.deinit_logging()
    config = deepcopy(app.config)
    config.CourseDirectory.root = config.CourseDirectory.get("root") or str(root)
    return config


def reason(said: str) -> str:
    """Why nbgrader refused, in one line: the last error that its words name."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [match for match in map(ERROR.match, lines) if match and "NbGrader" not in match[1]]
    if errors:
        return f"{errors[-1][1]}: {errors[-1][2]}"
    return lines[-1] if lines else "nbgrader gives no reason"
