"""Where the notebooks no longer are what the masters say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.build import source_notebooks
from cnn_course.build.notebooks import differences, read_notebook, write_notebook
from cnn_course.build.stubs import make_stubs
from cnn_course.build.views import solution_view
from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, SOURCE, STUBS, Project
from cnn_lesson.items import ITEMS, Item


def drift(project: Project, items: Mapping[str, Item] = ITEMS) -> Iterator[str]:
    """One line for each difference in the three sets of notebooks; outputs are free.

    Raises CourseError for a master that cannot be read.
    """
    sources = source_notebooks(project, None, items)
    with tempfile.TemporaryDirectory() as folder:
        work = Project(Path(folder))
        for name, notebook in sources.items():
            write_notebook(notebook, work.notebook(SOURCE, name))
        make_stubs(project, work)
        stubs = {name: read_notebook(work.notebook(STUBS, name)) for name in sources}
    solutions = {name: solution_view(notebook) for name, notebook in sources.items()}
    for stage, wanted in ((SOURCE, sources), (STUBS, stubs), (SOLUTIONS, solutions)):
        yield from _stage_drift(project, stage, wanted)


def _stage_drift(project: Project, stage: str, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    for name, notebook in wanted.items():
        path = project.notebook(stage, name)
        shown = path.relative_to(project.root)
        if not path.exists():
            yield f"{shown} is missing"
            continue
        try:
            yield from (f"{shown}: {line}" for line in differences(notebook, read_notebook(path)))
        except CourseError as error:
            yield str(error)
    for path in project.notebooks(stage):
        if path.stem not in wanted:
            yield f"{path.relative_to(project.root)} has no master"
