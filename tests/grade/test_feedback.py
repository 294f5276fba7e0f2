"""Feedback pages."""

import nbformat
import pytest

from cnn_course.grade import feedback
from cnn_course.grade.feedback import Marks
from cnn_course.grade.gradebook import Row
from cnn_course.grade.results import Result, Run
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict

SCRIPT = "<script>alert('mara')</script>"


def answer_cell(item: str, source: str) -> nbformat.NotebookNode:
    """An answer as nbgrader knows it."""
    about = {"grade_id": f"{item}-answer", "solution": True, "grade": False}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": about})


@pytest.fixture
def page() -> str:
    """The page of a learner who tries to slip a script in, wherever text goes."""
    check = nbformat.v4.new_code_cell("check('q3')\n### BEGIN HIDDEN TESTS\nsecret = 17")
    loud = nbformat.v4.new_code_cell("1")
    loud.outputs = [nbformat.v4.new_output("display_data", {"text/html": SCRIPT})]
    notebook = nbformat.v4.new_notebook(cells=[answer_cell("q3", SCRIPT), check, loud])
    finding = Finding(yours=SCRIPT, misconception="the 3×3 habit", thought="count the starts")
    result = Result(SCRIPT, "k", {"01-convolution": Run(note=SCRIPT)})
    result.verdicts = {"q3": Verdict("q3", 0, 3, (finding,))}
    return feedback.page_of(result, "01-convolution", notebook, Marks())


def test_it_says_what_was_missed_and_one_next_thought(page):
    """Does the learner read the misconception and what to think of next?"""
    assert "the 3×3 habit" in page and "count the starts" in page


def test_no_script_of_a_learner_gets_into_it(page):
    """Is everything a learner wrote shown as text?"""
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_shows_no_hidden_test(page):
    """Do checks and outputs stay out of it?"""
    assert "secret" not in page and "HIDDEN" not in page


def test_it_stands_alone_and_fits_a_phone(page):
    """Does it load nothing, and does it tell phones its width?"""
    assert "http" not in page.replace("http-equiv", "")
    assert 'name="viewport"' in page


def test_a_right_answer_is_told_why():
    """Does the page give the reason beside what is right, and only there?"""
    result = Result("mara", "k")
    result.verdicts = {
        "q3": ITEMS["q3"].verdict([part.label for part in ITEMS["q3"].parts]),
        "q2": ITEMS["q2"].verdict(["the order"]),
    }
    page = feedback.page_of(result, "01-convolution", None, Marks())
    assert f"Because {ITEMS['q3'].why}." in page
    assert ITEMS["q2"].why not in page


def test_marks_by_a_person_are_shown():
    """Do points and comment of a person reach the page, and does it say what still waits?"""
    result = Result("mara", "k")
    mark = Row("mara", "03-exercises", "fashion-why", 3.0, 4, True, "well compared")
    page = feedback.page_of(result, "03-exercises", None, Marks({"fashion-why": mark}))
    assert "well compared" in page
    assert "4 more points wait for a person" in page


def test_the_index_has_a_row_for_each_learner(tmp_path):
    """Does the index link each page, also for names that are no address?"""
    page = feedback.write_index([Result("O'Neil, 李", "k"), Result("mara", "k")], tmp_path, {})
    text = page.read_text(encoding="utf-8")
    assert "2 learners" in text
    assert "O%27Neil%2C%20%E6%9D%8E/cnn/01-convolution.html" in text
