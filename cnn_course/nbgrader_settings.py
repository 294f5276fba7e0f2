"""A course's settings, read where nbgrader reads them: its ``nbgrader_config.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnn_course.errors import CourseError
from cnn_course.project import CONFIG, FOLDERS, Project

if TYPE_CHECKING:
    from traitlets.config import Config

NBGRADERS_TIMEOUT_S = 30
"""What nbgrader takes where the settings say nothing."""
NO_LIMIT_S = 10**9
LEARNER_LIMIT_S = 600


def settings(project: Project) -> Config:
    """The settings of a project. Raises CourseError where its folders are not this project's."""
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, path=str(project.root)).load_config()
    for name, folder in FOLDERS.items():
        said = config.CourseDirectory.get(name, folder)
        if said != folder:
            raise CourseError(
                f"{CONFIG} calls the {name.replace('_', ' ')} {said!r}, the commands here take "
                f"{folder!r}: the names stand in cnn_course/project.py, change them there"
            )
    return config


def cell_limit_s(config: Config) -> float:
    """The seconds that a cell may take, in building, grading, autograding and Formgrader."""
    said = config.Execute.get("timeout", NBGRADERS_TIMEOUT_S)
    return NO_LIMIT_S if said is None or said < 0 else said


def learner_limit_s(config: Config) -> float:
    """The seconds of wall time that all notebooks of one learner may take in grading."""
    said = config.CnnLesson.get("learner_limit_s", LEARNER_LIMIT_S)
    return NO_LIMIT_S if said is None or said <= 0 else said
