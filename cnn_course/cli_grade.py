"""The verbs of grading: a sample class, a graded class."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnn_course.errors import INTERRUPTED, one_sentence
from cnn_course.project import ASSIGNMENT, SUBMITTED, WORK, Project, find_project

if TYPE_CHECKING:
    from cnn_course.grade.conditions import Settings
    from cnn_course.grade.grader import GradedClass


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
@click.option("--only", metavar="LEARNER", multiple=True, help="Only this learner; repeatable.")
@click.option("--item", metavar="ID", help="Judge this item again from stored evidence; runs none.")
@click.option("--cell-limit", type=click.IntRange(1), metavar="S", help="Seconds a cell may take.")
@click.option("--assignment", metavar="NAME", help="Another nbgrader assignment than the lesson.")
@click.option("--all", "every", is_flag=True, help="The lesson, and each other assignment.")
@click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Any nbgrader course, by its folder: all that was handed in, unless --assignment is told.",
)
@one_sentence
def grade(
    submitted: Path,
    item: str | None,
    assignment: str | None,
    every: bool,
    course: Path | None,
    **options: Any,
) -> None:
    """Grade the class in SUBMITTED: each learner's notebooks are in SUBMITTED/<learner>/cnn.

    Interrupted and started again, it goes on where it was. Without SUBMITTED, a sample class is
    graded in a place of its own. Of other assignments and other courses nbgrader's configuration
    says where everything is, and how long a cell may take.
    """
    from cnn_course.assignments.command import grade_assignments

    settings = _settings(options)
    left_out = False
    if not course and (every or assignment in (None, ASSIGNMENT)):
        left_out = _grade_lesson(submitted, item, settings)
    if course or every or assignment not in (None, ASSIGNMENT):
        root = course or find_project(Path.cwd()).root
        own = () if course else (ASSIGNMENT,)
        left_out = grade_assignments(root, assignment, own, settings) or left_out
    if left_out:
        raise SystemExit(1)


def _grade_lesson(submitted: Path, item: str | None, settings: Settings) -> bool:
    """Grade the class's lesson; whether somebody could not be graded."""
    from cnn_course.grade.grader import grade as grade_class
    from cnn_course.grade.progress import following
    from cnn_course.grade.rejudge import judge_again

    project, submitted = _whose(find_project(Path.cwd()), submitted)
    if not item:
        click.echo(f"confinement: {settings.confinement()}")
    try:
        with following() as progress:
            if item:
                graded = judge_again(project, submitted, item, settings, progress)
            else:
                graded = grade_class(project, submitted, settings, progress)
    except KeyboardInterrupt:
        click.echo("interrupted; what is graded stays graded, the same command goes on", err=True)
        os._exit(INTERRUPTED)  # a normal end would wait for the jobs that are running
    _tell(project, graded)
    return bool(graded.refused)


def _whose(project: Project, submitted: Path) -> tuple[Project, Path]:
    """The course that a folder is graded in: the sample class has one of its own."""
    from cnn_course.grade.sample import is_sample_folder, make_class, own_course

    if submitted.exists() and not is_sample_folder(submitted):
        return project, submitted
    if not submitted.exists() and submitted != Path(SUBMITTED):
        return project, submitted
    own = own_course(project)
    if not submitted.exists():
        submitted = own.root / SUBMITTED
        names = make_class(own, submitted)
        click.echo(f"there is no {SUBMITTED}/ yet: grading a sample class of {len(names)}")
    click.echo(f"it has a gradebook, feedback and a report of its own, in {own.root}")
    return own, submitted


def _tell(project: Project, graded: GradedClass) -> None:
    """Say how a class was graded, and where everything is."""
    from rich.console import Console

    from cnn_course.grade.gradebook import Course
    from cnn_course.grade.summary import places, show
    from cnn_course.report.writing import write_report

    course = Course(project, project.root / WORK)
    csv = course.export(project.root / "grades.csv")
    show(graded, Console(), course.rows(), course.penalties())
    click.echo(f"\n{graded.graded_now} graded now, {len(graded.results)} in all")
    if graded.cache:
        click.echo(f"trainings: {graded.cache}")
    for what, where in places(project.root, csv).items():
        click.echo(f"{what:<10} {where}")
    paths = write_report(project)
    click.echo(f"{'report':<10} {paths.page}")
    for remark in (*graded.remarks, *paths.remarks, *graded.slow):
        click.echo(remark)


@click.command()
@one_sentence
def feedback() -> None:
    """Make the feedback pages again from what is stored, marks and comments with them."""
    from cnn_course.grade.feedback import renew

    page = renew(find_project(Path.cwd()))
    click.echo(f"the pages have all marks, corrections and comments: {page}")


def _settings(options: dict[str, Any]) -> Settings:
    from cnn_course.grade.conditions import Settings
    from nbsandbox.limits import Limits

    return Settings(
        jobs=options["jobs"] or os.cpu_count() or 1,
        cluster=options["cluster"],
        trust=options["trust_submissions"],
        store=not options["no_store"],
        warm=not options["cold"],
        again=options["again"],
        only=options["only"],
        level=options["level"] or 0,
        limits=Limits(cell_s=options["cell_limit"]) if options["cell_limit"] else None,
    )
