"""Two views of a master as a notebook: the instructor's, and the solution before it is executed.

The third view, the learner's stub, is nbgrader's business: see ``preprocessors``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy

import nbformat
from nbformat import NotebookNode

from cnn_course import cell_kind
from cnn_course.build.blanks import show
from cnn_course.build.cells import KINDS, OWN, OWN_FLAGS, MasterCell
from cnn_course.build.masters import Master
from cnn_course.build.notebooks import STAMP, fingerprint, new_notebook
from cnn_course.build.regions import (
    HIDDEN_TESTS,
    MARK_SCHEME,
    SOLUTION,
    without_markers,
    without_region,
)
from cnn_lesson.items import ITEMS, Item

HIDDEN = """
### BEGIN HIDDEN TESTS
from cnn_course.hidden import check_hidden
check_hidden("{item}")
### END HIDDEN TESTS"""

FIGURE = "figure"
"""Tag of cells that only draw."""

FOLDED = {FIGURE, "folded"}
"""Tags of cells whose input is folded away: there is nothing in it for a learner to read."""

UNCHECKED = {FIGURE, "progress"}
"""Tags of cells whose output nbval leaves out: pictures, and what differs between two runs."""

_SECTION = re.compile(r"^## S(\d+)\b", re.MULTILINE)


def source_view(master: Master, items: Mapping[str, Item] = ITEMS) -> NotebookNode:
    """The notebook that nbgrader and Formgrader open: solutions, marking schemes, hidden tests."""
    cells = [
        _source_cell(cell, cell_id, items)
        for cell, cell_id in zip(master.cells, cell_ids(master.cells), strict=True)
    ]
    notebook = new_notebook(cells)
    notebook.metadata[STAMP] = {"fingerprint": fingerprint(notebook)}
    return notebook


def solution_view(source: NotebookNode) -> NotebookNode:
    """A copy of the instructor's view that reads like a complete answer; not executed."""
    notebook = deepcopy(source)
    notebook.metadata.pop(STAMP, None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = show(without_region(cell.source, HIDDEN_TESTS))
            cell.source = without_markers(cell.source, SOLUTION)
        else:
            cell.source = without_markers(cell.source, SOLUTION)
            cell.source = without_markers(cell.source, MARK_SCHEME, "**Marking scheme**")
    return notebook


def cell_ids(cells: tuple[MasterCell, ...]) -> Iterator[str]:
    """An id for each cell, from its item or from its section and a running number."""
    used: Counter[str] = Counter()
    section = "intro"
    for cell in cells:
        heading = _SECTION.search(cell.source) if cell.cell_type == "markdown" else None
        section = f"s{heading[1]}" if heading else section
        stem = _item_id(cell) if cell.kind else str(cell.own.get("grade_id", section))
        used[stem] += 1
        if not cell.kind and not cell.own:
            yield f"{stem}-{used[stem]:02d}"
        else:
            yield stem if used[stem] == 1 else f"{stem}-{used[stem]}"


def _item_id(cell: MasterCell) -> str:
    """The graded cell has the item's own id, so that gradebook and reports show it."""
    return cell.item if cell.kind in ("check", "essay") else f"{cell.item}-{cell.kind}"


def _source_cell(cell: MasterCell, cell_id: str, items: Mapping[str, Item]) -> NotebookNode:
    source = cell.source + (HIDDEN.format(item=cell.item) if cell.kind == "check" else "")
    node = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")(source, id=cell_id)
    tags = list(cell.metadata.get("tags", ()))
    if tags:
        node.metadata["tags"] = tags + ["nbval-ignore-output"] * bool(UNCHECKED & {*tags})
    if FOLDED & {*tags}:
        node.metadata["jupyter"] = {"source_hidden": True}
    if cell.own:
        node.metadata["nbgrader"] = (
            dict.fromkeys(OWN_FLAGS, False) | {"schema_version": 3} | cell.own
        )
    if cell.kind:
        graded = cell.kind in ("check", "essay")
        node.metadata["nbgrader"] = {
            "grade": graded,
            "grade_id": cell_id,
            "locked": cell.kind in ("check", "question"),
            "schema_version": 3,
            "solution": cell.kind in ("answer", "essay"),
            "task": False,
        } | ({"points": items[cell.item].points} if graded else {})
    return node


def short_metadata(cell: NotebookNode, items: Mapping[str, Item] = ITEMS) -> dict[str, object]:
    """What a master says about a cell of the instructor's view: the way back."""
    kind = cell_kind.role(cell)
    item = re.sub(r"-(answer(-\d+)?|question)$", "", cell_kind.grade_id(cell))
    short: dict[str, object] = {kind: item} if kind in KINDS else {}
    if item and item not in items:
        about = cell.metadata["nbgrader"]
        kept = ("grade_id", *OWN_FLAGS, *(["points"] if about.get("points") is not None else []))
        short = {OWN: {key: about.get(key, False) for key in kept}}
    tags = [tag for tag in cell.metadata.get("tags", ()) if tag != "nbval-ignore-output"]
    return short | ({"tags": tags} if tags else {})


def master_source(cell: NotebookNode) -> str:
    """The source of a cell of the instructor's view as the master has it."""
    return cell.source.removesuffix(HIDDEN.format(item=cell_kind.grade_id(cell)))
