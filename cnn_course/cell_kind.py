"""What a cell of a notebook is for, as nbgrader's metadata says it: asked here and nowhere else."""

from __future__ import annotations

from nbformat import NotebookNode

ANSWER, ESSAY, CHECK, QUESTION, TASK = "answer", "essay", "check", "question", "task"
GIVEN, TEXT = "given", "text"
GRADED_ROLES = (ANSWER, ESSAY, CHECK, QUESTION, TASK)


def role(cell: NotebookNode) -> str:
    """One of answer, essay, check, question, task; of other cells, code is given, the rest text."""
    if not grade_id(cell):
        return GIVEN if cell.cell_type == "code" else TEXT
    if is_marked(cell, "task"):
        return TASK
    if is_marked(cell, "solution"):
        return ANSWER if cell.cell_type == "code" else ESSAY
    if is_marked(cell, "grade"):
        return CHECK
    return QUESTION if is_marked(cell, "locked") else GIVEN if cell.cell_type == "code" else TEXT


def grade_id(cell: NotebookNode) -> str:
    """The id that nbgrader gave a cell, or ""."""
    about = cell.get("metadata", {}).get("nbgrader")
    key = about.get("grade_id") if isinstance(about, dict) else None
    return key if isinstance(key, str) else ""


def is_marked(cell: NotebookNode, name: str) -> bool:
    """Whether nbgrader's metadata of a cell say yes to "grade", "solution", "task" or "locked".

    Asked without nbgrader, whose import takes a process half a second.
    """
    about = cell.get("metadata", {}).get("nbgrader")
    return isinstance(about, dict) and bool(about.get(name))


def kinds(cell: NotebookNode) -> frozenset[str]:
    """What a cell is to nbgrader's gradebook: of grade, solution and task those that it is."""
    return frozenset(kind for kind in ("grade", "solution", "task") if is_marked(cell, kind))


def is_answer(cell: NotebookNode) -> bool:
    """Whether the learner writes this cell, in code or in words."""
    return role(cell) in (ANSWER, ESSAY)


def is_check(cell: NotebookNode) -> bool:
    """Whether the cell decides on an answer's points."""
    return role(cell) == CHECK


def points(cell: NotebookNode) -> float:
    """The points that a graded cell gives; 0 where nbgrader wrote none on it."""
    return cell.metadata.get("nbgrader", {}).get("points") or 0
