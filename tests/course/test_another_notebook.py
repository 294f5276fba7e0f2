"""A fourth notebook, without film script: its master and the table are all that it takes."""

import subprocess
import sys

import pytest

from tests.support.graded_course import a_course

MASTER = """\
# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # More

# %% [markdown]
# ## S10 · What comes after nine

# %% [markdown] question="more-why"
# **Why?** In one sentence.
#
# === BEGIN MARK SCHEME ===
# - 3 points for a reason
# === END MARK SCHEME ===

# %% [markdown] essay="more-why"
# Because.
"""
TABLE = """
import cnn_lesson.items as table
from cnn_lesson.checking.item import essay
table.NOTEBOOKS = (*table.NOTEBOOKS, "04-more")
table.ITEMS["more-why"] = essay("more-why", 9, "04-more", "S10", 3)
"""
"""The line in the table: before anything else has read it."""

STORY = """
import sys
from pathlib import Path
from cnn_course.build.build import build
from cnn_course.build.drift import drift
from cnn_course.grade import feedback
from cnn_course.project import Project
from cnn_course.report.item_analysis import SECTIONS
from cnn_course.report.writing import write_report
from cnn_course.teach.talk import talks
from tests.support.graded_course import enter, hand_in, mark, row

course = Project(Path(sys.argv[1]))
build(course, only="04-more", solutions=False)
print("stub", course.notebook("notebooks", "04-more").is_file())
print("drift", [line for line in drift(course) if "04-more" in line and "solutions" not in line])
enter(course, hand_in(course, "ada", lambda d: d.write("more-why", "Since ten is more.")), {})
print("waits", row(course, "ada", "more-why").points)
mark(course, "ada", "more-why", 2)
print("marked", row(course, "ada", "more-why").points)
write_report(course)
page = (course.root / "feedback" / "ada" / "cnn" / "04-more.html").read_text("utf-8")
print("page", "marked by a person" in page and "2 of 3" in page and "ten is more" in page)
report = (course.root / "report" / "index.html").read_text("utf-8")
print("report", "S10 · What comes after nine" in report and "more-why" in report)
print("sections", SECTIONS[-2:])
print("talks", len(talks(course)))
"""


@pytest.fixture(scope="module")
def told(root, tmp_path_factory):
    """The story of a course to which somebody added a notebook."""
    course = a_course(root, tmp_path_factory.mktemp("more"))
    (course.root / "source" / "04-more.py").write_text(MASTER, "utf-8")
    command = [sys.executable, "-c", TABLE + STORY, str(course.root)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("stub", "True"),
        ("drift", "[]"),
        ("waits", "None"),
        ("marked", "2.0"),
        ("page", "True"),
        ("report", "True"),
        ("sections", "('S9', 'S10')"),
        ("talks", "3"),
    ],
)
def test_it_is_built_handed_in_marked_and_reported(told, what, said):
    """Is it in every step, and does S10 come after S9, with no talk asked for?"""
    assert told[what] == said
