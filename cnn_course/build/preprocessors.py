"""How nbgrader makes the learner's stub, and the solution, of the instructor's notebook."""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_solution

from cnn_course.build.blanks import has_blanks, hide
from cnn_course.build.notebooks import STAMP
from cnn_course.build.regions import SOLUTION, has_region
from cnn_course.build.views import solution_view

SOLUTION_ONLY = "solution-only"

Step = tuple[NotebookNode, ResourcesDict]


class HideAnswers(ClearSolutions):
    """nbgrader's ClearSolutions that also knows blanks, and drops cells only for the solution."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """The notebook without any answer."""
        nb.cells = [c for c in nb.cells if SOLUTION_ONLY not in c.metadata.get("tags", ())]
        nb.metadata.pop(STAMP, None)
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> Step:
        """The cell without its answer; ClearSolutions would empty a cell that only has blanks."""
        blanks = cell.cell_type == "code" and is_solution(cell) and has_blanks(cell.source)
        if blanks:
            cell.source = hide(cell.source)
        if blanks and not has_region(cell.source, SOLUTION):
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


class ShowAnswers(NbGraderPreprocessor):
    """The solution as `cnn-lesson build` has it, also where nbgrader generates it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """The notebook without markers, blanks and hidden tests."""
        return solution_view(nb), resources


def with_blanks(preprocessors: list[type]) -> list[type]:
    """A converter's preprocessors, with HideAnswers in the place of ClearSolutions."""
    return [HideAnswers if step is ClearSolutions else step for step in preprocessors]
