"""The verb that makes the site."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import one_sentence
from cnn_course.project import find_project


@click.command()
@click.option("--output", type=click.Path(path_type=Path), help="A folder; build/site unless told.")
@click.option("--teaching", is_flag=True, help="With the teaching notes, which hold answers.")
@one_sentence
def site(output: Path | None, teaching: bool) -> None:
    """Make a static site of the lesson, which works from a folder without a network."""
    from cnn_course.site.site import OUTPUT, make_site

    project = find_project(Path.cwd())
    front = make_site(project, output or project.root / OUTPUT, teaching)
    click.echo(f"the site is made: {front}")
