"""The folders of the project: where the masters are and where their notebooks go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError

ASSIGNMENT = "cnn"
CONFIG = "nbgrader_config.py"
SOURCE, STUBS, SOLUTIONS = "source", "notebooks", "solutions"
SUBMITTED, AUTOGRADED, FEEDBACK = "submitted", "autograded", "feedback"
GRADEBOOK = "gradebook.db"
FOLDERS = {
    "source_directory": SOURCE,
    "release_directory": STUBS,
    "solution_directory": SOLUTIONS,
    "submitted_directory": SUBMITTED,
    "autograded_directory": AUTOGRADED,
    "feedback_directory": FEEDBACK,
}
"""nbgrader's settings for the folders' names, which ``nbgrader_config.py`` takes from here."""
WORK = ".grading"
"""The grader's own folder in the project: results, executed notebooks, the seed of the inputs."""


@dataclass(frozen=True)
class Project:
    """A project, by its folder; another folder of the same layout is a project, too."""

    root: Path

    def masters(self) -> list[Path]:
        """The masters, ``source/*.py``, in order. Raises CourseError where there are none."""
        folder = self.root / SOURCE
        if not folder.is_dir():
            raise CourseError(f"there is no folder {folder}: the masters belong there")
        found = sorted(folder.glob("*.py"))
        if not found:
            raise CourseError(f"there are no masters (*.py) in {folder}")
        return found

    def master(self, name: str) -> Path:
        """Where the master of a notebook is, or would be."""
        return self.root / SOURCE / f"{name}.py"

    def folder(self, stage: str) -> Path:
        """Where the notebooks of a stage are; SOURCE, STUBS and SOLUTIONS are stages."""
        return self.root / stage / ASSIGNMENT

    def notebook(self, stage: str, name: str) -> Path:
        """Where a notebook is, or would be."""
        return self.folder(stage) / f"{name}.ipynb"

    def other_assignments(self) -> set[str]:
        """The names of the course's assignments beside the lesson, by their masters' folders."""
        folders = (self.root / SOURCE).glob("*/")
        return {path.name for path in folders if path.name != ASSIGNMENT}

    def notebooks(self, stage: str) -> list[Path]:
        """The notebooks that are in a stage's folder, in order."""
        return sorted(self.folder(stage).glob("*.ipynb"))


def find_project(start: Path) -> Project:
    """The project that a folder is in. Raises CourseError outside of one."""
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return Project(folder)
    raise CourseError(f"there is no {CONFIG} in {start} or above: run this in the project's folder")


def choose(names: list[str], wanted: str) -> str:
    """The one of the names that is meant: ``01-convolution``, ``01`` or ``…/01-convolution.py``.

    Raises CourseError where none or several are meant.
    """
    stem = Path(wanted).stem if wanted.endswith((".py", ".ipynb")) else wanted
    meant = [name for name in names if name == stem] or [
        name for name in names if name.startswith(stem)
    ]
    if len(meant) != 1:
        raise CourseError(f"{wanted} means none of, or more than one of: {', '.join(names)}")
    return meant[0]
