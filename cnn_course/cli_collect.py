"""The verbs between a learning platform and nbgrader's folders: people, collect, hand-back."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cnn_course.errors import one_sentence
from cnn_course.project import find_project

_PLATFORMS = ("moodle", "canvas", "ilias", "exchange", "folder")
_TAKERS = ("moodle", "canvas", "ilias")


@click.command()
@click.argument("downloads", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "platform",
    type=click.Choice(_PLATFORMS),
    help="The platform; told by the names unless said.",
)
@one_sentence
def collect(downloads: tuple[Path, ...], platform: str | None) -> None:
    """Sort DOWNLOADS (zips or folders of a platform) into submitted/<learner>/cnn.

    Which notebook a file is, is told by what is in it. What is replaced goes into
    submitted/.backup first. The exit code is 1 where somebody's work may be missing.
    """
    from cnn_course.collect.collect import collect as collect_all
    from cnn_course.collect.listing import lines

    outcome = collect_all(find_project(Path.cwd()), downloads, platform)
    for line in lines(outcome):
        click.echo(line)
    if outcome.somebody_is_left_out:
        raise SystemExit(1)


@click.command()
@click.argument("roster", type=click.Path(path_type=Path))
@one_sentence
def people(roster: Path) -> None:
    """Fill nbgrader's student table from ROSTER, a platform's list of participants (CSV)."""
    from cnn_course.collect.people import enrol
    from cnn_course.learner_id import shown

    done = enrol(find_project(Path.cwd()), roster)
    for sentence in done.refused:
        click.echo(f"left out: {shown(sentence)}")
    for learner in done.unknown:
        click.echo(f"not on the list, or on it twice: {shown(learner)}, whose work was collected")
    for old, now in done.merged.items():
        click.echo(f"one person: {shown(old)}, without any work, is {shown(now)} now")
    for old, now in done.twice.items():
        click.echo(
            f"one person, with work as {shown(old)} and as {shown(now)}: put the notebooks into "
            f"one folder in submitted/; once the marks are in one place, {_removal(old)}"
        )
    for learner in done.left:
        click.echo(f"not on the list: {shown(learner)}; if they left: {_removal(learner)}")
    click.echo(f"student table: {len(done.new)} new, {len(done.updated)} updated")
    if done.refused:
        raise SystemExit(1)


def _removal(learner: str) -> str:
    """The command that takes a learner out, for a shell, which runs nothing of the name."""
    return f"nbgrader db student remove {shlex.quote(learner)} --force"


@click.command("hand-back")
@click.option("--for", "platform", type=click.Choice(_TAKERS), help="Only for this platform.")
@one_sentence
def hand_back(platform: str | None) -> None:
    """Write the zips of feedback that Moodle, Canvas and ILIAS take back, in hand-back/."""
    from cnn_course.collect.hand_back import hand_back as write_zips
    from cnn_course.collect.listing import TITLES
    from cnn_course.learner_id import shown

    done = write_zips(find_project(Path.cwd()), platform)
    for each, path in done.zips.items():
        click.echo(f"{TITLES[each]:<8} {path}: pages of {done.learners[each]}")
    for learner, why in sorted(done.without.items()):
        click.echo(f"left out: {shown(learner)}: {why}")
    if done.without:
        raise SystemExit(1)
