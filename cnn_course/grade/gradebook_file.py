"""The gradebook as a file: what is wrong with it in a sentence, its backup, one run at a time."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.grade.statements import compiled_once

SQLITE = "sqlite:///"
LOCK_WAIT_S = 60
CAUSES = {
    "is locked": "is in use by another program, and was so for {wait} s: close Formgrader or the "
    "other command, then start this one again, it goes on where it was",
    "is full": "cannot grow, as the disk is full: make room, then start this command again",
    "No space left": "cannot grow, as the disk is full: make room, then start this command again",
    "readonly": "may not be written: see to the permissions of the file and of its folder",
    "unable to open": "cannot be opened: see to the permissions of the file and of its folder",
    "no such table": "is of another version of nbgrader: copy it, then `nbgrader db upgrade`",
    "no such column": "is of another version of nbgrader: copy it, then `nbgrader db upgrade`",
    "not a database": "is damaged: put a good copy in its place; moved away, it is made anew by "
    "`cnn-lesson grade`, without the marks that people gave",
    "malformed": "is damaged: put a good copy in its place; moved away, it is made anew by "
    "`cnn-lesson grade`, without the marks that people gave",
}
"""What SQLite's words mean for an instructor."""


def path_of(url: str) -> Path | None:
    """The file of a gradebook; None for a database that is no file."""
    return Path(url.removeprefix(SQLITE).partition("?")[0]) if url.startswith(SQLITE) else None


def waiting(url: str) -> str:
    """The same gradebook, opened so that who comes second waits for the first, and fast."""
    if "?" in url or path_of(url) is None:
        return url
    return compiled_once(f"{url}?timeout={LOCK_WAIT_S}")


def cause(said: str, url: str) -> str:
    """One sentence on what a database's own words mean, or "" where they mean nothing known."""
    name = path_of(url) or "of this course"
    found = (means for words, means in CAUSES.items() if words in said)
    return next((f"the gradebook {name} {means.format(wait=LOCK_WAIT_S)}" for means in found), "")


@contextmanager
def true_causes(url: str) -> Generator[None]:
    """What goes wrong with the database inside, as a CourseError of one sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (sqlite3.Error, SQLAlchemyError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        known = cause(said, url) or f"the gradebook {path_of(url) or url} cannot be used: {said}"
        raise CourseError(known) from error


def knows(url: str, assignment: str) -> bool | None:
    """Whether the gradebook has the assignment; None where there is no gradebook.

    It is asked without writing: nbgrader would make a new one, or enter this course into
    another course's.
    """
    path = path_of(url)
    if path is None:
        return True
    path = path.resolve()
    if not path.is_file() or not path.stat().st_size:
        return None
    tables = "SELECT count(*) FROM sqlite_master WHERE name = 'assignment'"
    query = "SELECT count(*) FROM assignment WHERE name = ?"
    with true_causes(url), closing(_open(path, "ro")) as database:
        if not database.execute(tables).fetchone()[0]:
            return None  # begun and never finished: nbgrader makes its tables one by one
        return database.execute(query, (assignment,)).fetchone()[0] > 0


def back_up(url: str) -> Path | None:
    """A copy of the gradebook beside it, with the time in its name; None where it is no file."""
    path = path_of(url)
    if path is None:
        return None
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    target = path.with_name(f"{path.stem}.before-{now}{path.suffix}")
    with true_causes(url):
        _copy(path, target)
    return target


def put_back(url: str, backup: Path | None) -> None:
    """Make the gradebook again what it was when it was backed up."""
    path = path_of(url)
    if path is not None and backup is not None:
        with true_causes(url):
            _copy(backup, path)


@contextmanager
def all_or_nothing(url: str) -> Generator[Path | None]:
    """The copy to which the gradebook goes back where what is inside fails, or is killed."""
    backup, path = back_up(url), path_of(url)
    if path is not None and backup is not None:
        _note_of(path).write_text(backup.name, encoding="utf-8")
    try:
        yield backup
    except BaseException:
        put_back(url, backup)
        raise
    finally:
        if path is not None:
            _note_of(path).unlink(missing_ok=True)


def recover(url: str) -> None:
    """Put the copy back where an earlier command was killed in the middle of a change."""
    path = path_of(url)
    if path is not None and _note_of(path).is_file():
        put_back(url, path.with_name(_note_of(path).read_text(encoding="utf-8")))
        _note_of(path).unlink()


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.changing")


def _copy(source: Path, target: Path) -> None:
    with closing(_open(source, "ro")) as old, closing(_open(target, "rwc")) as new:
        old.backup(new)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    """The database; one that may be written is opened so that SQLite can undo what a killed command
    left half done, also where it is only read.
    """
    if mode == "ro" and all(os.access(each, os.W_OK) for each in (path, path.resolve().parent)):
        mode = "rw"
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=LOCK_WAIT_S)


@contextmanager
def one_run_at_a_time(work: Path) -> Generator[None]:
    """Hold the course's grading folder. Raises CourseError while another command grades there."""
    work.mkdir(parents=True, exist_ok=True)
    with open(work / "lock", "a+", encoding="utf-8") as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder.seek(0)
            who = holder.read().strip() or "unknown"
            raise CourseError(
                f"another command is grading this course (process {who}): wait until it is done"
            ) from None
        holder.truncate(0)
        holder.write(f"{os.getpid()}\n")
        holder.flush()
        yield
