"""What learners handed in: found, and laid out clean for nbgrader.

Nothing but the notebooks the assignment asks for is taken over: no module beside them, no link,
no output. A notebook that is missing or broken is replaced by the untouched stub, with a note; one
that was left as it was handed out is the stub.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.notebooks import write_notebook
from cnn_course.cell_kind import grade_id
from cnn_course.errors import CourseError
from cnn_course.grade import choosing, reading
from cnn_course.grade.choosing import Stub, notebook_files, read_stubs
from cnn_course.grade.untouched import is_untouched
from cnn_course.learner_id import learner_id, shown, spelled
from cnn_course.project import ASSIGNMENT, Project
from cnn_lesson.items import NOTEBOOKS

CHUNK = 2**20
PACKING = frozenset({"__MACOSX"})
"""Folders that a zip brings along and nobody handed in."""
SEEN_AT_MOST = 3


@dataclass(frozen=True)
class Submission:
    """One learner's folder: ``submitted/<learner>/cnn``."""

    learner: str
    folder: Path

    def digest(self) -> str:
        """16 hexadecimal digits that change with any byte of a notebook handed in."""
        seen = hashlib.sha256(self.learner.encode())
        for path in notebook_files(self.folder):
            seen.update(path.name.encode("utf-8", "surrogateescape"))
            try:
                with reading.opened(path) as handle, open(handle, "rb", closefd=False) as file:
                    while chunk := file.read(CHUNK):
                        seen.update(chunk)
            except CourseError as error:
                seen.update(str(error).encode())
        return seen.hexdigest()[:16]


@dataclass
class CleanSubmission:
    """A submission as it will be graded: a notebook for each of the assignment's, and the notes.

    ``touched`` are, by notebook, the grade ids of the answers that the learner wrote something to.
    """

    learner: str
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    touched: dict[str, set[str]] = field(default_factory=dict)


def find_submissions(
    folder: Path, others: Collection[str] = ()
) -> tuple[list[Submission], dict[str, str]]:
    """The submissions in a folder, and by name the folders that cannot be graded, with the reason.

    Who handed in nothing but ``others``, the course's other assignments, is neither. Raises
    CourseError where there is nothing to grade.
    """
    if not folder.is_dir():
        raise CourseError(
            f"there is no folder {folder}: it should hold <learner>/{ASSIGNMENT}/*.ipynb; "
            "`cnn-lesson sample` makes a class to try with"
        )
    found: dict[str, list[Path]] = {}
    refused: dict[str, str] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not (entry.is_symlink() or entry.is_dir()):
            continue
        if entry.name in PACKING or _holds_only(entry, others):
            continue
        try:
            found.setdefault(_learner(entry), []).append(entry)
        except CourseError as error:
            refused[shown(entry.name)] = str(error)
    refused |= _shared(found)
    learners = [
        Submission(learner, entries[0] / ASSIGNMENT)
        for learner, entries in sorted(found.items())
        if len(entries) == 1
    ]
    if not learners:
        raise CourseError(f"no learner in {folder}: it should hold <learner>/{ASSIGNMENT}/*.ipynb")
    return learners, refused


def only(submissions: list[Submission], names: Sequence[str]) -> list[Submission]:
    """The submissions of the learners asked for. Raises CourseError for one who has none."""
    known = {submission.learner for submission in submissions}
    wanted = {spelled(name) for name in names} or known
    if strangers := sorted(wanted - known):
        there = ", ".join(sorted(known))
        raise CourseError(f"there is no submission of {', '.join(strangers)}; there are {there}")
    return [submission for submission in submissions if submission.learner in wanted]


def _learner(entry: Path) -> str:
    """The id of the learner whose folder it is. Raises CourseError where there can be none."""
    if entry.is_symlink():
        raise CourseError("the folder is a link; put the real folder there")
    try:
        wanted = learner_id(entry.name)
    except ValueError as error:
        raise CourseError(str(error)) from None
    if not os.path.lexists(entry / ASSIGNMENT):
        raise CourseError(_without_assignment(entry))
    return wanted


def _without_assignment(entry: Path) -> str:
    """The sentence on a folder in which nothing can have been handed in."""
    seen = _inside(entry)
    there = ", ".join(map(shown, seen[:SEEN_AT_MOST])) + (" …" if seen[SEEN_AT_MOST:] else "")
    return (
        f"there is no folder {ASSIGNMENT} in it, {f'but {there}' if seen else 'it is empty'}; "
        "`cnn-lesson collect` lays out what a platform hands out"
    )


def _holds_only(entry: Path, others: Collection[str]) -> bool:
    """Whether there is something in a folder, and nothing but other assignments."""
    inside = set() if entry.is_symlink() else set(_inside(entry))
    return bool(inside) and inside <= {*others}


def _inside(entry: Path) -> list[str]:
    """The names in a folder, hidden ones left out; none where it cannot be read."""
    try:
        return sorted(each.name for each in entry.iterdir() if not each.name.startswith("."))
    except OSError:
        return []


def _shared(found: dict[str, list[Path]]) -> dict[str, str]:
    """The folders whose names stand for the same learner, with the reason to refuse them."""
    reason = "{} folders stand for the learner “{}”; put their notebooks into one of them"
    return {
        ascii(entry.name): reason.format(len(entries), learner)
        for learner, entries in found.items()
        if len(entries) > 1
        for entry in entries
    }


def clean(submission: Submission, project: Project) -> CleanSubmission:
    """The submission as it will be graded; never raises for what a learner handed in."""
    return clean_all([submission], project)[submission.learner]


def clean_all(
    submissions: Iterable[Submission], project: Project, jobs: int = 1
) -> dict[str, CleanSubmission]:
    """The submissions as they will be graded, by learner; ``jobs`` files are read at once.

    Never raises for what a learner handed in, and what one handed in changes no other's.
    """
    files = {each.learner: notebook_files(each.folder) for each in submissions}
    stubs = read_stubs(project)
    with reading.all_read([path for paths in files.values() for path in paths], jobs) as handed:
        return {
            learner: _cleaned(learner, [(path, next(handed)) for path in paths], stubs)
            for learner, paths in files.items()
        }


def _cleaned(learner: str, files: choosing.Files, stubs: dict[str, Stub]) -> CleanSubmission:
    result = CleanSubmission(learner)
    choices = choosing.choices(files, stubs)
    for name in NOTEBOOKS:
        notebook, note = choices[name]
        stub = stubs[name].notebook
        result.notebooks[name] = deepcopy(stub) if is_untouched(notebook, stub) else notebook
        result.touched[name] = touched(notebook, stub)
        if note:
            result.notes[name] = note
    return result


def touched(notebook: NotebookNode, stub: NotebookNode) -> set[str]:
    """The grade ids of the cells that differ from the stub's."""
    before = {grade_id(cell): cell.source.strip() for cell in stub.cells}
    found = ((grade_id(cell), cell.source.strip()) for cell in notebook.cells)
    return {key for key, source in found if key and before.get(key) != source}


def lay_out(submission: CleanSubmission, root: Path) -> None:
    """Write the notebooks to ``<root>/<learner>/cnn/``, where nbgrader looks for them."""
    for name, notebook in submission.notebooks.items():
        write_notebook(notebook, root / submission.learner / ASSIGNMENT / f"{name}.ipynb")
