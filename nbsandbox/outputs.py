"""The outputs of an executed notebook: cleared before, marked and cut after, always written."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from nbsandbox.atomic import write_bytes
from nbsandbox.limits import MB, Limits, sentence

RESULT_BYTES = 100_000  # an error or a result below this is kept whatever else there is


def cleared(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the outputs it was handed in with."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return notebook


def add_error(cell: NotebookNode, name: str, text: str) -> None:
    """Let a cell say, as an error, what happened to it."""
    lines = [f"{name}: {text}"]
    cell.outputs.append(new_output("error", ename=name, evalue=text, traceback=lines))


def mark_rest(notebook: NotebookNode, finished: int, state: str, note: str) -> None:
    """Give an error to each code cell after the first `finished` ones.

    The first of them, in which it happened, keeps what it put out before. A notebook that has
    no cell gets one, to say what happened.
    """
    if not notebook.cells and state != "done":
        notebook.cells.append(new_code_cell())
    name = "".join(map(str.capitalize, state.split("_")))
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells[finished:]):
        add_error(cell, name, note if number == 0 else f"not run: {note}")


def trim(notebook: NotebookNode, limits: Limits) -> None:
    """Drop the outputs that are beyond the limit when counted as they stand in the file.

    While running, an output that is shown in many places was counted once.
    """
    left = limits.output_mb * MB + MB
    for cell in notebook.cells:
        kept = []
        for output in cell.get("outputs", []):
            size = weight(output)
            short = output.output_type in ("error", "execute_result") and size < RESULT_BYTES
            if size <= left or short:
                kept.append(output)
                left -= size
        if len(kept) < len(cell.get("outputs", [])):
            note = f"[{sentence(limits, 'output_mb')}]\n"
            cell.outputs = [*kept, new_output("stream", name="stdout", text=note)]


def weight(value: object) -> int:
    """About how many bytes a JSON value takes, never far too few."""
    if isinstance(value, str):
        return len(value) * (1 if value.isascii() else 4) + 2
    if isinstance(value, dict):
        return sum(weight(key) + weight(entry) for key, entry in value.items())
    if isinstance(value, list):
        return sum(map(weight, value)) + 2
    return 8


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook whole or not at all; one that cannot be written goes without its outputs."""
    try:
        text = nbformat.writes(notebook)
        content = text.encode()
    except Exception:  # whatever a stranger's notebook makes the writer raise
        bare = cleared(notebook)
        for cell in bare.cells:
            if cell.cell_type == "code":
                add_error(cell, "Unwritable", "what this cell put out cannot be kept in a notebook")
        content = nbformat.writes(bare).encode("utf-8", "replace")
    write_bytes(path, content)
