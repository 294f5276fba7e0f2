"""Written answers: do the question and the marking scheme ask for the same, in the same figures?"""

import math
import re

import pytest

from cnn_course.build.masters import read_master
from cnn_course.project import Project
from cnn_lesson.items import ITEMS, NOTEBOOKS

ESSAYS = [item for item in ITEMS.values() if item.manual]
SCHEME = re.compile(r"### BEGIN MARK SCHEME\n(.+?)### END MARK SCHEME", re.DOTALL)
POINT = re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)
ACCURACY = 0.95
PICTURES = (400, 500)


@pytest.mark.parametrize("item", ESSAYS, ids=lambda item: item.id)
def test_a_scheme_gives_a_point_for_each_thing_that_is_asked(root, item):
    """Is nothing marked that was not asked, and nothing asked that is not marked?"""
    cells = read_master(Project(root).master(item.notebook)).cells
    (text,) = (c.source for c in cells if (c.kind, c.item) == ("question", item.id))
    asked, marked = SCHEME.sub("", text), SCHEME.search(text)[1]
    assert POINT.findall(asked) == POINT.findall(marked)
    assert len(POINT.findall(asked)) == item.points and "1 point each" in marked
    questions = [line for line in asked.split("\n- ")[1:]]
    assert all(question.strip().endswith("?") for question in questions)


def test_how_sure_an_accuracy_is_is_said_alike_everywhere(root):
    """Is each ± that of so many pictures, rounded to a hundredth, in lesson, scheme and notes?"""
    errors = [math.sqrt(ACCURACY * (1 - ACCURACY) / count) for count in PICTURES]
    (sure,) = {f"{error:.2f}" for error in errors}
    pages = [root / "source" / f"{name}.py" for name in NOTEBOOKS]
    pages += [root / "teaching" / f"{page}.md" for page in ("notes", "glossary", "profiles")]
    said = [
        found for page in pages for found in re.findall(r"±\s*([\d.]*\d)", page.read_text("utf-8"))
    ]
    assert len(said) > 3 and {*said} == {sure}
    two = math.sqrt(2) * max(errors)
    assert sure < f"{two:.3f}" < "0.02", "a difference of 0.02 is more than two networks' error"
