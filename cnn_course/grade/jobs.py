"""One notebook of one learner as a job: plain data in, plain data out, run by any executor.

A job carries all it needs and brings back all there is, so that it may run on another machine.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id, is_check
from cnn_course.grade.results import Run
from cnn_course.sandbox import LESSON
from cnn_lesson.items import ITEMS
from nbsandbox.files import read_files
from nbsandbox.limits import Limits
from nbsandbox.training_cache.tally import Tally, read_tally

HAND_OUT = "from cnn_lesson.checks import hand_out\nhand_out({item!r})"
TALLY = "training-cache.json"
INSTALL_STORE = (
    "from nbsandbox.training_cache.cache import install\n"
    f"install({{folder!r}}, tally='evidence/{TALLY}')"
)
SETTLE_IN = "from cnn_lesson.elsewhere import settle_in\nsettle_in()"
STORE_CELL, HOME_CELL = "grader-store", "grader-home"


@dataclass(frozen=True)
class Job:
    """What is to be run, and how: ``notebook`` is JSON text, ``inputs`` are packed, by item."""

    learner: str
    name: str
    notebook: str
    inputs: dict[str, bytes]
    limits: Limits = field(default_factory=Limits)
    level: int = 0  # of confinement; 0: the best that the machine which runs it allows
    warm: bool = True
    store: str = ""


@dataclass(frozen=True)
class Reply:
    """What came back: how it ended, the executed notebook as JSON text, packed evidence by item.

    ``cold`` says why the kernel was not warm, where it should have been. ``spent`` has the CPU
    seconds of what was around the kernel, by role.
    """

    learner: str
    name: str
    run: Run
    notebook: str
    evidence: dict[str, bytes]
    cache: Tally = field(default_factory=Tally)
    cold: str = ""
    spent: dict[str, float] = field(default_factory=dict)


def run_job(job: Job) -> Reply:
    """Run a job in a folder of its own, which is gone afterwards."""
    from nbsandbox.runner import run_notebook

    begun = time.process_time()
    with tempfile.TemporaryDirectory(prefix="cnn-job-") as place:
        folder = Path(place)
        (folder / "inputs").mkdir()
        for item, content in job.inputs.items():
            (folder / "inputs" / f"{item}.npz").write_bytes(content)
        original = nbformat.reads(job.notebook, as_version=4)
        nbformat.write(instrument(original, job), folder / "notebook.ipynb")
        met = time.process_time()
        outcome = run_notebook(
            folder,
            folder / "notebook.ipynb",
            job.limits,
            warm=job.warm,
            level=job.level or None,
            visible=(job.store,) if job.store else (),
            course=LESSON,
        )
        messages = time.process_time() - met
        executed = nbformat.read(outcome.executed, as_version=4)
        most = int(job.limits.evidence_mb * 2**20)
        found = read_files(folder / "evidence", most)
    evidence = {
        name.removesuffix(".npz"): content
        for name, content in found.items()
        if name.removesuffix(".npz") in job.inputs
    }
    used = (outcome.seconds, outcome.peak_mb, outcome.cpu_s)
    run = Run(outcome.state, outcome.note, *(round(value, 2) for value in used))
    stripped = nbformat.writes(strip(executed, original))
    tally = read_tally(found.get(TALLY, b""))
    spent = {
        "supervisor": outcome.watch_s,
        "messages": messages,
        "notebooks": time.process_time() - begun - messages,
    }
    cold = outcome.why_cold if job.warm else ""
    return Reply(job.learner, job.name, run, stripped, evidence, tally, cold, spent)


def instrument(notebook: NotebookNode, job: Job) -> NotebookNode:
    """A copy whose graded cells hand out evidence, after cells of the grader's own.

    They open the training store, and have the kernel put up with the habits of other editors.
    """
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if is_checked(cell):
            cell.source = HAND_OUT.format(item=grade_id(cell))
    if job.store:
        source = INSTALL_STORE.format(folder=job.store)
        copy.cells.insert(0, nbformat.v4.new_code_cell(source, id=STORE_CELL))
    copy.cells.insert(0, nbformat.v4.new_code_cell(SETTLE_IN, id=HOME_CELL))
    return copy


def strip(executed: NotebookNode, original: NotebookNode) -> NotebookNode:
    """The executed notebook as it was handed in, with outputs."""
    executed.cells = [c for c in executed.cells if c.get("id") not in (STORE_CELL, HOME_CELL)]
    for cell, before in zip(executed.cells, original.cells, strict=True):
        cell.source, cell.metadata = before.source, before.metadata
    return executed


def is_checked(cell: NotebookNode) -> bool:
    """Whether a cell is a check that the computer grades."""
    item = ITEMS.get(grade_id(cell))
    return is_check(cell) and item is not None and not item.manual
