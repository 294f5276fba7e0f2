"""A course of one small notebook, for the tests of building: no TensorFlow, no real check."""

import shutil
from pathlib import Path

from cnn_course.project import CONFIG, Project

NAME = "01-small"

MASTER = '''\
# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # A small notebook

# %%
import numpy as np

# %% [markdown]
# ## S1 · One idea
#
# About one line.

# %% answer="convolve"
def convolve(image, kernel, stride=1):
    """The feature map."""
    ### BEGIN SOLUTION
    return np.sum(image * kernel)
    ### END SOLUTION


# %% check="convolve"
print("a stream")
7

# %% [markdown]
# ## S2 · Another

# %% answer="q3"
answer_q3 = 4  # blank: 4=None

# %% check="q3"
answer_q3 and 3

# %% tags=["progress"]
import time

time.time()

# %% tags=["solution-only"]
print("only in the solution")

# %% [markdown] question="fashion-why"
# **Why?** In two sentences.
#
# === BEGIN MARK SCHEME ===
# - 4 points for a reason
# === END MARK SCHEME ===

# %% [markdown] essay="fashion-why"
# Because shirts look alike.
'''


ODD, PLAIN = "my C++ course (1) [1]", "my course"
"""Names of a project's folder; nbgrader reads the first one as a pattern."""


def make_course(folder: Path, place: str = ODD, **masters: str) -> Project:
    """A project, by default with the one small master."""
    root = folder / place
    (root / "source").mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / CONFIG, root)
    for name, text in (masters or {NAME: MASTER}).items():
        (root / "source" / f"{name}.py").write_text(text, encoding="utf-8")
    return Project(root)


def contents(project: Project) -> dict[str, bytes]:
    """Every file of a project, by its path."""
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
