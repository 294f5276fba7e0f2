"""The assignment's own cells put back into a notebook that was handed in.

Learners keep what they wrote: answers, essays, and any cell of their own. Checks and questions are
the assignment's again, whatever was done to them, and every answer counts once.
"""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode

from cnn_course.cell_kind import ANSWER, CHECK, ESSAY, GRADED_ROLES, QUESTION, grade_id, is_answer
from cnn_course.grade.given import deleted_but_needed
from cnn_course.grade.matching import Matches, Official, match, officials, same

NAMED_AT_MOST = 6
"""A note names that many cells, or else says how many they are."""

ELSEWHERE = "# answered in the cell above, together with {other}"


def restore(
    handed_in: NotebookNode, stub: NotebookNode, source: NotebookNode | None = None
) -> tuple[NotebookNode, str]:
    """The notebook as it will be graded, and a note on what had to be put back, or "".

    ``source`` is the master's notebook: what its solutions define tells answers apart.
    """
    wanted = officials(stub, source)
    matches = match(handed_in.cells, wanted)
    lost = [each for each in wanted if _is_graded(each) and each.key not in matches.cells]
    lost += deleted_but_needed(handed_in.cells, wanted, matches)
    changed = [each.key for each in wanted if _is_changed(each, handed_in.cells, matches)]

    placed = _in_order(handed_in.cells, wanted, matches)
    order = [each.key for each in wanted]
    for each in sorted(lost, key=lambda each: order.index(each.key)):
        _insert(placed, each, order)
    result = deepcopy(stub)
    result.cells = [cell for _, cell in placed]
    _unique_ids(placed, {each.cell.id for each in lost})
    return result, _note([each.key for each in lost], changed, matches)


def add_marking_schemes(stub: NotebookNode, source: NotebookNode) -> None:
    """Give the stub's questions their marking schemes back: whoever marks by hand needs them."""
    schemes = {grade_id(cell): cell for cell in source.cells if cell.cell_type == "markdown"}
    for cell in stub.cells:
        if grade_id(cell) and grade_id(cell) in schemes and not is_answer(cell):
            cell.source = schemes[grade_id(cell)].source


Placed = list[tuple[str, NotebookNode]]
"""Cells in order, each with the key of the assignment's cell that it is, or ""."""


def _in_order(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> Placed:
    """The handed-in cells, in their order, those of the assignment as they will be graded."""
    here: dict[int, list[Official]] = {}
    for each in wanted:
        if each.key in matches.cells:
            here.setdefault(matches.cells[each.key][-1], []).append(each)
    joined = {p for each in wanted for p in matches.cells.get(each.key, ())[:-1]}
    joined |= _left_blank(cells, wanted) - matches.taken()
    placed: Placed = []
    for place, cell in enumerate(cells):
        keys = here.get(place, [])
        if place not in joined and not _contains(keys, cell):
            placed.append((_given_key(keys), _own(cell)))
        first = ""
        for each in filter(_is_graded, keys):
            parts = [cells[part] for part in matches.cells[each.key]]
            made = _graded(parts, each.cell)
            if first and each.role == ANSWER:
                made.source = ELSEWHERE.format(other=first)
            first = first or (each.key if each.role == ANSWER else "")
            placed.append((each.key, made))
    return placed


def _left_blank(cells: list[NotebookNode], wanted: list[Official]) -> set[int]:
    """The places of answer cells, or copies of them, that nobody wrote in.

    Run behind an answer that stands further up, such a cell would undo it.
    """
    blank = {each.cell.source.strip() for each in wanted if each.role == ANSWER}
    return {place for place, cell in enumerate(cells) if cell.source.strip() in blank}


def _given_key(keys: list[Official]) -> str:
    return next((each.key for each in keys if not _is_graded(each)), "")


def _contains(keys: list[Official], cell: NotebookNode) -> bool:
    """Whether what a cell holds is taken over into one of the graded cells at its place."""
    answers = [each for each in keys if each.role in (ANSWER, ESSAY)]
    locked = [each for each in keys if each.role in (CHECK, QUESTION)]
    return bool(answers) or (bool(locked) and not _given_key(keys))


def _is_graded(each: Official) -> bool:
    return each.role in GRADED_ROLES


def _is_changed(each: Official, cells: list[NotebookNode], matches: Matches) -> bool:
    """Whether a check was handed in with another type or source than it was handed out with."""
    if each.role != CHECK or each.key not in matches.cells:
        return False
    cell = cells[matches.cells[each.key][-1]]
    moved = any(matches.cells[each.key] == matches.cells.get(key) for key in matches.found)
    differs = cell.cell_type != each.cell.cell_type or not same(cell.source, each.cell.source)
    return differs and not moved


def _graded(parts: list[NotebookNode], official: NotebookNode) -> NotebookNode:
    """The official cell, with what the learner wrote where it is theirs to write."""
    result = deepcopy(official)
    if parts and is_answer(official):
        result.source = "\n\n".join(part.source for part in parts)
        pictures = {name: data for part in parts for name, data in _pictures(part).items()}
        if pictures and result.cell_type == "markdown":
            result.attachments = pictures
    return result


def _pictures(cell: NotebookNode) -> dict:
    return cell.get("attachments") or {}


def _own(cell: NotebookNode) -> NotebookNode:
    """A learner's cell: its type, source and pasted pictures, nothing else."""
    kind = cell.cell_type if cell.cell_type in ("code", "markdown") else "raw"
    made = NotebookNode(cell_type=kind, id="", metadata=NotebookNode(), source=cell.source)
    if kind == "code":
        made.update(execution_count=None, outputs=[])
    elif _pictures(cell):
        made.attachments = deepcopy(cell.attachments)
    return made


def _insert(placed: Placed, each: Official, order: list[str]) -> None:
    """Put a missing cell after the nearest of those that precede it in the assignment."""
    places = {key: place for place, (key, _) in enumerate(placed) if key}
    before = reversed(order[: order.index(each.key)])
    place = next((places[key] + 1 for key in before if key in places), 0)
    placed.insert(place, (each.key, deepcopy(each.cell)))


def _unique_ids(placed: Placed, put_back: set[str]) -> None:
    """Give the learner's own cells ids that no cell of the assignment has."""
    official = [bool(grade_id(cell)) or cell.id in put_back for _, cell in placed]
    taken = {
        cell.id for (_, cell), is_official in zip(placed, official, strict=True) if is_official
    }
    for number, (_, cell) in enumerate(placed):
        if not official[number]:
            cell.id = f"own-{number}" if f"own-{number}" not in taken else f"own-cell-{number}"


def _note(lost: list[str], changed: list[str], matches: Matches) -> str:
    parts = [
        ("put back: ", lost),
        ("restored: ", changed),
        ("the last copy counts of: ", matches.copied),
        ("joined from several cells: ", matches.split),
        ("found in other cells, or without their metadata: ", matches.found),
    ]
    return "; ".join(f"{said}{_listed(keys)}" for said, keys in parts if keys)


def _listed(keys: list[str]) -> str:
    keys = list(dict.fromkeys(keys))
    more = len(keys) - NAMED_AT_MOST
    return ", ".join(keys[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
