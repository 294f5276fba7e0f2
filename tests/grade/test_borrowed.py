"""The package as an answer machine: is it seen, and is only that seen?"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.grade.borrowed import borrowed_note
from cnn_lesson import arithmetic, checks
from cnn_lesson.checks import check

ANSWER = {"nbgrader": {"grade_id": "convolve-answer", "solution": True, "grade": False}}


def noted(*cells, answer=""):
    """The note on a notebook of these cells and an answer."""
    made = [new_code_cell(cell) for cell in cells]
    return borrowed_note(new_notebook(cells=[*made, new_code_cell(answer, metadata=ANSWER)]))


BORROWING = {
    "module": ("import cnn_lesson.items.convolve as c\nc.CONVOLVE", "cnn_lesson.items.convolve"),
    "no alias": ("import cnn_lesson.items.convolve", "cnn_lesson.items.convolve"),
    "package": ("from cnn_lesson import items\nitems.ITEMS['q3']", "cnn_lesson.items"),
    "function": ("from cnn_lesson.checks import judge", "cnn_lesson.checks.judge"),
    "by name": ("import importlib\nimportlib.import_module('cnn_lesson.checking.evidence')",
                "cnn_lesson.checking.evidence"),
    "of modules": ("import sys\nsys.modules['cnn_lesson.items']", "cnn_lesson.items"),
    "after a magic": ("%matplotlib inline\nfrom cnn_lesson.checks import find", "checks.find"),
    "in a function": ("def f():\n    from cnn_lesson.checks import gather as g\n", "checks.gather"),
    "in a cell that cannot be read": ("cnn_lesson.items.q3 (", "cnn_lesson.items.q3"),
    "in a long cell": ("x = 1\n" * 5000 + "import cnn_lesson.checking.item", "checking.item"),
}  # fmt: skip


@pytest.mark.parametrize("name", BORROWING)
def test_what_judges_is_seen_in_a_learners_cell(name):
    """Does the report ask where references, cases or judges are called?"""
    source, path = BORROWING[name]
    note = noted(source)
    assert path in note and note.endswith("are the answers their own?") and "\n" not in note


@pytest.mark.parametrize(
    "answer",
    [
        "convolve = slide",
        "def convolve(image, kernel, stride=1):\n    return slide(image, kernel, stride)",
        "from cnn_lesson.arithmetic import output_shape as shape",
    ],
)
def test_a_reference_in_an_answer_is_seen(answer):
    """Is what a given cell may import a question where an answer calls it?"""
    given = "from cnn_lesson.arithmetic import convolve as slide\nslide(1, 2)"
    assert noted(given) == ""
    assert "cnn_lesson.arithmetic" in noted(given, answer=answer)


@pytest.mark.parametrize("stage", ["notebooks", "solutions"])
def test_honest_notebooks_get_no_question(root, stage):
    """Do stubs and solutions, with all that given cells import, say nothing?"""
    for path in sorted((root / stage / "cnn").glob("*.ipynb")):
        assert borrowed_note(nbformat.read(path, as_version=4)) == "", path


@pytest.mark.parametrize(
    "source",
    ["-" * 15_000 + "1", "(" * 15_000, "cnn_lesson" + ".a" * 9000, "\0 cnn_lesson", "x" * 10**7],
)
def test_a_hostile_cell_costs_nothing(source):
    """Is a cell that breaks parsers passed over?"""
    cells = [new_markdown_cell("import cnn_lesson.items"), new_code_cell("import cnn_lesson")]
    assert borrowed_note(new_notebook(cells=[*cells, new_code_cell(source)])) == ""


def double(pictures):
    """Somebody's own function."""
    return pictures


@pytest.mark.parametrize("function", [arithmetic.convolve, arithmetic.windows, checks.find])
def test_an_answer_that_is_the_packages_function_earns_nothing(function):
    """Does the verdict say so, whichever function of the package it is, and of no other?"""
    verdict = check("convolve", namespace={"convolve": function})
    assert verdict.points == 0 and "this is the package's function" in str(verdict)
    assert "the package's function" not in str(check("convolve", namespace={"convolve": double}))
