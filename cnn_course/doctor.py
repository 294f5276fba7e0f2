"""What this machine can do for an instructor, and what is missing for what."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from cnn_course.project import GRADEBOOK, WORK, Project
from cnn_lesson.command.doctor import GB, LESS, OK, STOP, Finding, Look, python, total_memory
from nbsandbox.confinement import levels
from nbsandbox.limits import Limits

LOCK = "requirements.lock"
NEEDED_EXTRAS = ("course", "dev")
BUSY_S = 0.5
SHOWN = 3


def looks(project: Project) -> list[tuple[str, Look]]:
    """Everything that is looked for, in the order in which it is said."""
    root = project.root
    return [
        ("Python", python),
        ("packages", lambda: packages(root / LOCK)),
        ("confinement", confinement),
        ("processors", processors),
        ("memory", memory),
        ("training cache", lambda: training_cache(project)),
        ("gradebook", lambda: gradebook(root / GRADEBOOK)),
        ("Chromium", chromium),
        ("ffmpeg", lambda: program("ffmpeg", "the video", "apt install ffmpeg")),
        ("espeak-ng", voice),
        ("uv", lambda: program("uv", "installs faster, fetches a Python", "pip install uv")),
    ]


def packages(lock: Path) -> Finding:
    """The installed packages against those that the lock names for this machine."""
    use = "notebooks, grading, tests"
    absent = [name for name in needed() if not installed(name)]
    if absent:
        remedy = "`make test` installs them into .venv; with conda, environment.yml"
        return Finding("packages", STOP, f"missing: {some(absent)}", use, remedy)
    if not lock.is_file():
        remedy = f"take {LOCK} from the project again"
        return Finding("packages", LESS, f"all here; no {LOCK} to compare with", use, remedy)
    pins = dict(pinned(lock.read_text(encoding="utf-8")))
    others = [
        f"{name} {installed(name) or 'missing'}" for name in pins if installed(name) != pins[name]
    ]
    if others:
        found = f"{len(others)} of {len(pins)} are not those of {LOCK}: {some(others)}"
        remedy = "delete .venv, and any `make` command installs them; the tests were run with those"
        return Finding("packages", LESS, found, use, remedy)
    return Finding("packages", OK, f"{len(pins)}, each as {LOCK} names it", use)


def needed() -> list[str]:
    """The packages without which grading or the tests do not run."""
    from packaging.requirements import Requirement

    asked = map(Requirement, metadata.requires("cnn-lesson") or [])
    contexts = [{"extra": extra} for extra in ("", *NEEDED_EXTRAS)]
    return [
        each.name
        for each in asked
        if not each.marker or any(each.marker.evaluate(context) for context in contexts)
    ]


def pinned(lock: str) -> Iterator[tuple[str, str]]:
    """Name and version of each package that the lock's text names for this machine."""
    from packaging.requirements import Requirement

    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            each = Requirement(line.removesuffix("\\").strip())
            if not each.marker or each.marker.evaluate():
                yield each.name, next(iter(each.specifier)).version


def installed(name: str) -> str:
    """The version of a package that is installed; nothing where it is not."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def some(things: list[str]) -> str:
    """The first few, and how many more."""
    more = len(things) - SHOWN
    return ", ".join(things[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def confinement() -> Finding:
    """How far a stranger's notebook can be shut in here, and why not better."""
    level = levels.best()
    use, found = "strangers' notebooks", f"level {level.number}: {level.name}"
    if level.number < levels.NONE:
        not_better = f"; none better, as {level.why}" if level.why else ""
        return Finding("confinement", OK, found + not_better, use)
    remedy = f"{level.why}; run only work that you trust, or grade in a container"
    return Finding("confinement", LESS, found, use, remedy)


def processors() -> Finding:
    """How many notebooks are graded at once."""
    return Finding("processors", OK, str(os.cpu_count() or 1), "as many notebooks at once")


def memory() -> Finding:
    """The memory, against what as many notebooks as there are processors may use."""
    size, jobs = total_memory() / GB, os.cpu_count() or 1
    wanted = jobs * Limits().memory_mb / 1024
    use = f"grading {jobs} at once takes up to {wanted:.1f} GB"
    if size < wanted:
        remedy = f"`cnn-lesson grade --jobs {max(1, int(size / wanted * jobs))}`"
        return Finding("memory", LESS, f"{size:.1f} GB", use, remedy)
    return Finding("memory", OK, f"{size:.1f} GB", use)


def training_cache(project: Project) -> Finding:
    """Whether the trainings of the lesson are known on this machine."""
    from cnn_course.grade.fill_cache import is_filled

    use = "grading trains less"
    if is_filled(project, project.root / WORK / "store"):
        return Finding("training cache", OK, "filled", use)
    remedy = "`make build` fills it, and so does the first `make grade`"
    return Finding("training cache", LESS, "not filled for this lesson and machine", use, remedy)


def gradebook(path: Path) -> Finding:
    """Whether nbgrader's database can be read and written."""
    use = "points, marks, report"
    if not os.path.lexists(path):
        return Finding("gradebook", OK, "none yet; `make grade` makes it", use)
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_S)
        ) as opened:
            (learners,) = opened.execute("select count(*) from student").fetchone()
            opened.execute("begin immediate")
            opened.rollback()
    except sqlite3.Error as error:
        remedy = "close what is using it, see to its permissions, or take it from a backup"
        return Finding("gradebook", STOP, f"cannot be used: {error}", use, remedy)
    return Finding("gradebook", OK, f"{learners} learners", use)


def chromium() -> Finding:
    """The browser of the tests and of the video."""
    from cnn_course.teach.filming import CHROMIUM_NAMES, MAC_CHROME

    where = first_of(shutil.which, CHROMIUM_NAMES) or (
        str(MAC_CHROME) if MAC_CHROME.is_file() else ""
    )
    return program_finding("Chromium", where, "browser tests, the video", "apt install chromium")


def voice() -> Finding:
    """What speaks the script."""
    where = first_of(shutil.which, ("espeak-ng", "espeak", "say"))
    return program_finding("espeak-ng", where, "the video's voice", "apt install espeak-ng")


def program(name: str, use: str, remedy: str) -> Finding:
    """A program that is used where it is there."""
    return program_finding(name, shutil.which(name) or "", use, remedy)


def program_finding(name: str, where: str, use: str, remedy: str) -> Finding:
    """A program by where it is; not there, it costs no more than what it is for."""
    if where:
        return Finding(name, OK, where, use)
    return Finding(name, LESS, "not found", use, remedy)


def first_of(find: Callable[[str], str | None], names: tuple[str, ...]) -> str:
    """What was found under the first name that is known."""
    return next(filter(None, map(find, names)), "")
