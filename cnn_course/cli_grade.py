"""The verbs of grading: a sample class, a graded class."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cnn_course.errors import INTERRUPTED, one_sentence
from cnn_course.project import SUBMITTED, WORK, find_project


@click.command()
@click.argument("folder", default=SUBMITTED, type=click.Path(path_type=Path))
@click.option("--size", type=click.IntRange(1), help="That many learners; 8 unless told.")
@one_sentence
def sample(folder: Path, size: int | None) -> None:
    """Make a class to try with, in FOLDER/<learner>/cnn."""
    from cnn_course.grade.sample import CLASS, class_of, make_class

    project = find_project(Path.cwd())
    names = make_class(project, folder, class_of(size) if size else CLASS)
    click.echo(f"{len(names)} submissions in {folder}: {', '.join(names)}")


@click.command()
@click.argument("submitted", default=SUBMITTED, type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Notebooks at once; one a core unless told.")
@click.option("--cluster", metavar="ADDRESS", default="", help="A Dask scheduler to run them on.")
@click.option("--trust-submissions", is_flag=True, help="Run without confinement if there is none.")
@click.option(
    "--level",
    type=click.IntRange(1, 3),
    help="1 namespaces, 2 Landlock and seccomp, 3 no confinement; the best there is unless told.",
)
@click.option("--no-store", is_flag=True, help="Train everything; ask no training store.")
@click.option("--cold", is_flag=True, help="Start each kernel from scratch.")
@click.option("--again", is_flag=True, help="Grade also what is graded already.")
@click.option("--cell-limit", type=click.IntRange(1), metavar="S", help="Seconds a cell may take.")
@one_sentence
def grade(submitted: Path, **options: object) -> None:
    """Grade the class in SUBMITTED: each learner's notebooks are in SUBMITTED/<learner>/cnn.

    Interrupted and started again, it goes on where it was.
    """
    from rich.console import Console

    from cnn_course.grade.gradebook import Course
    from cnn_course.grade.grader import grade as grade_class
    from cnn_course.grade.progress import following
    from cnn_course.grade.sample import make_class
    from cnn_course.grade.summary import places, show
    from cnn_course.report.writing import write_report

    project = find_project(Path.cwd())
    if submitted == Path(SUBMITTED) and not submitted.exists():
        names = make_class(project, submitted)
        click.echo(f"there is no {SUBMITTED}/ yet: grading a sample class of {len(names)}")
    settings = _settings(options)
    click.echo(f"confinement: {settings.confinement()}")
    try:
        with following() as progress:
            graded = grade_class(project, submitted, settings, progress)
    except KeyboardInterrupt:
        click.echo("interrupted; what is graded stays graded, the same command goes on", err=True)
        os._exit(INTERRUPTED)  # a normal end would wait for the jobs that are running
    csv = Course(project, project.root / WORK).export(project.root / "grades.csv")
    console = Console()
    show(graded, console)
    click.echo(f"\n{graded.graded_now} graded now, {len(graded.results)} in all")
    if graded.cache:
        click.echo(f"trainings: {graded.cache}")
    for what, where in places(project.root, csv).items():
        click.echo(f"{what:<10} {where}")
    paths = write_report(project)
    click.echo(f"{'report':<10} {paths.page}")
    for remark in paths.remarks:
        click.echo(remark)
    if graded.refused:
        raise SystemExit(1)


def _settings(options: dict) -> object:
    from cnn_course.grade.grader import Settings
    from nbsandbox.limits import Limits

    return Settings(
        jobs=options["jobs"] or os.cpu_count() or 1,
        cluster=options["cluster"],
        trust=options["trust_submissions"],
        store=not options["no_store"],
        warm=not options["cold"],
        again=options["again"],
        level=options["level"] or 0,
        limits=Limits(cell_s=options["cell_limit"]) if options["cell_limit"] else None,
    )
