"""A course that knows nothing of this project: graded here as `nbgrader autograde` grades it?"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from cnn_course.assignments.command import grade_assignments
from cnn_course.assignments.course import NbgraderCourse
from cnn_course.assignments.grading import grade_assignment
from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file
from cnn_course.grade.conditions import Settings
from cnn_course.grade.gradebook_file import one_run_at_a_time
from cnn_course.project import WORK
from nbsandbox.confinement import levels
from tests.support.against_stock import command, differing, grades, outputs
from tests.support.any_course import (
    ANSWERS,
    NAME,
    changed,
    hand_in,
    make_any_course,
    set_due,
)

pytestmark = pytest.mark.slow
BOOK, DONE = "points.db", "done"
HALF = "one of two"
LATE = "2030-01-03 12:00:00 UTC"


def twice(made):
    """The answer copied below, and the copy wrong."""
    answers = [c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "total"]
    copy = nbformat.from_dict(answers[0])
    copy.source = "def total(rows):\n    return 'seven'"
    made.cells.insert(made.cells.index(answers[0]) + 1, copy)


def without_test(made):
    """A test deleted."""
    made.cells = [
        c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "total-right"
    ]


def turned(made):
    """An answer that became text, in a notebook of the first format 4."""
    for cell in made.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "total":
            cell.cell_type = "markdown"
            del cell["outputs"], cell["execution_count"]
    made.nbformat_minor = 0


def killed(made):
    """A cell that ends the kernel, after everything was answered."""
    made.cells.insert(5, new_code_cell("import os\nos._exit(3)"))
    del made.cells[5]["id"]


def edited_test(made):
    """A test that asks for nothing, of another format, with nbgrader's oldest metadata."""
    for cell in made.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade_id") == "total-right":
            cell.source = "pass"
        about.pop("schema_version", None)
    made.nbformat_minor = 0


@pytest.fixture(scope="module")
def class_of_ours(tmp_path_factory):
    """The course with everybody's submissions, graded by `cnn-lesson grade --course`."""
    course = make_any_course(tmp_path_factory.mktemp("any"))
    set_due(course)
    for learner, written in ANSWERS.items():
        hand_in(course, learner, written, LATE if learner in ("right", "wrong") else "")
    (hand_in(course, HALF, ANSWERS["right"]) / "second one.ipynb").unlink()
    stock = shutil.copytree(course, course.parent / "stock" / course.name)
    odd = {"copied": twice, "deleted": without_test, "killed": killed, "edited": edited_test}
    odd["turned"] = turned
    for learner, change in odd.items():
        changed(hand_in(course, learner, ANSWERS["right"]) / "first.ipynb", change)
    (hand_in(course, "cut off", ANSWERS["right"]) / "first.ipynb").write_text('{"cells": [')
    (hand_in(course, "misnamed", {}) / "first.ipynb").unlink()
    (course / "came_in" / "misnamed" / NAME / "second one.ipynb").rename(
        course / "came_in" / "misnamed" / NAME / "other.ipynb"
    )
    code, said = graded_here(course)
    return SimpleNamespace(course=course, stock=stock, code=code, said=said)


@pytest.fixture(scope="module")
def by_stock(class_of_ours):
    """The same course, whose usual submissions nbgrader itself graded."""
    code, said, _ = command("nbgrader", "autograde", NAME, cwd=class_of_ours.stock)
    assert code == 0, said
    return class_of_ours.stock


def graded_here(course, *words):
    """The exit code and the words of `cnn-lesson grade --course`."""
    words = ("grade", "--course", str(course), "--jobs", "2", "--trust-submissions", *words)
    code, said, _ = command("cnn-lesson", *words, cwd=course.parent)
    return code, " ".join(said.split())


def of(found, learners):
    """What is known about some learners."""
    return {key: value for key, value in found.items() if key[0] in learners}


def points(course, learner):
    """By cell, the points and the flag that a learner got."""
    found = grades(course, NAME, BOOK)
    return {key[2]: value[:2] for key, value in found.items() if key[0] == learner and len(key) > 2}


