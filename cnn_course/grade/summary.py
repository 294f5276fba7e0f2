"""A graded class on the terminal: a row for each learner, and where everything is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnn_course.grade.grader import GradedClass
from cnn_course.project import AUTOGRADED, FEEDBACK, GRADEBOOK
from cnn_course.visible import visible
from cnn_lesson.items import NOTEBOOKS, automatic_points

if TYPE_CHECKING:
    from rich.console import Console

NOTE_WIDTH = 90


def show(graded: GradedClass, console: Console) -> None:
    """Print the table of a class, and the folders that could not be graded."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("learner", overflow="fold")
    for name in NOTEBOOKS:
        table.add_column(f"{name}\nof {automatic_points(name)}", justify="right")
    table.add_column(f"total\nof {automatic_points()}", justify="right")
    table.add_column("what went wrong", overflow="fold")
    for result in graded.results:
        points = [f"{result.points(name):.4g}" for name in NOTEBOOKS]
        notes = Text("\n".join(map(short, result.notes())))
        table.add_row(Text(visible(result.learner)), *points, f"{result.points():.4g}", notes)
    for learner, reason in graded.refused.items():
        dashes = ["–"] * (len(NOTEBOOKS) + 1)
        table.add_row(Text(visible(repr(learner))), *dashes, Text(visible(f"not graded: {reason}")))
    console.print(table)


def short(note: str) -> str:
    """A note as it fits the table; a cut is marked, and the learner's page has all of it."""
    shown = visible(note)
    return shown if len(shown) <= NOTE_WIDTH else f"{shown[: NOTE_WIDTH - 1].rstrip()}…"


def places(root: Path, csv: Path) -> dict[str, Path]:
    """What an instructor goes on with, and where it is."""
    return {
        "gradebook": root / GRADEBOOK,
        "feedback": root / FEEDBACK / "index.html",
        "grades": csv,
        "notebooks": root / AUTOGRADED,
    }
