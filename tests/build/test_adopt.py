"""The way back: edits in a notebook of source/cnn come home to the master."""

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell

from cnn_course.build.adopt import adopt, adopted_text, by_id, write_adoption
from cnn_course.build.build import build
from cnn_course.build.drift import drift
from cnn_course.build.masters import Master, parse_master, read_master
from cnn_course.build.notebooks import fingerprint
from cnn_course.build.views import source_view
from cnn_course.cli import main
from cnn_course.errors import CourseError
from cnn_course.project import SOURCE, Project
from cnn_lesson.items import ITEMS
from tests.support.small_course import MASTER, NAME, contents, make_course


@pytest.fixture
def course(tmp_path):
    course = make_course(tmp_path)
    build(course, solutions=False)
    return course


@pytest.fixture
def edit(course):
    """Edits the instructor's notebook as JupyterLab would, and gives the adoption."""

    def edit(change):
        path = course.notebook(SOURCE, NAME)
        notebook = nbformat.read(path, as_version=4)
        change({cell.id: cell for cell in notebook.cells}, notebook)
        nbformat.write(notebook, path)
        return adopt(course, NAME)

    return edit


def test_an_untouched_notebook_changes_nothing(course):
    """Is the round trip the identity?"""
    adoption = adopt(course, NAME)
    assert adoption.before == adoption.after == MASTER
    assert adoption.diff == ""


def test_real_masters_survive_the_round_trip(root):
    """Would each real master, written anew from its notebook alone, build the same notebook?"""
    for path in Project(root).masters():
        master = read_master(path)
        notebook = source_view(master)
        assert adopted_text(master, by_id(master, notebook), notebook) == master.text
        anew = adopted_text(Master(path.stem, "", ()), {}, notebook)
        again = source_view(parse_master(anew, path.stem, ITEMS, "anew"))
        assert fingerprint(again) == fingerprint(notebook)


def test_an_edited_cell_comes_back(edit):
    """Does only the edited cell change, and does it keep its place and its item?"""

    def change(cells, _):
        cells["convolve-answer"].source = cells["convolve-answer"].source.replace("np.sum", "sum")
        cells["s1-01"].source += "\n\nTwo at most."

    adoption = edit(change)
    expected = MASTER.replace("return np.sum", "return sum")
    assert adoption.after == expected.replace(
        "# About one line.", "# About one line.\n#\n# Two at most."
    )
    assert "-    return np.sum(image * kernel)" in adoption.diff


def test_added_cells_come_back(edit):
    """Are new cells of both types, with their tags, where they were put?"""

    def change(_, notebook):
        notebook.cells.insert(2, new_markdown_cell("Look:\n\n- closely"))
        notebook.cells.insert(3, new_code_cell("1 + 1", metadata={"tags": ["figure"]}))
        notebook.cells.append(new_code_cell("def last():\n    return 1"))

    after = edit(change).after
    new = '# %% [markdown]\n# Look:\n#\n# - closely\n\n# %% tags=["figure"]\n1 + 1\n\n'
    assert after == MASTER.replace("# %% [markdown]\n# ## S1", new + "# %% [markdown]\n# ## S1") + (
        "\n# %%\ndef last():\n    return 1\n"
    )


def test_removed_and_moved_cells_come_back(edit):
    """Is a removed cell gone from the master, and the order that of the notebook?"""

    def change(cells, notebook):
        notebook.cells.remove(cells["s2-02"])
        notebook.cells.remove(cells["intro-02"])
        notebook.cells.append(cells["intro-02"])

    after = edit(change).after
    assert "time.time()" not in after
    assert after.endswith("# Because shirts look alike.\n\n# %%\nimport numpy as np\n")


