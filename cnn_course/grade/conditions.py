"""How a class is graded, and what must be so before a notebook is run."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.grade.sample import is_sample
from cnn_course.grade.submissions import Submission
from cnn_course.project import Project
from cnn_course.sandbox import LESSON
from nbsandbox import forkserver, provisioner
from nbsandbox.atomic import write_text
from nbsandbox.confinement import levels
from nbsandbox.limits import Limits


@dataclass(frozen=True)
class Settings:
    """How a class is graded."""

    jobs: int = 2
    cluster: str = ""
    trust: bool = False
    store: bool = True
    warm: bool = True
    again: bool = False
    only: tuple[str, ...] = ()
    """The learners to grade; all where none is named."""
    level: int = 0
    """The level of confinement; 0: the best that this machine allows."""
    limits: Limits | None = None
    """None: the usual ones, a cell's time from the course's ``nbgrader_config.py``."""

    def confinement(self) -> levels.Level:
        """What confines the submissions."""
        return levels.Level(self.level, "asked for") if self.level else levels.best()


def refuse_strangers_without_confinement(
    project: Project, submissions: Sequence[Submission], settings: Settings
) -> None:
    """Raise CourseError where nothing confines submissions that are neither trusted nor our own."""
    try:
        refuse_without_confinement(settings)
    except Unconfined:
        if not is_sample(project, submissions):
            raise


class Unconfined(CourseError):
    """Nothing confines submissions, and nobody said that they are trusted."""


def refuse_without_confinement(settings: Settings) -> None:
    """Raise CourseError where nothing confines submissions, Unconfined if trust would do."""
    level = settings.confinement()
    if level.number < levels.NONE and levels.missing(level.number):
        raise CourseError(f"no {level.name} here: {levels.missing(level.number)}")
    if level.number == levels.NONE and not settings.trust:
        raise Unconfined(
            f"strangers' notebooks run only where something confines them, and here {level.why}; "
            'run `make grade` in a container or on another machine (README.md, "Where it runs"), '
            "or let them run with your own rights by --trust-submissions"
        )


def refuse_full_disk(project: Project, limits: Limits) -> None:
    """Raise CourseError where there is no room for what a job may write."""
    for place in {project.root, Path(tempfile.gettempdir())}:
        free_mb = shutil.disk_usage(place).free / 2**20
        if free_mb < limits.disk_mb:
            raise CourseError(
                f"the disk of {place} is full ({free_mb:.0f} MB are free, grading needs "
                f"{limits.disk_mb}): make room, then start this command again"
            )


@contextmanager
def kept_warm(settings: Settings, preload: Sequence[str] = LESSON.preload) -> Generator[None]:
    """Keep the process that warm kernels are forked from alive, where there can be one."""
    link = None
    with suppress(OSError):
        link = forkserver.connect(provisioner.environment(), preload) if settings.warm else None
    try:
        yield
    finally:
        if link is not None:
            link.close()


def class_seed(work: Path) -> int:
    """The seed of the inputs that learners' functions are called on: random once, then kept."""
    path = work / "seed.json"
    try:
        return int(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        write_text(path, f"{secrets.randbelow(2**31)}\n")
        os.chmod(path, 0o600)
        return int(json.loads(path.read_text(encoding="utf-8")))
