"""The verb that measures grading."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import CourseError, one_sentence
from cnn_course.project import find_project


@click.command()
@click.option("--learners", default=24, show_default=True, help="Size of the sample class.")
@click.option(
    "--slow", default=12, show_default=True, help="Of them, for stock nbgrader and for no store."
)
@click.option("--sizes", default="8,96", show_default=True, help="Further sizes of class.")
@one_sentence
def bench(learners: int, slow: int, sizes: str) -> None:
    """Time grading against stock `nbgrader autograde`, on one sample class in one run."""
    from cnn_course.assignments.bench import run as run_plain
    from cnn_course.grade.bench import run

    if not 1 <= slow <= learners:
        raise CourseError("--slow must be at least 1, and at most --learners")
    try:
        others = [int(size) for size in sizes.split(",") if size.strip()]
    except ValueError:
        raise CourseError(f"--sizes takes numbers with commas between, not {sizes}") from None
    run(find_project(Path.cwd()), learners, slow, others, click.echo)
    run_plain(learners, click.echo)
