"""The learners' stubs, made by nbgrader itself, as ``nbgrader generate_assignment`` would."""

from __future__ import annotations

import re

from traitlets.config import Config

from cnn_course.errors import CourseError
from cnn_course.nbgrader_settings import settings
from cnn_course.plain_path import plain_path
from cnn_course.project import ASSIGNMENT, Project

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


def _config(project: Project, work: Project) -> Config:
    config = settings(project)
    config.CourseDirectory.assignment_id = ASSIGNMENT
    config.CourseDirectory.root = str(plain_path(work.root))
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return config
