"""Notebook files: the same bytes for the same content, and what tells two of them apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.errors import CourseError

STAMP = "cnn_lesson"
"""Metadata key under which the instructor's view remembers its fingerprint as it was built."""

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# No version: it would change with every Python.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def new_notebook(cells: list[NotebookNode]) -> NotebookNode:
    """A notebook of these cells, for the Python of the environment it is opened in."""
    metadata = {"kernelspec": dict(_KERNEL), "language_info": dict(_LANGUAGE)}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in a file. Raises CourseError for one that is missing or damaged."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat lets a KeyError or AttributeError of bad JSON through
        reason = str(error).split("\n")[0] or type(error).__name__
        raise CourseError(f"{path} is no readable notebook: {reason}") from error


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, and its folder where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def essence(cell: NotebookNode) -> dict[str, object]:
    """What makes a cell what it is; outputs and what JupyterLab adds when it saves are left out."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return {
        "type": cell.cell_type,
        "source": cell.source,
        "attachments": cell.get("attachments", {}),
        "tags": list(cell.metadata.get("tags", ())),
        "grading": {key: value for key, value in nbgrader.items() if value},
    }


def fingerprint(notebook: NotebookNode) -> str:
    """16 hexadecimal digits that change with any cell's id or essence."""
    content = [(cell.get("id"), essence(cell)) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def differences(wanted: NotebookNode, found: NotebookNode) -> Iterator[str]:
    """One line for each cell that is not as wanted, by its id."""
    wanted_cells = {cell.get("id"): essence(cell) for cell in wanted.cells}
    found_cells = {cell.get("id"): essence(cell) for cell in found.cells}
    for cell_id, cell in wanted_cells.items():
        if cell_id not in found_cells:
            yield f"cell {cell_id} is missing"
        else:
            other = found_cells[cell_id]
            parts = [part for part in cell if cell[part] != other[part]]
            if parts:
                yield f"cell {cell_id} differs in its {' and '.join(parts)}"
    for cell_id in found_cells:
        if cell_id not in wanted_cells:
            yield f"cell {cell_id} is not in the master"
    shared = [cell_id for cell_id in found_cells if cell_id in wanted_cells]
    if shared != [cell_id for cell_id in wanted_cells if cell_id in found_cells]:
        yield "its cells stand in another order"
