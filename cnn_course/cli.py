"""The command ``cnn-lesson``: its verbs move the course from one folder to the next."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

from cnn_course.cli_bench import bench
from cnn_course.cli_collect import collect, hand_back, people
from cnn_course.cli_grade import feedback, grade, sample
from cnn_course.cli_learn import doctor, learn, teach
from cnn_course.cli_report import report
from cnn_course.cli_site import site
from cnn_course.cli_teach import script, slides, video
from cnn_course.errors import CourseError, one_sentence
from cnn_course.project import SOURCE, STUBS, WORK, choose, find_project


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnn-lesson")
def main() -> None:
    """Build the lesson from its masters, teach it, and grade a class."""


for command in (
    *(learn, teach, doctor, people, collect, sample, grade, feedback, report, hand_back),
    *(bench, script, slides, video, site),
):
    main.add_command(command)


@main.command()
@click.option("--only", metavar="NAME", help="One notebook, as 01 or 01-convolution.")
@click.option("--no-solutions", is_flag=True, help="Leave solutions/ as it is: runs no notebook.")
@click.option("--force", is_flag=True, help="Drop edits made in source/cnn.")
@one_sentence
def build(only: str | None, no_solutions: bool, force: bool) -> None:
    """Make source/cnn, notebooks/cnn and solutions/cnn from source/*.py."""
    from cnn_course.build.build import build as build_notebooks
    from cnn_course.grade.fill_cache import stock
    from cnn_course.teach.script import write_scripts
    from cnn_course.teach.talk import has_talks
    from cnn_course.teach.timeline import write_run_times

    project = find_project(Path.cwd())
    replaced = build_notebooks(
        project,
        only,
        solutions=not no_solutions,
        force=force,
        say=click.echo,
        measured=partial(write_run_times, project),
    )
    click.echo(f"{len(replaced)} notebooks are up to date")
    if has_talks(project):
        click.echo(f"{len(write_scripts(project))} video scripts are up to date")
    if not no_solutions and stock(project, project.root / WORK / "store", os.cpu_count() or 1):
        click.echo("the training store knows their trainings, so that grading is quick")


@main.command()
@one_sentence
def release() -> None:
    """Make the zip that learners get, and enter what its notebooks ask into the gradebook."""
    from cnn_course.build.build import build as build_notebooks
    from cnn_course.grade.gradebook import Course
    from cnn_course.release.pack import OUTPUT, write_pack

    project = find_project(Path.cwd())
    build_notebooks(project, solutions=False)
    for sentence in Course(project, project.root / WORK).register():
        click.echo(sentence)
    click.echo(f"the gradebook knows the notebooks in {project.folder(STUBS)}")
    pack = write_pack(project, project.root / OUTPUT)
    click.echo(
        f"hand out {pack} ({pack.stat().st_size / 1e6:.1f} MB); START.md in it says how to start"
    )


@main.command()
@one_sentence
def check() -> None:
    """Name each notebook and cell that is not what its master says."""
    from cnn_course.build.drift import drift
    from cnn_course.teach.script import stale_scripts
    from cnn_course.teach.talk import has_talks

    project = find_project(Path.cwd())
    lines = [*drift(project), *(stale_scripts(project) if has_talks(project) else ())]
    for line in lines:
        click.echo(line)
    if lines:
        raise CourseError(
            f"{len(lines)} differences: `cnn-lesson build` follows the masters, "
            "`cnn-lesson adopt` takes an edit in source/cnn into its master"
        )
    click.echo("all notebooks and scripts are what their masters and talks say")


@main.command()
@click.argument("notebook", required=False)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@one_sentence
def adopt(notebook: str | None, dry_run: bool) -> None:
    """Take edits made in source/cnn (JupyterLab, Formgrader) into the masters."""
    from cnn_course.build.adopt import adopt as read_edit
    from cnn_course.build.adopt import write_adoption

    project = find_project(Path.cwd())
    names = [path.stem for path in project.notebooks(SOURCE)]
    if not names:
        raise CourseError(f"there are no notebooks in {project.folder(SOURCE)}")
    adoptions = [
        read_edit(project, name) for name in ([choose(names, notebook)] if notebook else names)
    ]
    changed = [adoption for adoption in adoptions if adoption.diff]
    for adoption in changed:
        click.echo(adoption.diff, nl=False)
        if not dry_run:
            write_adoption(project, adoption)
    ending = "would change" if dry_run else "changed; `cnn-lesson build` makes the other notebooks"
    click.echo(f"{len(changed)} of {len(adoptions)} masters {ending}")


if __name__ == "__main__":
    main(prog_name="cnn-lesson")
