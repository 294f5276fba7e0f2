"""Where a learner's own cells use what the package judges with: a question, and no verdict.

The package is open, so its references, cases and judges can be called from a cell, and then write
the answers. That cannot be prevented on a learner's machine, and may be innocent. So it becomes a
line in the report, read from the sources: nothing that a kernel says can take it away.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from cnn_course.cell_kind import is_answer, is_check

JUDGES = ("cnn_lesson.items", "cnn_lesson.checking")
JUDGING = frozenset(f"cnn_lesson.checks.{name}" for name in ("find", "gather", "judge", "hand_out"))
REFERENCES = "cnn_lesson.arithmetic"
"""What given cells may use, but an answer should not."""
LONGEST, MOST = 20_000, 3
LETTERS = 100_000
"""Letters of a notebook's code that are read as Python: that takes half a second."""
UNREAD = "more code than is looked through for borrowed answers"
_MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_NAMED = re.compile(r"cnn_lesson\.(?:items|checking)[\w.]{0,80}")


def borrowed_note(notebook: NotebookNode) -> str:
    """One line on what of the package's judging is used in cells that are no checks, or ""."""
    names: dict[str, str] = {}
    found: dict[str, None] = {}
    left = LETTERS
    for cell in notebook.cells:
        if cell.cell_type == "code" and not is_check(cell):
            used = _paths(cell.source, names) if left > 0 else _NAMED.findall(cell.source)
            left -= len(cell.source) if _is_read(cell.source, names) else 0
            for path in used:
                if _is_judging(path) or (is_answer(cell) and _is_in(path, REFERENCES)):
                    found[path] = None
    notes = [UNREAD] if left < 0 else []
    if found:
        more = ", …" if len(found) > MOST else ""
        notes.append(f"uses {', '.join(list(found)[:MOST])}{more}: are the answers their own?")
    return "; ".join(notes)


def _is_judging(path: str) -> bool:
    return path in JUDGING or any(_is_in(path, judge) for judge in JUDGES)


def _is_in(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}.")


def _paths(source: str, names: dict[str, str]) -> Iterator[str]:
    """What a cell uses, by its full name; ``names`` are those imported so far, and grow."""
    if not names and "cnn_lesson" not in source:
        return
    tree = _parsed(source) if _is_read(source, names) else None
    if tree is None:
        yield from _NAMED.findall(source)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = dict(_imported(node))
            names |= imported
            yield from imported.values()
        elif isinstance(node, ast.Attribute | ast.Name) and (path := _dotted(node, names)):
            yield path
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _NAMED.findall(node.value)


def _is_read(source: str, names: dict[str, str]) -> bool:
    """Whether a cell is read as Python: one that is short, and may use the package."""
    return len(source) <= LONGEST and bool(names or "cnn_lesson" in source)


def _parsed(source: str) -> ast.Module | None:
    """A cell as Python reads it, magics left out; None for what it cannot read."""
    plain = "\n".join(
        "" if line.lstrip()[:1] in ("%", "!") else line for line in source.split("\n")
    )
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names of the lesson's that an import binds, each with its full name."""
    for alias in node.names:
        path = alias.name
        if isinstance(node, ast.ImportFrom):
            path = f"{node.module or ''}.{alias.name}"
        if not _is_in(path, "cnn_lesson"):
            continue
        if alias.asname or isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, path
        else:
            yield "cnn_lesson", "cnn_lesson"
            yield f" {path}", path  # binds no name, but says what is used


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """The full name of ``a.b.c`` where ``a`` was imported from the lesson, else ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])
