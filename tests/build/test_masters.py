"""Reading masters: cells with their lines, the rules they keep, and the notebooks they become."""

import pytest

from cnn_course.build.cells import render_cell
from cnn_course.build.masters import parse_master, read_master
from cnn_course.build.views import cell_ids, solution_view, source_view
from cnn_course.errors import CourseError
from cnn_lesson.items import ITEMS
from tests.support.small_course import MASTER, NAME

ANSWER = '# %% answer="q3"\nanswer_q3 = 4  # blank: 4\n'
CHECK = '# %% check="q3"\n3\n'
QUESTION = '# %% [markdown] question="fashion-why"\n# Why?\n'
ESSAY = '# %% [markdown] essay="fashion-why"\n# Because.\n'


def parse(text):
    return parse_master(text, NAME, ITEMS, shown="source/x.py")


def test_a_master_is_its_cells_and_what_stands_before_them():
    """Is the file there again, letter by letter, and does each cell know its line?"""
    master = parse(MASTER)
    assert master.text == MASTER
    lines = MASTER.split("\n")
    assert all(lines[cell.line - 1].startswith("# %%") for cell in master.cells)
    assert [cell.item for cell in master.cells if cell.kind == "check"] == ["convolve", "q3"]


def test_ids_come_from_items_and_sections():
    """Are ids the same at every build, and readable?"""
    assert list(cell_ids(parse(MASTER).cells)) == [
        "intro-01", "intro-02", "s1-01", "convolve-answer", "convolve", "s2-01", "q3-answer", "q3",
        "s2-02", "s2-03", "fashion-why-question", "fashion-why",
    ]  # fmt: skip


def test_an_item_may_have_several_answer_cells():
    """Does each get an id of its own?"""
    ids = list(cell_ids(parse(ANSWER + ANSWER + CHECK).cells))
    assert ids == ["q3-answer", "q3-answer-2", "q3"]


BROKEN = [
    ("x = 1\n", "has no cell"),
    ("x = 1\n# %%\n", r"x\.py:1: this stands before the first cell"),
    ("# %%\n\nx = (\n", r"x\.py:3: '\(' was never closed"),
    ("# %%\nx = 1\n# %%\nfor\n", r"x\.py:4: invalid syntax"),
    (ANSWER + '# %% check="q33"\n3\n', r"x\.py:3: item 'q33' is not in the table .*is it 'q3'"),
    (CHECK, r'check="q3" has no answer="q3" cell before it'),
    (ESSAY, r'essay="fashion-why" has no question="fashion-why" cell before it'),
    (ANSWER + CHECK + CHECK, r'x\.py:5: there is a second check="q3"'),
    (ANSWER + CHECK + ANSWER, r'answer="q3" stands after its check'),
    (QUESTION + QUESTION, r"there is a second question"),
    ('# %% answer="q3"\nx = 4\n', "neither a solution region nor a blank"),
    ('# %% answer="q3"\nx = 4  # blank: 5\n', "blank '5' is not in its line"),
    ('# %% answer="q3"\n### BEGIN SOLUTION\nx = 4\n', "BEGIN SOLUTION without an END SOLUTION"),
    ('# %% answer="q3"\nx = 4\n### END SOLUTION\n', "END SOLUTION without a BEGIN SOLUTION"),
    (
        '# %% answer="q3"\n### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n',
        "line 2 of the cell: BEGIN SOLUTION inside another one",
    ),
    ("# %%\n### BEGIN SOLUTION\n### END SOLUTION\n", 'belongs in a cell with answer="…"'),
    ("# %%\nx = 4  # blank: 4\n", 'a blank belongs in a cell with answer="…"'),
    (ANSWER + CHECK + "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n", "added by the build"),
    (
        QUESTION + ESSAY + "# === BEGIN MARK SCHEME ===\n# === END MARK SCHEME ===\n",
        r'x\.py:3: a mark scheme region belongs in a cell with question="…"',
    ),
    ('# %% [markdown] answer="q3"\n# 4\n', 'answer="q3" must be a code cell'),
    ('# %% answer="fashion-why"\nx = 4  # blank: 4\n', "marked by a person"),
    ('# %% [markdown] essay="q3"\n# 4\n', "checked by the computer"),
    ("# %% answer=q3\nx = 4\n", "'answer=q3' is not known here"),
    ('# %% chek="q3"\nx = 4\n', "'chek' is not known here"),
    ('# %% answer="q3" check="q3"\nx = 4\n', "a cell is only one of"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_what_cannot_be_built_is_one_sentence_with_its_line(text, said):
    """Does each broken master say what is wrong, and where?"""
    with pytest.raises(CourseError, match=said) as caught:
        parse(text)
    assert str(caught.value).startswith("source/x.py") and "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no text", "no file"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    """Is that one sentence, too?"""
    path = tmp_path / "x.py"
    if content:
        path.write_bytes(content)
    with pytest.raises(CourseError, match=r"x\.py cannot be read"):
        read_master(path)


def test_the_instructors_view_has_all_that_nbgrader_asks_for():
    """Are graded cells locked and worth their points, answers and prose free?"""
    cells = {cell.id: cell for cell in source_view(parse(MASTER)).cells}
    check, essay = (cells[name].metadata.nbgrader for name in ("convolve", "fashion-why"))
    assert check.grade and check.locked and not check.solution
    assert check.points == ITEMS["convolve"].points and check.schema_version == 3
    assert essay.grade and essay.solution and not essay.locked and essay.points == 4
    assert cells["fashion-why-question"].metadata.nbgrader.locked
    assert cells["convolve-answer"].metadata.nbgrader.solution
    assert "nbgrader" not in cells["s1-01"].metadata
    assert cells["s2-02"].metadata.tags == ["progress", "nbval-ignore-output"]
    assert 'check_hidden("convolve")' in cells["convolve"].source


def test_the_solution_reads_like_a_complete_answer():
    """Are markers, blank comments and hidden tests gone, and the marking scheme readable?"""
    text = "\n".join(cell.source for cell in solution_view(source_view(parse(MASTER))).cells)
    for gone in ("BEGIN", "END ", "# blank", "check_hidden"):
        assert gone not in text
    for there in ("return np.sum(image * kernel)", "answer_q3 = 4", "**Marking scheme**", "shirts"):
        assert there in text


def test_writing_a_cell_is_the_inverse_of_reading_it():
    """Would every cell of a master be written as it stands?"""
    for cell in parse(MASTER).cells:
        assert (
            render_cell(cell.cell_type, cell.source, cell.metadata) == cell.text.rstrip("\n") + "\n"
        )
