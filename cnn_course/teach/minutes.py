"""How long a beginner takes for a section, by one rule, in the hour and at home.

Prose is read at 150 words a minute, given code at 110 names and numbers a minute; so many minutes
go to each cell that is run, looked at, guessed at or waited for; and an item has minutes of its
own, in which its answer cell is read, too. All of them are estimates, fitted to what readers took:
the first who worked through an earlier version word for word needed 22 minutes for its S1, 18 for
its S2, 35 for its S4, 170 in all. The rate for code is the one that comes nearest, by least
squares, to what the last of them took: 66.5 minutes for the hour of that version and 118.5 for
what is at home, where the rule without code said 59.9 and 117.2, and with it 66.4 and 119.4.
What is folded away is run, not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from cnn_course.cell_kind import GIVEN, kinds, role
from cnn_lesson.items import ITEMS

WORDS_A_MINUTE, CODE_A_MINUTE = 150, 110
RUN, LOOK, GUESS, TOUCH, TRAIN = 0.1, 0.4, 0.5, 1.5, 0.3
"""Minutes to run a cell and read what it prints, to read a figure, to guess, to touch a picture, to
wait for a training."""

AT_HOME, SECTION = "### At home", re.compile(r"^## (S\d+)\b", re.MULTILINE)
_CODE_WORD = re.compile(r"[^\W\d]\w*|\d[\w.]*")
_SAID = re.compile(
    r"\*(?:In the hour: (\d+) minutes?)?(?: · )?(?:at home: (\d+) minutes?)?\.\*", re.IGNORECASE
)


@dataclass
class Minutes:
    """What a section takes in the hour and at home."""

    hour: float = 0.0
    home: float = 0.0
    items: list[str] = field(default_factory=list)


def sections(stub: NotebookNode, items: Iterable[str] = ITEMS) -> dict[str, Minutes]:
    """The minutes of each section of a notebook, unrounded; what is below At home is for home.

    What stands before the first section counts to the first one of the hour.
    """
    found: dict[str, Minutes] = {}
    known, before = {*items}, 0.0
    for cell, at_home in _cells(stub):
        if heading := _heading(cell):
            found[heading[1]] = Minutes()
            if not at_home:
                found[heading[1]].hour, before = before, 0.0
        if not found:
            before += _cell(cell)
            continue
        section = [*found.values()][-1]
        section.home += at_home * (minutes := _cell(cell))
        section.hour += (not at_home) * minutes
        for item in _graded(cell, known):
            _add_item(section, item, at_home)
    return found


def at_home(stub: NotebookNode) -> set[str]:
    """The ids of the cells that can wait until after the hour."""
    return {cell.id for cell, home in _cells(stub) if home}


def _cells(stub: NotebookNode) -> Iterator[tuple[NotebookNode, bool]]:
    """Each cell before the take-aways, and whether it is for home."""
    home = False
    for cell in stub.cells:
        if "## Take-aways" in cell.source:
            return
        home = home_only(cell.source) if _heading(cell) else home or AT_HOME in cell.source
        yield cell, home


def _heading(cell: NotebookNode) -> re.Match[str] | None:
    """The start of a section, where a cell is one."""
    return SECTION.search(cell.source) if cell.cell_type == "markdown" else None


def _cell(cell: NotebookNode) -> float:
    """What a cell takes, the thinking about an item left out."""
    if cell.cell_type != "code":
        return sum(any(map(str.isalnum, w)) for w in cell.source.split()) / WORDS_A_MINUTE
    tags = cell.metadata.get("tags", ())
    if cell.source.startswith("touch."):
        return 0 if "limit=" in cell.source else TOUCH  # with a limit it is a tool of its exercise
    if "figure" in tags:
        return LOOK
    run = GUESS if "my_guess = None" in cell.source else TRAIN if "progress" in tags else RUN
    return run + _code_words(cell) / CODE_A_MINUTE


def _code_words(cell: NotebookNode) -> int:
    """How many names and numbers there are to read in a cell that is given."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    one_line = cell.source.startswith(("check(", "reveal(")) or cell.source == "my_guess = None"
    if folded or one_line or role(cell) != GIVEN:
        return 0
    return len(_CODE_WORD.findall(cell.source))


def _graded(cell: NotebookNode, known: set[str]) -> Iterator[str]:
    if "grade" in kinds(cell) and cell.id in known:
        yield cell.id


def _add_item(section: Minutes, item: str, at_home: bool) -> None:
    hour = ITEMS[item].hour if at_home else ITEMS[item].minutes
    section.items.append(item)
    section.hour += hour
    section.home += ITEMS[item].minutes - hour


def home_only(source: str) -> bool:
    """Whether a section says that nothing of it belongs to the hour."""
    return said(source)[0] == 0


def said(source: str) -> tuple[int, int]:
    """The minutes that a section's first cell says: in the hour and at home."""
    found = next((m for m in _SAID.finditer(source) if m[1] or m[2]), None)
    return (int(found[1] or 0), int(found[2] or 0)) if found else (0, 0)
