"""The training store, filled by trusted runs: the solutions, each in a kernel of its own.

A class mostly trains the networks that the solutions train, from the same seeds; what is in the
store then need not be trained again. Entries hold for one kind of machine, so each fills its own.
"""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.build.execute import execute
from cnn_course.build.notebooks import read_notebook
from cnn_course.build.views import solution_view
from cnn_course.errors import CourseError
from cnn_course.nbgrader_settings import cell_limit_s, settings
from cnn_course.project import SOURCE, Project
from cnn_lesson.items import NOTEBOOKS, TRAINS
from nbsandbox.workers import Pool, end_with_parent

RECORD = "from nbsandbox.training_cache.cache import install\ninstall({folder!r}, record=True)"


def stock(project: Project, folder: Path, jobs: int) -> Path | None:
    """The filled store of a project; None where it has no solutions that can be run.

    Does nothing where the solutions and this machine are those that filled it.
    """
    names = _names(project)
    stamp = _stamp(project, folder)
    if not names:
        return None
    if not stamp.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not _filled(project, folder, names, jobs):
            return None
        stamp.touch()
    return folder


def _filled(project: Project, folder: Path, names: list[str], jobs: int) -> bool:
    """Run the solutions of these notebooks; whether all went well, and no worker was killed."""
    workers, limit_s = min(jobs, len(names)), cell_limit_s(settings(project))
    with Pool(workers, end_with_parent, "nb-fill") as pool:
        try:
            return all(list(pool.map(partial(_fill, project, folder, limit_s), names)))
        except BrokenProcessPool:
            return False


def is_filled(project: Project, folder: Path) -> bool:
    """Whether the store holds the trainings of these solutions for this machine."""
    return _stamp(project, folder).exists()


def _names(project: Project) -> list[str]:
    return [
        name for name in NOTEBOOKS if name in TRAINS and project.notebook(SOURCE, name).exists()
    ]


def _stamp(project: Project, folder: Path) -> Path:
    return folder / f"filled-{_fingerprint(project, _names(project))}"


def _fill(project: Project, folder: Path, limit_s: float, name: str) -> bool:
    notebook = recording(solution_view(read_notebook(project.notebook(SOURCE, name))), folder)
    with tempfile.TemporaryDirectory(prefix="cnn-solution-") as place:
        try:
            execute(notebook, name, Path(place), limit_s)
        except CourseError:  # a lesson that does not run is `build`'s to report
            return False
    return True


def recording(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with a first cell that has its trainings recorded."""
    source = RECORD.format(folder=str(folder))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source, id="grader-store"))
    return notebook


def _fingerprint(project: Project, names: list[str]) -> str:
    from nbsandbox.training_cache.fit_key import FORMAT
    from nbsandbox.training_cache.machine import machine_facts

    seen = hashlib.sha256(repr([FORMAT, machine_facts()]).encode())
    for name in names:
        seen.update(project.notebook(SOURCE, name).read_bytes())
    return seen.hexdigest()[:16]
