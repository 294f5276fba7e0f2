"""The verbs that learners have, too, and what they say more to instructors."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import CourseError, one_sentence
from cnn_course.project import CONFIG, Project, find_project
from cnn_lesson.command import cli
from cnn_lesson.command.learn import FOLDER, CannotLearn


@click.command(help=cli.ABOUT_LEARN)
@click.argument("folder", default=FOLDER, type=click.Path(path_type=Path))
@click.option("--no-open", is_flag=True, help=cli.ABOUT_NO_OPEN)
@click.option("--lab", default="", metavar="OPTIONS", help=cli.ABOUT_LAB)
@one_sentence
def learn(folder: Path, no_open: bool, lab: str) -> None:
    """What learners have under this name."""
    try:
        code = cli.start(folder, no_open, lab)
    except CannotLearn as trouble:
        raise CourseError(str(trouble)) from trouble
    raise SystemExit(code)


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
