"""What is fuzzed: real files to begin with, and a function that raises where something is wrong.

A new reader of a stranger's files is one more entry in ``TARGETS``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnn_course.clean_html import acting, clean, safe_markdown
from cnn_course.grade import judging, results
from cnn_course.grade.results import Result, Run
from cnn_course.held_out import load
from cnn_course.safe_notebook import safe_notebook
from cnn_lesson.checking.evidence import pack
from cnn_lesson.checks import find
from cnn_lesson.items import ITEMS, checked
from cnn_lesson.verdict import Verdict
from tests.fuzz import readers
from tests.support import payloads

SEED = 5
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Target:
    """Something that reads what a learner made."""

    seeds: Callable[[], list[bytes]]
    check: Callable[[bytes], None]


def _texts() -> list[bytes]:
    """Essays: every payload, and every Markdown cell of the lesson."""
    cells = [
        cell.source
        for path in sorted((ROOT / "notebooks" / "cnn").glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    return [text.encode() for text in (*payloads.MARKDOWN.values(), *cells)]


def _check_text(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for safe, again in ((clean(text), clean), (safe_markdown(text)[0], _markdown)):
        assert again(safe) == safe, "not the same the second time"
    assert not acting(clean(text)), f"something acts: {acting(clean(text))}"


def _markdown(text: str) -> str:
    return safe_markdown(text)[0]


def _notebooks() -> list[bytes]:
    """Small notebooks of each payload, and the first solution."""
    small = [new_notebook(cells=[cell]) for cell in payloads.all_cells().values()]
    plain = new_notebook(cells=[new_markdown_cell("$x$"), new_code_cell("1")])
    plain.cells[1].outputs = [new_output("display_data", {"text/html": "<b>1</b>"})]
    plain.metadata.update(payloads.hostile_metadata())
    return [json.dumps(each).encode() for each in (*small, plain)]


def _check_notebook(data: bytes) -> None:
    """A notebook that nbformat calls valid becomes one that is valid and safe."""
    try:
        notebook = nbformat.reads(data.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (Exception, RecursionError):
        return  # reading is the door's part, not the sanitiser's
    safe, _ = safe_notebook(notebook)
    nbformat.validate(safe)
    assert safe_notebook(safe) == (safe, []), "not the same the second time"


def _evidence() -> list[bytes]:
    """What checks hand out looks like what they are given."""
    return [
        item.id.encode() + b"\0" + pack(find(item.id).inputs(SEED))
        for item in checked("01-convolution")
    ]


def _check_evidence(data: bytes) -> None:
    name, _, packed = data.partition(b"\0")
    item = name.decode("utf-8", "replace")
    if item in ITEMS and not ITEMS[item].manual:
        verdict = judging._judge_one(item, packed, SEED, load)
        assert 0 <= verdict.points <= ITEMS[item].points
        assert verdict._repr_html_() and str(verdict)


def _results() -> list[bytes]:
    verdicts = {i: Verdict(i, 0, ITEMS[i].points) for i in ("q3", "convolve")}
    result = Result("ada", "key", {"01-convolution": Run(note="n")}, verdicts)
    return [json.dumps(asdict(result)).encode()]


def _check_results(data: bytes) -> None:
    """A stored result is read, or found damaged; never an error."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ada.json").write_bytes(data)
        result = results.load("ada", Path(folder))
        assert result is None or result.learner == "ada"


TARGETS = {
    "essays": Target(_texts, _check_text),
    "notebooks": Target(_notebooks, _check_notebook),
    "evidence": Target(_evidence, _check_evidence),
    "results": Target(_results, _check_results),
    "door": Target(readers.notebooks, readers.check_door),
    "cells": Target(readers.notebooks, readers.check_cells),
    "archives": Target(readers.archives, readers.check_archive),
    "names": Target(readers.names, readers.check_names),
    "rosters": Target(readers.rosters, readers.check_roster),
}
