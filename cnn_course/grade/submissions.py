"""What learners handed in: found, read with care, and laid out clean for nbgrader.

Nothing but the notebooks the assignment asks for is taken over: no module beside them, no link,
no output. A notebook that is missing or broken is replaced by the untouched stub, with a note.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook, write_notebook
from cnn_course.errors import CourseError
from cnn_course.grade.restore import add_marking_schemes, restore
from cnn_course.project import ASSIGNMENT, SOURCE, STUBS, Project
from cnn_lesson.items import NOTEBOOKS

NOTEBOOK_LIMIT_MB = 20
CELL_COUNT_LIMIT = 2_000
NAME_LIMIT = 100
NOT_IN_NAMES = frozenset("*?[]/\\")
"""Letters that nbgrader would read as a pattern or a path."""


@dataclass(frozen=True)
class Submission:
    """One learner's folder: ``submitted/<learner>/cnn``."""

    learner: str
    folder: Path

    def digest(self) -> str:
        """16 hexadecimal digits that change with any byte handed in."""
        seen = hashlib.sha256(self.learner.encode())
        for name in NOTEBOOKS:
            try:
                seen.update(read_bytes(self.folder / f"{name}.ipynb"))
            except CourseError as error:
                seen.update(str(error.args[0]).encode())
        return seen.hexdigest()[:16]


@dataclass
class Clean:
    """A submission as it will be graded: a notebook for each of the assignment's, and the notes."""

    learner: str
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def find_submissions(folder: Path) -> tuple[list[Submission], dict[str, str]]:
    """The submissions in a folder, and by name the folders that cannot be graded, with the reason.

    Raises CourseError where there is nothing to grade.
    """
    if not folder.is_dir():
        raise CourseError(
            f"there is no folder {folder}: it should hold <learner>/{ASSIGNMENT}/*.ipynb; "
            "`cnn-lesson sample` makes a class to try with"
        )
    found, refused = [], {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not (entry.is_symlink() or entry.is_dir()):
            continue
        if reason := _refusal(entry):
            refused[entry.name] = reason
        else:
            found.append(Submission(entry.name, entry / ASSIGNMENT))
    if not found:
        raise CourseError(f"no learner in {folder}: it should hold <learner>/{ASSIGNMENT}/*.ipynb")
    return found, refused


def _refusal(entry: Path) -> str:
    if entry.is_symlink():
        return "the folder is a link; put the real folder there"
    if NOT_IN_NAMES & set(entry.name) or not entry.name.isprintable():
        return "the folder's name has a letter that nbgrader reads as a pattern; rename it"
    if len(entry.name.encode()) > NAME_LIMIT:
        return f"the folder's name is longer than {NAME_LIMIT} bytes; rename it"
    return ""


def clean(submission: Submission, project: Project) -> Clean:
    """The submission as it will be graded; never raises for what a learner handed in."""
    result = Clean(submission.learner)
    for name in NOTEBOOKS:
        stub = read_notebook(project.notebook(STUBS, name))
        add_marking_schemes(stub, read_notebook(project.notebook(SOURCE, name)))
        try:
            handed_in = _read(submission.folder / f"{name}.ipynb")
        except CourseError as error:
            result.notes[name] = str(error)
            result.notebooks[name] = stub
        else:
            result.notebooks[name], note = restore(handed_in, stub)
            if note:
                result.notes[name] = note
    return result


def lay_out(submission: Clean, root: Path) -> None:
    """Write the notebooks to ``<root>/<learner>/cnn/``, where nbgrader looks for them."""
    for name, notebook in submission.notebooks.items():
        write_notebook(notebook, root / submission.learner / ASSIGNMENT / f"{name}.ipynb")


def read_bytes(path: Path) -> bytes:
    """The content of a regular file. Raises CourseError for anything else, or over the limit."""
    try:
        if path.parent.is_symlink():
            raise CourseError(f"{path.parent.name}/ is a link")
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise CourseError("not handed in") from None
    except OSError as error:
        raise CourseError(f"cannot be read: {error.strerror}") from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise CourseError("not a file")
        if about.st_size > NOTEBOOK_LIMIT_MB * 2**20:
            size = about.st_size / 2**20
            raise CourseError(f"{size:.0f} MB, over the limit of {NOTEBOOK_LIMIT_MB} MB")
        with open(handle, "rb", closefd=False) as file:
            return file.read(NOTEBOOK_LIMIT_MB * 2**20)
    finally:
        os.close(handle)


def _read(path: Path) -> NotebookNode:
    content = read_bytes(path)
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (Exception, RecursionError) as error:  # nbformat lets any error of bad JSON through
        reason = str(error).strip().split("\n")[0][:120] or type(error).__name__
        raise CourseError(f"no readable notebook: {reason}") from None
    if len(notebook.cells) > CELL_COUNT_LIMIT:
        raise CourseError(f"{len(notebook.cells)} cells, over the limit of {CELL_COUNT_LIMIT}")
    return notebook
