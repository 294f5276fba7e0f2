"""`cnn-lesson doctor`: one screen, also where nearly everything is missing or locked."""

import builtins
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnn_course import doctor
from cnn_course.cli import main
from cnn_course.project import CONFIG, Project
from cnn_lesson.command import cli
from cnn_lesson.command import doctor as learners
from cnn_lesson.command.doctor import LESS, OK, STOP, Finding, carefully

SCREEN = 40


@pytest.fixture
def project(root, tmp_path) -> Project:
    """A project with settings and lock, not built and not graded."""
    for name in (CONFIG, doctor.LOCK):
        shutil.copy(root / name, tmp_path)
    return Project(tmp_path)


def finding(project: Project, thing: str) -> Finding:
    return carefully(thing, dict(doctor.looks(project))[thing])


def said(project: Project, monkeypatch) -> tuple[int, str]:
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(main, ["doctor"])
    return done.exit_code, done.output


def test_it_is_one_screen_and_says_that_the_commands_run(project, monkeypatch):
    """Does each thing have its line, and is nothing made by looking?"""
    before = sorted(project.root.iterdir())
    code, screen = said(project, monkeypatch)
    assert code == 0
    assert screen.count("\n") < SCREEN
    for thing, _ in doctor.looks(project):
        assert thing in screen
    assert screen.splitlines()[-1] == "`make grade` and `make test` can run"
    assert sorted(project.root.iterdir()) == before


def test_what_is_missing_says_what_to_do(project, monkeypatch):
    """Does every line that is not all well end in a remedy?"""
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    for thing in ("Chromium", "ffmpeg", "espeak-ng", "uv", "training cache"):
        each = finding(project, thing)
        assert each.state in (LESS, OK)
        assert bool(each.remedy) == (each.state == LESS)
    assert "apt install ffmpeg" in said(project, monkeypatch)[1]


@pytest.mark.parametrize("state", ["locked", "damaged", "a folder", "empty"])
def test_a_gradebook_that_cannot_be_used_stops_grading(project, monkeypatch, state):
    """Is it said in one line, and does the exit code say so, too?"""
    path = project.root / doctor.GRADEBOOK
    held = None
    if state == "locked":
        held = sqlite3.connect(path)
        held.executescript("create table student (id); begin exclusive")
    elif state == "a folder":
        path.mkdir()
    else:
        path.write_text("no database" * 100 if state == "damaged" else "")
    assert finding(project, "gradebook").state == STOP
    code, screen = said(project, monkeypatch)
    assert code == 1
    assert screen.splitlines()[-1].endswith("cannot run: see gradebook above")
    if held:
        held.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read any file")
def test_a_gradebook_that_may_not_be_read_stops_grading(project):
    """What if it belongs to a colleague?"""
    path = project.root / doctor.GRADEBOOK
    path.touch(mode=0o000)
    assert finding(project, "gradebook").state == STOP


def test_a_gradebook_in_use_is_counted(project):
    """Is a healthy one left as it is?"""
    path = project.root / doctor.GRADEBOOK
    with sqlite3.connect(path) as made:
        made.executescript("create table student (id); insert into student values ('ada')")
    made.close()
    before = path.read_bytes()
    assert finding(project, "gradebook").found == "1 learners"
    assert path.read_bytes() == before


def test_packages_are_compared_with_the_lock(project):
    """Is another version named, and a package that is missing from the lock's list?"""
    lock = project.root / doctor.LOCK
    assert finding(project, "packages").state in (OK, LESS)
    lock.write_text(
        "numpy==0.0.1 \\\n    --hash=sha256:0\nno-such-thing==1.0\nold==1 ; python_version < '3'\n"
    )
    each = finding(project, "packages")
    assert each.state == LESS and each.found.startswith("2 of 2 are not")
    assert "no-such-thing missing" in each.found
    lock.unlink()
    assert finding(project, "packages").state == LESS


def test_a_missing_package_stops_both_commands(project, monkeypatch):
    """Is it named?"""
    monkeypatch.setattr(doctor, "needed", lambda: ["numpy", "no-such-thing"])
    each = finding(project, "packages")
    assert each.state == STOP and each.found == "missing: no-such-thing"


def test_the_needed_packages_are_those_of_grading_and_tests():
    """Does Dask, which only a cluster needs, stop nobody?"""
    assert {"nbgrader", "click", "pytest"} <= set(doctor.needed())
    assert not {"dask", "sphinx"} & set(doctor.needed())


def test_no_proc_is_no_reason_to_say_nothing(project, monkeypatch):
    """Does the rest of the screen stand where the system tells little about itself?"""
    opened = builtins.open

    def without_proc(path: object, *rest: object, **more: object) -> object:
        if str(path).startswith("/proc"):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(builtins, "open", without_proc)
    monkeypatch.setattr(doctor.levels, "best", lambda: 1 / 0)
    code, screen = said(project, monkeypatch)
    assert code == 0
    assert "cannot be told (ZeroDivisionError" in screen


def test_too_little_memory_names_how_many_at_once(project, monkeypatch):
    """Is somebody with 2 GB and four processors told what fits?"""
    monkeypatch.setattr(doctor, "total_memory", lambda: 2 * 1024**3)
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 4)
    each = finding(project, "memory")
    assert each.state == LESS and each.remedy == "`cnn-lesson grade --jobs 1`"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_level_of_confinement_says_why_it_is_not_better(project, monkeypatch, number):
    """Does the line name level, kind and cause, and what to do where nothing confines?"""
    why = "" if number == 1 else "this kernel is of 1990"
    monkeypatch.setattr(doctor.levels, "best", lambda: doctor.levels.Level(number, why))
    each = finding(project, "confinement")
    assert each.found.startswith(f"level {number}: {doctor.levels.NAMES[number]}")
    assert why in each.found + each.remedy
    assert bool(each.remedy) == (number == 3)


def test_outside_a_project_it_still_answers(tmp_path, monkeypatch):
    """Does somebody in the wrong folder get the screen, and read that it is the wrong folder?"""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.output.startswith(f"there is no {CONFIG} here")
    assert "Python" in done.output


def test_learners_have_a_shorter_one(capsys, monkeypatch):
    """Does it stop at a package that notebooks import, and go on without nbgrader?"""
    assert cli.main(["doctor"]) == 0
    found = learners.importlib.util.find_spec
    monkeypatch.setattr(
        learners.importlib.util, "find_spec", lambda name: name != "nbgrader" and found(name)
    )
    assert cli.main(["doctor"]) == 0
    monkeypatch.setattr(learners.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "the lesson cannot run: see packages above"


def test_a_bare_python_can_say_what_is_missing(root):
    """Does a learner whose environment is empty read that, not a traceback?"""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "cnn_lesson", "doctor"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and done.stderr == ""
    assert "no tensorflow" in done.stdout
    assert Path(sys.executable).name in done.stdout
