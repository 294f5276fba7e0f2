"""A gradebook that cannot be used: one sentence with the true cause, and nothing lost."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import conditions, gradebook_file
from cnn_course.grade.gradebook import Course
from cnn_course.grade.gradebook_file import back_up, cause, one_run_at_a_time, put_back, waiting
from cnn_course.project import WORK, Project
from nbsandbox.limits import Limits
from tests.support.graded_class import make_gradebook, make_project

HOLD = """
import fcntl, pathlib, sys, time
holder = open(sys.argv[1], "a+"); fcntl.flock(holder, fcntl.LOCK_EX)
holder.truncate(0); holder.write("4711"); holder.flush()
print("held", flush=True); sys.stdin.read()
"""


@pytest.fixture
def course(tmp_path):
    project = make_project(tmp_path)
    make_gradebook(project, {"ada": {}})
    return Course(project, project.root / WORK)


def test_a_gradebook_in_use_is_waited_for_and_then_named(course, monkeypatch):
    """Does a lock that stays end in one sentence, and one that goes in nothing at all?"""
    monkeypatch.setattr(gradebook_file, "LOCK_WAIT_S", 0.2)
    path = gradebook_file.path_of(course.url)
    with closing(sqlite3.connect(path)) as other:
        other.execute("begin exclusive")
        with pytest.raises(CourseError, match=r"in use by another program.*close Formgrader"):
            course.rows()
    assert course.rows()


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("database or disk is full", "make room"),
        ("OSError: [Errno 28] No space left on device", "make room"),
        ("attempt to write a readonly database", "permissions"),
        ("unable to open database file", "permissions"),
        ("no such column: grade.extra_credit", "nbgrader db upgrade"),
        ("file is not a database", "good copy"),
        ("database disk image is malformed", "good copy"),
    ],
)
def test_each_cause_is_said(said, means):
    """Is what the database says turned into what to do?"""
    assert means in cause(said, "sqlite:////a/gradebook.db?timeout=60")
    assert "?" not in cause(said, "sqlite:////a/gradebook.db?timeout=60")


def test_other_words_mean_nothing():
    """Is no cause invented?"""
    assert cause("KeyError: 'x'", "sqlite:////a/gradebook.db") == ""


def test_an_older_schema_is_named(course):
    """Is nobody told that they upgraded, and is the way out said?"""
    with closing(sqlite3.connect(gradebook_file.path_of(course.url))) as database:
        database.execute("alter table grade drop column extra_credit")
        database.commit()
    with pytest.raises(CourseError, match="of another version of nbgrader"):
        course.rows()


def test_no_gradebook_is_no_rows(tmp_path):
    """Is none made by looking?"""
    project = make_project(tmp_path)
    assert Course(project, project.root / WORK).rows() == []
    assert not (tmp_path / "gradebook.db").exists()


def test_a_copy_can_be_put_back(course):
    """Is the copy the whole gradebook, and is it beside it?"""
    copy = back_up(course.url)
    before = course.rows()
    with course.opened() as gradebook:
        gradebook.remove_student("ada")
    assert course.rows() == []
    put_back(course.url, copy)
    assert course.rows() == before


def test_other_databases_are_left_to_their_own_ways():
    """Is a server's address not changed?"""
    assert waiting("postgresql://host/grades") == "postgresql://host/grades"
    assert back_up("postgresql://host/grades") is None


def test_two_runs_at_once_are_refused(tmp_path):
    """Is the second told who is at work, and may it start when the first is done?"""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        other.stdout.readline()
        with pytest.raises(CourseError, match="process 4711"), one_run_at_a_time(tmp_path):
            pytest.fail("two at once")
    finally:
        other.communicate(b"")
    with one_run_at_a_time(tmp_path):
        pass


def test_a_full_disk_is_said_before_anything_runs(tmp_path, monkeypatch):
    """Is it the first thing that is looked at, and not found out by every job?"""
    usage = type("Usage", (), {"free": 12 * 2**20})
    monkeypatch.setattr(conditions.shutil, "disk_usage", lambda place: usage)
    with pytest.raises(CourseError, match=r"is full \(12 MB are free"):
        conditions.refuse_full_disk(Project(tmp_path), Limits())


def test_a_gradebook_that_was_begun_and_never_finished_is_none(tmp_path):
    """Is a run that was killed while nbgrader made its tables no dead end?"""
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table course (id text)")
        database.commit()
    assert gradebook_file.knows(f"sqlite:///{path}", "cnn") is None


def test_a_change_that_was_killed_is_undone(course):
    """Do the marks come back where a command died between taking them out and putting them in?"""
    before = course.rows()
    changing = gradebook_file.all_or_nothing(course.url)
    changing.__enter__()
    with course.opened() as gradebook:
        gradebook.remove_student("ada")
    assert course.rows() == []
    gradebook_file.recover(course.url)  # as the next command does; this one never came to its end
    assert course.rows() == before


KILLED_WRITING = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("pragma cache_size = 1")
database.execute("update assignment set name = 'half done'")
database.execute("create table large (text)")
database.executemany("insert into large values (?)", [("x" * 5000,)] * 200)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be killed like this")
def test_a_command_that_was_killed_while_it_wrote_stops_no_other(course):
    """Is what it left half done undone, and the gradebook asked and copied as it was before?"""
    path = gradebook_file.path_of(course.url)
    subprocess.run([sys.executable, "-c", KILLED_WRITING, str(path)])
    journal = path.with_name(f"{path.name}-journal")
    assert journal.stat().st_size
    assert gradebook_file.knows(course.url, "cnn") is True
    assert not journal.exists()
    assert back_up(course.url).is_file() and course.rows()
