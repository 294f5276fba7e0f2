"""What ``cnn-lesson grade`` says while it grades assignments that are not the lesson."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnn_course.assignments.course import NbgraderCourse
from cnn_course.assignments.grading import Graded, grade_assignment
from cnn_course.errors import INTERRUPTED, CourseError
from cnn_course.grade.conditions import Settings, refuse_without_confinement
from cnn_course.grade.gradebook_file import one_run_at_a_time
from cnn_course.grade.progress import following
from cnn_course.project import WORK
from cnn_course.visible import visible

if TYPE_CHECKING:
    from rich.console import Console


def grade_assignments(
    root: Path, wanted: str | None, own: Sequence[str], settings: Settings
) -> bool:
    """Grade one assignment of a course or, unless told, all that somebody handed in.

    ``own`` are those with a grader of their own. Hands back whether somebody was left out.
    """
    from rich.console import Console

    refuse_without_confinement(settings)
    root = root.resolve()
    os.chdir(root)  # as nbgrader: relative paths in its configuration start there
    course = NbgraderCourse(root)
    names = [wanted] if wanted else [name for name in sorted(course.handed_in()) if name not in own]
    if not names and not own:
        raise CourseError(f"nobody handed in anything: {course.coursedir.submitted_directory}/")
    click.echo(f"confinement: {settings.confinement()}")
    with one_run_at_a_time(root / WORK):
        outcomes = [grade_one(course, name, settings, Console()) for name in names]
    return any(outcomes)


def grade_one(course: NbgraderCourse, name: str, settings: Settings, console: Console) -> bool:
    """Grade an assignment and show it; whether somebody was left out."""
    try:
        with following() as progress:
            graded = grade_assignment(course, name, settings, progress)
    except CourseError as error:
        click.echo(f"{visible(name)}: {error}", err=True)
        return True
    except KeyboardInterrupt:
        click.echo("interrupted; what is graded stays graded, the same command goes on", err=True)
        os._exit(INTERRUPTED)
    show(graded, console)
    return bool(graded.refused) or any(line.score is None for line in graded.lines)


def show(graded: Graded, console: Console) -> None:
    """Print the table of an assignment and what there is to say about it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    table.add_column("learner", overflow="fold")
    for name in ("points", "of", "penalty", "to mark"):
        table.add_column(name, justify="right")
    table.add_column("what happened", overflow="fold")
    for line in graded.lines:
        table.add_row(Text(visible(line.learner)), *figures(line.score), said(line.notes))
    for learner, reason in graded.refused.items():
        table.add_row(Text(visible(learner)), *figures(None), said([reason]))
    console.print(f"\n{visible(graded.assignment)}", style="bold", markup=False)
    for remark in graded.remarks:
        console.print(visible(remark), markup=False)
    if graded.lines or graded.refused:
        console.print(table)
    done = sum(line.score is not None for line in graded.lines)
    before = f", {graded.already} before (--again grades them, too)" if graded.already else ""
    console.print(f"{done} graded now{before}", markup=False)
    for sentence in graded.slow:
        console.print(visible(sentence), markup=False)


def figures(score: object) -> list[str]:
    """The numbers of a row, dashes where there is no score."""
    if score is None:
        return ["–"] * 4
    return [
        f"{score.points:.4g}",
        f"{score.out_of:.4g}",
        f"{score.penalty:.4g}" if score.penalty else "",
        str(score.waiting or ""),
    ]


def said(notes: Sequence[str]) -> object:
    """Notes as a cell of the table."""
    from rich.text import Text

    return Text("\n".join(map(visible, notes)))
