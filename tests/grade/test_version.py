"""What a stored grade rests on: what must regrade a class, and what must not."""

import ast
import shutil
from pathlib import Path

import nbformat
import pytest

import cnn_course
from cnn_course.grade import version as module
from cnn_course.grade.version import RESTS_ON, SHOWS_ONLY, files, version
from cnn_course.project import CONFIG, SOURCE, STUBS, Project
from cnn_lesson.items import NOTEBOOKS
from nbsandbox.limits import Limits
from tests.course.test_layout import imports, modules

DECIDES_NOTHING = {
    "cnn_course": "leaves out a grammar that no notebook needs",
    "cnn_course.build.stubs": "refuses stubs that are none",
    "cnn_course.build.blanks": "the assignment's cells are looked at themselves",
    "cnn_course.build.cells": "the assignment's cells are looked at themselves",
    "cnn_course.build.execute": "runs solutions, not submissions",
    "cnn_course.build.masters": "the assignment's cells are looked at themselves",
    "cnn_course.build.regions": "the assignment's cells are looked at themselves",
    "cnn_course.build.rules": "the assignment's cells are looked at themselves",
    "cnn_course.build.views": "the assignment's cells are looked at themselves",
    "cnn_course.clean_html": "what is shown",
    "cnn_course.errors": "sentences",
    "cnn_course.nbgrader_settings": "reads the settings, which are looked at themselves",
    "cnn_course.pages": "what is shown",
    "cnn_lesson.command.plain_path": "where the gradebook is",
    "cnn_course.safe_csv": "what is shown",
    "cnn_course.sanitise": "what is shown",
    "cnn_course.safe_notebook": "what is shown",
    "cnn_course.visible": "what is shown",
    "cnn_lesson.drawing": "pictures",
    "cnn_lesson.meanings": "words for the errors that a learner sees",
    "cnn_lesson.words": "words for the errors that a learner sees",
    "cnn_lesson.figures": "pictures",
    "cnn_lesson.touch": "pictures",
    "cnn_lesson.progress": "says where a learner stands, by verdicts that are settled",
}
"""What grading uses and a grade does not rest on, with the reason."""


@pytest.fixture
def project(root, tmp_path) -> Project:
    """A course with the lesson's notebooks and settings."""
    for stage in (SOURCE, STUBS):
        shutil.copytree(root / stage / "cnn", tmp_path / stage / "cnn")
    shutil.copy(root / CONFIG, tmp_path)
    return Project(tmp_path)


def mark(project: Project, seed: int = 1, limits: Limits | None = None) -> str:
    return version(project, seed, limits or Limits())


def test_it_is_the_same_as_long_as_nothing_changes(project):
    """Is nobody graded again for nothing?"""
    assert mark(project) == mark(project)


@pytest.mark.parametrize("change", ["seed", "limits", "cell", "points", "settings", "keras"])
def test_what_a_grade_rests_on_changes_it(project, monkeypatch, change):
    """Do seed, limits, the assignment's cells, the settings and Keras count?"""
    before, options = mark(project), {}
    if change in ("cell", "points"):
        path = project.notebook(STUBS, NOTEBOOKS[0])
        notebook = nbformat.read(path, as_version=4)
        check = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points"))
        if change == "cell":
            check.source += "\n1"
        else:
            check.metadata.nbgrader.points += 1
        nbformat.write(notebook, path)
    elif change == "settings":
        path = project.root / CONFIG
        path.write_text(path.read_text("utf-8").replace("CELL_LIMIT_S = ", "CELL_LIMIT_S = 1"))
    elif change == "keras":
        monkeypatch.setattr(module.metadata, "version", lambda name: "99")
    else:
        options = {"seed": {"seed": 2}, "limits": {"limits": Limits(cell_s=1)}}[change]
    assert mark(project, **options) != before


def test_a_stub_that_was_opened_and_saved_regrades_nobody(project):
    """Do outputs, counts and what an editor writes beside the cells not count?"""
    before = mark(project)
    path = project.notebook(STUBS, NOTEBOOKS[0])
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 3
            cell.outputs = [nbformat.v4.new_output("stream", text="hello")]
        cell.metadata["collapsed"] = True
    notebook.metadata["toc"] = {}
    nbformat.write(notebook, path)
    assert mark(project) == before


def test_a_comment_in_the_video_or_the_pictures_regrades_nobody():
    """Are films, pages, pictures to touch and tables of no account?"""
    course = Path(cnn_course.__file__).parent
    rests_on = {path.relative_to(course.parent).as_posix() for path in files()}
    shown = ("cnn_course/teach/", "cnn_course/site/", "cnn_course/report/", "cnn_lesson/touch/")
    assert not [path for path in rests_on if path.startswith(shown)]
    assert not {f"cnn_course/{name}" for name in SHOWS_ONLY} & rests_on


def test_every_pattern_finds_something():
    """Is nothing on the list that was renamed or moved away?"""
    for package, patterns in RESTS_ON.items():
        folder = Path(package.__file__).parent
        told = [*patterns] if package is not cnn_course else [*patterns, *SHOWS_ONLY]
        missing = [pattern for pattern in told if not list(folder.glob(pattern))]
        assert set(missing) <= {"items/__init__.py", "items.py"} and len(missing) <= 1


def test_whatever_grading_imports_counts_or_is_known_to_decide_nothing(root):
    """Can no module that a grade rests on be left out by mistake?"""
    known = modules(root)
    reached, new = set(), {"cnn_course.grade.grader", "cnn_lesson.checks"}
    while new:
        reached |= new
        new = {other for name in new for other in imports(known[name], known)} - reached
    counted = {path.resolve() for path in (*files(), *module.item_files())}
    left_out = {name for name in reached if known[name].resolve() not in counted}
    left_out -= {name for name in left_out if not ast.parse(known[name].read_text()).body[1:]}
    shows = {f"cnn_course.{path.removesuffix('.py').replace('/', '.')}" for path in SHOWS_ONLY}
    unknown = {
        name for name in left_out - shows if not any(name.startswith(d) for d in DECIDES_NOTHING)
    }
    assert not unknown
