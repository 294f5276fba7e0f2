"""A course of one small notebook with a talk, for the tests of slides and video; runs nothing."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnn_course.project import SOLUTIONS, STUBS, Project
from cnn_course.teach.talk import talk_path
from cnn_course.teach.timeline import write_run_times
from tests.support.small_course import make_course

NAME = "01-small"
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
PICTURE = f'<img src="data:image/png;base64,{DOT}" alt="One grey dot" width="80">'
SECRET, FEEDBACK, CODE_OF_FIGURE = "return 40 + 2", "right: 42", "figures.dot(7)"

TALK = """\
# One idea

## intro-01

This is a small notebook & a quick one.

## s1-01

Guess how large the dot is.

> pause 2

## s1-02

It is this large.

# Your turn

## s1-03

Print a number.

## convolve-answer

Now write it yourself.

## convolve

And check it.
"""


def graded(name: str, **about: bool) -> dict:
    about = {"grade": False, "solution": False, "locked": False, **about}
    return {"nbgrader": {"grade_id": name, **about}}


def cells(answer: str, solved: bool) -> list:
    def ran(*outputs):
        return list(outputs) if solved else []

    picture = new_output("execute_result", {"text/html": PICTURE, "text/plain": "One grey dot"})
    colours = new_output(
        "display_data", {"text/html": "<pre>x</pre>", "text/plain": "\x1b[1mx\x1b[0m"}
    )
    return [
        new_markdown_cell("# A small notebook\n\nWith `code` in it.", id="intro-01"),
        new_markdown_cell("## S1 · One idea\n\n**Guess first.** How large?", id="s1-01"),
        new_code_cell(
            CODE_OF_FIGURE, id="s1-02", metadata={"tags": ["figure"]}, outputs=ran(picture)
        ),
        new_code_cell(
            "print(3)", id="s1-03", outputs=ran(new_output("stream", text="3 < 4\n"), colours)
        ),
        new_code_cell(
            f"def convolve():\n    {answer}",
            id="convolve-answer",
            metadata=graded("convolve-answer", solution=True),
            outputs=ran(new_output("stream", text="42\n")),
        ),
        new_code_cell(
            'check("convolve")',
            id="convolve",
            metadata=graded("convolve", grade=True, locked=True),
            outputs=ran(new_output("stream", text=FEEDBACK)),
        ),
    ]


def make_deck(folder: Path, talk: str = TALK) -> Project:
    """A project with one stub, its solution, its talk and its run times."""
    project = make_course(folder, **{NAME: "# %% [markdown]\n# # A small notebook\n"})
    for stage, answer in ((STUBS, "# YOUR CODE HERE"), (SOLUTIONS, SECRET)):
        project.folder(stage).mkdir(parents=True)
        notebook = new_notebook(cells=cells(answer, stage == SOLUTIONS))
        nbformat.write(notebook, project.notebook(stage, NAME))
    talk_path(project, NAME).write_text(talk, encoding="utf-8")
    write_run_times(project, {NAME: {"s1-03": 0.5}})
    return project
