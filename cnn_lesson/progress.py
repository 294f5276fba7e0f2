"""``progress()`` says where you stand: points so far, what is open and where, by objective.

It goes by the checks that were run, and runs none: nothing is trained again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES, Item
from cnn_lesson.verdict import Verdict

_POINTS = re.compile(r"· ([\d.]+) of \d+ points")
_noted: dict[str, float] = {}


def note(verdict: Verdict) -> None:
    """Remember what a check of this session said; the latest one counts."""
    _noted[verdict.item] = verdict.points


def progress(notebook: str | None = None) -> None:
    """Print how far a notebook is, or all of them: by objective, then what to do next.

    A notebook may be called by its number, as in ``progress("01")``. Raises ValueError, in one
    sentence, for one that is not there.
    """
    names = [name for name in NOTEBOOKS if name.startswith(notebook or "")]
    if not names:
        raise ValueError(f"there is no notebook {notebook!r}; there are {', '.join(NOTEBOOKS)}")
    items = [item for item in ITEMS.values() if item.notebook in names]
    print(standing(_noted, items, "by the checks run since this notebook was started"))
    for line in by_objective(_noted, items):
        print(line)


def standing(points: Mapping[str, float], items: list[Item], whence: str = "") -> str:
    """One line: the points so far of those that the computer gives, and what comes next."""
    asked = [item for item in items if not item.manual]
    have = sum(points.get(item.id, 0) for item in asked)
    line = f"{have:g} of {sum(item.points for item in asked)} points so far"
    line += f", {whence}" if whence else ""
    first = next(iter(sorted(_open(points, asked), key=lambda item: not item.in_hour)), None)
    if first is None:
        return f"{line}. Everything is right."
    return f"{line}. Next: {first.id}, in {first.section} of {first.notebook}."


def by_objective(points: Mapping[str, float], items: list[Item]) -> Iterator[str]:
    """A line for each objective: its items, the points of each, and where those are not full."""
    for number, text in OBJECTIVES.items():
        parts = [_told(item, points) for item in items if item.objective == number]
        if parts:
            yield f"{number:>2} {text}: {' · '.join(parts)}"


def _open(points: Mapping[str, float], items: list[Item]) -> Iterator[Item]:
    return (item for item in items if points.get(item.id, 0) < item.points)


def _told(item: Item, points: Mapping[str, float]) -> str:
    if item.manual:
        return f"{item.id} is marked by a person (in {item.section})"
    if item.id not in points:
        return f"{item.id} open (in {item.section})"
    where = "" if points[item.id] >= item.points else f" (in {item.section})"
    return f"{item.id} {points[item.id]:g}/{item.points}{where}"


def saved_points(folder: Path) -> dict[str, float]:
    """What the checks said in the notebooks of a folder when they were last saved."""
    found = {}
    for name in NOTEBOOKS:
        for cell in _cells(folder / f"{name}.ipynb"):
            item = ITEMS.get(str(cell.get("id")))
            said = _POINTS.search(json.dumps(cell.get("outputs", []), ensure_ascii=False))
            if item is not None and item.notebook == name and said:
                found[item.id] = min(float(said[1]), item.points)
    return found


def _cells(path: Path) -> list[dict]:
    """The cells of a notebook; none of one that is missing or damaged."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []
