"""The verbs that open notebooks or look at a machine; learners have two of them, too."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from cnn_course.errors import CourseError, one_sentence
from cnn_course.project import CONFIG, Project, find_project
from cnn_lesson.command import cli, lab
from cnn_lesson.command.learn import FOLDER, CannotLearn
from cnn_lesson.command.plain_path import plain_path

FORMGRADER = "--ServerApp.jpserver_extensions=cnn_course.teach.formgrader=True"


@click.command(help=cli.ABOUT_LEARN)
@click.argument("folder", default=FOLDER, type=click.Path(path_type=Path))
@click.option("--no-open", is_flag=True, help=cli.ABOUT_NO_OPEN)
@click.option("--lab", "lab_options", default="", metavar="OPTIONS", help=cli.ABOUT_LAB)
@one_sentence
def learn(folder: Path, no_open: bool, lab_options: str) -> None:
    """What learners have under this name."""
    try:
        code = cli.start(folder, no_open, lab_options)
    except CannotLearn as trouble:
        raise CourseError(str(trouble)) from trouble
    raise SystemExit(code)


@click.command()
@click.option("--lab", "options", default="", metavar="OPTIONS", help=cli.ABOUT_LAB)
@one_sentence
def teach(options: str) -> None:
    """Open the whole course in JupyterLab, with Formgrader, until it is closed."""
    if not lab.is_there():
        raise CourseError("JupyterLab is not installed here: `make teach` installs it")
    root = plain_path(find_project(Path.cwd()).root)
    words = [FORMGRADER, *shlex.split(options), f"--notebook-dir={root}"]
    environment = lab.environment(os.environ) | {"PWD": str(root)}
    raise SystemExit(lab.run([*lab.START, *words], environment, root))


@click.command()
@one_sentence
def doctor() -> None:
    """Say what this machine can do, and what is missing for what."""
    from cnn_course.doctor import looks
    from cnn_lesson.command.doctor import examine, show

    try:
        project = find_project(Path.cwd())
    except CourseError:
        click.echo(f"there is no {CONFIG} here: this is said of {Path.cwd()}")
        project = Project(Path.cwd())
    raise SystemExit(show(examine(looks(project)), "`make grade` and `make test`", click.echo))
