"""What an attack is, and how one is put into a notebook of the lesson."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnn_lesson.items import ITEMS

NOTEBOOK = "01-convolution"
FULL = sum(item.points for item in ITEMS.values() if item.notebook == NOTEBOOK)
MARKER = "hostile-7f3a"
"""An argument of every process an attack starts, and a name of every file it tries to leave."""

Change = Callable[[Path], None]
"""Puts an attack into a submission's folder, ``<course>/submitted/<name>/cnn``."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission; ``earned`` is what it must get all the same: no more, no less.

    The folder holds the notebook's stub, or its solution where points are earned. What is not
    ``safe`` must never run outside a sandbox.
    """

    name: str
    what: str
    put: Change
    earned: float = 0
    safe: bool = True
    notebook: str = NOTEBOOK


def path_in(folder: Path, name: str = NOTEBOOK) -> Path:
    """A notebook in a submission's folder."""
    return folder / f"{name}.ipynb"


def changed(change: Callable[[dict], object], name: str = NOTEBOOK) -> Change:
    """An attack on the notebook as JSON: the change is made in place."""

    def put(folder: Path) -> None:
        path = path_in(folder, name)
        notebook = json.loads(path.read_text("utf-8"))
        change(notebook)
        path.write_text(json.dumps(notebook), "utf-8")

    return put


def instead(content: str | bytes) -> Change:
    """An attack that hands in this in place of the notebook."""
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: path_in(folder).write_bytes(data) and None


def first(source: str, more: Change = lambda folder: None) -> Change:
    """An attack in a cell of its own, before all others."""
    return _placed(source, 0, more)


def last(source: str) -> Change:
    """An attack in a cell of its own, after all others."""
    return _placed(source, 10_000)


def _placed(source: str, place: int, more: Change = lambda folder: None) -> Change:
    def put(folder: Path) -> None:
        text = placed_in(source, folder)
        changed(lambda notebook: notebook["cells"].insert(place, code_cell(text)))(folder)
        more(folder)

    return put


def placed_in(source: str, folder: Path) -> str:
    """The source of an attack that knows where the course is, and who listens there."""
    port = folder.parents[2] / "port"
    text = source.replace("COURSE", repr(str(folder.parents[2])))
    return text.replace("PORT", port.read_text() if port.exists() else "9")


def alone(source: str, name: str) -> Change:
    """An attack in place of all that a learner writes or runs in a notebook, before its checks."""

    def put(folder: Path) -> None:
        def change(notebook: dict) -> None:
            notebook["cells"] = [cell for cell in notebook["cells"] if about(cell)]
            for cell in notebook["cells"]:
                cell["source"] = cell["source"] if about(cell).get("grade") else ""
            notebook["cells"].insert(0, code_cell(placed_in(source, folder)))

        changed(change, name)(folder)

    return put


def code_cell(source: str) -> dict:
    """A learner's own cell."""
    return {
        "cell_type": "code",
        "id": "hostile",
        "metadata": {},
        "source": source.strip("\n"),
        "outputs": [],
        "execution_count": None,
    }


def answers(expression: str, before: str = "") -> Change:
    """An attack that gives the same thing for every answer of the notebook."""

    def change(notebook: dict) -> None:
        for item in ITEMS.values():
            if item.notebook == NOTEBOOK:
                cell = cell_of(notebook, f"{item.id}-answer")
                cell["source"] = "\n".join([f"{name} = {expression}" for name in item.names])
        notebook["cells"].insert(0, code_cell(before or "pass"))

    return changed(change)


def answer(item: str, source: str) -> Change:
    """An attack in the answer to one item."""
    return changed(lambda notebook: cell_of(notebook, f"{item}-answer").update(source=source))


def cell_of(notebook: dict, grade_id: str) -> dict:
    """The cell with a grade id."""
    return next(cell for cell in notebook["cells"] if about(cell).get("grade_id") == grade_id)


def checks(notebook: dict) -> list[dict]:
    """The cells that are graded."""
    return [cell for cell in notebook["cells"] if about(cell).get("grade")]


def about(cell: dict) -> dict:
    """What nbgrader knows of a cell."""
    return cell["metadata"].get("nbgrader", {})
