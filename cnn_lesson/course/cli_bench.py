"""The verb that measures grading."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_lesson.course.errors import one_sentence
from cnn_lesson.course.project import find_project


@click.command()
@click.option("--learners", default=24, show_default=True, help="Size of the sample class.")
@click.option("--stock", default=4, show_default=True, help="Of them, for stock nbgrader; 0: none.")
@click.option("--sizes", default="8,96", show_default=True, help="Further sizes of class.")
@one_sentence
def bench(learners: int, stock: int, sizes: str) -> None:
    """Time grading against stock `nbgrader autograde`, on one sample class in one run."""
    from cnn_lesson.course.grading.bench import run

    others = tuple(int(size) for size in sizes.split(",") if size)
    run(find_project(Path.cwd()), (learners, *others), min(stock, learners), click.echo)
