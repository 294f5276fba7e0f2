"""The solutions run, give what they gave when they were built, and are what a learner may read."""

import os
import subprocess
import sys

import nbformat
import pytest

from cnn_course.build.build import build
from cnn_course.project import SOLUTIONS
from cnn_lesson.items import ITEMS, NOTEBOOKS
from tests.support.small_course import MASTER, NAME, make_course

REPORT_LINES = 60
OPEN = "from nbsandbox.training_cache.cache import install\ninstall({folder!r});"


@pytest.fixture(params=NOTEBOOKS)
def path(request, root):
    return root / SOLUTIONS / "cnn" / f"{request.param}.ipynb"


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def answering(path, folder, trainings):
    """The notebook in a folder, its trainings answered by those that this run has done."""
    notebook = nbformat.read(path, as_version=4)
    opens = OPEN.format(folder=str(trainings))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(opens, id="trainings"))
    nbformat.write(notebook, folder / path.name)
    return folder / path.name


def nbval(path):
    """A run of nbval on a notebook, which compares every output that it may compare.

    Left out are pictures (nbval always leaves out image data, not the text beside it) and cells
    tagged figure or progress.
    """
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no", "-q"]
    settings = ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(path.parent)]
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return subprocess.run(
        [*command, *settings, path.name],
        cwd=path.parent,
        env=environment,
        capture_output=True,
        text=True,
    )


def assert_passes(done):
    assert done.returncode == 0, "\n".join(done.stdout.split("\n")[-REPORT_LINES:]) + done.stderr


@pytest.mark.slow
def test_solutions_give_the_same_outputs_again(path, known_trainings, tmp_path):
    """Does every cell run, its networks trained anew, and say what it said when it was built?"""
    assert_passes(nbval(answering(path, tmp_path, known_trainings)))


def test_every_check_gives_full_points(notebook):
    """Does the solution earn what the table promises, by the checks that learners see?"""
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade") and cell.cell_type == "code":
            results = [out for out in cell.outputs if out.output_type == "execute_result"]
            assert [float(out.data["text/plain"]) for out in results] == [ITEMS[cell.id].points]


def test_no_solution_writes_to_stderr(notebook):
    """Would a graded cell keep its points? nbgrader takes them away for a line on stderr."""
    noisy = [
        cell.id
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert noisy == []


def test_every_figure_is_drawn(notebook):
    """Does no figure of a finished notebook stay the empty frame that it is before an answer?"""
    empty = [
        cell.id
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "Nothing to draw yet" in str(output.get("data", {}).get("text/plain"))
    ]
    assert empty == []


def test_no_marker_is_left(notebook):
    """Does it read like an answer, not like a template?"""
    text = "\n".join(cell.source for cell in notebook.cells)
    for marker in ("BEGIN SOLUTION", "# blank:", "HIDDEN TESTS", "MARK SCHEME", "check_hidden"):
        assert marker not in text


def test_every_cell_was_run_in_order(notebook):
    """Are the execution counts those of one run from top to bottom?"""
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_only_pictures_and_progress_are_left_out(notebook):
    """Is no output exempt from comparison without one of the two reasons?"""
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", ()))
        if "nbval-ignore-output" in tags:
            assert tags & {"figure", "progress"}, cell.id
        assert not tags & {"nbval-skip", "nbval-raises-exception", "raises-exception"}, cell.id


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "passes"),
    [("print(1)", True), ("import time\ntime.time()", False), ("import os\nos.urandom(8)", False)],
)
def test_the_comparison_bites(tmp_path, cell, passes):
    """Does an output that differs from run to run fail, and one that does not pass?"""
    course = make_course(tmp_path, **{NAME: MASTER + f"\n# %%\n{cell}\n"})
    build(course)
    done = nbval(course.notebook(SOLUTIONS, NAME))
    assert (done.returncode == 0) == passes, done.stdout
