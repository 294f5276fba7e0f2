"""Which notebooks of an assignment can be run in the sandbox: the others nbgrader runs itself.

It is never the learner who decides: the master names the kernel, and the master itself is run on
trial, once in the sandbox and, where a cell fails there, once as nbgrader would.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.assignments.running import NB, Ordered, Ran, Trial, run_in_order

LONGEST = 120
SILENT = logging.getLogger(__name__)  # a trial is nobody's error
SILENT.setLevel(logging.CRITICAL)
NATIVE = {"": "python3", "python": "python3"}
"""Names that Jupyter takes for its own Python without looking them up."""


def other_kernels(kernels: Mapping[str, dict]) -> tuple[dict[str, str], list[str]]:
    """By notebook, the kernel that is not this Python's; and remarks on those put in place."""
    reasons, remarks = {}, []
    for notebook, kernel in kernels.items():
        name = NATIVE.get(kernel.get("name", ""), kernel.get("name"))
        language = (kernel.get("language") or "python").lower()
        command = installed(name)
        if command is not None and not is_this_python(command):
            reasons[notebook] = f"its kernel is {name}"
        elif command is None and language != "python":
            reasons[notebook] = f"its kernel is {name} ({language}), which is not installed"
        elif command is None:
            remarks.append(f"{notebook}: its kernel {name} is not installed; this Python runs it")
    return reasons, remarks


def installed(name: str) -> list[str] | None:
    """The command of an installed kernel, None where there is none of that name."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        return KernelSpecManager().get_kernel_spec(name).argv
    except NoSuchKernel:
        return None


def is_this_python(command: list[str]) -> bool:
    """Whether a kernel's command starts IPython's kernel with the Python that runs this."""
    python = os.path.basename(command[0]).startswith("python")
    found = shutil.which(command[0]) or command[0]
    same = not os.path.isabs(command[0]) or os.path.realpath(found) == os.path.realpath(
        sys.executable
    )
    return python and same and any(part.startswith("ipykernel") for part in command)


def run_trial(trial: Trial) -> dict[str, str]:
    """By notebook, why it cannot be run in the sandbox; empty where all masters can."""
    run_in_order(trial.confined)
    names = trial.confined.names
    ran = {name: read(Path(trial.confined.executed, f"{name}{NB}")) for name in names}
    failed = [name for name in names if any(map(failing, ran[name].cells))]
    last = names.index(failed[-1]) + 1 if failed else 0
    reasons = {}
    for name in names[:last]:
        by_stock = as_stock(read(Path(trial.confined.prepared, f"{name}{NB}")), trial)
        worse = [
            cell
            for cell, other in zip(ran[name].cells, by_stock.cells, strict=False)
            if failing(cell) and not failing(other)
        ]
        if worse:
            reasons[name] = f"its master fails in the sandbox only ({first_words(worse[0])})"
    return reasons


def read(path: Path) -> NotebookNode:
    """The notebook in a file."""
    return nbformat.read(path, as_version=4)


def as_stock(notebook: NotebookNode, trial: Trial) -> NotebookNode:
    """The master as nbgrader runs it, which it does with all rights of who grades."""
    from nbgrader.preprocessors import Execute

    limit = trial.confined.cell_s
    execute = Execute(timeout=int(limit) if limit else None, log=SILENT)
    return execute.preprocess(notebook, {"metadata": {"path": trial.stock}})[0]


def failing(cell: NotebookNode) -> bool:
    """Whether a cell raised or, if it is a test, said on stderr what costs it its points."""
    from nbgrader.utils import has_failed, is_grade

    raised = any(output.output_type == "error" for output in cell.get("outputs", ()))
    return raised or (is_grade(cell) and has_failed(cell))


def first_words(cell: NotebookNode) -> str:
    """What a cell that failed said."""
    for output in cell.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"[:LONGEST]
    return next(output.text for output in cell.outputs if output.name == "stderr")[:LONGEST].strip()


def lay_out(course: object, assignment: str, scratch: Path, how: Ordered) -> Trial | None:
    """The trial of an assignment's masters, laid out in ``scratch``; None where there are none."""
    from cnn_course.assignments.execute import Confined, bring

    source = course.source(assignment)
    step = Confined(config=course.config)
    names = [name for name in how.names if (source / f"{name}{NB}").is_file()]
    if not names:
        return None
    ignored = [*course.coursedir.ignore, f"*{NB}"]
    for place in (Path(how.folder), scratch / "stock"):
        place.mkdir(parents=True)
        bring(source, place, ignored)
    Path(how.prepared).mkdir(parents=True)
    for name in names:
        nbformat.write(
            step.runnable(read(source / f"{name}{NB}")), Path(how.prepared, f"{name}{NB}")
        )
    return Trial(replace(how, names=names), str(scratch / "stock"))


def work(job: Ordered | Trial) -> Ran | dict[str, str]:
    """Do a job; it never raises, and a trial that failed says nothing about the masters."""
    try:
        return run_in_order(job) if isinstance(job, Ordered) else run_trial(job)
    except Exception as error:  # whatever it is, it ends this job and no other
        if isinstance(job, Trial):
            return {}
        return Ran(job.learner, lost=f"running it failed ({type(error).__name__}: {error})")
