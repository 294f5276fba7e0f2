"""A class, graded from what was handed in to gradebook, feedback and export."""

import csv
import re
import shutil

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import grader, sample
from cnn_course.grade.conditions import Settings
from cnn_course.grade.gradebook import Course
from cnn_course.grade.grader import WORK, grade
from cnn_course.project import CONFIG, Project
from cnn_lesson.items import ITEMS, NOTEBOOKS, automatic_points
from nbsandbox.confinement import levels
from tests.support.confinement import at

pytestmark = pytest.mark.slow

ALL = automatic_points()
FATES = ("ada", "chloé", "dmitri", "emil", "fatima", "hana")


@pytest.fixture(scope="module")
def project(root, known_trainings, tmp_path_factory) -> Project:
    """A copy of the course, with the sample class but for the endless loop, not graded yet."""
    copy = tmp_path_factory.mktemp("a C++ course (1) [1]")
    for folder in ("source", "notebooks"):
        shutil.copytree(root / folder, copy / folder)
    shutil.copy(root / CONFIG, copy)
    shutil.copytree(known_trainings, copy / WORK / "store")
    made = Project(copy)
    sample.make_class(made, copy / "submitted", {name: sample.CLASS[name] for name in FATES})
    return made


@pytest.fixture(scope="module")
def graded(project):
    """The class, graded."""
    return grade(project, project.root / "submitted", Settings(jobs=2))


@pytest.fixture(scope="module")
def points(graded):
    """Each learner's automatic points."""
    return {result.learner: result.points() for result in graded.results}


def test_whoever_has_everything_right_gets_all_points(points):
    """Do the solutions, and unusual right answers, earn every automatic point?"""
    assert points["ada"] == ALL
    assert points["dmitri"] == ALL


def test_one_line_says_what_the_training_cache_did(graded):
    """Does whoever grades read how many trainings were saved, and that is more than none?"""
    trained, answered = re.fullmatch(r"trained (\d+), answered (\d+)", graded.cache).groups()
    assert int(trained) < int(answered)


def test_an_untouched_stub_gets_none(points):
    """Is a stub that was handed in as it was handed out worth nothing?"""
    assert points["emil"] == 0


def test_a_syntax_error_costs_one_item(points):
    """Does one cell that Python cannot read cost only its own item?"""
    assert points["fatima"] == ALL - ITEMS["max-pool"].points


def test_a_missing_notebook_costs_only_itself(points, graded):
    """Are the other notebooks graded, and does the note say what is missing?"""
    third = sum(i.points for i in ITEMS.values() if i.notebook == NOTEBOOKS[2] and not i.manual)
    assert points["hana"] == ALL - third
    hana = next(result for result in graded.results if result.learner == "hana")
    assert hana.notes() == [f"{NOTEBOOKS[2]}: not handed in"]


def test_misconceptions_are_named(graded):
    """Does a learner with the usual mistakes read their names?"""
    chloe = next(result for result in graded.results if result.learner == "chloé")
    said = "\n".join(str(verdict) for verdict in chloe.verdicts.values())
    for name in ("3 × 3 habit", "no bias", "flipped"):
        assert name in said, name


def test_the_gradebook_has_the_same_points(project, graded, points):
    """Do nbgrader's gradebook and its export agree with the verdicts?"""
    course = Course(project, project.root / WORK)
    rows = [row for row in course.rows() if row.learner == "ada" and not ITEMS[row.item].manual]
    assert sum(row.points for row in rows) == points["ada"]
    with course.export(project.root / "grades.csv").open(encoding="utf-8") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported == pytest.approx(points)


def test_essays_wait_for_a_person(project, graded):
    """Are written answers left open where something was written, and 0 where nothing was?"""
    rows = Course(project, project.root / WORK).rows()
    essays = {(row.learner, row.item): row.points for row in rows if ITEMS[row.item].manual}
    assert essays["ada", "fashion-why"] is None
    assert essays["emil", "fashion-why"] == 0


def test_every_notebook_gets_a_page(project, graded):
    """Is there feedback for each learner and notebook, and an index of the class?"""
    pages = {path.parent.parent.name for path in project.root.glob("feedback/*/cnn/*.html")}
    assert pages == set(FATES)
    assert len(list(project.root.glob("feedback/*/cnn/*.html"))) == len(FATES) * len(NOTEBOOKS)
    assert (project.root / "feedback" / "index.html").exists()


def test_a_second_run_grades_nothing_again(project, graded, monkeypatch):
    """Does a run over a graded class change nothing and start no kernel?"""
    monkeypatch.setattr(
        grader.executors, "run_all", lambda *args, **more: pytest.fail("a kernel was started")
    )
    again = grade(project, project.root / "submitted", Settings(jobs=2))
    assert again.graded_now == 0
    assert {r.learner: r.points() for r in again.results} == {
        r.learner: r.points() for r in graded.results
    }


@pytest.mark.parametrize("level", at(levels.RESTRICTED, levels.NONE))
def test_grades_do_not_depend_on_what_confines_the_submissions(project, points, level):
    """Are the points equal at each level of confinement, and is the sample class never refused?"""
    settings = Settings(level=level, again=True, only=("chloé", "fatima", "hana"))
    again = grade(project, project.root / "submitted", settings)
    assert {result.learner: result.points() for result in again.results} == {
        learner: points[learner] for learner in settings.only
    }
    assert again.refused == {}


def test_strangers_are_not_run_without_confinement(project, tmp_path, monkeypatch):
    """Is an instructor who has none told the cause, and how to go on?"""
    nothing = levels.Level(levels.NONE, "this is a machine of 1990")
    monkeypatch.setattr(levels, "best", lambda: nothing)
    shutil.copytree(project.root / "submitted", tmp_path / "submitted")
    stranger = tmp_path / "submitted" / "ada" / "cnn" / f"{NOTEBOOKS[0]}.ipynb"
    stranger.write_text(stranger.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(CourseError, match="of 1990.*--trust-submissions"):
        grade(project, tmp_path / "submitted", Settings())
