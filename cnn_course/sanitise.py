"""``safe_notebook`` as a step of nbgrader's, within limits on time and memory.

What Markdown and HTML cost can grow with the square of a text's length: ten million letters made
to that end would take hours. So long texts are made safe in a process with limits on time and
memory. Where it passes them, each long text is cut to its beginning, with a line that says so.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from cnn_course.limited import Bounds, Died, LimitedProcess, TooSlow
from cnn_course.safe_notebook import remark, safe_notebook

LONG = 10_000
"""Letters of one text; up to here the worst known text takes 0.1 s."""
MANY = 300_000
"""Letters of all texts of a notebook that is still made safe in this process."""
KEPT = 2_000
"""Letters of a text that is left where the process passed its limits."""
BOUNDS = Bounds(seconds=10, memory_mb=2048)
CUT = "\n\n(cut here: all of it would take too long to be made safe to look at)"
FOUND = "texts too long to be made safe, of which only the beginning is shown"
RENDERED = ("text/html", "text/markdown", "text/latex")


class Sanitise(NbGraderPreprocessor):
    """``safe_notebook`` as a step of autograding, of feedback and of Formgrader's pages."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple:
        """The notebook as it may be shown; a warning says what is not."""
        safe, found = within_limits(nb)
        if found:
            self.log.warning("%s", remark(found))
        return safe, resources


def within_limits(notebook: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """A copy that cannot act where it is shown, and what was found, as ``safe_notebook`` has it."""
    sizes = [len(text) for text in texts(notebook)]
    if max(sizes, default=0) <= LONG and sum(sizes) <= MANY:
        return safe_notebook(notebook)
    try:
        safe, found = json.loads(_process().ask(json.dumps(notebook).encode()))
        return from_dict(safe), found
    except (TooSlow, Died, ValueError):
        safe, found = safe_notebook(cut(notebook))
        return safe, sorted({*found, FOUND})


def looked_at(notebook: NotebookNode, given: Collection[str]) -> tuple[str, NotebookNode]:
    """A remark on what in a learner's own cells is not shown, "" for nothing, and the notebook.

    Texts that were given are left out of the remark. What could act in a browser stays, for
    nbgrader's last step to take out; texts that take too long for that are cut.
    """
    own = [c for c in notebook.cells if c.cell_type == "code" or c.source not in given]
    _, found = within_limits(NotebookNode({**notebook, "cells": own}))
    return remark(found), cut(notebook) if FOUND in found else notebook


def texts(notebook: NotebookNode) -> list[str]:
    """The texts of a notebook that are Markdown or HTML."""
    found = [cell.source for cell in notebook.cells if cell.cell_type != "code"]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found += [data[kind] for kind in RENDERED if isinstance(data.get(kind), str)]
    return found


def cut(notebook: NotebookNode) -> NotebookNode:
    """A copy in which no text of Markdown or HTML is long, nor all together are."""
    copy = from_dict(notebook)
    keep = min(KEPT, MANY // max(1, len(texts(notebook))))
    for cell in copy.cells:
        if cell.cell_type != "code":
            cell.source = _begun(cell.source, keep)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data |= {k: _begun(data[k], keep) for k in RENDERED if isinstance(data.get(k), str)}
    return copy


def _begun(text: str, keep: int) -> str:
    return text if len(text) <= keep else text[:keep] + CUT


@functools.cache
def _process() -> LimitedProcess:
    return LimitedProcess(_work, BOUNDS, "nb-sanitiser")


def _work(notebook: bytes) -> bytes:
    """A notebook made safe, as JSON; called in a process with limits."""
    return json.dumps(safe_notebook(from_dict(json.loads(notebook)))).encode()
