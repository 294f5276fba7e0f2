"""The rules that the cells of a master keep, so that nbgrader can make an assignment of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from cnn_course.build.blanks import has_blanks, hide
from cnn_course.build.cells import KINDS, OWN, OWN_FLAGS, MasterCell
from cnn_course.build.regions import (
    HIDDEN_TESTS,
    MARK_SCHEME,
    SOLUTION,
    broken_region,
    has_region,
)
from cnn_course.errors import CourseError
from cnn_lesson.items import Item

BEFORE = {"check": "answer", "essay": "question"}
REGIONS = {SOLUTION: "answer", MARK_SCHEME: "question"}


def check_rules(cells: Iterable[MasterCell], items: Mapping[str, Item], shown: str) -> None:
    """Raise CourseError, with file and line, for the first cell that breaks a rule."""
    seen: set[tuple[str, str]] = set()
    for cell in cells:
        for rule in RULES:
            for fault in rule(cell, items, seen):
                raise CourseError(f"{shown}:{cell.line}: {fault}")
        if cell.kind:
            seen.add((cell.kind, cell.item))


def _words(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    for key, value in cell.metadata.items():
        if key not in (*KINDS, OWN, "tags"):
            word = value if key in ("title", "incorrectly_encoded_metadata") else key
            yield f"{word!r} is not known here; known are {'=, '.join(KINDS)}= and tags="
    if sum(kind in cell.metadata for kind in (*KINDS, OWN)) > 1:
        yield f"a cell is only one of {', '.join((*KINDS, OWN))}"


def _type(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    if cell.kind and cell.cell_type != KINDS[cell.kind]:
        yield f'{cell.kind}="{cell.item}" must be a {KINDS[cell.kind]} cell'


def _item(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    if not cell.kind:
        return
    if cell.item not in items:
        close = difflib.get_close_matches(cell.item, items, n=1)
        perhaps = f" (or is it {close[0]!r}?)" if close else ""
        yield f"item {cell.item!r} is not in the table of cnn_lesson/items/__init__.py{perhaps}"
    elif items[cell.item].manual != (KINDS[cell.kind] == "markdown"):
        marked = "marked by a person" if items[cell.item].manual else "checked by the computer"
        yield f"item {cell.item!r} is {marked}, so it has no {cell.kind} cell"


def _order(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    if cell.kind in (*BEFORE, "question") and (cell.kind, cell.item) in seen:
        yield f'there is a second {cell.kind}="{cell.item}"'
    before = BEFORE.get(cell.kind)
    if before and (before, cell.item) not in seen:
        yield f'{cell.kind}="{cell.item}" has no {before}="{cell.item}" cell before it'
    if cell.kind == "answer" and ("check", cell.item) in seen:
        yield f'answer="{cell.item}" stands after its check'


def _regions(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    broken = broken_region(cell.source)
    if broken:
        yield f"line {broken[0] + 1} of the cell: {broken[1]}"
    if cell.own:
        return
    if has_region(cell.source, HIDDEN_TESTS):
        yield "hidden tests are added by the build; the master holds only the check"
    for name, kind in REGIONS.items():
        if has_region(cell.source, name) and cell.kind != kind:
            yield f'a {name.lower()} region belongs in a cell with {kind}="…"'


def _answer(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    if cell.kind != "answer":
        if cell.cell_type == "code" and has_blanks(cell.source) and not cell.own.get("solution"):
            yield 'a blank belongs in a cell with answer="…"'
        return
    if not has_blanks(cell.source) and not has_region(cell.source, SOLUTION):
        yield f'answer="{cell.item}" has neither a solution region nor a blank'
    try:
        hide(cell.source)
    except ValueError as error:
        yield str(error)


def _own(cell: MasterCell, items: Mapping[str, Item], seen: set) -> Iterator[str]:
    if OWN not in cell.metadata:
        return
    key, worth = cell.own.get("grade_id"), cell.own.get("points", 0)
    if not isinstance(key, str) or not _GRADE_ID.fullmatch(key):
        yield f"{OWN}= has no grade_id of letters, digits, - and _"
    elif key.removesuffix("-answer").removesuffix("-question") in items:
        yield f"grade_id {key!r} is an item's: call the course's own cell something else"
    elif (OWN, key) in seen:
        yield f"there is a second cell with grade_id {key!r}"
    seen.add((OWN, key))
    if not isinstance(worth, int | float) or isinstance(worth, bool) or worth < 0:
        yield f"points of {key!r} must be a number, 0 or more"
    for flag in OWN_FLAGS:
        if not isinstance(cell.own.get(flag, False), bool):
            yield f"{flag!r} of {key!r} must be true or false"


_GRADE_ID = re.compile(r"[A-Za-z0-9_-]+")

RULES: tuple[Callable[..., Iterator[str]], ...] = (
    _words,
    _type,
    _item,
    _own,
    _order,
    _regions,
    _answer,
)
