"""Which of the lesson's notebooks a file is, told by what is in it and not by its name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cnn_course.collect.unpack import MEGA
from cnn_course.project import STUBS, Project
from cnn_lesson.items import ITEMS, NOTEBOOKS

NOTEBOOK_LIMIT_MB = 20
_CHECK = re.compile(r"""^[ \t]*check\([ \t]*["']([\w-]+)["']""", re.MULTILINE)
_NAME = re.compile(r"^(?:def[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:\(|=[^=])", re.MULTILINE)
_COMMON = frozenset({"model", "history", "check"})
"""Names that any notebook on the subject may have."""


@dataclass(frozen=True)
class Cell:
    """What is looked at in a cell: the text, and nbgrader's id of it."""

    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Recognised:
    """What a file is: the notebook's name, or "" with the reason."""

    notebook: str = ""
    filled: int = 0
    """Cells that are not the stub's; none for an untouched stub."""
    why: str = ""


@dataclass(frozen=True)
class Recogniser:
    """Knows the stubs of a project."""

    project: Project

    def look_at(self, path: Path) -> Recognised:
        """What a file is; never raises for what a learner handed in."""
        size = path.stat().st_size
        if not size:
            return Recognised(why="an empty file")
        if size > NOTEBOOK_LIMIT_MB * MEGA:
            return Recognised(why=f"{size / MEGA:.0f} MB, over {NOTEBOOK_LIMIT_MB} MB")
        try:
            cells = cells_of(path.read_bytes())
        except ValueError as error:
            return Recognised(why=str(error))
        name = self._which(cells)
        if not name:
            return Recognised(why="a notebook, but none of this lesson")
        return Recognised(name, self._filled(name, cells))

    def _which(self, cells: list[Cell]) -> str:
        """The notebook that most of the cells belong to, by the surest sign that is there."""
        text = [cell.source for cell in cells]
        checks = {found for source in text for found in _CHECK.findall(source)}
        names = {found for source in text for found in _NAME.findall(source)} - _COMMON
        ids = {cell.grade_id for cell in cells} - {""}
        wanted_checks = {n: {i.id for i in ITEMS.values() if i.notebook == n} for n in NOTEBOOKS}
        wanted_names = {
            n: {name for i in ITEMS.values() if i.notebook == n for name in i.names} - _COMMON
            for n in NOTEBOOKS
        }
        signs = ((ids, self._grade_ids), (checks, wanted_checks), (names, wanted_names))
        for seen, wanted in signs:
            hits = {name: len(seen & wanted[name]) for name in NOTEBOOKS}
            best = max(hits, key=hits.__getitem__)
            if hits[best]:
                return best
        return ""

    def _filled(self, name: str, cells: list[Cell]) -> int:
        known = self._sources[name]
        return sum(bool(text := _plain(cell.source)) and text not in known for cell in cells)

    @cached_property
    def _stubs(self) -> dict[str, list[Cell]]:
        return {n: cells_of(self.project.notebook(STUBS, n).read_bytes()) for n in NOTEBOOKS}

    @cached_property
    def _grade_ids(self) -> dict[str, set[str]]:
        return {n: {cell.grade_id for cell in c} - {""} for n, c in self._stubs.items()}

    @cached_property
    def _sources(self) -> dict[str, set[str]]:
        return {n: {_plain(cell.source) for cell in c} for n, c in self._stubs.items()}


def cells_of(content: bytes) -> list[Cell]:
    """The cells of a notebook of any format. Raises ValueError, with the reason, for others."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    if start[:5].lower() in (b"<!doc", b"<html"):
        raise ValueError("a web page: an export, not the notebook")
    if start[:4] == b"%PDF":
        raise ValueError("a PDF: an export, not the notebook")
    if start[:1] != b"{":
        raise ValueError("no notebook")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("a damaged notebook: it is no JSON to the end") from error
    found = [_cell(cell) for cell in _raw_cells(whole)]
    if not found:
        raise ValueError("a file without cells")
    return found


def is_utf8(content: bytes) -> bool:
    """True where a notebook's bytes are what every reader expects: UTF-8 without a mark."""
    return json.detect_encoding(content) == "utf-8"


def _raw_cells(whole: object) -> list[dict]:
    """The cells of format 4, or those in the worksheets of format 3 and older."""
    if not isinstance(whole, dict):
        return []
    cells = whole.get("cells")
    if not isinstance(cells, list):
        sheets = whole.get("worksheets")
        sheets = [s for s in sheets if isinstance(s, dict)] if isinstance(sheets, list) else []
        cells = [c for s in sheets if isinstance(s.get("cells"), list) for c in s["cells"]]
    return [cell for cell in cells if isinstance(cell, dict)]


def _cell(cell: dict) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    about = cell.get("metadata")
    about = about.get("nbgrader") if isinstance(about, dict) else None
    key = about.get("grade_id") if isinstance(about, dict) else None
    return Cell(source if isinstance(source, str) else "", key if isinstance(key, str) else "")


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
