"""The verb that measures grading and the lesson's checks."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import CourseError, one_sentence
from cnn_course.project import find_project

PARTS = ("class", "sizes", "plain", "cluster", "hands")


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--learners", default=24, show_default=True, help="Size of the sample class.")
@click.option(
    "--slow", default=12, show_default=True, help="Of them, for stock nbgrader and for no store."
)
@click.option("--sizes", default="8,96", show_default=True, help="Further sizes of class.")
@click.option("--times", default=3, show_default=True, help="Measurements, of which the median.")
@one_sentence
def bench(parts: tuple[str, ...], learners: int, slow: int, sizes: str, times: int) -> None:
    """Time grading against stock `nbgrader autograde`, and what learners wait for, in one run.

    All PARTS, unless some are named: the sample class, classes of several sizes, plain assignments,
    workers of a cluster, checks and figures in a learner's hands.
    """
    from cnn_course.bench import hands, machines, measuring, plain, sample_class

    if not 1 <= slow <= learners:
        raise CourseError("--slow must be at least 1, and at most --learners")
    if times < 1:
        raise CourseError("--times must be at least 1")
    try:
        others = [int(size) for size in sizes.split(",") if size.strip()]
    except ValueError:
        raise CourseError(f"--sizes takes numbers with commas between, not {sizes}") from None
    wanted, project, say = parts or PARTS, find_project(Path.cwd()), click.echo
    say(measuring.machine())
    if {"class", "sizes", "cluster"} & set(wanted):
        with sample_class.stocked(project, say) as stocked:
            if "class" in wanted:
                sample_class.run(stocked, learners, slow, times, say)
            if "sizes" in wanted:
                sample_class.grow(stocked, others, say)
            if "cluster" in wanted:
                machines.run(stocked, learners, times, say)
    if "plain" in wanted:
        plain.run(learners, times, say)
    if "hands" in wanted:
        hands.run(project, times, say)
    say(measuring.machine())
