"""A lesson that changes after somebody was graded: marks and people go into the new gradebook.

nbgrader refuses to add, drop or move a cell once there are submissions. Here the gradebook is
copied first; then its submissions are taken out, the assignment is entered anew, and they come
back with everything that people gave, cell by cell, in whatever notebook a cell is now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id, kinds, points
from cnn_course.grade import gradebook_file
from cnn_course.grade.marks import Given, give_back, given, lost

if TYPE_CHECKING:
    from nbgrader.api import Assignment, Gradebook

Cells = dict[str, dict[str, "CellOf"]]
"""By notebook and grade id."""


@dataclass(frozen=True)
class CellOf:
    """What nbgrader knows of a cell: what it is to grading, and its points."""

    kinds: frozenset[str]
    points: float


@dataclass
class Changes:
    """What is another one now, by grade id."""

    added: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    worth: list[str] = field(default_factory=list)
    """Cells with other points than before."""

    def sentences(self) -> list[str]:
        """A line for each sort of change."""
        told = {
            "added": self.added,
            "dropped": self.dropped,
            "in another notebook": self.moved,
            "with other points": self.worth,
        }
        return [f"{what}: {', '.join(names)}" for what, names in told.items() if names]


def wanted_cells(notebooks: Mapping[str, NotebookNode]) -> Cells:
    """The cells that an assignment's notebooks have for nbgrader."""
    return {
        name: {
            grade_id(cell): CellOf(kinds(cell), float(points(cell)))
            for cell in notebook.cells
            if grade_id(cell) and kinds(cell)
        }
        for name, notebook in notebooks.items()
    }


def known_cells(assignment: Assignment) -> Cells:
    """The cells that the gradebook has of an assignment."""
    found: Cells = {}
    for notebook in assignment.notebooks:
        told: dict[str, set[str]] = {}
        worth: dict[str, float] = {}
        for kind in ("grade", "solution", "task"):
            for cell in getattr(notebook, f"{kind}_cells"):
                told.setdefault(cell.name, set()).add(kind)
                worth[cell.name] = worth.get(cell.name) or getattr(cell, "max_score", 0.0) or 0.0
        found[notebook.name] = {k: CellOf(frozenset(v), worth[k]) for k, v in told.items()}
    return found


def changes(old: Cells, new: Cells) -> Changes:
    """What is different between two states of an assignment."""
    before = {key: (name, cell) for name, cells in old.items() for key, cell in cells.items()}
    after = {key: (name, cell) for name, cells in new.items() for key, cell in cells.items()}
    both = sorted(set(before) & set(after))
    kind = [k for k in both if before[k][1].kinds != after[k][1].kinds]
    return Changes(
        added=sorted({*set(after) - set(before), *kind}),
        dropped=sorted({*set(before) - set(after), *kind}),
        moved=[key for key in both if before[key][0] != after[key][0]],
        worth=[key for key in both if before[key][1].points != after[key][1].points],
    )


def enter(
    gradebook: Gradebook,
    url: str,
    name: str,
    notebooks: Mapping[str, NotebookNode],
    register: Callable[[], None],
) -> list[str]:
    """Have an assignment entered by ``register``, whatever was graded; sentences on what changed.

    Where entering fails, the gradebook is what it was before.
    """
    from nbgrader.api import MissingEntry

    try:
        assignment = gradebook.find_assignment(name)
    except MissingEntry:
        assignment = None
    what = changes(known_cells(assignment), wanted_cells(notebooks)) if assignment else Changes()
    graded = {s.student.id: given(s) for s in assignment.submissions} if assignment else {}
    known = set(notebooks) == {n.name for n in assignment.notebooks} if assignment else True
    gradebook.db.commit()
    if not graded or (known and not what.sentences()):
        register()
        return []
    with gradebook_file.all_or_nothing(url) as backup, closing(gradebook):
        for learner in graded:
            gradebook.remove_submission(name, learner)
        register()
        gone = _put_in(gradebook, name, graded, what.worth)
    return [*what.sentences(), *gone, _where(len(graded), backup)]


def _put_in(
    gradebook: Gradebook, name: str, graded: Mapping[str, Given], again: Iterable[str]
) -> list[str]:
    """Enter the submissions as they were; a sentence for each learner who loses a mark by it."""
    gradebook.db.expire_all()
    sentences = []
    for learner, before in graded.items():
        more = {"extension": before.extension} if before.extension else {}
        submission = gradebook.add_submission(name, learner, timestamp=before.timestamp, **more)
        give_back(submission, before, again)
        cells = {grade.name for notebook in submission.notebooks for grade in notebook.grades}
        comments = {c.name for notebook in submission.notebooks for c in notebook.comments}
        if missing := lost(before, cells | comments):
            sentences.append(f"only in the copy: what {learner} was given for {', '.join(missing)}")
    gradebook.db.commit()
    return sentences


def _where(size: int, backup: Path | None) -> str:
    kept = f"; the gradebook as it was before: {backup.name}" if backup else ""
    return f"marks, comments and people of {size} submissions were carried over{kept}"
