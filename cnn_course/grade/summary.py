"""A graded class on the terminal: a row for each learner, and where everything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cnn_course.grade.gradebook import Row
from cnn_course.grade.grader import GradedClass
from cnn_course.grade.own_cells import DECIDED, OWN, own_cells
from cnn_course.pages import number
from cnn_course.project import AUTOGRADED, FEEDBACK, GRADEBOOK
from cnn_course.visible import visible
from cnn_lesson.items import ITEMS, NOTEBOOKS, automatic_points

if TYPE_CHECKING:
    from rich.console import Console

NOTE_WIDTH = 90


def show(
    graded: GradedClass,
    console: Console,
    rows: Sequence[Row] = (),
    penalties: Mapping[tuple[str, str], float] | None = None,
) -> None:
    """Print the table of a class, and the folders that could not be graded.

    ``rows`` of the gradebook have the points of the course's own cells, ``penalties`` by learner
    and notebook what handing in late costs.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("learner", overflow="fold")
    own = [cell for cell in own_cells(rows) if not cell.manual]
    most = {
        name: automatic_points(name) + sum(cell.points for cell in own if cell.notebook == name)
        for name in NOTEBOOKS
    }
    for name, out_of in most.items():
        table.add_column(f"{name}\nof {out_of:g}", justify="right")
    table.add_column(f"total\nof {sum(most.values()):g}", justify="right")
    table.add_column("what went wrong", overflow="fold")
    every = own_points(rows)
    for result in graded.results:
        mine = every.get(result.learner, {})
        off = {name: (penalties or {}).get((result.learner, name), 0.0) for name in NOTEBOOKS}
        points = [max(0, result.points(n) + mine.get(n, 0.0) - off[n]) for n in NOTEBOOKS]
        shown = [f"{each:.4g}" for each in (*points, sum(points))]
        notes = Text("\n".join(map(short, [*_late(sum(off.values())), *result.notes()])))
        table.add_row(Text(visible(result.learner)), *shown, notes)
    for learner, reason in graded.refused.items():
        dashes = ["–"] * (len(NOTEBOOKS) + 1)
        table.add_row(Text(visible(repr(learner))), *dashes, Text(visible(f"not graded: {reason}")))
    console.print(table)
    if own:
        names = ", ".join(cell.id for cell in own)
        console.print(visible(f"{names}: {OWN}; {DECIDED}"), markup=False)


def _late(off: float) -> list[str]:
    return [f"{number(off)} points off for handing in late"] if off else []


def own_points(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """By learner and notebook, the automatic points in the course's own cells."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.item not in ITEMS and not row.manual:
            mine = found.setdefault(row.learner, {})
            mine[row.notebook] = mine.get(row.notebook, 0.0) + (row.auto or 0.0)
    return found


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
