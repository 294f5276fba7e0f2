"""The assignment's own cells, put back into what learners handed in."""

from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook
from cnn_course.grade.restore import add_marking_schemes, restore


@pytest.fixture
def stub(root) -> NotebookNode:
    """The first notebook as learners get it."""
    return read_notebook(root / "notebooks" / "cnn" / "01-convolution.ipynb")


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with a grade id."""
    about = ((cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells)
    return next(cell for cell, nbgrader in about if nbgrader.get("grade_id") == grade_id)


def official(notebook: NotebookNode) -> list[str]:
    """The grade ids, in order."""
    ids = (cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells)
    return [grade_id for grade_id in ids if grade_id]


def test_an_untouched_stub_stays_as_it_is(stub):
    """Does a stub that nobody touched come back with every source and no note?"""
    restored, note = restore(deepcopy(stub), stub)
    assert [c.source for c in restored.cells] == [c.source for c in stub.cells]
    assert note == ""


def test_answers_are_kept(stub):
    """Does what the learner wrote survive?"""
    handed_in = deepcopy(stub)
    cell_of(handed_in, "q3-answer").source = "answer_q3 = 4"
    restored, note = restore(handed_in, stub)
    assert cell_of(restored, "q3-answer").source == "answer_q3 = 4"
    assert note == ""


def test_a_changed_check_is_restored(stub):
    """Does a learner who rewrites the check still meet it, and does the instructor read so?"""
    handed_in = deepcopy(stub)
    cell_of(handed_in, "q3").source = "3"
    restored, note = restore(handed_in, stub)
    assert cell_of(restored, "q3").source == cell_of(stub, "q3").source
    assert "restored: q3" in note


def test_a_deleted_check_comes_back_after_its_answer(stub):
    """Is a check that was deleted put back where its answer has been run?"""
    handed_in = deepcopy(stub)
    handed_in.cells.remove(cell_of(handed_in, "q3"))
    restored, note = restore(handed_in, stub)
    assert official(restored) == official(stub)
    assert "put back: q3" in note


def test_a_whole_item_deleted_comes_back(stub):
    """Are an answer and its check put back when both were deleted?"""
    handed_in = deepcopy(stub)
    for grade_id in ("ingredients-answer", "ingredients"):
        handed_in.cells.remove(cell_of(handed_in, grade_id))
    assert official(restore(handed_in, stub)[0]) == official(stub)


def test_a_copied_check_counts_once(stub):
    """Does a copied test cell lose its claim to points, and stay where it is as a plain cell?"""
    handed_in = deepcopy(stub)
    handed_in.cells.append(deepcopy(cell_of(handed_in, "q3")))
    restored, _ = restore(handed_in, stub)
    assert official(restored) == official(stub)
    assert len(restored.cells) == len(stub.cells) + 1
    assert len({cell.id for cell in restored.cells}) == len(restored.cells)


def test_points_cannot_be_raised(stub):
    """Do an item's points come from the assignment, not from what was handed in?"""
    handed_in = deepcopy(stub)
    cell_of(handed_in, "q3").metadata.nbgrader.points = 99
    assert cell_of(restore(handed_in, stub)[0], "q3").metadata.nbgrader.points == 3


def test_a_relabelled_cell_changes_nothing(stub):
    """Does an invented grade id earn no place among the graded cells?"""
    handed_in = deepcopy(stub)
    cell_of(handed_in, "q3").metadata.nbgrader.grade_id = "bonus"
    assert official(restore(handed_in, stub)[0]) == official(stub)


@pytest.mark.parametrize("metadata", [{"nbgrader": 3}, {"nbgrader": {"grade_id": ["q3"]}}, {}])
def test_odd_metadata_is_no_reason_to_stop(stub, metadata):
    """Does a cell with metadata of the wrong type become a plain cell?"""
    handed_in = deepcopy(stub)
    handed_in.cells.append(nbformat.v4.new_code_cell("1", metadata=metadata))
    assert official(restore(handed_in, stub)[0]) == official(stub)


def test_a_check_turned_into_text_is_code_again(stub):
    """Is a check whose type was changed executed all the same?"""
    handed_in = deepcopy(stub)
    place = handed_in.cells.index(cell_of(handed_in, "q3"))
    about = handed_in.cells[place].metadata
    handed_in.cells[place] = nbformat.v4.new_markdown_cell("nothing here", metadata=about)
    assert cell_of(restore(handed_in, stub)[0], "q3").cell_type == "code"


def test_whoever_marks_by_hand_sees_the_marking_scheme(root):
    """Do the questions of the third notebook carry their scheme again?"""
    stub = read_notebook(root / "notebooks" / "cnn" / "03-exercises.ipynb")
    source = read_notebook(root / "source" / "cnn" / "03-exercises.ipynb")
    assert "MARK SCHEME" not in cell_of(stub, "fashion-why-question").source
    add_marking_schemes(stub, source)
    assert "MARK SCHEME" in cell_of(stub, "fashion-why-question").source
