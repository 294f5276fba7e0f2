"""What learners handed in: found, and read with care."""

import json
import os

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import reading
from cnn_course.grade.submissions import (
    Submission,
    clean,
    find_submissions,
    lay_out,
)
from cnn_course.project import Project
from cnn_lesson.items import NOTEBOOKS

FIRST = NOTEBOOKS[0]


@pytest.fixture
def handed_in(tmp_path, root):
    """A learner's folder with the three stubs in it."""
    folder = tmp_path / "submitted" / "mara" / "cnn"
    folder.mkdir(parents=True)
    for name in NOTEBOOKS:
        stub = (root / "notebooks" / "cnn" / f"{name}.ipynb").read_bytes()
        (folder / f"{name}.ipynb").write_bytes(stub)
    return Submission("mara", folder)


def test_a_missing_folder_is_one_sentence(tmp_path):
    """Is the instructor told what the folder should hold?"""
    with pytest.raises(CourseError, match="there is no folder .* it should hold <learner>/cnn"):
        find_submissions(tmp_path / "nowhere")


def test_an_empty_folder_is_one_sentence(tmp_path):
    """Is a folder without learners refused?"""
    with pytest.raises(CourseError, match="no learner in"):
        find_submissions(tmp_path)


def test_names_from_everywhere_are_found(tmp_path):
    """Are commas, quotes and non-Latin letters fine in a learner's name?"""
    names = ["Łucja", "O'Neil, Sam", "李 小龍"]
    for name in names:
        (tmp_path / name / "cnn").mkdir(parents=True)
    assert [s.learner for s in find_submissions(tmp_path)[0]] == sorted(names)


def test_odd_folders_are_refused_and_the_others_found(tmp_path):
    """Do a link and a name that nbgrader reads as a pattern cost only themselves?"""
    (tmp_path / "mara" / "cnn").mkdir(parents=True)
    (tmp_path / "[a-z]*").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "mara")
    found, refused = find_submissions(tmp_path)
    assert [s.learner for s in found] == ["mara"]
    assert set(refused) == {"[a-z]*", "linked"}


def test_a_folder_without_the_assignment_is_nobodys_zero(tmp_path):
    """Do packing, another assignment and a wrong place give no learner a grade, and is it said?"""
    for place in ("mara/cnn", "ben/ps1", "cem/ps1", "cem/CNN", "__MACOSX/mara", "eva", ".hidden"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "dana").mkdir()
    (tmp_path / "dana" / "01-convolution.ipynb").touch()
    found, refused = find_submissions(tmp_path, {"ps1"})
    assert [s.learner for s in found] == ["mara"]
    assert set(refused) == {"cem", "dana", "eva"}
    assert "no folder cnn in it, but CNN, ps1; `cnn-lesson collect`" in refused["cem"]
    assert "01-convolution.ipynb" in refused["dana"] and "it is empty" in refused["eva"]


def test_one_learners_folder_is_no_class(tmp_path):
    """Does `grade submitted/ada` make no learner called cnn?"""
    (tmp_path / "ada" / "cnn").mkdir(parents=True)
    with pytest.raises(CourseError, match="no learner in"):
        find_submissions(tmp_path / "ada")


def test_a_whole_submission_has_no_notes(handed_in, root):
    """Does nothing have to be said about three notebooks in order?"""
    assert clean(handed_in, Project(root)).notes == {}


BROKEN = {
    "not json": b"{ this is no notebook",
    "not text": b"\xff\xfe\x00",
    "a list": b"[]",
    "empty": b"",
    "a newer format": json.dumps({"nbformat": 9, "nbformat_minor": 0, "cells": []}).encode(),
    "no cells": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode(),
    "nested": b"[" * 100_000,
    "odd cell": json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": 3}]}
    ).encode(),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_notebook_costs_only_itself(handed_in, root, content):
    """Is a broken notebook replaced by the stub, with a note, and the others kept?"""
    (handed_in.folder / f"{FIRST}.ipynb").write_bytes(content)
    cleaned = clean(handed_in, Project(root))
    assert set(cleaned.notebooks) == set(NOTEBOOKS)
    assert set(cleaned.notes) == {FIRST}
    assert "\n" not in cleaned.notes[FIRST]


def test_a_missing_notebook_is_noted(handed_in, root):
    """Does the note say that it was not handed in?"""
    (handed_in.folder / f"{FIRST}.ipynb").unlink()
    assert clean(handed_in, Project(root)).notes == {FIRST: "not handed in"}


def test_links_and_pipes_are_not_read(handed_in, root, tmp_path):
    """Are a link to somebody else's file and a pipe that never ends left alone?"""
    secret = tmp_path / "secret.ipynb"
    secret.write_text("{}")
    path = handed_in.folder / f"{FIRST}.ipynb"
    path.unlink()
    path.symlink_to(secret)
    other = handed_in.folder / f"{NOTEBOOKS[1]}.ipynb"
    other.unlink()
    os.mkfifo(other)
    assert set(clean(handed_in, Project(root)).notes) == {FIRST, NOTEBOOKS[1]}


def test_a_huge_notebook_is_not_read(handed_in, root, monkeypatch):
    """Is a notebook over the limit refused with both sizes?"""
    monkeypatch.setattr(reading, "FILE_LIMIT_MB", 1)
    (handed_in.folder / f"{FIRST}.ipynb").write_bytes(b" " * (2 * 2**20))
    assert "2 MB, over the limit of 1 MB" in clean(handed_in, Project(root)).notes[FIRST]


def test_nothing_but_notebooks_is_taken_over(handed_in, root, tmp_path):
    """Does a module that would shadow NumPy stay behind?"""
    (handed_in.folder / "numpy.py").write_text("raise SystemExit")
    lay_out(clean(handed_in, Project(root)), tmp_path / "clean")
    taken = {path.name for path in (tmp_path / "clean" / "mara" / "cnn").iterdir()}
    assert taken == {f"{name}.ipynb" for name in NOTEBOOKS}


def test_the_digest_tells_submissions_apart(handed_in):
    """Does a changed byte give another digest, and the same bytes the same?"""
    before = handed_in.digest()
    assert handed_in.digest() == before
    path = handed_in.folder / f"{FIRST}.ipynb"
    path.write_bytes(path.read_bytes() + b"\n")
    assert handed_in.digest() != before
