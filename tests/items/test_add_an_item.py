"""Adding an item and a notebook: its file, its row in the table, its cells; nothing else."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from cnn_course.project import WORK

ITEM = '''"""``padding``: how many rows of zeros keep the size."""

from cnn_lesson.checking.choice_item import Choice, ChoiceItem
from cnn_lesson.checking.misconceptions import Misconception, chosen
from cnn_lesson.checking.reading import as_whole

_WHOLE = Misconception(chosen(5), "a row for each row of the kernel", "does the middle need one?")

ITEM = ChoiceItem(
    id="padding",
    objective=5,
    notebook="04-padding",
    section="S10",
    minutes=2,
    names=("rows_of_zeros",),
    parts=(Choice("the rows", 3, 2, as_whole, "a whole number", (_WHOLE,)),),
    hints=("draw it", "where is the middle?", "half of the kernel sticks out"),
)
'''
MASTER = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Padding

# %%
from cnn_lesson.checks import check

# %% [markdown]
# ## S10 · Zeros around
# *1 minutes*
#
# How many rows of zeros above a picture keep its size under a kernel of 5?

# %% answer="padding"
rows_of_zeros = 2  # blank: 2=None

# %% check="padding"
check("padding")
"""
pytestmark = pytest.mark.slow
COPIED = ("cnn_lesson", "cnn_course", "nbsandbox", "source", "notebooks", "solutions", "teaching")


@pytest.fixture(scope="module")
def course(root, known_trainings, tmp_path_factory):
    """A copy of the project with one more item, in a fourth notebook that has no talk."""
    folder = tmp_path_factory.mktemp("course") / "copy"
    for name in COPIED:
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "nbgrader_config.py", folder)
    shutil.copytree(known_trainings, folder / WORK / "store")
    (folder / "cnn_lesson" / "items" / "padding.py").write_text(ITEM, encoding="utf-8")
    (folder / "source" / "04-padding.py").write_text(MASTER, encoding="utf-8")
    table = folder / "cnn_lesson" / "items" / "__init__.py"
    text = table.read_text(encoding="utf-8")
    text = text.replace("    output_shape,\n", "    output_shape,\n    padding,\n", 1)
    table.write_text(
        text.replace("    five_layers.ITEM,\n", "    five_layers.ITEM,\n    padding.ITEM,\n"),
        encoding="utf-8",
    )
    run(folder, "build", "--only", "04")
    return folder


def python(folder, *arguments):
    """What Python says, run in a folder with the packages that lie in it."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(folder, *arguments):
    """What a command of the course says."""
    return python(folder, "-m", "cnn_course.cli", *arguments)


def test_the_new_notebook_is_built(course):
    """Is there a stub with the blank, and a solution whose check says that it is right?"""
    stub = (course / "notebooks" / "cnn" / "04-padding.ipynb").read_text(encoding="utf-8")
    assert "rows_of_zeros = None" in stub
    solution = nbformat.read(course / "solutions" / "cnn" / "04-padding.ipynb", 4)
    assert any("padding: ✔ right" in str(cell.get("outputs")) for cell in solution.cells)
    run(course, "check")


def test_the_new_item_is_graded(course):
    """Does the grader draw its inputs, judge its evidence by its file, and know its points?"""
    ask = (
        "from cnn_course.grade.judging import inputs_for, judge_all\n"
        "from cnn_lesson.checking.evidence import pack\n"
        "for given in (2, 5):\n"
        "    evidence = {'padding': pack({'rows_of_zeros': given})}\n"
        "    print(judge_all(evidence, 11)['padding'])\n"
        "print(*inputs_for('04-padding', 11))\n"
    )
    said = python(course, "-c", ask)
    assert "padding: ✔ right · 3 of 3 points" in said
    assert said.splitlines()[-1] == "padding"
    assert "looks like a row for each row of the kernel" in said
