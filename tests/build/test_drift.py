"""The notebooks of this project are what their masters say, and the masters ask every item."""

import ast
import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from cnn_course.build.build import build
from cnn_course.build.drift import drift
from cnn_course.build.masters import read_master
from cnn_course.build.views import FOLDED
from cnn_course.project import SOLUTIONS, SOURCE, STUBS, Project
from cnn_lesson.items import ITEMS, NOTEBOOKS
from tests.support.small_course import NAME, make_course


def test_the_notebooks_are_what_their_masters_say(root):
    """Was `cnn-lesson build` run after the last change of a master?"""
    assert list(drift(Project(root))) == []


def placed(root):
    """Item, notebook and section of each graded cell, in order."""
    for path in Project(root).masters():
        section = ""
        for cell in read_master(path).cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## S"):
                section = cell.source.removeprefix("## ").split()[0]
            if cell.kind in ("check", "essay"):
                yield cell.item, path.stem, section


def test_every_item_stands_once_where_the_table_says(root):
    """Do table and masters agree on notebook and section, so that all points can be earned?"""
    expected = [(item.id, item.notebook, item.section) for item in ITEMS.values()]
    assert sorted(placed(root)) == sorted(expected)
    assert tuple(path.stem for path in Project(root).masters()) == NOTEBOOKS


def test_cells_that_only_draw_are_folded_and_draw_only(root):
    """Is what is folded away one call of a figure, so that no name is made out of sight?"""
    for path in Project(root).masters():
        for cell in read_master(path).cells:
            if "figure" in cell.metadata.get("tags", ()):
                (line,) = ast.parse(cell.source).body
                assert ast.unparse(line).startswith(("figures.", "touch.")), cell.source
        for cell in nbformat.read(Project(root).notebook(STUBS, path.stem), 4).cells:
            folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            assert folded == bool(FOLDED & {*cell.metadata.get("tags", ())}), cell.id


def made(source):
    """The names that a cell makes at its top level, imports left out."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (
                name
                for target in statement.targets
                for name in re.findall(r"\w+", ast.unparse(target))
            )


def test_what_a_folded_cell_makes_is_named_above_it(root):
    """Does a learner who leaves the cell folded read every name that it makes?"""
    for path in Project(root).masters():
        prose = ""
        for cell in read_master(path).cells:
            if cell.cell_type == "markdown":
                prose = cell.source
            elif "folded" in cell.metadata.get("tags", ()):
                assert [n for n in made(cell.source) if f"`{n}`" not in prose] == [], cell.source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_without_the_package_a_notebook_says_in_one_line_what_to_install(root, monkeypatch, name):
    """Does a stub that was opened alone name the way, on Colab, too, and show no traceback?"""
    monkeypatch.setitem(sys.modules, "cnn_lesson", None)
    cells = nbformat.read(Project(root).notebook(STUBS, name), 4).cells
    first = next(cell for cell in cells if cell.cell_type == "code")
    with pytest.raises(ModuleNotFoundError) as caught:
        exec(first.source, {})
    (line,) = caught.value._render_traceback_()
    assert "START.md" in line and "%pip install --no-deps" in line and "\n" not in line


def test_no_title_states_what_a_run_has_yet_to_show(root):
    """Do figures of a learner's own training take their titles from its numbers?"""
    for path in Project(root).masters():
        for cell in read_master(path).cells:
            if re.match(r"figures\.(learning_curves|confusion|accuracy_table_plot)\(", cell.source):
                assert "title=" not in cell.source, cell.source


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("drift"))
    build(course)
    return course


@pytest.fixture
def course(built):
    """A course in which nothing drifts; what a test changes is undone."""
    before = {path: path.read_bytes() for path in built.root.rglob("*.ipynb")}
    yield built
    for path in built.root.rglob("*.ipynb"):
        path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def test_a_fresh_build_does_not_drift(course):
    """Is there nothing to say right after a build?"""
    assert list(drift(course)) == []


def change(path, edit):
    notebook = nbformat.read(path, as_version=4)
    edit({cell.id: cell for cell in notebook.cells}, notebook)
    nbformat.write(notebook, path)


EDITS = [
    (lambda c, _: c["q3"].update(source="9"), "cell q3 differs in its source"),
    (lambda c, _: c["q3"].metadata.nbgrader.update(points=9), "cell q3 differs in its grading"),
    (lambda c, _: c["intro-02"].metadata.update(tags=["x"]), "cell intro-02 differs in its tags"),
    (lambda c, n: n.cells.remove(c["q3"]), "cell q3 is missing"),
    (lambda c, n: n.cells.append(new_code_cell("1", id="new")), "cell new is not in the master"),
    (lambda c, n: n.cells.reverse(), "its cells stand in another order"),
]


@pytest.mark.parametrize("stage", [SOURCE, STUBS, SOLUTIONS])
@pytest.mark.parametrize(("edit", "said"), EDITS, ids=[said for _, said in EDITS])
def test_every_difference_is_named(course, stage, edit, said):
    """Is each notebook and cell that differs named, whichever set it is in?"""
    change(course.notebook(stage, NAME), edit)
    assert list(drift(course)) == [f"{stage}/cnn/{NAME}.ipynb: {said}"]


def test_outputs_are_free(course):
    """Do outputs, counts and what JupyterLab notes in the metadata not matter?"""

    def run(cells, _):
        cells["q3"].execution_count = 9
        cells["q3"].outputs = []
        cells["q3"].metadata["execution"] = {"iopub.status.idle": "now"}

    change(course.notebook(SOURCE, NAME), run)
    assert list(drift(course)) == []


def test_missing_broken_and_stray_notebooks_are_named(course):
    """Are files that are not there, not readable or not asked for drift, too?"""
    course.notebook(SOURCE, NAME).rename(course.notebook(SOURCE, "02-stray"))
    course.notebook(STUBS, NAME).write_text("{")
    lines = list(drift(course))
    assert lines[0] == f"source/cnn/{NAME}.ipynb is missing"
    assert lines[1] == "source/cnn/02-stray.ipynb has no master"
    assert f"{NAME}.ipynb is no readable notebook" in lines[2] and len(lines) == 3
