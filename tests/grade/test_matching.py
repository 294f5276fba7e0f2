"""Whose cell is whose, whatever an editor or a learner did to them."""

from copy import deepcopy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from cnn_course.build.notebooks import read_notebook
from cnn_course.build.views import solution_view
from cnn_course.grade.restore import restore
from cnn_course.project import SOURCE, STUBS, Project
from cnn_lesson.items import NOTEBOOKS

FIRST, SECOND, THIRD = NOTEBOOKS
WRITTEN = "def convolve(image, kernel, stride=1):\n    return 'written by me'"


class Case:
    """One notebook: its stub, its master's, and a copy with everything answered to work on."""

    def __init__(self, root, name: str) -> None:
        self.stub = read_notebook(Project(root).notebook(STUBS, name))
        self.source = read_notebook(Project(root).notebook(SOURCE, name))
        solved = {c.id: c.source for c in solution_view(deepcopy(self.source)).cells if "id" in c}
        self.handed_in = deepcopy(self.stub)
        for cell in self.handed_in.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = solved[cell.id]

    def cell(self, key: str) -> NotebookNode:
        """The handed-in cell with an id."""
        return next(cell for cell in self.handed_in.cells if cell.id == key)

    def place(self, key: str) -> int:
        """Where it stands."""
        return self.handed_in.cells.index(self.cell(key))

    def restored(self) -> tuple[NotebookNode, str]:
        """What will be graded, which is valid and has every graded cell once, and the note."""
        notebook, note = restore(deepcopy(self.handed_in), self.stub, self.source)
        nbformat.validate(notebook)
        ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if graded(cell)]
        assert sorted(ids) == sorted(
            c.metadata.nbgrader.grade_id for c in self.stub.cells if graded(c)
        )
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        return notebook, note


def graded(cell: NotebookNode) -> bool:
    """Whether nbgrader knows the cell."""
    return "nbgrader" in cell.metadata


def at(notebook: NotebookNode, key: str) -> int:
    """The place of a graded cell."""
    keys = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return keys.index(key)


def source_of(notebook: NotebookNode, key: str) -> str:
    """Its source."""
    return notebook.cells[at(notebook, key)].source


@pytest.fixture
def first(root) -> Case:
    """The first notebook, solved."""
    return Case(root, FIRST)


@pytest.fixture
def third(root) -> Case:
    """The third, with two essays."""
    return Case(root, THIRD)


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("lost", ["metadata", "metadata and ids", "every third cell's"])
def test_lost_metadata_costs_nothing(root, name, lost):
    """Is every answer found again by its id, or by what it defines or checks?"""
    case = Case(root, name)
    wanted = [(c.metadata.nbgrader.grade_id, c.source) for c in case.handed_in.cells if graded(c)]
    for number, cell in enumerate(case.handed_in.cells):
        if lost != "every third cell's" or number % 3 == 0:
            cell.metadata = NotebookNode()
            if "ids" in lost:
                cell.id = f"x{number}"
    notebook, note = case.restored()
    assert [(c.metadata.nbgrader.grade_id, c.source) for c in notebook.cells if graded(c)] == wanted
    assert len(notebook.cells) == len(case.stub.cells)
    assert "without their metadata" in note and "put back" not in note


def test_answers_alone_in_a_fresh_notebook_are_found(root):
    """Are answers found that were copied, cell by cell, into a notebook of their own?"""
    for name in NOTEBOOKS:
        case = Case(root, name)
        answers = [
            c for c in case.handed_in.cells if c.metadata.get("nbgrader", {}).get("solution")
        ]
        answers = [cell for cell in answers if cell.cell_type == "code"]
        case.handed_in.cells = [new_code_cell(cell.source) for cell in answers]
        notebook, note = case.restored()
        for answer in answers:
            assert source_of(notebook, answer.id) == answer.source, answer.id
        assert "put back" in note


def test_given_cells_that_are_needed_come_back(third):
    """Are imports, data and the function fit put back where they were, and figures left out?"""
    gone = ["intro-02", "intro-03", "intro-04", "s7-02", "s7-03"]
    before = [third.place(key) for key in gone]
    for key in gone:
        third.handed_in.cells.remove(third.cell(key))
    notebook, note = third.restored()
    back = [c.source for c in third.stub.cells if c.id in gone and c.id != "s7-03"]
    assert [cell.source for cell in notebook.cells if cell.source in back] == back
    assert "put back: intro-02, intro-03, intro-04, s7-02" in note
    assert len(notebook.cells) == len(third.stub.cells) - 1 and before


