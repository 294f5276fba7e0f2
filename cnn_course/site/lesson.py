"""A lesson page: the learner's notebook, with the outputs that tell no answer."""

from __future__ import annotations

import base64
import re
import struct
from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode

from cnn_course.errors import CourseError
from cnn_course.site.answers import is_answer, is_check, telling

FIGURES = "figures"
"""Folder of the site that holds the pictures of the pages."""

ALIVE = '<p><a href="../touch.html">Touch it: on this site it moves without a kernel.</a></p>'
YOURS = '<p class="yours">Your own run shows this: it depends on your answer.</p>'
NO_GUESS = "No guess this time. "
GUESS = "my_guess = None"
REVEAL, PICTURE = "Guess first, then open the answer", "Guess first, then open what it shows"
FOLDED = "Open what is folded away here"

_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_MINUTES = re.compile(r"\*\*In the hour: (\d+) minutes\. At home: (\d+) minutes\.\*\*")
_PICTURE = re.compile(
    r'<img src="data:image/png;base64,(?P<png>[^"]+)" alt="(?P<alt>[^"]*)" width="(?P<width>\d+)"'
)


@dataclass(frozen=True)
class Shown:
    """A picture of a page: its file, its text equivalent as HTML, its size in CSS pixels."""

    file: str
    png: bytes
    alt: str
    width: int

    @property
    def title(self) -> str:
        """What the picture says in its title."""
        return self.alt.partition(". ")[0]

    @property
    def height(self) -> int:
        """As the PNG has it, in proportion to the width."""
        wide, high = struct.unpack(">II", self.png[16:24])
        return round(self.width * high / wide)

    def element(self, folder: str) -> str:
        """The ``img`` element of a page that reaches the pictures through a folder's address."""
        size = f'width="{self.width}" height="{self.height}"'
        return f'<img loading="lazy" src="{folder}/{self.file}" alt="{self.alt}" {size}'


@dataclass(frozen=True)
class Page:
    """A notebook as the site shows it, its pictures in order, its minutes: hour and home."""

    name: str
    title: str
    minutes: tuple[str, ...]
    notebook: NotebookNode
    pictures: tuple[Shown, ...]


def lesson_page(name: str, stub: NotebookNode, solution: NotebookNode) -> Page:
    """The page of a notebook. Raises CourseError where stub and solution are not of one build."""
    solved = {cell.id: cell for cell in solution.cells}
    told = telling(solution)
    notebook, pictures = deepcopy(stub), []
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        other = solved.get(cell.id)
        if other is None or not (is_answer(cell) or _same(cell, other)):
            raise CourseError(
                f"cell {cell.id} of {name} is not in its solution, or reads otherwise there: "
                "`cnn-lesson build` makes both anew"
            )
        cell.outputs = _outputs(cell, other, told)
        pictures += _take_pictures(cell, name)
        _mark(cell)
    fold_guesses(notebook)
    title, minutes = _said(_TITLE, stub), _said(_MINUTES, stub)
    return Page(name, "".join(title) or name, minutes, notebook, tuple(pictures))


def _same(stub: NotebookNode, solution: NotebookNode) -> bool:
    return is_check(stub) or stub.source.strip() == solution.source.strip()


def _outputs(cell: NotebookNode, solved: NotebookNode, told: set[str]) -> list[NotebookNode]:
    """The outputs of a cell that learners may see; a line in their place where they may not."""
    if is_answer(cell) or is_check(cell) or not solved.outputs:
        return []
    if cell.id in told:
        output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": YOURS}}
        return [NotebookNode(output | {"data": NotebookNode(output["data"])})]
    outputs = deepcopy(solved.outputs)
    for output in outputs:
        if "text" in output:
            output.text = output.text.removeprefix(NO_GUESS)
    return outputs


def _take_pictures(cell: NotebookNode, name: str) -> list[Shown]:
    """Put a link in the place of each picture; the pictures."""
    taken: list[Shown] = []

    def linked(match: re.Match) -> str:
        file = f"{name}-{cell.id}{f'-{len(taken) + 1}' if taken else ''}.png"
        png = base64.b64decode(match["png"])
        taken.append(Shown(file, png, match["alt"], int(match["width"])))
        return taken[-1].element(f"../{FIGURES}")

    for output in cell.outputs:
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = _PICTURE.sub(linked, output.data["text/html"])
            if 'class="ct-still"' in output.data["text/html"]:
                output.data["text/html"] += ALIVE
    return taken


def _mark(cell: NotebookNode) -> None:
    """Tag what the learner writes, what checks it, and what only draws; fold what is folded."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    draws = folded and cell.source.startswith(("figures.", "touch."))
    kinds = {"answer": is_answer(cell), "check": is_check(cell), "remove-input": draws}
    cell.metadata["tags"] = [kind for kind, so in kinds.items() if so]
    if folded and not draws:
        _fold(cell, "hide-input", FOLDED)


def fold_guesses(notebook: NotebookNode) -> None:
    """Fold away what ends a guess: the reveal, and the outputs on the way to it."""
    guessing = False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            guessing = False
        elif cell.source.startswith("reveal("):
            _fold(cell, "hide-cell", REVEAL)
        elif guessing and cell.outputs and cell.outputs[0].get("data") != {"text/html": YOURS}:
            _fold(cell, "hide-output", PICTURE)
        guessing = guessing or GUESS in cell.source


def _fold(cell: NotebookNode, tag: str, words: str) -> None:
    cell.metadata["tags"].append(tag)
    cell.metadata["mystnb"] = {"code_prompt_show": words, "code_prompt_hide": words}


def _said(pattern: re.Pattern, notebook: NotebookNode) -> tuple[str, ...]:
    """What the groups of a pattern match in the first cell; empty where it does not."""
    found = pattern.search(notebook.cells[0].source) if notebook.cells else None
    return found.groups() if found else ()
