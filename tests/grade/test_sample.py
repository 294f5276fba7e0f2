"""The sample class."""

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import sample
from cnn_course.grade.conditions import Settings, refuse_strangers_without_confinement
from cnn_course.grade.submissions import find_submissions
from cnn_course.project import Project
from cnn_lesson.items import NOTEBOOKS
from nbsandbox.confinement import levels
from tests.support.graded_course import a_course, hand_in


def test_each_fate_is_made(root, tmp_path):
    """Does every learner of the class have the notebooks that their fate leaves them?"""
    sample.make_class(Project(root), tmp_path / "class")
    handed_in = {p.name: len(list(p.glob("cnn/*.ipynb"))) for p in (tmp_path / "class").glob("*/")}
    assert set(handed_in) == set(sample.CLASS)
    assert handed_in.pop("hana") == len(NOTEBOOKS) - 1
    assert set(handed_in.values()) == {len(NOTEBOOKS)}


def test_a_real_class_is_never_overwritten(root, tmp_path):
    """Is a folder with submissions that it did not make left alone?"""
    (tmp_path / "mara").mkdir()
    with pytest.raises(CourseError, match="real class"):
        sample.make_class(Project(root), tmp_path)
    assert (tmp_path / "mara").is_dir()


def test_a_larger_class_is_mostly_typical():
    """Is half of a class complete, has every dozen the same mixture, and does nobody loop?"""
    fates = list(sample.class_of(24).values())
    assert fates.count(sample.complete) == 12
    assert fates[:12] == fates[12:]
    assert set(fates) == set(sample.CLASS.values()) - {sample.endless_loop}


def test_an_outdated_fate_is_one_sentence(root):
    """Does a master that has moved on end in a sentence, not in a class that means nothing?"""
    draft = sample.Draft(Project(root)).solve()
    with pytest.raises(CourseError, match="the master has changed"):
        draft.change("q3-answer", "no such piece", "")


def test_a_complete_submission_has_every_item(root):
    """Are no blanks left in the complete submission?"""
    draft = sample.complete(sample.Draft(Project(root)))
    text = "\n".join(cell.source for cell in draft.answers())
    assert "______" not in text and "YOUR CODE HERE" not in text


def test_the_sample_class_has_a_course_of_its_own(root, tmp_path):
    """Does nobody of it get into the gradebook of a real class, and is a mixture refused?"""
    project = a_course(root, tmp_path)
    own = sample.own_course(project)
    assert own.root != project.root and own.notebooks("notebooks")
    submitted = tmp_path / "submitted"
    sample.make_class(project, submitted, {"ada": sample.untouched})
    assert sample.is_sample_folder(submitted)
    hand_in(project, "mara")
    with pytest.raises(CourseError, match="and others \\(mara\\)"):
        sample.is_sample_folder(submitted)
    (submitted / sample.MARK).unlink()
    assert not sample.is_sample_folder(submitted)


def test_strangers_are_told_what_does_not_confine_them(root, tmp_path):
    """Where nothing confines, is a real class told that, and the sample class let through?"""
    project = a_course(root, tmp_path)
    unconfined = Settings(level=levels.NONE)
    for learner in ("mara", "ada"):  # the second has the name of a learner of the sample class
        strangers = [hand_in(project, learner, lambda draft: draft.write("convolve-answer", "1"))]
        with pytest.raises(CourseError, match="only where something confines them"):
            refuse_strangers_without_confinement(project, strangers, unconfined)
    sample.make_class(project, tmp_path / "ours", {"ada": sample.complete})
    ours = find_submissions(tmp_path / "ours")[0]
    refuse_strangers_without_confinement(project, ours, unconfined)
    trusted = Settings(level=levels.NONE, trust=True)
    refuse_strangers_without_confinement(project, strangers, trusted)
