"""One cell of a master: its text, and what jupytext makes of it; and back."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = {"answer": "code", "check": "code", "question": "markdown", "essay": "markdown"}
"""What a cell can be to an item, and the cell type it then has."""

OWN = "nbgrader"
"""What a graded cell of the course's own has in its marker line: nbgrader's metadata, as JSON."""

OWN_FLAGS = ("grade", "solution", "locked", "task")

_NOISE = ("lines_to_next_cell", "cell_marker")  # what jupytext notes for its own use


@dataclass(frozen=True)
class MasterCell:
    """One cell: its text as it stands in the file, and what jupytext makes of it."""

    text: str
    line: int
    cell_type: str
    source: str
    metadata: dict[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> str | None:
        """One of KINDS, or None for a cell that is about no item."""
        return next((kind for kind in KINDS if kind in self.metadata), None)

    @property
    def own(self) -> dict[str, object]:
        """Nbgrader's metadata of a graded cell of the course's own; {} of other cells."""
        about = self.metadata.get(OWN)
        return about if isinstance(about, dict) else {}

    @property
    def item(self) -> str | None:
        """The id of the item that the cell is about, or None."""
        return str(self.metadata[self.kind]) if self.kind else None


def read_cell(text: str, line: int) -> MasterCell:
    """The cell in a text that begins with its marker, on that line of the file.

    Raises SyntaxError, with the line in the file, for a code cell that is no Python.
    """
    import jupytext

    cell = jupytext.reads(text, fmt="py:percent").cells[0]
    if cell.cell_type == "code":
        ast.parse("\n" * (line - 1) + text)
    metadata = {key: cell.metadata[key] for key in cell.metadata if key not in _NOISE}
    return MasterCell(text, line, cell.cell_type, cell.source, metadata)


def render_cell(cell_type: str, source: str, metadata: Mapping[str, object]) -> str:
    """A cell as it stands in a master, marker line first, without blank lines after it."""
    import jupytext
    from nbformat import v4

    new_cell = getattr(v4, f"new_{cell_type}_cell")
    filters = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "all"}
    notebook = v4.new_notebook(
        cells=[new_cell(source, metadata=dict(metadata))], metadata={"jupytext": filters}
    )
    return jupytext.writes(notebook, fmt="py:percent").rstrip("\n") + "\n"
