"""Which cell of a learner's notebook is which of the assignment's, whatever an editor did to it.

Cells are known by nbgrader's grade id, else by their own id, else by their text, else by what they
check or define, else by their place. Each later way looks only for what the earlier did not find.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from cnn_course.cell_kind import ANSWER, CHECK, ESSAY, GIVEN, QUESTION, TEXT, grade_id, role
from cnn_course.grade.names import bare, defined
from cnn_course.grade.recognise import checks_in, item_of
from cnn_lesson.items import ITEMS

_PROSE = re.compile(r"^[^#\n]*\b(?:[A-Za-z]{2,},? ){5}", re.MULTILINE)
"""Six words in a row, as in no line of Python."""


@dataclass
class Official:
    """A cell of the assignment: ``role`` is answer, essay, check, question, given or text."""

    key: str
    cell: NotebookNode
    role: str
    names: set[str] = field(default_factory=set)


@dataclass
class Matches:
    """For each key the cells it is made of, by their places; the last of them is where it stands.

    ``copied`` are keys with later copies, ``split`` those joined from several cells, ``found``
    those known by something else than their ids.
    """

    cells: dict[str, list[int]] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def taken(self) -> set[int]:
        """The places of all cells that are known."""
        return {place for places in self.cells.values() for place in places}


def officials(stub: NotebookNode, source: NotebookNode | None = None) -> list[Official]:
    """The cells of the assignment in order; the master's notebook tells what an answer defines."""
    solved = {cell.get("id"): cell.source for cell in source.cells} if source else {}
    result = []
    for cell in stub.cells:
        key, kind = grade_id(cell) or str(cell.get("id")), role(cell)
        names = defined(cell.source) if kind in (ANSWER, GIVEN) else set()
        if kind == ANSWER:
            names |= defined(solved.get(cell.get("id"), ""))
            names = names & set(ITEMS[item_of(key)].names if item_of(key) else ()) or names
        result.append(Official(key, cell, kind, names))
    return result


def match(handed_in: list[NotebookNode], wanted: list[Official]) -> Matches:
    """The assignment's cells among those handed in."""
    matches = Matches()
    by_grade_id(handed_in, wanted, matches)
    by_id(handed_in, wanted, matches)
    by_text(handed_in, wanted, matches)
    by_check(handed_in, wanted, matches)
    by_definition(handed_in, wanted, matches)
    by_place(handed_in, wanted, matches)
    _checks_after_answers(wanted, matches)
    return matches


def _checks_after_answers(wanted: list[Official], matches: Matches) -> None:
    """Let a check stand below an answer of its item that was copied, or found further down."""
    moved = {*matches.copied, *matches.found}
    for each in wanted:
        if each.role == CHECK and each.key in matches.cells:
            keys = [other.key for other in wanted if _answers(other, each.key)]
            places = [matches.cells[key][-1] for key in keys if key in moved]
            matches.cells[each.key] = [max([*matches.cells[each.key], *places])]


