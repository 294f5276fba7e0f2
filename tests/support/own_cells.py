"""Graded cells that an instructor adds to the lesson: as a master has them."""

import shutil
from pathlib import Path

from cnn_course.build.build import build
from cnn_course.grade.sample import Draft
from cnn_course.project import CONFIG, Project

BOOK = "01-convolution"
OWN_CELLS = """
# %% nbgrader={"grade_id": "our-mean", "solution": true}
def our_mean(image):
    ### BEGIN SOLUTION
    return image.mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "our-mean-test", "grade": true, "locked": true, "points": 2.5}
assert our_mean(np.ones((2, 2))) == 1
### BEGIN HIDDEN TESTS
assert our_mean(np.zeros((2, 2))) == 0
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "our-share", "grade": true, "locked": true, "points": 2}
1 if our_mean(np.ones((3, 3))) == 1 else 0

# %% [markdown] nbgrader={"grade_id": "our-why", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# A mean blurs.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade_id": "our-task", "locked": true, "points": 1, "task": true}
# Draw a picture below.
#
# ### BEGIN MARK SCHEME
# A picture: 1 point.
# ### END MARK SCHEME
"""
"""An answer, a test with hidden lines, one with part of its points, an essay, a task."""


def with_own_cells(root: Path, folder: Path) -> Project:
    """A copy of the lesson's course, with those cells at the end of the first notebook."""
    for name in ("source", "notebooks"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / CONFIG, folder)
    project = Project(folder)
    path = project.master(BOOK)
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + OWN_CELLS, encoding="utf-8")
    build(project, solutions=False)
    return project


def right(draft: Draft) -> Draft:
    """The own cells answered, and nothing else."""
    draft.write("our-mean", "def our_mean(image):\n    return image.mean()")
    return draft.write("our-why", "It blurs.")


def looks_right(draft: Draft) -> Draft:
    """An answer that only hidden lines find wrong."""
    return draft.write("our-mean", "def our_mean(image):\n    return 1")


def untouched(draft: Draft) -> Draft:
    """Handed in as it was handed out."""
    return draft
