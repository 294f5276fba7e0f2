"""What two learners' notebooks have in common that neither the lesson nor its solution has.

It is a question to put to two people and no verdict: they may have worked together, as asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from nbformat import NotebookNode

FEWEST_LINES, FEWEST_LETTERS = 5, 120
"""Less than that, two people write alike by themselves."""


def own_mark(notebook: NotebookNode, *given: NotebookNode) -> str:
    """A mark of the lines that only the learner's notebook has; "" where they are too few.

    Blanks, and lines of the ``given`` notebooks (the stub, the solution), do not count.
    """
    known = {line for other in given for line in _lines(other)}
    own = [line for line in _lines(notebook) if line not in known]
    if len(own) < FEWEST_LINES or sum(map(len, own)) < FEWEST_LETTERS:
        return ""
    return hashlib.sha256("\n".join(own).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _lines(notebook: NotebookNode) -> list[str]:
    lines = (line for cell in notebook.cells for line in cell.source.splitlines())
    return [plain for line in lines if (plain := "".join(line.split()))]


def groups(marks: Mapping[str, Mapping[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Of marks by learner and notebook, the notebooks that several have, each with who has it."""
    found: dict[tuple[str, str], list[str]] = {}
    for learner, mine in sorted(marks.items()):
        for notebook, mark in mine.items():
            if mark:
                found.setdefault((notebook, mark), []).append(learner)
    several = ((name, tuple(who)) for (name, _), who in found.items() if len(who) > 1)
    return sorted(several)


def sentences(alike: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """A sentence for each of them."""
    return [
        f"{notebook} is the same for {', '.join(who)}, in every line that is neither the lesson's "
        "nor the solution's: ask them, it proves nothing."
        for notebook, who in alike
    ]