def by_grade_id(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find graded cells by nbgrader's id; of copies the last one that was touched counts."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(grade_id(cell), []).append(place)
    for each in wanted:
        if each.role not in (GIVEN, TEXT) and each.key in places:
            _settle(cells, each, places[each.key], matches)


def _settle(cells: list[NotebookNode], each: Official, places: list[int], matches: Matches) -> None:
    """Decide which of the cells of one key count: the parts of a split cell, or the last copy."""
    chosen = places[:1]
    if each.role in (ANSWER, ESSAY):
        blank = {place for place in places if same(cells[place].source, each.cell.source)}
        chosen = [place for place in places if place not in blank] or places[-1:]
        if len(chosen) > 1 and _is_split([cells[place] for place in chosen], chosen):
            matches.split.append(each.key)
            matches.cells[each.key] = chosen
            return
    if len(chosen) > 1:
        matches.copied.append(each.key)
    matches.cells[each.key] = chosen[-1:]


def _is_split(parts: list[NotebookNode], places: list[int]) -> bool:
    """Whether cells that stand side by side are parts of one, and none is a copy of another."""
    side_by_side = places == list(range(places[0], places[0] + len(places)))
    seen: list[set[str]] = [defined(part.source) | _lines(part.source) for part in parts]
    alone = all(not one & other for n, one in enumerate(seen) for other in seen[:n])
    return side_by_side and alone


def _lines(source: str) -> set[str]:
    return {line.strip() for line in source.splitlines() if len(line.strip()) > 3}


def by_id(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find cells by their own id, where nbgrader's is lost."""
    places = {cell.get("id"): place for place, cell in enumerate(cells)}
    for each in _missing(wanted, matches):
        place = places.get(each.cell.get("id"))
        if place is not None and place not in matches.taken():
            matches.cells[each.key] = [place]
            if each.role not in (GIVEN, TEXT):
                matches.found.append(each.key)


def by_text(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find cells whose text is the assignment's and stands there only once."""
    once = _unique(each.cell.source.strip() for each in wanted)
    places = {cell.source.strip(): place for place, cell in _free(cells, matches)}
    for each in _missing(wanted, matches):
        text = each.cell.source.strip()
        if text in once and text in places:
            matches.cells[each.key] = [places.pop(text)]
            if each.role not in (GIVEN, TEXT):
                matches.found.append(each.key)


def _unique(texts: Iterable[str]) -> set[str]:
    return {text for text, times in Counter(texts).items() if times == 1}


def by_check(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find checks by their call; one that was copied with its answer moves to its last copy."""
    calls: dict[str, list[int]] = {}
    for place, cell in _free(cells, matches):
        if cell.cell_type == "code" and (item := _only_check(cell.source)):
            calls.setdefault(item, []).append(place)
    for each in wanted:
        if each.role != CHECK or each.key not in calls:
            continue
        last = calls[each.key][-1]
        if each.key not in matches.cells:
            matches.cells[each.key] = [last]
            matches.found.append(each.key)
        elif _answered_between(cells, matches.cells[each.key][-1], last, each.key, wanted):
            matches.cells[each.key] = [last]
            matches.copied.append(each.key)


def _only_check(source: str) -> str:
    """The item of a source that is nothing but the call of a check, or ""."""
    call, items = bare(source), checks_in(source)
    alone = call.startswith("check(") and call.endswith(")") and "\n" not in call
    return items[-1] if alone and len(call) < 100 and items else ""


def _answered_between(
    cells: list[NotebookNode], start: int, end: int, item: str, wanted: list[Official]
) -> bool:
    """Whether an answer of an item is defined between two places."""
    names = {name for each in wanted if _answers(each, item) for name in each.names}
    return any(names & defined(cells[place].source) for place in range(start + 1, end))


def _answers(each: Official, item: str) -> bool:
    return each.role == ANSWER and item_of(each.key) == item


def by_definition(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find answers by the names they define, also those written beside a cell left as it was."""
    known = {GIVEN, TEXT, CHECK, QUESTION}
    fixed = {p for each in wanted if each.role in known for p in matches.cells.get(each.key, ())}
    makes = {
        place: defined(cell.source)
        for place, cell in enumerate(cells)
        if place not in fixed and (cell.cell_type == "code" or grade_id(cell) == "")
    }
    for each in wanted:
        if each.role == ANSWER and each.names and not is_touched(cells, each, matches):
            after = matches.cells.get(each.key, [-1])[-1]
            own = {p: made for p, made in makes.items() if p not in matches.taken()}
            below = _makes_most({p: made for p, made in makes.items() if p > after}, each)
            above = _makes_most({p: made for p, made in own.items() if p < after}, each)
            if below or above:
                matches.cells[each.key] = below or above
                matches.found.append(each.key)


def _makes_most(makes: dict[int, set[str]], each: Official) -> list[int]:
    """The last of the places where most of an answer's names are defined, at least half of them."""
    sizes = {place: len(made & each.names) for place, made in makes.items()}
    most = max(sizes.values(), default=0)
    if most * 2 < len(each.names):
        return []
    return [max(place for place, size in sizes.items() if size == most)]


def is_touched(cells: list[NotebookNode], each: Official, matches: Matches) -> bool:
    """Whether a cell was found, and with something written into it."""
    places = matches.cells.get(each.key, ())
    return any(not same(cells[place].source, each.cell.source) for place in places)


def by_place(cells: list[NotebookNode], wanted: list[Official], matches: Matches) -> None:
    """Find what stands alone between the neighbours that it has in the assignment."""
    for number, each in enumerate(wanted):
        start, end = _neighbours(wanted, number, matches, len(cells))
        free = [place for place, _ in _free(cells[:end], matches) if place > start]
        if each.role == ESSAY:
            _find_essay(cells, each, free, matches)
        elif each.role == ANSWER and each.key not in matches.cells and len(free) == 1:
            matches.cells[each.key] = free
            matches.found.append(each.key)


def _find_essay(
    cells: list[NotebookNode], each: Official, free: list[int], matches: Matches
) -> None:
    """Take an essay from beside the cell that asks for it, or what goes on below that cell."""
    text = [place for place in free if cells[place].cell_type != "code"]
    text = text or [place for place in free if _PROSE.search(cells[place].source)]
    if not is_touched(cells, each, matches):
        if text:
            matches.cells[each.key] = text
            matches.found.append(each.key)
        return
    parts = matches.cells[each.key]
    more = [place for place in text if place > parts[-1]]
    below = [place for n, place in enumerate(more, start=1) if place == parts[-1] + n]
    if below:
        matches.cells[each.key] = [*parts, *below]
        matches.split.append(each.key)


def _neighbours(
    wanted: list[Official], number: int, matches: Matches, size: int
) -> tuple[int, int]:
    """The places between which a cell of the assignment must stand."""
    essay = wanted[number].role == ESSAY
    before = [each for each in wanted[:number] if each.key in matches.cells]
    if essay:  # given cells may stand between a question and the essay that answers it
        before = [each for each in before if each.role not in (GIVEN, TEXT)]
    after = [each for each in wanted[number + 1 :] if each.key in matches.cells]
    start = matches.cells[before[-1].key][-1] if before else -1
    later = (matches.cells[each.key][0] for each in after)
    return start, next((place for place in later if place > start), size)


def _missing(wanted: list[Official], matches: Matches) -> Iterator[Official]:
    return (each for each in wanted if each.key not in matches.cells)


def _free(cells: list[NotebookNode], matches: Matches) -> Iterator[tuple[int, NotebookNode]]:
    """The cells that are not known yet, with their places."""
    taken = matches.taken()
    return ((place, cell) for place, cell in enumerate(cells) if place not in taken)


def same(one: str, other: str) -> bool:
    """Whether two sources are the same, but for blanks around them."""
    return one.strip() == other.strip()
