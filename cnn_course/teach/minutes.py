"""How long a beginner takes for a section, by one rule, in the hour and at home.

Nothing is free. A notebook is opened, its imports waited for; prose is read at 150 words a minute,
given code at 110 names and numbers a minute; so many minutes go to each cell that is run, looked
at, guessed at or waited for, and to a check, whose verdict is read; an item has minutes of its own,
in which its answer cell is read, too. At home the take-aways are read, `progress()` is looked at
and the notebook is validated before it is handed in. What is folded away is run, not read; the list
of words is for looking up.

Waits are measured, the rest is estimated and fitted to what readers took: the first who worked
through an earlier version word for word needed 22 minutes for its S1, 18 for its S2, 35 for its S4,
170 in all. The rate for code is the one that comes nearest, by least squares, to the 66.5 minutes
that a later one took for the hour of that version and the 118.5 for what was at home. The last one
took about 70 for an hour that said 58, as opening, verdicts and what stands after the last section
were in nobody's minutes: with them, by the rule as it is now, that hour has 70.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from cnn_course.cell_kind import GIVEN, kinds, role
from cnn_lesson.items import ITEMS

WORDS_A_MINUTE, CODE_A_MINUTE = 150, 110
RUN, LOOK, GUESS, TOUCH = 0.1, 0.4, 0.5, 2
"""Minutes to run a cell and read what it prints, to read a figure, to guess, to touch a picture."""
CHECK = 0.5
"""To run a check twice and read a verdict twice: they have 25 to 60 words."""
TRAIN, OPEN, VALIDATE = 0.3, 0.5, 1
"""Minutes to wait for a training, for a notebook that is opened, for Validate, on a machine slower
than the one with two cores where they were measured: a training takes 9 s, JupyterLab with kernel
and imports 12 s, the later notebooks 7 and 9 s; Validate 11 s of a processor's time in the first
notebook, 75 s in the last.
"""

TRAINS = {"progress", "training"}
"""Tags of cells that train."""

TAKE_AWAYS, WORDS = "## Take-aways", "## Words"
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

    To open it, and what stands before the first section, counts to the first one of the hour; what
    stands after the last section, and to validate it, to the last one.
    """
    found: dict[str, Minutes] = {}
    known, before, waits = {*items}, OPEN, 0.0
    for cell, home in _cells(stub):
        if heading := _heading(cell):
            found[heading[1]] = Minutes()
            if not home:
                found[heading[1]].hour, before = before, 0.0
        minutes = max(_cell(cell) - waits, 0)
        waits = _waited(cell)
        if not found:
            before += minutes
            continue
        section = [*found.values()][-1]
        section.home += home * minutes
        section.hour += (not home) * minutes
        for item in _graded(cell, known):
            _add_item(section, item, home)
    if found:
        section.home += VALIDATE
    return found


def at_home(stub: NotebookNode) -> set[str]:
    """The ids of the cells that can wait until after the hour."""
    return {cell.id for cell, home in _cells(stub) if home}


def _cells(stub: NotebookNode) -> Iterator[tuple[NotebookNode, bool]]:
    """Each cell before the list of words, and whether it is for home, as what comes last is."""
    home = False
    for cell in stub.cells:
        if WORDS in cell.source:
            return
        home = home_only(cell.source) if _heading(cell) else home or _begins_home(cell)
        yield cell, home


def _begins_home(cell: NotebookNode) -> bool:
    return AT_HOME in cell.source or TAKE_AWAYS in cell.source


def _heading(cell: NotebookNode) -> re.Match[str] | None:
    """The start of a section, where a cell is one."""
    return SECTION.search(cell.source) if cell.cell_type == "markdown" else None


def _cell(cell: NotebookNode) -> float:
    """What a cell takes, the thinking about an item left out."""
    if cell.cell_type != "code":
        return sum(any(map(str.isalnum, w)) for w in cell.source.split()) / WORDS_A_MINUTE
    if cell.source.startswith("touch."):
        return 0 if "limit=" in cell.source else TOUCH  # with a limit it is a tool of its exercise
    if cell.source.startswith("progress(") or "figure" in cell.metadata.get("tags", ()):
        return LOOK
    if "grade" in kinds(cell):
        return CHECK
    run = GUESS if "my_guess = None" in cell.source else RUN
    return max(run, _waited(cell)) + _code_words(cell) / CODE_A_MINUTE


def _waited(cell: NotebookNode) -> float:
    """The minutes of a training, in which the prose below it is read."""
    trains = TRAINS & {*cell.metadata.get("tags", ())} and not cell.source.startswith("progress(")
    return TRAIN if trains else 0.0


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