def test_an_item_added_in_formgrader_comes_back(edit):
    """Do answer and check, marked by hand in the notebook, get their short form?"""
    graded = {"schema_version": 3, "locked": False, "task": False}

    def change(_, notebook):
        answer = {"grade": False, "solution": True, "grade_id": "q2-answer"}
        check = {"grade": True, "solution": False, "locked": True, "grade_id": "q2", "points": 3}
        source = "x = 4  # blank: 4"
        notebook.cells += [
            new_code_cell(source, metadata={"nbgrader": graded | answer}),
            new_code_cell("3", metadata={"nbgrader": graded | check}),
        ]

    added = '\n# %% answer="q2"\nx = 4  # blank: 4\n\n# %% check="q2"\n3\n'
    assert edit(change).after == MASTER + added


@pytest.mark.slow
def test_after_adopting_everything_agrees(course, edit):
    """Is the notebook what the new master builds, so that the next build goes through?"""

    def change(cells, notebook):
        cells["s1-01"].source += "\n\nMore."
        notebook.cells.insert(1, new_code_cell("2"))

    write_adoption(course, edit(change))
    build(course)
    assert list(drift(course)) == []
    assert adopt(course, NAME).diff == ""


def test_a_master_edited_alone_is_left_alone(course):
    """Is there nothing to adopt where only the master was edited?"""
    course.master(NAME).write_text(MASTER.replace("small", "tiny"))
    assert adopt(course, NAME).diff == ""


def test_two_edits_are_not_mixed(course, edit):
    """Is adopting refused where the master was edited as well?"""
    course.master(NAME).write_text(MASTER.replace("small", "tiny"))
    with pytest.raises(CourseError, match="it was edited as well"):
        edit(lambda cells, _: cells["s1-01"].update(source="## S1 · Mine"))


def set_points(cells, _):
    cells["q3"].metadata.nbgrader["points"] = 9


def edit_hidden_tests(cells, _):
    cells["q3"].source = cells["q3"].source.replace('check_hidden("q3")', "3")


def attach_picture(cells, _):
    cells["s1-01"]["attachments"] = {"a.png": {"image/png": "AAAA"}}


def copy_check(cells, notebook):
    notebook.cells.append(new_code_cell(cells["q3"].source, metadata=cells["q3"].metadata))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_points, "cannot say what cell q3 says: .*points stand in"),
        (edit_hidden_tests, "hidden tests are added by the build"),
        (attach_picture, "cannot say what cell s1-01 says: .*pictures"),
        (copy_check, 'there is a second check="q3"'),
    ],
)
def test_what_a_master_cannot_say_is_refused(course, edit, change, said):
    """Is nothing lost in silence?"""
    with pytest.raises(CourseError, match=said):
        edit(change)
    assert course.master(NAME).read_text() == MASTER


def test_a_notebook_without_a_master_gets_one(course):
    """Does a notebook that Formgrader made become a master?"""
    course.notebook(SOURCE, NAME).rename(course.notebook(SOURCE, "02-new"))
    course.master(NAME).rename(course.root / "kept.py")
    write_adoption(course, adopt(course, "02-new"))
    assert read_master(course.master("02-new")).cells
    assert course.master("02-new").read_text() == MASTER.split("# ---\n\n")[1]


def test_the_command_shows_the_change_and_may_leave_it_at_that(course, edit, monkeypatch):
    """Does `--dry-run` write nothing, and the command without it everything?"""
    edit(lambda cells, _: cells["s1-01"].update(source="## S1 · Mine"))
    monkeypatch.chdir(course.root)
    before = contents(course)
    shown = CliRunner().invoke(main, ["adopt", "--dry-run"])
    assert "+# ## S1 · Mine" in shown.output and "1 of 1 masters would change" in shown.output
    assert contents(course) == before
    assert CliRunner().invoke(main, ["adopt", "01"]).exit_code == 0
    assert "## S1 · Mine" in course.master(NAME).read_text()


def test_a_damaged_notebook_is_named(course):
    """Is broken JSON one sentence?"""
    course.notebook(SOURCE, NAME).write_text('{"cells": [')
    with pytest.raises(CourseError, match="01-small.ipynb is no readable notebook"):
        adopt(course, NAME)
