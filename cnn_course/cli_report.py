"""The verb of the class report."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import one_sentence
from cnn_course.project import find_project

PASS_PERCENT = 50


@click.command()
@click.option("--anonymous", is_flag=True, help="Without names, in report/anonymous/.")
@click.option(
    "--pass-mark",
    type=click.FloatRange(0, 100),
    default=PASS_PERCENT,
    show_default=True,
    metavar="PERCENT",
    help="Share of the points that passes, for ILIAS.",
)
@one_sentence
def report(anonymous: bool, pass_mark: float) -> None:
    """Say how the class did and what to teach again; write grades for Canvas, Moodle and ILIAS."""
    from cnn_course.report.writing import write_report

    paths = write_report(find_project(Path.cwd()), anonymous, pass_mark / 100)
    for remark in paths.remarks:
        click.echo(remark)
    named = {"report": paths.page, "items": paths.items, "learners": paths.learners}
    for what, where in (named | paths.grades).items():
        click.echo(f"{what:<10} {where}")
