"""Plain nbgrader assignments beside stock nbgrader: what trains nothing is graded faster, too.

One is that of nbgrader's own quickstart, which imports nothing. The other imports what a course on
data imports, and draws. Half of a class hand in what is right, half what they got.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from statistics import median_low

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.bench.measuring import Say, timed

NAME, ASSIGNMENT, DATA = "course101", "ps1", "data"
IMPORTS = "import matplotlib.pyplot as plt\nimport numpy as np\nfrom scipy import stats"
READ = (
    "rows = np.random.default_rng(1).normal(size=(200_000, 8))\n"
    "np.savetxt('rows.csv', rows[:20_000], delimiter=',')\n"
    "rows = np.loadtxt('rows.csv', delimiter=',')"
)
DRAW = "figure, axes = plt.subplots(2, 4)\nfor a, x in zip(axes.flat, rows.T):\n    a.hist(x, 40)"
SOLVED = (
    "### BEGIN SOLUTION\nslope = stats.linregress(rows[:, 0], rows[:, 1]).slope\n### END SOLUTION"
)
TEST = "assert abs(slope - np.polyfit(rows[:, 0], rows[:, 1], 1)[0]) < 1e-6"


def run(learners: int, times: int, say: Say) -> None:
    """Measure and print both assignments."""
    for what, assignment in (("nbgrader's quickstart", ASSIGNMENT), ("one on data", DATA)):
        found = sorted(compared(assignment, learners) for _ in range(times))
        faster, theirs_s, ours_s, same = median_low(found)
        say(
            f"{what}, {learners} learners: {ours_s / learners:.2f} s each with 2 jobs, "
            f"stock {theirs_s / learners:.2f} s, {faster:.1f} times as fast, "
            f"same points: {'yes' if same else 'NO'}"
        )


def compared(assignment: str, learners: int) -> tuple[float, float, float, bool]:
    """How many times as fast as stock, stock's and our seconds, and whether the points agree."""
    with tempfile.TemporaryDirectory(prefix="cnn-plain-") as place:
        stock = made(Path(place), assignment, learners)
        ours = Path(shutil.copytree(stock, Path(place, "ours")))
        theirs_s = timed("nbgrader", "autograde", assignment, cwd=stock)
        words = ("grade", "--course", ".", "--assignment", assignment, "--jobs", "2")
        ours_s = timed("cnn_course.cli", *words, cwd=ours)
        same = points(stock, assignment) == points(ours, assignment)
    return theirs_s / ours_s, theirs_s, ours_s, same


def made(place: Path, assignment: str, learners: int) -> Path:
    """The course with its submissions, the assignment in its gradebook."""
    timed("nbgrader", "quickstart", NAME, cwd=place)
    course = place / NAME
    (course / "source" / DATA).mkdir()
    nbformat.write(on_data(), course / "source" / DATA / "rows.ipynb")
    timed("nbgrader", "generate_assignment", assignment, cwd=course)
    for number in range(learners):
        handed_in = course / ("release" if number % 2 else "source") / assignment
        shutil.copytree(handed_in, course / "submitted" / f"learner{number:03d}" / assignment)
    return course


def on_data() -> nbformat.NotebookNode:
    """The source of an assignment that reads rows, draws them and asks for a slope."""
    cells = [new_code_cell(text) for text in (IMPORTS, READ, DRAW, SOLVED, TEST)]
    kinds = {"slope": (cells[3], True, False), "slope-test": (cells[4], False, True)}
    for name, (cell, solution, grade) in kinds.items():
        cell.metadata["nbgrader"] = {
            **{"schema_version": 3, "grade_id": name, "solution": solution, "grade": grade},
            **{"locked": grade, "task": False, **({"points": 4} if grade else {})},
        }
    return new_notebook(cells=cells)


def points(course: Path, assignment: str) -> dict[str, float]:
    """By learner, what the gradebook has. Raises OSError where nothing was graded."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(assignment)
        return {submission.student.id: submission.score for submission in submissions}
