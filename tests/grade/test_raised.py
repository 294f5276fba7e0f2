"""An answer that raised says so: in the note, and in the verdict."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cnn_course.grade.raised import raised_note, with_errors
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Verdict

KEY = "max-pool-answer"
OPEN = Verdict("max-pool", 0, ITEMS["max-pool"].points, untouched=True)


def error(name: str, text: str = "", *traceback: str) -> nbformat.NotebookNode:
    """An error as a kernel puts it out."""
    return new_output("error", ename=name, evalue=text, traceback=list(traceback))


def answered(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook with one answer that has these outputs."""
    about = {"nbgrader": {"grade_id": KEY, "solution": True}}
    return new_notebook(cells=[new_code_cell("x", metadata=about, outputs=list(outputs))])


CASES = {
    "x = 1\nimport seaborne": "ModuleNotFoundError in line 2: No module named 'seaborne'",
    "def f():\n    return y\n\nf()": "NameError in line 4: name 'y' is not defined",
    "open('model.keras')": "FileNotFoundError in line 1: ",
    "x = 1\nif x:\n": "in line 2: ",
    "def f(:": "SyntaxError in line 1: ",
    "import numpy as np\nx = 1\nnp.zeros(-1)": "ValueError in line 3: negative dimensions",
    "%tensorflaw": "UsageError: Line magic function `%tensorflaw` not found",
}


@pytest.fixture(scope="module")
def really_raised() -> dict[str, nbformat.NotebookNode]:
    """By its source, each case as a kernel has run it."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CASES])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    return dict(zip(CASES, notebook.cells, strict=True))


@pytest.mark.parametrize("source", CASES)
def test_the_error_and_its_line_are_told(really_raised, source):
    """Does the verdict of an answer that raised say which error, in which line of its cell?"""
    notebook = answered(*really_raised[source].outputs)
    verdict = with_errors({"max-pool": OPEN}, notebook, {KEY})["max-pool"]
    assert CASES[source] in verdict.findings[0].yours
    assert verdict.state == "not yet"


def test_an_untouched_answer_is_still_open():
    """Is the error of the cell as it was handed out no error of the learner's?"""
    notebook = answered(error("NotImplementedError"))
    assert with_errors({"max-pool": OPEN}, notebook, set()) == {"max-pool": OPEN}
    assert raised_note(notebook, set()) == ""


def test_a_right_answer_is_not_talked_down():
    """Is an answer with full points left alone that raised after all was done?"""
    right = Verdict("max-pool", 5, 5)
    assert with_errors({"max-pool": right}, answered(error("X")), {KEY}) == {"max-pool": right}


def test_the_note_names_answer_error_and_line():
    """Does the instructor read which answer raised what?"""
    notebook = answered(error("NameError", "name 'y' is not defined", "Cell In[3], line 7"))
    assert raised_note(notebook, {KEY}) == (
        f"{KEY} raised NameError in line 7: name 'y' is not defined"
    )


def test_a_cell_that_python_cannot_read_is_named():
    """Does the instructor read which answer has a syntax error, and where?"""
    assert raised_note(answered(error("SyntaxError")), {KEY}) == f"syntax error in {KEY}"
    there = error("SyntaxError", "x", "  Cell In[3], line 2\n    def (")
    assert raised_note(answered(there), {KEY}) == f"syntax error in {KEY}, line 2"


def test_a_missing_library_is_named():
    """Is a library named that is not there, also where it stood in the way of nothing?"""
    said = new_output("stream", name="stderr", text="No module named 'seaborn.objects': …")
    assert raised_note(answered(said), set()) == (
        "not installed where the class is graded: seaborn"
    )


def test_what_ended_the_run_is_no_error_of_the_answer():
    """Does the sandbox's own message stay what it is?"""
    assert raised_note(answered(error("OutOfTime", "a cell ran longer than 60 s")), {KEY}) == ""


def test_odd_errors_are_one_plain_line():
    """Do control characters, colours and long messages of a kernel's make no mess?"""
    note = raised_note(answered(error("A\x1b[31m\nB", "x\u202ey\nz" * 500, "\ud800")), {KEY})
    assert note.isprintable() and len(note) < 300
