"""Running a notebook: what it leaves behind, and what is said when it cannot."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.build import execute as module
from cnn_course.build.execute import execute
from cnn_course.errors import CourseError


def run(tmp_path, *sources, **options):
    cells = [new_code_cell(text, id=f"s1-{n:02d}") for n, text in enumerate(sources, 1)]
    options = {"cell_limit_s": 60} | options
    return execute(new_notebook(cells=cells), "01-small", tmp_path, **options)


pytestmark = pytest.mark.slow


def test_outputs_are_kept_and_nothing_that_changes_between_runs(tmp_path):
    """Are counts, streams and metadata those of every run?"""
    notebook = run(tmp_path, "print('a')\nprint('b', flush=True)\nprint('c')", "2 + 2")
    first, second = notebook.cells
    assert [output.text for output in first.outputs] == ["a\nb\nc\n"]
    assert second.outputs[0].data["text/plain"] == "4" and second.execution_count == 2
    assert not first.metadata and not notebook.metadata


def test_a_notebook_runs_in_its_folder(tmp_path):
    """Does it find files that lie beside it?"""
    (tmp_path / "here.txt").write_text("found")
    notebook = run(tmp_path, "open('here.txt').read()")
    assert notebook.cells[0].outputs[0].data["text/plain"] == "'found'"


def test_figures_come_out_whatever_backend_the_caller_uses(tmp_path, monkeypatch):
    """Is a figure part of the notebook even where MPLBACKEND says otherwise?"""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    notebook = run(tmp_path, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert "image/png" in notebook.cells[0].outputs[-1].data


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise ValueError('too\\nlong')", "01-small, cell s1-02: ValueError: too"),
        ("x = = 1", "01-small, cell s1-02: SyntaxError"),
        (
            "import time; time.sleep(9)",
            "01-small, cell s1-02: it ran longer than the limit of 2",
        ),
        ("import os; os._exit(1)", "01-small, cell s1-02: the kernel died"),
    ],
)
def test_what_ends_a_run_is_one_sentence_that_names_the_cell(tmp_path, source, said):
    """Is there no wall of text, and is the limit named?"""
    with pytest.raises(CourseError) as caught:
        run(tmp_path, "1", source, "3", cell_limit_s=2)
    assert str(caught.value).startswith(said) and "\n" not in str(caught.value)


def test_a_missing_kernel_is_named(tmp_path, monkeypatch):
    """Does it say what to install?"""
    monkeypatch.setattr(module, "KERNEL", "no-such-kernel")
    with pytest.raises(CourseError, match="no Jupyter kernel 'no-such-kernel': install ipykernel"):
        run(tmp_path, "1")


def test_it_can_tell_how_long_each_cell_ran(tmp_path):
    """Is the time of each code cell handed out by its id, and not kept in the notebook?"""
    seconds = {}
    notebook = run(tmp_path, "1", "import time; time.sleep(0.3)", seconds=seconds)
    assert set(seconds) == {"s1-01", "s1-02"} and 0.3 <= seconds["s1-02"] < 30
    assert not any(cell.metadata for cell in notebook.cells)
