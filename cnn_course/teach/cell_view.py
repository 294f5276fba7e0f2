"""What a cell shows while somebody talks about it: its kind, its heading, its title, its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook
from cnn_course.cell_kind import GIVEN, TEXT, role
from cnn_course.project import STUBS, Project

FIRST_LINE_LIMIT = 72

_HEADING = re.compile(r"^#{1,3} +(.*)$", re.MULTILINE)
_GUESS = re.compile(r"^my_guess = None$", re.MULTILINE)
_ANSWER = re.compile(r"-answer(-\d+)?$")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_MARKUP = re.compile(r"[*`]|^\s*(?:#+|[-+>]|\d+\.)\s+")


@dataclass(frozen=True)
class Screen:
    """One cell as learners get it, blanks open.

    ``kind`` is one of prose, question, essay, figure, guess, reveal, answer, check, code.
    """

    cell: str
    kind: str
    heading: str
    title: str
    source: str


def screens(project: Project, notebook: str) -> dict[str, Screen]:
    """What each cell of a stub shows, by its id. Raises CourseError where there is no stub."""
    stub = read_notebook(project.notebook(STUBS, notebook))
    return {screen.cell: screen for screen in _screens(stub)}


def _screens(notebook: NotebookNode) -> Iterator[Screen]:
    heading = ""
    for cell in notebook.cells:
        found = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        heading = _plain(found[1]) if found else heading
        kind = _kind(cell)
        title = _figure_title(cell.source) if kind == "figure" else _first_line(cell.source)
        yield Screen(cell.id, kind, heading, title, cell.source)


def _kind(cell: NotebookNode) -> str:
    kind = role(cell)
    if kind != GIVEN:
        return "prose" if kind == TEXT else kind
    if "figure" in cell.metadata.get("tags", ()):
        return "figure"
    if cell.source.startswith("reveal("):
        return "reveal"
    return "guess" if _GUESS.search(cell.source) else "code"


def _figure_title(source: str) -> str:
    """The title in the call that draws a figure, or the name of what draws it."""
    drawn = ""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        if not name.startswith("figures."):
            continue
        named = [keyword.value for keyword in call.keywords if keyword.arg == "title"]
        title = next(filter(None, map(_text, [*named, *call.args])), "")
        drawn = title or drawn or f"the figure of {name}"
    return drawn


def _text(node: ast.expr) -> str:
    """The text of a literal, with … for what a run fills in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or "…" for part in parts)
    return ""


def _first_line(source: str) -> str:
    lines = (_plain(line) for line in source.splitlines())
    line = next((line for line in lines if any(map(str.isalnum, line))), "")
    if len(line) <= FIRST_LINE_LIMIT:
        return line
    return line[:FIRST_LINE_LIMIT].rsplit(" ", 1)[0] + " …"


def _plain(line: str) -> str:
    return _MARKUP.sub("", _LINK.sub(r"\1", line)).strip()
