"""The verbs of teaching: the script of the video, slides, the video itself."""

from __future__ import annotations

from pathlib import Path

import click

from cnn_course.errors import INTERRUPTED, one_sentence
from cnn_course.project import find_project


@click.command()
@one_sentence
def script() -> None:
    """Write the video script from the masters and their talks."""
    from cnn_course.teach.script import write_scripts

    project = find_project(Path.cwd())
    paths = write_scripts(project)
    for path in paths:
        click.echo(path.relative_to(project.root))
    click.echo(f"{len(paths)} scripts are what the masters and their talks say")


@click.command()
@one_sentence
def slides() -> None:
    """Make the slides: one page for each notebook, which needs no network."""
    from cnn_course.teach.slides import SLIDES, make_slides

    project = find_project(Path.cwd())
    pages = make_slides(project, project.root / SLIDES)
    for page in pages:
        click.echo(page.relative_to(project.root))
    click.echo(f"{len(pages)} sets of slides: open one in a browser; S shows the speaker's notes")


@click.command()
@click.option("--clip", metavar="NAME", help="One clip, such as 01-convolution-2.")
@click.option("--no-narration", is_flag=True, help="Captions only, no voice.")
@one_sentence
def video(clip: str | None, no_narration: bool) -> None:
    """Make the clips of the video from the slides, with captions and, if it can be, a voice."""
    from cnn_course.teach.video import VIDEO, make_video

    project = find_project(Path.cwd())
    try:
        made = make_video(
            project, project.root / VIDEO, click.echo, only=clip, narration=not no_narration
        )
    except KeyboardInterrupt:
        click.echo("interrupted; the clips that are finished stay", err=True)
        raise SystemExit(INTERRUPTED) from None
    click.echo(
        f"clips made: {len(made)}, in {VIDEO}, with captions (.vtt) and transcripts beside them"
    )
