"""Masters: jupytext's percent files, read cell by cell, each cell with the line it begins on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnn_course.build.cells import MasterCell, read_cell
from cnn_course.build.rules import check_rules
from cnn_course.errors import CourseError
from cnn_lesson.items import ITEMS, Item

_MARKER = re.compile(r"^# %%(?!%)")


@dataclass(frozen=True)
class Master:
    """A master: what stands before its first cell, and its cells."""

    name: str
    preamble: str
    cells: tuple[MasterCell, ...]

    @property
    def text(self) -> str:
        """The whole file."""
        return self.preamble + "".join(cell.text for cell in self.cells)


def read_master(path: Path, items: Mapping[str, Item] = ITEMS) -> Master:
    """The master in a file. Raises CourseError with file and line for whatever cannot be built."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    return parse_master(text, path.stem, items, shown=f"{path.parent.name}/{path.name}")


def parse_master(text: str, name: str, items: Mapping[str, Item], shown: str) -> Master:
    """The master in a text; ``shown`` is what errors call the file."""
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if _MARKER.match(line)]
    if not starts:
        raise CourseError(f"{shown} has no cell: a cell begins with a line '# %%'")
    for number, line in enumerate(lines[: starts[0]], start=1):
        if line.strip() and not line.startswith("#"):
            raise CourseError(f"{shown}:{number}: this stands before the first cell ('# %%')")
    cells = tuple(
        _read(lines, start, end, shown)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
    check_rules(cells, items, shown)
    return Master(name, "".join(lines[: starts[0]]), cells)


def _read(lines: list[str], start: int, end: int, shown: str) -> MasterCell:
    try:
        return read_cell("".join(lines[start:end]), start + 1)
    except SyntaxError as error:
        raise CourseError(f"{shown}:{error.lineno}: {error.msg}") from error