def test_what_a_learner_wrote_anew_is_not_overwritten(third):
    """Is a given function left out that the learner has replaced by one of their own?"""
    third.handed_in.cells.remove(third.cell("intro-03"))
    own = "def fit(network, x, y, epochs=3):\n    pass\n\ndef scaled(images):\n    return images"
    third.handed_in.cells.insert(1, new_code_cell(own))
    notebook, note = third.restored()
    assert "intro-03" not in note and own in [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("keeps", ["metadata", "only its source"])
def test_the_last_copy_of_answer_and_check_counts(first, keeps):
    """Does what was corrected in a copy below count, checked where it stands?"""
    for key, source in (("convolve-answer", WRITTEN), ("convolve", 'check("convolve")')):
        copied = deepcopy(first.cell(key)) if keeps == "metadata" else new_code_cell()
        copied.source = source
        first.handed_in.cells.append(copied)
    notebook, note = first.restored()
    answer = [n for n, cell in enumerate(notebook.cells) if cell.source == WRITTEN]
    assert len(answer) == 1 and at(notebook, "convolve") > answer[0]
    assert "the last copy counts of: " in note


def test_an_untouched_copy_does_not_count(first):
    """Does a copy of the empty cell further down leave the answer above as it is?"""
    empty = next(cell for cell in first.stub.cells if cell.id == "convolve-answer")
    first.handed_in.cells.append(deepcopy(empty))
    notebook, _ = first.restored()
    assert source_of(notebook, "convolve-answer") == first.cell("convolve-answer").source


def test_a_split_answer_is_joined(root):
    """Are the parts of a split cell one answer again?"""
    case = Case(root, SECOND)
    cell = case.cell("q1-answer-2")
    lines = cell.source.split("\n")
    whole, cell.source = cell.source, "\n".join(lines[:2])
    rest = deepcopy(cell)
    rest.source = "\n".join(lines[2:])
    case.handed_in.cells.insert(case.place("q1-answer-2") + 1, rest)
    notebook, note = case.restored()
    assert source_of(notebook, "q1-answer-2").replace("\n\n", "\n") == whole.replace("\n\n", "\n")
    assert "joined from several cells: q1-answer-2" in note


def test_an_answer_below_its_empty_cell_is_found(first):
    """Is an answer found, and its check run after it, that was written into a cell below?"""
    stub = next(cell for cell in first.stub.cells if cell.id == "convolve-answer")
    first.cell("convolve-answer").source = stub.source
    first.handed_in.cells.insert(first.place("convolve") + 1, new_code_cell(WRITTEN))
    notebook, note = first.restored()
    assert source_of(notebook, "convolve-answer") == WRITTEN
    assert at(notebook, "convolve") == at(notebook, "convolve-answer") + 1
    assert "convolve-answer" in note


def test_two_answers_in_one_cell_are_both_kept(first):
    """Does nothing that is put back overwrite an answer that shares a cell with another?"""
    both = "conv_parameters = 160\ndense_parameters = 200_720"
    for key in ("q4-conv-answer", "q4-dense-answer"):
        first.handed_in.cells[first.place(key)] = new_code_cell("pass")
    first.handed_in.cells.insert(50, new_code_cell(both))
    notebook, _ = first.restored()
    assigned = [c.source for c in notebook.cells if c.source.startswith("dense_parameters =")]
    assert source_of(notebook, "q4-conv-answer") == both and assigned == []


def test_an_answer_turned_into_text_and_back_is_code(first):
    """Does an answer count that has another type than it was handed out with?"""
    place = first.place("convolve-answer")
    about = first.handed_in.cells[place].metadata
    first.handed_in.cells[place] = new_markdown_cell(WRITTEN, metadata=about)
    notebook, _ = first.restored()
    answer = notebook.cells[at(notebook, "convolve-answer")]
    assert (answer.cell_type, answer.source) == ("code", WRITTEN)


OPEN_ESSAY = "*Double-click here, and write your answer in place of this line.*"
ESSAY = "Shirts and pullovers look alike, so the network mixes them up."


@pytest.mark.parametrize("kind", [new_markdown_cell, nbformat.v4.new_raw_cell, new_code_cell])
@pytest.mark.parametrize("offset", [0, 1])
def test_an_essay_in_a_cell_beside_is_found(third, kind, offset):
    """Is an essay found that stands above or below the cell that asks for it?"""
    third.cell("fashion-why").source = OPEN_ESSAY
    third.handed_in.cells.insert(third.place("fashion-why") + offset, kind(ESSAY))
    notebook, note = third.restored()
    assert source_of(notebook, "fashion-why") == ESSAY
    assert "fashion-why" in note


def test_an_essay_that_goes_on_below_is_whole(third):
    """Does whoever marks it see both parts of an essay in two cells?"""
    third.cell("fashion-why").source = "First part."
    third.handed_in.cells.insert(third.place("fashion-why") + 1, new_markdown_cell(ESSAY))
    notebook, note = third.restored()
    assert source_of(notebook, "fashion-why") == f"First part.\n\n{ESSAY}"
    assert "joined from several cells: fashion-why" in note


def test_pictures_in_an_essay_are_kept(third):
    """Does a pasted picture stay with its essay?"""
    picture = {"image.png": {"image/png": "aGVsbG8="}}
    third.cell("fashion-why").source = "![image.png](attachment:image.png)"
    third.cell("fashion-why").attachments = picture
    notebook, _ = third.restored()
    assert notebook.cells[at(notebook, "fashion-why")].attachments == picture


CHANGES = ("remove", "copy", "move", "retype", "strip", "empty", "split", "swap")


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_was_done_to_cells_all_graded_ones_are_there_once(root, data):
    """Does a notebook of any mixture of such changes come back whole, in any case?"""
    case = CASES.setdefault(root, Case(root, FIRST))
    before = deepcopy(case.handed_in)
    steps = st.tuples(st.sampled_from(CHANGES), st.integers(0, 999), st.integers(0, 999))
    for change, one, other in data.draw(st.lists(steps, max_size=12)):
        mangle(case.handed_in.cells, change, one, other)
    try:
        case.restored()
    finally:
        case.handed_in = before


CASES: dict = {}


def mangle(cells: list[NotebookNode], change: str, one: int, other: int) -> None:
    """Do one of the changes to one of the cells."""
    if not cells:
        return
    here, there = one % len(cells), other % len(cells)
    cell = cells[here]
    if change == "remove":
        del cells[here]
    elif change == "copy":
        cells.insert(there, deepcopy(cell))
    elif change in ("move", "swap"):
        cells.insert(there, cells.pop(here))
    elif change == "retype":
        make = new_markdown_cell if cell.cell_type == "code" else new_code_cell
        cells[here] = make(cell.source, metadata=cell.metadata, id=cell.id)
    elif change == "strip":
        cell.metadata, cell.id = NotebookNode(), f"new-{one}"
    elif change == "empty":
        cell.source = ""
    else:
        half = deepcopy(cell)
        middle = len(cell.source) // 2
        cell.source, half.source = cell.source[:middle], half.source[middle:]
        cells.insert(here + 1, half)


@pytest.mark.parametrize("key", ["convolve-answer", "q3-answer", "edge-kernel-answer"])
def test_an_answer_above_its_empty_cell_is_found(first, key):
    """Is an answer found that was written into a cell above, and does the empty one not undo it?"""
    stub = next(cell for cell in first.stub.cells if cell.id == key)
    answer, first.cell(key).source = first.cell(key).source, stub.source
    first.handed_in.cells.insert(first.place(key), new_code_cell(answer))
    notebook, note = first.restored()
    assert source_of(notebook, key) == answer and key in note
    assert stub.source not in [cell.source for cell in notebook.cells]


def test_an_answer_of_another_item_is_nobody_elses(root):
    """Is what stands above an empty answer left to the answer that it belongs to?"""
    case = Case(root, SECOND)
    stub = next(cell for cell in case.stub.cells if cell.id == "train-answer")
    case.cell("train-answer").source = stub.source
    case.handed_in.cells.insert(0, new_code_cell("rate = 3\nx = rate"))
    notebook, _ = case.restored()
    assert source_of(notebook, "train-answer") == stub.source
    assert source_of(notebook, "q1-answer-3") == case.cell("q1-answer-3").source
