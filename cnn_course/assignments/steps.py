"""nbgrader's own steps of autograding, where this grader does better; the rest stays as it is.

Each class here takes the place of the one that it is made from, wherever a course's configuration
names that one. ``confine(c)`` in an ``nbgrader_config.py`` does it for ``nbgrader autograde``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import DeduplicateIds, NbGraderPreprocessor, OverwriteCells
from nbgrader.preprocessors import Execute as StockExecute
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from cnn_course.assignments.execute import Confined
from cnn_course.cell_kind import grade_id

Step = type[NbGraderPreprocessor]
Processed = tuple[NotebookNode, dict[str, Any]]
SAYS = "for the instructor: %s"
SANITIZE, AUTOGRADE = "sanitize_preprocessors", "autograde_preprocessors"


class Upgraded(NbGraderPreprocessor):
    """A notebook of an older format, or with nbgrader's older metadata, as one of today."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """The notebook with ids for its cells and today's metadata on them."""
        if (nb.nbformat, nb.nbformat_minor) < (4, 5):
            nb = nbformat.v4.upgrade(nb, from_version=4, from_minor=nb.nbformat_minor)
        return MetadataValidator().upgrade_notebook_metadata(nb), resources


class LastCopy(DeduplicateIds):
    """Of a graded cell that was copied, the last copy counts; others become cells of one's own."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> Processed:
        """The cell, without nbgrader's metadata where they are empty: that would end the run."""
        name = grade_id(cell)
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.metadata.get("nbgrader") == {}:
            del cell.metadata["nbgrader"]
            self.log.warning(SAYS, f"{name} is there more than once: the last copy counts")
        return cell, resources


class PutBack(OverwriteCells):
    """Graded cells that are gone are put back, so that they are graded.

    Each goes below the nearest of those that stand before it in the assignment.
    """

    def add_missing_grade_cells(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """The notebook with every graded cell and task of the assignment."""
        asked = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        points = {cell.name: cell.max_score for cell in asked.grade_cells}
        tasks = {cell.name: cell.max_score for cell in asked.task_cells}
        answers = {cell.name for cell in asked.solution_cells}
        places = {grade_id(cell): place for place, cell in enumerate(nb.cells) if grade_id(cell)}
        after = -1
        for cell in asked.source_cells:
            if cell.name in places:
                after = places[cell.name]
            elif cell.name in points or cell.name in tasks:
                most = points.get(cell.name, tasks.get(cell.name))
                made = self.missing_cell_transform(
                    cell, most, is_solution=cell.name in answers, is_task=cell.name in tasks
                )
                after += 1
                self.log.warning(SAYS, f"{cell.name} was missing and is put back")
                nb.cells.insert(after, with_id(made, nb))
                places = {name: at + (at >= after) for name, at in places.items()}
        return nb, resources

    def add_missing_task_cells(self, nb: NotebookNode, resources: dict[str, Any]) -> Processed:
        """The notebook as it is: tasks are put back with the other cells."""
        return nb, resources


def with_id(cell: NotebookNode, nb: NotebookNode) -> NotebookNode:
    """The cell with an id of its own, where cells of the notebook have ids."""
    if nb.nbformat_minor >= 5:
        cell.id = nbformat.v4.new_code_cell().id
    return cell


IN_PLACE_OF = {DeduplicateIds: LastCopy, OverwriteCells: PutBack, StockExecute: Confined}


def steps(config: Config, which: str) -> list[Step]:
    """A course's steps of sanitizing or of autograding, ours in the places of nbgrader's."""
    wanted = getattr(Autograde(config=config), which)
    chosen = [import_item(step) if isinstance(step, str) else step for step in wanted]
    better = [IN_PLACE_OF.get(step, step) for step in chosen]
    return [Upgraded, *better] if which == SANITIZE and Upgraded not in better else better


def place_of_execution(chosen: Sequence[Step]) -> int:
    """How many steps come before the notebook is executed; all of them where it is not."""
    return chosen.index(Confined) if Confined in chosen else len(chosen)


def why_not(config: Config) -> str:
    """Why a course's notebooks cannot be run ahead, by its own settings; "" where they can."""
    if any(issubclass(step, StockExecute) and step is not Confined for step in chosen_of(config)):
        return "the course executes notebooks by a class of its own"
    if Autograde(config=config).pre_convert_hook is not None:
        return "the course has a hook that runs before each conversion"
    if Confined(config=config).timeout_func is not None:
        return "the course has a function for its time limits"
    return ""


def chosen_of(config: Config) -> list[Step]:
    """A course's steps of autograding that are classes."""
    return [step for step in steps(config, AUTOGRADE) if isinstance(step, type)]


def confine(config: Config) -> None:
    """Let ``nbgrader autograde`` take these steps; for the end of an ``nbgrader_config.py``."""
    config.Autograde.sanitize_preprocessors = steps(config, SANITIZE)
    config.Autograde.autograde_preprocessors = steps(config, AUTOGRADE)
    put_back(config)


def put_back(config: Config) -> None:
    """Have missing cells put back, unless the course says otherwise."""
    config.OverwriteCells.setdefault("add_missing_cells", True)
