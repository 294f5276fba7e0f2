"""Attacks on the notebook's own cells: what is graded, for how much, and with which kernel."""

import copy

from .attack import Attack, about, cell_of, changed, checks, code_cell


def _each_check(**changes: object):
    return changed(lambda notebook: [cell.update(changes) for cell in checks(notebook)])


def _each_about(**changes: object):
    return changed(lambda notebook: [about(cell).update(changes) for cell in checks(notebook)])


def _deleted(notebook: dict) -> None:
    graded = checks(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in graded]


def _worth_points(cell: dict) -> dict:
    return {**copy.deepcopy(cell), "source": str(about(cell)["points"]), "id": f"x{id(cell)}"}


def _copied_before(notebook: dict) -> None:
    notebook["cells"][:0] = [_worth_points(cell) for cell in checks(notebook)]


def _copied_after(notebook: dict) -> None:
    notebook["cells"] += [_worth_points(cell) for cell in checks(notebook)]


def _same_id(notebook: dict) -> None:
    """Easy work under every id: the first check's cell stands for all."""
    easy = checks(notebook)[0]
    for cell in checks(notebook):
        about(cell)["grade_id"] = about(easy)["grade_id"]
        cell["id"] = easy["id"]


def _swapped(notebook: dict) -> None:
    for item in ("convolve", "max-pool"):
        about(cell_of(notebook, item))["grade_id"] = "q3-answer-copy"
    about(cell_of(notebook, "q3"))["grade_id"] = "convolve"


def _answers_graded(notebook: dict) -> None:
    """Answer cells that say they are the checks."""
    for cell in checks(notebook):
        item = about(cell)["grade_id"]
        notebook["cells"].remove(cell)
        mine = cell_of(notebook, f"{item}-answer")
        mine["metadata"] = cell["metadata"]
        about(mine).update(locked=False, solution=True)
        mine["source"] = str(about(cell)["points"])


def _by_hand(notebook: dict) -> None:
    """Checks turned into work that a person marks."""
    for cell in checks(notebook):
        about(cell).update(solution=True, locked=False, task=False)
        cell.update(cell_type="markdown")
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _odd_about(notebook: dict) -> None:
    for cell, odd in zip(
        checks(notebook), (7, "all", [], None, True, {"grade_id": 3}), strict=False
    ):
        cell["metadata"]["nbgrader"] = odd


def _other_kernel(name: str):
    def change(notebook: dict) -> None:
        notebook["metadata"]["kernelspec"] = {"name": name, "display_name": name, "language": "sh"}
        notebook["metadata"]["language_info"] = {"name": "bash"}

    return changed(change)


def _outputs_kept(notebook: dict) -> None:
    """Handed in with the results, and told not to be run."""
    for cell in checks(notebook):
        data = {"text/plain": str(about(cell)["points"])}
        cell["execution_count"] = 1
        cell["outputs"] = [
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
        ]
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


def _magic(notebook: dict) -> None:
    """A cell that makes all that follow a comment, as far as a magic can."""
    notebook["cells"].insert(
        0,
        code_cell(
            "from IPython.core.magic import register_cell_magic\n"
            "@register_cell_magic\n"
            "def check(line, cell): return 7\n"
            "get_ipython().set_next_input('7', replace=True)\n"
            "get_ipython().execution_count = 10**9"
        ),
    )


def _named(notebook: dict) -> None:
    """The names of path traversal, wherever a notebook has room for a name."""
    path = "../../../hostile-7f3a"
    notebook["metadata"].update(title=path, name=path, path=path, authors=[{"name": path}])
    for cell in notebook["cells"]:
        cell["metadata"].update(name=path, attachments={path: {"text/plain": path}})
    cell = code_cell("%%writefile ../../../hostile-7f3a\n0")
    notebook["cells"].insert(0, cell)
    notebook["cells"].insert(0, {**cell, "id": "second", "metadata": {"nbgrader": {
        "grade_id": path, "grade": True, "points": 7, "locked": False, "solution": True,
        "task": False, "schema_version": 3}}})  # fmt: skip


CELLS = [
    Attack("edited", "edited locked cells: each check is a number", changed(
        lambda notebook: [c.update(source=str(about(c)["points"])) for c in checks(notebook)]
    )),
    Attack("emptied", "edited locked cells: nothing that could fail", _each_check(source="pass")),
    Attack("unlocked", "edited locked cells, and their lock taken away", changed(
        lambda notebook: [
            (cell.update(source="None"), about(cell).update(locked=False))
            for cell in checks(notebook)
        ]
    )),
    Attack("deleted", "deleted test cells", changed(_deleted)),
    Attack("copied-before", "duplicated test cells, easy copies first", changed(_copied_before)),
    Attack("copied-after", "duplicated test cells, easy copies last", changed(_copied_after)),
    Attack("same-id", "relabelled test cells: one id for all", changed(_same_id)),
    Attack("swapped", "relabelled test cells: little work under a great name", changed(_swapped)),
    Attack("answers-graded", "relabelled: answers that pose as checks", changed(_answers_graded)),
    Attack("by-hand", "relabelled: checks turned into essays", changed(_by_hand)),
    Attack("raised", "raised points", _each_about(points=99)),
    Attack("negative", "points below zero, of no number, of none", _each_about(points=-7)),
    Attack("ungraded", "checks that say they are not graded", _each_about(grade=False)),
    Attack("about-odd", "nbgrader's metadata of odd kinds", changed(_odd_about)),
    Attack("schema-old", "nbgrader's metadata, old schema", _each_about(schema_version=1)),
    Attack("schema-new", "nbgrader's metadata, unknown schema", _each_about(schema_version=99)),
    Attack("outputs", "forged results: outputs that were handed in", changed(_outputs_kept)),
    Attack("kernel-bash", "another kernel", _other_kernel("bash")),
    Attack("kernel-path", "another kernel, its name a path", _other_kernel("../../../bin/sh")),
    Attack("magic", "a magic in place of the check", changed(_magic)),
    Attack("names", "path traversal in every name a notebook has", changed(_named)),
]  # fmt: skip
