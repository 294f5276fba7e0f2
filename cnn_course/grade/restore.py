"""The assignment's own cells put back into a notebook that was handed in.

Learners keep what they wrote: answers, essays, and any cell of their own. Checks and questions are
the assignment's again, whatever was done to them, and every answer counts once.
"""

from __future__ import annotations

from copy import deepcopy

import nbformat
from nbformat import NotebookNode


def restore(handed_in: NotebookNode, stub: NotebookNode) -> tuple[NotebookNode, str]:
    """The notebook as it will be graded, and a note on what had to be put back, or ""."""
    pool = _by_grade_id(handed_in)
    official = {_grade_id(cell): cell for cell in stub.cells if _grade_id(cell)}
    order = [key for key in pool if key in official]
    missing = [key for key in official if key not in pool]
    changed = [
        key for key in order if _is_check(official[key]) and _differs(pool[key], official[key])
    ]

    result = deepcopy(stub)
    result.cells = []
    placed: set[str] = set()
    for cell in handed_in.cells:
        key = _grade_id(cell)
        if key in official and key not in placed and pool[key] is cell:
            result.cells.append(_graded(cell, official[key]))
            placed.add(key)
        else:
            result.cells.append(_own(cell))
    for key in missing:
        _insert(result.cells, _graded(None, official[key]), list(official))
    _unique_ids(result.cells)
    return result, _note(missing, changed)


def add_marking_schemes(stub: NotebookNode, source: NotebookNode) -> None:
    """Give the stub's questions their marking schemes back: whoever marks by hand needs them."""
    schemes = {_grade_id(cell): cell for cell in source.cells if cell.cell_type == "markdown"}
    for cell in stub.cells:
        if _grade_id(cell) and _grade_id(cell) in schemes and _is_locked(cell):
            cell.source = schemes[_grade_id(cell)].source


def _by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The first cell of each grade id; later ones are copies."""
    found: dict[str, NotebookNode] = {}
    for cell in notebook.cells:
        key = _grade_id(cell)
        if key:
            found.setdefault(key, cell)
    return found


def _grade_id(cell: NotebookNode) -> str:
    about = cell.get("metadata", {}).get("nbgrader")
    key = about.get("grade_id") if isinstance(about, dict) else None
    return key if isinstance(key, str) else ""


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("locked"))


def _is_check(cell: NotebookNode) -> bool:
    return _is_locked(cell) and bool(cell.metadata.nbgrader.get("grade"))


def _differs(cell: NotebookNode, official: NotebookNode) -> bool:
    return cell.cell_type != official.cell_type or cell.source.strip() != official.source.strip()


def _graded(cell: NotebookNode | None, official: NotebookNode) -> NotebookNode:
    """The official cell, with the learner's source where it is theirs to write."""
    result = deepcopy(official)
    if cell is not None and not _is_locked(official):
        result.source = cell.source
    return result


def _own(cell: NotebookNode) -> NotebookNode:
    """A learner's cell: its type and source, nothing else."""
    kinds = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return kinds.get(cell.cell_type, nbformat.v4.new_raw_cell)(cell.source)


def _insert(cells: list[NotebookNode], cell: NotebookNode, order: list[str]) -> None:
    """Put a missing cell after the nearest of those that precede it in the assignment."""
    before = set(order[: order.index(_grade_id(cell))])
    places = [place for place, other in enumerate(cells) if _grade_id(other) in before]
    cells.insert(places[-1] + 1 if places else 0, cell)


def _unique_ids(cells: list[NotebookNode]) -> None:
    taken = {cell.id for cell in cells if _grade_id(cell)}
    for number, cell in enumerate(cells):
        if not _grade_id(cell):
            cell.id = f"own-{number}" if f"own-{number}" not in taken else f"own-cell-{number}"


def _note(missing: list[str], changed: list[str]) -> str:
    parts = [f"put back: {', '.join(missing)}"] if missing else []
    parts += [f"restored: {', '.join(changed)}"] if changed else []
    return "; ".join(parts)