def test_points_flags_penalties_and_comments_are_stocks(class_of_ours, by_stock):
    """Is each cell worth what `nbgrader autograde` gives, to right, wrong, late and blank?"""
    ours = of(grades(class_of_ours.course, NAME, BOOK), [*ANSWERS, HALF])
    theirs = grades(by_stock, NAME, BOOK)
    assert differing(theirs, ours) == []
    assert theirs["right", "first"] == (2,)  # two whole days late
    assert theirs["right", "second one", "ends-right"][0] == 2
    assert theirs["wrong", "second one", "ends-right"][0] == 0  # hidden lines only
    assert theirs["partly", "first", "total-right"][0] == 0
    assert theirs["right", "first", "why"][:2] == (None, True)
    assert theirs[HALF, "second one", "ends-right"][:2] == (0, False)
    assert len(theirs) > 60


def test_outputs_are_stocks(class_of_ours, by_stock):
    """Does each cell show what it shows after `nbgrader autograde`?"""
    ours = of(outputs(class_of_ours.course, NAME, DONE), [*ANSWERS, HALF])
    theirs = outputs(by_stock, NAME, DONE)
    assert differing(theirs, ours) == []
    assert any("CellTimeoutError" in str(value) for value in theirs.values())


def test_what_cells_wrote_is_there(class_of_ours, by_stock):
    """Are files that notebooks wrote beside them found by the next, and kept?"""
    for course in (class_of_ours.course, by_stock):
        assert (course / DONE / "right" / NAME / "kept.txt").read_text() == "6"
    assert points(class_of_ours.course, "right")["kept"] == (1, False)


def test_a_copied_answer_costs_nobody_else(class_of_ours):
    """Is the last copy graded, and does the learner's line say so?"""
    found = points(class_of_ours.course, "copied")
    assert found["total-right"] == (0, False) and found["ends-right"] == (2, False)
    assert "total is there more than once: the last copy counts" in class_of_ours.said


def test_a_deleted_test_is_put_back(class_of_ours):
    """Does a learner who deletes a test still meet it?"""
    assert points(class_of_ours.course, "deleted")["total-right"] == (1.5, False)
    assert "total-right was missing and is put back" in class_of_ours.said


def test_what_was_earned_before_the_kernel_died_is_kept(class_of_ours):
    """Does a dead kernel cost what comes after it, and that only?"""
    found = points(class_of_ours.course, "killed")
    assert found["total-right"] == (1.5, False)
    assert found["kept"] == (0, False)
    assert "the kernel ended itself (exit code 3)" in class_of_ours.said


def test_old_formats_and_edited_tests_are_as_they_should_be(class_of_ours):
    """Is a notebook of format 4.0 with the oldest metadata graded by the course's own test?"""
    assert points(class_of_ours.course, "edited")["total-right"] == (1.5, False)


def test_an_answer_that_became_text_is_code_again(class_of_ours):
    """Is a learner graded whom stock gives up for an answer cell turned into Markdown?"""
    found = points(class_of_ours.course, "turned")
    assert found["total-right"] == (1.5, False) and found["ends-right"] == (2, False)


def test_who_cannot_be_graded_has_a_line(class_of_ours):
    """Do a broken file and a wrong name cost one learner, and is the exit code 1?"""
    assert class_of_ours.code == 1
    assert "first.ipynb: the file is cut off" in class_of_ours.said
    assert "there is other.ipynb" in class_of_ours.said
    assert not (class_of_ours.course / DONE / "cut off").exists()


def test_a_second_run_grades_who_is_new(class_of_ours, tmp_path):
    """Are those who are graded left as they are?"""
    course = shutil.copytree(class_of_ours.course, tmp_path / "again")
    for learner in ("cut off", "misnamed"):
        shutil.rmtree(course / "came_in" / learner)
    before = grades(course, NAME, BOOK)
    code, said = graded_here(course)
    assert code == 0 and "0 graded now, 12 before" in said
    assert grades(course, NAME, BOOK) == before


