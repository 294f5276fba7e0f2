"""Which outputs of a solution may be seen by those who have not solved it yet."""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from cnn_course.cell_kind import is_answer, is_check

HARMLESS = {
    "confusion",
    "digits",
    "feature_maps",
    "kernels",
    "kernels_compared",
    "learning_curves",
    "probabilities",
    "seen",
    "your_network",
}
"""Figures that show what a network does, and nothing of how it was built."""

STANDING = "progress("
"""What tells a learner's points; those of the solution are nobody's."""


def telling(solution: NotebookNode) -> set[str]:
    """The ids of cells whose output would tell an answer.

    These are answers, checks, and what computes with names that an answer made, however indirectly;
    except for figures that show nothing of the answer.
    """
    found, tainted = set(), set()
    for cell in solution.cells:
        if cell.cell_type != "code":
            continue
        made, used = _names(cell.source)
        depends = bool(used & tainted)
        if is_answer(cell) or depends:
            tainted |= made
        if cell.source.startswith(STANDING):
            depends = True
        if is_answer(cell) or is_check(cell) or (depends and not _harmless(cell)):
            found.add(cell.id)
    return found


def _harmless(cell: NotebookNode) -> bool:
    """Whether the cell ends in such a figure and prints nothing."""
    last = ast.parse(cell.source).body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    drawn = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    printed = any(output.output_type == "stream" for output in cell.outputs)
    return drawn and call.func.attr in HARMLESS and not printed


def _names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell makes, imports aside, and those it uses."""
    made, used = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
    return made, used
