"""What a course adds to the report: its own graded cells, and notebooks that are one."""

from dataclasses import replace

from cnn_course.grade.own_cells import OwnCell
from cnn_course.report.anonymous import without_names
from cnn_course.report.graded_class import Mark
from cnn_course.report.page import page_values, write_page
from cnn_lesson.items import ITEMS, NOTEBOOKS
from tests.support.graded_class import POINTS, class_of

STATES = ("right", "open", "open", "open")


def test_notebooks_that_are_one_are_a_question(tmp_path):
    """Are two learners named where their own lines are the same, and in no report to hand on?"""
    book = replace(class_of(), alike=(("01-convolution", ("ada", "ben")),))
    (tmp_path / "r").mkdir()
    page = write_page(book, {}, tmp_path / "r", tmp_path).read_text()
    assert "01-convolution is the same for ada, ben" in page and "it proves nothing" in page
    hidden = without_names(book, {name: n for n, name in enumerate(POINTS)})
    assert "is the same for" not in write_page(hidden, {}, tmp_path / "r", tmp_path).read_text()


def test_own_cells_are_rows_like_items():
    """Are the course's own cells in total and tables, with who decided on them?"""
    own = OwnCell("our-test", NOTEBOOKS[0], 2.5)
    learners = tuple(
        replace(x, marks=x.marks | {"our-test": Mark("our-test", points, 2.5, state)})
        for x, points, state in zip(class_of().learners, (2.5, 0, 0, 0), STATES, strict=True)
    )
    book = replace(class_of(), learners=learners, own=(own,))
    assert book.out_of == class_of().out_of + 2.5
    values = page_values(book, {})
    assert values["items"][-1].item is own and values["items"][-1].difficulty == 0.25
    assert values["own"] == ["our-test"]
    assert (
        dict(values["learners"][0]["parts"])[NOTEBOOKS[0]]
        == sum(item.points for item in ITEMS.values() if item.notebook == NOTEBOOKS[0]) + 2.5
    )
