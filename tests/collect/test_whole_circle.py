"""The whole circle: a Moodle download in, graded and marked, the pages back, the grades out."""

import csv
import zipfile

import nbformat
import pytest

from cnn_course.collect.collect import collect
from cnn_course.collect.hand_back import hand_back
from cnn_course.grade.sample import Draft
from cnn_course.grade.submissions import find_submissions
from cnn_course.report.writing import write_report
from cnn_lesson.items import NOTEBOOKS
from tests.support.downloads import moodle, zip_at
from tests.support.graded_course import a_course, enter, essays, mark

pytestmark = pytest.mark.slow  # a class is collected and graded first

PEOPLE = {"Ada Bee": 101, "Cem Dağ": 102}


def download(project, path):
    """What Moodle gives out: everybody's three notebooks, named by themselves."""
    files = {}
    for name, number in PEOPLE.items():
        draft = Draft(project)
        essays(draft)
        names = moodle(name, number, *(f"Kopie von {book}.ipynb" for book in NOTEBOOKS))
        for file, notebook in zip(names, draft.notebooks.values(), strict=True):
            files[file] = nbformat.writes(notebook).encode()
    return zip_at(path, files)


@pytest.fixture(scope="module")
def done(root, tmp_path_factory):
    """A class of two that went the whole way; running their cells is left out."""
    project = a_course(root, tmp_path_factory.mktemp("circle"))
    collect(project, [download(project, project.root / "all.zip")])
    for submission in find_submissions(project.root / "submitted")[0]:
        enter(project, submission, {"convolve": 7})
        mark(project, submission.learner, "fashion-why", 3, comment="well seen")
        mark(project, submission.learner, "trim-or-drop-why", 2)
    return project, write_report(project), hand_back(project, "moodle")


def test_marks_and_comments_go_back_under_the_names_that_came_in(done):
    """Does each learner's folder get that learner's pages, as they are after marking?"""
    _, _, back = done
    with zipfile.ZipFile(back.zips["moodle"]) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, number in PEOPLE.items():
        mine = [text for path, text in pages.items() if path.startswith(f"{name}_{number}_")]
        assert len(mine) == len(NOTEBOOKS)
        assert sum("well seen" in text for text in mine) == 1
    assert not any("index" in path for path in pages)
    assert back.without == {}


def test_the_grade_file_has_the_points_of_machine_and_person(done):
    """Is everybody in it, with 7 + 3 + 2 points?"""
    _, report, _ = done
    with report.grades["Moodle"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[-1] for row in rows[1:]] == ["12", "12"]


def test_collecting_again_changes_nothing(done):
    """May the same download be collected once more?"""
    project, _, _ = done
    again = collect(project, [project.root / "all.zip"])
    assert not any(plan.changed for plan in again.deliveries)