def test_nbgrader_itself_takes_the_sandbox_by_one_line(by_stock, tmp_path):
    """Does `nbgrader autograde` give the same points with `confine(c)` in its configuration?"""
    course = shutil.copytree(by_stock, tmp_path / "one line")
    for learner in {*ANSWERS, HALF} - {"partly"}:
        shutil.rmtree(course / "came_in" / learner)
    before = of(grades(course, NAME, BOOK), ["partly"])
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nfrom cnn_course.assignments.steps import confine; confine(c)\n")
    changed(course / "came_in" / "partly" / NAME / "first.ipynb", without_test)
    code, said, _ = command("nbgrader", "autograde", NAME, "--force", cwd=course)
    assert code == 0, said
    assert differing(before, of(grades(course, NAME, BOOK), ["partly"])) == []


@pytest.mark.skipif(bool(levels.missing(levels.RESTRICTED)), reason="nothing confines here")
def test_a_master_that_the_sandbox_is_nothing_for_is_left_to_nbgrader(tmp_path):
    """Is a notebook that reads outside of its folder graded by nbgrader, with a line on it?"""
    course = make_any_course(tmp_path)
    (tmp_path / "outside.txt").write_text("6")
    for step in ("masters", "handed_out"):
        changed(
            course / step / NAME / "second one.ipynb",
            lambda made: made.cells.insert(1, outside(tmp_path / "outside.txt")),
        )
    hand_in(course, "right", ANSWERS["right"])
    code, said = graded_here(course, "--assignment", NAME)
    assert code == 0
    assert "second one is run by nbgrader itself, unconfined" in said
    assert "FileNotFoundError" in said or "PermissionError" in said  # as the level has it
    assert points(course, "right")["kept"] == (1, False)


def outside(path):
    """A cell that reads a file somewhere on the machine."""
    cell = new_code_cell(f"open({str(path)!r}).read()")
    del cell["id"]
    return cell


def test_a_course_of_another_language_is_left_to_nbgrader(tmp_path):
    """Is the kernel taken from the master, whatever a learner's notebook asks for?"""
    from cnn_course.assignments.trial import other_kernels

    kernels = {"a": {"name": "ir", "language": "R"}, "b": {"name": "python"}, "c": {}}
    reasons, remarks = other_kernels(kernels)
    assert list(reasons) == ["a"] and not remarks
    reasons, remarks = other_kernels({"d": {"name": "lab-2019", "language": "python"}})
    assert not reasons and "this Python runs it" in remarks[0]


def test_nothing_runs_unconfined_unasked(tmp_path):
    """Is a machine that confines nothing refused, unless submissions are trusted?"""
    (tmp_path / "source").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "cnn_course.cli", "grade", "--level", "3", "--course", tmp_path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "--trust-submissions" in done.stderr


def test_a_course_says_what_is_missing(tmp_path):
    """Is a folder that is no course, or has nothing handed in, told in one sentence?"""
    with pytest.raises(CourseError, match="no nbgrader course"):
        NbgraderCourse(tmp_path)


def test_a_gradebook_in_use_ends_in_one_sentence(tmp_path, monkeypatch):
    """Is Formgrader's lock waited for, named once, and nobody's grade lost or invented?"""
    monkeypatch.setattr(gradebook_file, "LOCK_WAIT_S", 0.2)
    course = make_any_course(tmp_path)
    for learner in ("one", "two"):
        hand_in(course, learner, ANSWERS["right"])
    monkeypatch.chdir(course)
    held = NbgraderCourse(course)
    with closing(sqlite3.connect(course / BOOK)) as other:
        other.execute("begin exclusive")
        with pytest.raises(CourseError, match="in use by another program"):
            grade_assignment(held, NAME, Settings(jobs=1, warm=False))
    assert not (course / DONE).exists()
    assert grades(course, NAME, BOOK) == {}


def test_a_second_command_waits_its_turn(tmp_path, monkeypatch):
    """Is somebody told that the course is being graded already?"""
    (tmp_path / "source").mkdir()
    monkeypatch.chdir(tmp_path)
    with one_run_at_a_time(tmp_path / WORK), pytest.raises(CourseError, match="is grading this"):
        grade_assignments(tmp_path, NAME, (), Settings(level=levels.NONE, trust=True))
