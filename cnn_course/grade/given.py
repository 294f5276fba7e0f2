"""The assignment's own code that answers and checks need, where a learner has deleted it."""

from __future__ import annotations

from collections import Counter

from nbformat import NotebookNode

from cnn_course.cell_kind import ANSWER, CHECK, GIVEN
from cnn_course.grade.matching import Matches, Official, is_touched
from cnn_course.grade.names import base, defined, used
from cnn_course.grade.recognise import item_of
from cnn_lesson.items import ITEMS


def deleted_but_needed(
    cells: list[NotebookNode], wanted: list[Official], matches: Matches
) -> list[Official]:
    """The given cells that are gone, define what is needed, and whose work nothing else does."""
    needed = _needed(cells, wanted, matches)
    given = [each for each in wanted if each.role == GIVEN]
    left = _learners_own(cells, matches, given)
    return [
        each
        for each in given
        if each.key not in matches.cells and any(_lacks(n, needed, left) for n in each.names)
    ]


def _needed(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> set[str]:
    """Every word of the items that were worked on, and of given cells that define such words."""
    answers = (each for each in wanted if each.role == ANSWER)
    begun = {item_of(each.key) for each in answers if is_touched(cells, each, matches)}
    texts = []
    for each in wanted:
        if each.role in (ANSWER, CHECK) and item_of(each.key) in begun:
            texts += [cells[place].source for place in matches.cells.get(each.key, ())]
            texts.append(each.cell.source)
    names = used(texts) | {n for item in begun if item for n in _of(item)}
    given = [each for each in wanted if each.role == GIVEN]
    size = 0
    while size != len(names):
        size = len(names)
        makers = (each for each in given if names & set(map(base, each.names)))
        names |= used(each.cell.source for each in makers)
    return names


def _of(item: str) -> tuple[str, ...]:
    return ITEMS[item].names


def _learners_own(
    cells: list[NotebookNode], matches: Matches, given: list[Official]
) -> Counter[str]:
    """How often each name is defined by what was handed in beyond what given cells there define."""
    kept = {place for each in given for place in matches.cells.get(each.key, ())}
    own = Counter(
        name
        for place, cell in enumerate(cells)
        if place not in kept and cell.cell_type == "code"
        for name in map(base, defined(cell.source))
    )
    return own


def _lacks(name: str, needed: set[str], own: Counter[str]) -> bool:
    """Whether a name is needed that no cell of the learner's own defines."""
    return base(name) in needed and not own[base(name)]
