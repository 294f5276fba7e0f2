"""A course of anybody's, for the tests: two notebooks, a module, data and a late plugin beside.

Nothing in it knows of this project.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.against_stock import command

NAME = "ps 1"
CONFIG = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent if "__file__" in globals() else Path.cwd()))

c = get_config()
c.CourseDirectory.course_id = "anybody"
c.CourseDirectory.source_directory = "masters"
c.CourseDirectory.release_directory = "handed_out"
c.CourseDirectory.submitted_directory = "came_in"
c.CourseDirectory.autograded_directory = "done"
c.CourseDirectory.db_url = "sqlite:///" + str(Path.cwd() / "points.db")
c.ClearSolutions.code_stub = {"python": "# yours"}
c.Execute.timeout = 4
c.AssignLatePenalties.plugin_class = "own_steps.OnePointADay"
from nbgrader.converters import Autograde
c.Autograde.autograde_preprocessors = [
    "own_steps.Before", *Autograde.class_traits()["autograde_preprocessors"].default()
]
"""
OWN_STEPS = '''\
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor


class OnePointADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 86400


class Before(NbGraderPreprocessor):
    """Puts a cell first, which the tests rely on."""

    def preprocess(self, nb, resources):
        from nbformat.v4 import new_code_cell
        cell = new_code_cell("COURSE = 'anybody'", id="before")
        if nb.nbformat_minor < 5:
            del cell["id"]
        nb.cells.insert(0, cell)
        return nb, resources
'''
HELPER = "def table(path):\n    return [line.split(',') for line in open(path).read().split()]\n"


def about(grade_id: str, points: float | None = None, **flags: bool) -> dict:
    """A cell's metadata as nbgrader has them."""
    made = {"grade_id": grade_id, "schema_version": 3, "grade": points is not None}
    made |= {"solution": False, "locked": False, "task": False, **flags}
    if points is not None:
        made["points"] = points
    if made["task"]:
        made["grade"] = False
    return {"nbgrader": made}


def answer(grade_id: str, text: str) -> object:
    """A cell that learners fill in."""
    text = f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"
    return new_code_cell(text, metadata=about(grade_id, solution=True))


def asks(grade_id: str, points: float, text: str) -> object:
    """A test."""
    return new_code_cell(text, metadata=about(grade_id, points, locked=True))


def by_hand(grade_id: str, points: float, text: str, **flags: bool) -> object:
    """A cell in prose that a person marks."""
    return new_markdown_cell(text, metadata=about(grade_id, points, **flags))


def hidden(text: str) -> str:
    """Lines of a test that learners do not get."""
    return f"### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS"


def masters() -> dict[str, nbformat.NotebookNode]:
    """The two notebooks."""
    first = [
        new_markdown_cell("# First\n\nRead `data/rows.csv`."),
        new_code_cell("from helper import table\nrows = table('data/rows.csv')\nlen(rows)"),
        answer("total", "def total(rows):\n    return sum(int(n) for _, n in rows)"),
        asks("total-right", 1.5, "assert total(rows) == 6\n" + hidden("assert total([]) == 0")),
        asks("total-part", 2, "1 if COURSE == 'anybody' and total(rows) == 6 else 0.25"),
        answer("keeps", "open('kept.txt', 'w').write(str(total(rows)))"),
        by_hand("why", 3, "Because.", solution=True),
        by_hand("task", 2, "Draw something below.", locked=True, task=True),
        new_code_cell("import sys\nprint('end', file=sys.stderr)"),
    ]
    second = [
        asks("kept", 1, "assert open('kept.txt').read() == '6'"),
        answer("ends", "def ends():\n    return 1"),
        asks("ends-right", 2, hidden("assert ends() == 1")),
        new_code_cell("", metadata={}),
        asks("no-name", 1, "name = 1\ndel name\ntry:\n    name\nexcept NameError:\n    pass"),
    ]
    spec = {"kernelspec": {"name": "python", "display_name": "Python 3", "language": "python"}}
    return {"first": new_notebook(cells=first, metadata=spec), "second one": notebook(second, spec)}


def notebook(cells: list, spec: dict) -> nbformat.NotebookNode:
    """A notebook of format 4.4, whose cells have no ids."""
    made = new_notebook(cells=cells, metadata=spec)
    for cell in made.cells:
        del cell["id"]
    made.nbformat_minor = 4
    return made


def make_any_course(folder: Path) -> Path:
    """The course, with its assignment handed out."""
    course = folder / "a course"
    source = course / "masters" / NAME
    (source / "data").mkdir(parents=True)
    (source / "helper.py").write_text(HELPER)
    (source / "data" / "rows.csv").write_text("a,1\nb,2\nc,3\n")
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "own_steps.py").write_text(OWN_STEPS)
    for name, made in masters().items():
        nbformat.write(made, source / f"{name}.ipynb")
    code, said, _ = command("nbgrader", "generate_assignment", NAME, cwd=course)
    assert code == 0, said
    return course


def set_due(course: Path, when: str = "2030-01-01 00:00:00 UTC") -> None:
    """Give the assignment a due date."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/points.db", "anybody") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=when)


ANSWERS = {
    "right": {
        "total": "def total(rows):\n    return sum(int(n) for _, n in rows)",
        "keeps": "open('kept.txt', 'w').write(str(total(rows)))",
        "why": "It adds up.",
        "ends": "def ends():\n    return 1",
    },
    "blank": {},
    "partly": {"total": "def total(rows):\n    return 6", "ends": "def ends():\n    return 1"},
    "wrong": {
        "total": "def total(rows):\n    return 7",
        "keeps": "open('kept.txt', 'w').write('7')",
        "ends": "def ends():\n    return 2",
        "why": "I don't know.",
    },
    "broken": {"total": "def total(:\n", "keeps": "raise SystemExit", "ends": "ends = input()"},
    "endless": {
        "total": "def total(rows):\n    return sum(int(n) for _, n in rows)",
        "keeps": "open('kept.txt', 'w').write('6')\nwhile True:\n    pass",
    },
}
"""What each learner wrote, by grade id; the rest they left as it was."""


def hand_in(course: Path, learner: str, written: dict[str, str], when: str = "") -> Path:
    """A learner's submission; the folder."""
    place = course / "came_in" / learner / NAME
    shutil.copytree(course / "handed_out" / NAME, place)
    for path in place.glob("*.ipynb"):
        made = nbformat.read(path, as_version=4)
        for cell in made.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = written.get(name, cell.source)
        nbformat.write(made, path)
    if when:
        (place / "timestamp.txt").write_text(when)
    return place


def changed(path: Path, change: object) -> None:
    """Change a notebook that was handed in."""
    made = nbformat.read(path, as_version=4)
    change(made)
    nbformat.write(made, path)
