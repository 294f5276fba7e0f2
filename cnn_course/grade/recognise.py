"""Which of the assignment's notebooks a file is: its content decides, whatever its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cnn_lesson.items import ITEMS, NOTEBOOKS

SURE, LIKELY = 3, 1
"""What a sign weighs: an item's name on a cell or in a check; a name or heading of a section."""

_CHECK = re.compile(r"\b(?:check|hand_out|hint)\(\s*[\"']([a-z0-9-]+)[\"']\s*\)")
_SECTION = re.compile(r"^(s\d+)-\d+$")
_HEADING = re.compile(r"^## (S\d+) · ", re.MULTILINE)
_DEFINED = re.compile(r"^(?:def[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:=(?!=)|\()", re.MULTILINE)

_BY_SECTION = {item.section: item.notebook for item in ITEMS.values()}
_NAMED = Counter(
    (name, item.notebook) for item in ITEMS.values() for name in item.names
)  # a name of two notebooks tells neither
_COMMON = frozenset({"model", "history"})
"""Names that any notebook on the subject may have."""
_BY_NAME = {
    name: notebook
    for name, notebook in _NAMED
    if sum(name == other for other, _ in _NAMED) == 1 and name not in _COMMON
}


def which_notebook(notebook: Mapping[str, Any]) -> str | None:
    """The name of the assignment's notebook that this one is; None where nothing tells.

    Signs are the items on its cells, the checks it calls, the names it defines and its sections.
    """
    votes: Counter[str] = Counter()
    for cell in notebook["cells"]:
        for name, weight in _signs(cell):
            votes[name] += weight
    ranked = votes.most_common(2)
    tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return None if tied or not ranked else ranked[0][0]


def named_like(file_name: str) -> str | None:
    """The assignment's notebook that a file's name speaks of, as in ``Kopie von 01-….ipynb``."""
    found = [name for name in NOTEBOOKS if name in file_name]
    return found[0] if len(found) == 1 else None


def item_of(grade_id: str) -> str:
    """The item that a grade id belongs to: itself, or what stands before -answer or -question."""
    stem = re.split(r"-(?:answer(?:-\d+)?|question)$", grade_id)[0]
    return next((item for item in (grade_id, stem) if item in ITEMS), "")


def checks_in(source: str) -> list[str]:
    """The items whose checks or hints a source asks for."""
    return [item for item in _CHECK.findall(source) if item in ITEMS]


def _signs(cell: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    about = cell.get("metadata", {}).get("nbgrader", {})
    grade_id = about.get("grade_id", "") if isinstance(about, Mapping) else ""
    if isinstance(grade_id, str) and item_of(grade_id):
        yield ITEMS[item_of(grade_id)].notebook, SURE
    section = _SECTION.match(str(cell.get("id", "")))
    sections = [section[1].upper()] if section else []
    source = cell["source"]
    if cell["cell_type"] == "code":
        yield from ((ITEMS[item].notebook, SURE) for item in checks_in(source))
        names = set(_DEFINED.findall(source)) & set(_BY_NAME)
        yield from ((_BY_NAME[name], LIKELY) for name in names)
    else:
        sections += _HEADING.findall(source)
    yield from ((_BY_SECTION[each], LIKELY) for each in sections if each in _BY_SECTION)
