"""The accessibility harness itself, and the pages that learners get back."""

from pathlib import Path

import nbformat
import pytest

from cnn_course.grade import feedback
from cnn_course.grade.gradebook import Row
from cnn_course.grade.results import Result, Run
from cnn_lesson.items import NOTEBOOKS
from cnn_lesson.verdict import Finding, Verdict
from tests.support.accessibility import (
    DESKTOP,
    PHONE,
    overflow,
    overflowing,
    violations,
    violations_of,
)

PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>A page</h1><p>Words.</p><img alt="a dot" src="data:,"></main></body></html>
"""
SHUT = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"


@pytest.fixture
def page(tmp_path):
    """A function that writes a page and returns its path."""

    def write(text: str, name: str = "page.html") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.browser
def test_a_plain_page_has_no_violation(page):
    """Does a page pass that has a language, alt texts and enough contrast?"""
    assert violations(page(PLAIN), PHONE) == []


@pytest.mark.browser
def test_each_fault_is_a_line_that_names_rule_and_node(page):
    """Does it find grey on white, a picture without words and a missing language?"""
    bad = PLAIN.replace(' lang="en"', "").replace(' alt="a dot"', "")
    bad = bad.replace("<p>", '<p style="color:#aaa">')
    found = violations(page(bad), DESKTOP)
    assert {line.split(":")[0] for line in found} == {
        "color-contrast",
        "html-has-lang",
        "image-alt",
    }
    assert any('<p style="color:#aaa">' in line for line in found)


@pytest.mark.browser
def test_a_page_that_forbids_scripts_is_read_too(page):
    """Does a page's own policy keep axe out, so that its faults would go unseen?"""
    shut = PLAIN.replace("<title>", SHUT + "<title>").replace(' lang="en"', "")
    lines = violations_of([page(PLAIN, "good.html"), page(shut, "shut.html")], [PHONE])
    assert [line.split(": ")[:2] for line in lines] == [["shut.html at 390", "html-has-lang"]]


@pytest.mark.browser
def test_it_says_whether_a_page_scrolls_sideways(page):
    """Is a line that is too long for a phone noticed, and only there?"""
    wide = page(PLAIN.replace("<p>", '<p style="width:600px">'), "wide.html")
    assert overflow(wide, PHONE) and not overflow(wide, DESKTOP)
    assert overflowing([page(PLAIN), wide]) == ["wide.html"]


@pytest.fixture
def returned(tmp_path) -> list[Path]:
    """The feedback pages of a learner in every state, and the index of the class."""
    verdicts = {
        "q3": Verdict("q3", 0, 3, (Finding(tried="28", yours="3", wanted="4", thought="count"),)),
        "convolve": Verdict("convolve", 7, 7),
        "output-shape": Verdict(
            "output-shape", 2, 5, (Finding(tried="x " * 80),), earned=("valid",)
        ),
    }
    result = Result("Mara Ó 李", "k", {NOTEBOOKS[0]: Run(note="cell 9 passed 60 s")}, verdicts)
    about = {"grade_id": "convolve-answer", "solution": True, "grade": False}
    long = nbformat.v4.new_code_cell("total = " + "1 + " * 60, metadata={"nbgrader": about})
    notebooks = {NOTEBOOKS[0]: nbformat.v4.new_notebook(cells=[long])}
    row = Row("mara", NOTEBOOKS[2], "fashion-why", 3.0, 4, True, "well compared")
    feedback.write_pages(result, notebooks, tmp_path, feedback.Marks({"fashion-why": row}))
    return [
        feedback.write_index([result, Result("odo", "k")], tmp_path, {}),
        *tmp_path.rglob("0*.html"),
    ]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_feedback_pages_have_no_violation(returned, scheme):
    """Can everybody read what comes back, by day and by night?"""
    assert len(returned) == 1 + len(NOTEBOOKS)
    assert violations_of(returned, scheme=scheme) == []


@pytest.mark.browser
def test_feedback_pages_fit_a_phone(returned):
    """Does no feedback page scroll sideways?"""
    assert overflowing(returned) == []
