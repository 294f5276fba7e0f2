"""nbgrader's own commands, unchanged, on a small course: release, hand in, grade, tell, export."""

import csv
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from nbgrader.api import Gradebook

from cnn_course.build.build import build
from cnn_course.project import SOLUTIONS, SOURCE, STUBS
from tests.support.small_course import NAME, make_course

pytestmark = pytest.mark.slow

RIGHT = (
    "rows, columns = kernel.shape\n"
    "    down = range(0, image.shape[0] - rows + 1, stride)\n"
    "    across = range(0, image.shape[1] - columns + 1, stride)\n"
    "    window = lambda r, c: image[r : r + rows, c : c + columns]\n"
    "    return np.array([[np.sum(window(r, c) * kernel) for c in across] for r in down])"
)


def run(folder, *words):
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answer(notebook):
    """The stub as a learner hands it in."""
    cells = {cell.id: cell for cell in notebook.cells}
    stub = "# YOUR CODE HERE\n    raise NotImplementedError()"
    cells["convolve-answer"].source = cells["convolve-answer"].source.replace(stub, RIGHT)
    cells["q3-answer"].source = "answer_q3 = 3"
    cells["fashion-why"].source = "Because shirts look alike."
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which ada answered and bob handed in the stub, graded by nbgrader."""
    course = make_course(tmp_path_factory.mktemp("nbgrader"))
    build(course)
    run(course.root, "generate_assignment", "cnn", "--force")
    stub = nbformat.read(course.notebook(STUBS, NAME), as_version=4)
    for learner, notebook in (("bob", stub), ("ada", answer(deepcopy(stub)))):
        folder = course.root / "submitted" / learner / "cnn"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
    (course.root / "submitted" / "ada" / "cnn" / "numpy.py").write_text("raise SystemExit")
    for words in (["autograde", "cnn"], ["generate_feedback", "cnn"], ["export"]):
        run(course.root, *words)
    return course


def grades(course, learner):
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, "cnn", learner)
        return {
            grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades
        }


def read(course, stage, learner, kind):
    return (course.root / stage / learner / "cnn" / f"{NAME}.{kind}").read_text(encoding="utf-8")


def test_answers_earn_points_and_essays_wait_for_a_person(course):
    """Is each item scored by its hidden check, and an essay left open?"""
    assert grades(course, "ada") == {
        "convolve": (7, False),
        "q3": (0, False),
        "fashion-why": (None, True),
    }


def test_an_untouched_stub_earns_nothing_and_waits_for_nobody(course):
    """Does even the essay count as not answered?"""
    assert set(grades(course, "bob").values()) == {(0, False)}


def test_the_marking_scheme_is_beside_the_answer_for_the_marker_alone(course):
    """Does Formgrader show it, and feedback not?"""
    assert "4 points for a reason" in read(course, "autograded", "ada", "ipynb")
    feedback = read(course, "feedback", "ada", "html")
    assert "Because shirts look alike" in feedback
    for hidden in ("4 points for a reason", "HIDDEN TESTS", "check_hidden"):
        assert hidden not in feedback


def test_a_learners_modules_are_left_behind(course):
    """Is a file that would shadow NumPy not copied into the folder where cells run?"""
    assert not list((course.root / "autograded").rglob("*.py"))


def test_grades_are_exported(course):
    """Does the table have a line for each learner?"""
    with (course.root / "grades.csv").open() as table:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    assert rows == {"ada": 7, "bob": 0}


def test_validating_needs_no_configuration(course, tmp_path):
    """Does Validate work in a learner's own folder, and say what is still open?"""
    notebook = tmp_path / f"{NAME}.ipynb"
    notebook.write_bytes(course.notebook(SOLUTIONS, NAME).read_bytes())
    assert "Success" in run(tmp_path, "validate", notebook.name)
    notebook.write_bytes(course.notebook(STUBS, NAME).read_bytes())
    assert "You did not provide a response" in run(tmp_path, "validate", notebook.name)


def test_nbgrader_by_hand_gives_the_same_solutions(course):
    """Does `nbgrader generate_solution` leave no marker and no hidden test behind?"""
    before = nbformat.read(course.notebook(SOLUTIONS, NAME), as_version=4)
    run(course.root, "generate_solution", "cnn", "--force")
    after = nbformat.read(course.notebook(SOLUTIONS, NAME), as_version=4)
    assert [cell.source for cell in after.cells] == [cell.source for cell in before.cells]
    assert course.notebook(SOURCE, NAME).exists()
