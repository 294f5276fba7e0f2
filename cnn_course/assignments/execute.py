"""nbgrader's step of execution, with the notebook run in the sandbox, ahead or now."""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import find_all_files, is_grade
from traitlets import Dict, Integer, Unicode

from cnn_course.assignments.running import NB, WARM, Ordered, run_in_order
from cnn_course.errors import CourseError

Processed = tuple[NotebookNode, dict[str, Any]]
TIMED_OUT = "OutOfTime"
FOLDER = "folder"
"""Beside a learner's executed notebooks: the folder that they ran in, as they left it."""


class Confined(Execute):
    """Takes a notebook's outputs from its run in the sandbox; runs it now where there is none.

    What the run wrote beside the notebook is put there, too. Every setting of ``Execute`` counts.
    """

    executed = Unicode(
        help="Where notebooks lie that are run already, as <student>/<notebook>.ipynb."
    ).tag(config=True)
    as_stock = Dict(help="Notebooks that nbgrader runs itself, and why.").tag(config=True)
    level = Integer(0, help="The level of confinement; 0: the best there is.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: object = None) -> Processed:
        """The notebook with the outputs of its run."""
        about = resources["nbgrader"]
        if about["notebook"] in self.as_stock:
            return super().preprocess(nb, resources, km)
        beside = Path(resources["metadata"]["path"])
        ran = Path(self.executed, about["student"])
        if self.executed and (ran / f"{about['notebook']}{NB}").is_file():
            self.take(nb, ran / f"{about['notebook']}{NB}", ran / FOLDER, beside)
        else:
            self.run_now(nb, about["notebook"], beside)
        nb.metadata["language_info"] = {"name": "python"}
        return nb, resources

    def run_now(self, nb: NotebookNode, name: str, beside: Path) -> None:
        """Run the notebook in a copy of the folder that it lies in."""
        with tempfile.TemporaryDirectory(prefix="cnn-run-") as place:
            folder, prepared, ran = (Path(place, each) for each in (FOLDER, "prepared", "executed"))
            shutil.copytree(beside, folder)
            prepared.mkdir()
            nbformat.write(self.runnable(deepcopy(nb)), prepared / f"{name}{NB}")
            places = map(str, (folder, prepared, ran))
            job = Ordered("", [name], *places, self.cell_s, self.level, preload=WARM)
            run_in_order(job)
            self.take(nb, ran / f"{name}{NB}", folder, beside)

    @property
    def cell_s(self) -> float | None:
        """The seconds that a cell may take; None where there is no limit."""
        return self.timeout if self.timeout and self.timeout > 0 else None

    def runnable(self, nb: NotebookNode) -> NotebookNode:
        """The notebook with nothing in the cells that nbgrader does not run."""
        for cell in nb.cells:
            if cell.cell_type == "code" and self.is_skipped(cell):
                cell.source = ""
        return nb

    def write_runnable(self, prepared: Path, to: Path) -> None:
        """Write a notebook as it will be run."""
        text = prepared.read_text(encoding="utf-8")
        if self.skip_cells_with_tag in text:
            text = nbformat.writes(self.runnable(nbformat.reads(text, as_version=4)))
        to.write_text(text, encoding="utf-8")

    def is_skipped(self, cell: NotebookNode) -> bool:
        """Whether a code cell is not run: it is empty, or tagged so, and no test.

        nbgrader skips tests with that tag as well, which any learner can give them.
        """
        tagged = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        return not cell.source.strip() or (tagged and not is_grade(cell))

    def take(self, nb: NotebookNode, executed: Path, left: Path, beside: Path) -> None:
        """Give a notebook the outputs of its run. Raises CourseError where it is another one."""
        done = nbformat.read(executed, as_version=4).cells[: len(nb.cells)]
        wanted = self.runnable(deepcopy(nb)).cells
        if [cell.source for cell in wanted] != [cell.source for cell in done]:
            raise CourseError("the notebook has changed since it was run; grade it again")
        count = 0
        for cell, ran in zip(nb.cells, done, strict=True):
            if cell.cell_type == "code" and not self.is_skipped(cell):
                count += 1
                cell.outputs = self.as_nbgrader_has_them(ran.outputs)
                cell.execution_count = count
        bring(left, beside, self.ignored())

    def ignored(self) -> list[str]:
        """What nbgrader would not copy, and notebooks: no run replaces the learner's own."""
        coursedir = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        return [*(coursedir.ignore if coursedir else ()), f"*{NB}"]

    def as_nbgrader_has_them(self, outputs: list[NotebookNode]) -> list[NotebookNode]:
        """The outputs, with the error that the course wants where a cell ran out of time."""
        if not outputs or outputs[-1].get("ename") != TIMED_OUT or not self.error_on_timeout:
            return outputs
        return [*outputs[:-1], new_output("error", **self.error_on_timeout)]


def bring(folder: Path, beside: Path, ignored: list[str]) -> None:
    """Copy the files of a folder to another one, but for those that are to be ignored."""
    for name in find_all_files(str(folder), ignored) if folder.is_dir() else ():
        target = beside / Path(name).relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(name, target)
