"""The learners' stubs, made by nbgrader itself, as ``nbgrader generate_assignment`` would."""

from __future__ import annotations

import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    NbGraderPreprocessor,
)
from traitlets.config import Config

from cnn_course.build.notebooks import read_notebook
from cnn_course.errors import CourseError
from cnn_course.nbgrader_settings import settings
from cnn_course.project import ASSIGNMENT, SOURCE, STUBS, Project
from cnn_lesson.command.plain_path import plain_path

NAMED_AT_MOST = 3

_ERROR = re.compile(r"^ *([\w.]*(?:Error|Exception|Entry): .+)", re.MULTILINE)


def make_stubs(project: Project, work: Project) -> None:
    """Fill the stubs' folder of ``work`` from its source folder, by the settings of ``project``.

    The gradebook is not touched. Raises CourseError with nbgrader's own words.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    config = _config(project, work)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    result = capture_log(converter)
    if not result["success"]:
        said = _ERROR.findall(result.get("log") or result["error"])
        raise CourseError(f"nbgrader made no stubs: {said[-1] if said else result['error']}")


def refuse_edited_stubs(project: Project) -> None:
    """Raise CourseError where a stub is not what nbgrader makes of its source notebook.

    Grading fills gaps from the stubs, and an answer in one would be everybody's.
    """
    steps = _clearing(settings(project))
    for path in project.notebooks(SOURCE):
        stub = project.notebook(STUBS, path.stem)
        edited = _edited(read_notebook(path), read_notebook(stub), steps)
        if edited:
            named = ", ".join(edited[:NAMED_AT_MOST]) + (" …" if edited[NAMED_AT_MOST:] else "")
            raise CourseError(
                f"{stub.relative_to(project.root)} is not what {path.relative_to(project.root)} "
                f"makes ({named}): `make release` makes it again; to try the lesson, `make lesson` "
                "opens a copy"
            )


def _clearing(config: Config) -> list[NbGraderPreprocessor]:
    """The steps that take out of a source notebook what learners do not get."""
    from nbgrader.converters import GenerateAssignment

    clear = (ClearSolutions, ClearHiddenTests, ClearMarkScheme)
    wanted = GenerateAssignment(config=config).preprocessors
    return [step(config=config) for step in wanted if issubclass(step, clear)]


def _edited(
    source: NotebookNode, stub: NotebookNode, steps: list[NbGraderPreprocessor]
) -> list[str]:
    """The ids of the cells that differ between a stub and what becomes of its source."""
    for step in steps:
        source, _ = step.preprocess(source, ResourcesDict())
    wanted, found = ({c.get("id"): c.source for c in each.cells} for each in (source, stub))
    return [str(key) for key in {**wanted, **found} if wanted.get(key) != found.get(key)]


def _config(project: Project, work: Project) -> Config:
    config = settings(project)
    config.CourseDirectory.assignment_id = ASSIGNMENT
    config.CourseDirectory.root = str(plain_path(work.root))
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return config
