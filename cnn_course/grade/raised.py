"""Answers that raised: which error, in which line. An error is not the same as an empty cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id
from cnn_course.grade.recognise import item_of
from cnn_lesson.verdict import Finding, Verdict
from nbsandbox.runner import STATES

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
TEXT_LIMIT = 160
"""Letters of an error's message that are shown."""

_OF_THE_SANDBOX = frozenset(
    "".join(map(str.capitalize, state.split("_")))
    for state in (*STATES.values(), "died", "not_started", "unreadable")
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(
    r"(?:Cell In ?\[\d+\]|<ipython-input[^>]*>|<cell[^>]*>)[^\n]{0,40}?line (\d{1,5})"
)
_USAGE = "UsageError: "
_MISSING = re.compile(r"No module named '([\w.]{1,60})'")


def raised(notebook: NotebookNode, touched: Collection[str]) -> dict[str, str]:
    """By the grade id of each answer that was touched and raised, what it raised and where."""
    found = {}
    for cell in notebook.cells:
        key = grade_id(cell)
        if key in touched and cell.cell_type == "code" and item_of(key) != key:
            for error in _errors(cell):
                found.setdefault(key, said(error))
    return found


def raised_note(notebook: NotebookNode, touched: Collection[str]) -> str:
    """One line on what raised: cells Python cannot read, answers, imports of what is missing."""
    wrong = list(_unreadable(notebook))
    parts = [f"syntax error in {', '.join(wrong)}"] if wrong else []
    errors = raised(notebook, touched).items()
    parts += [f"{key} raised {what}" for key, what in errors if not what.startswith(SYNTAX_ERRORS)]
    missing = missing_libraries(notebook)
    if missing:
        parts.append(f"not installed where the class is graded: {', '.join(missing)}")
    return "; ".join(parts)


def with_errors(
    verdicts: Mapping[str, Verdict], notebook: NotebookNode, touched: Collection[str]
) -> dict[str, Verdict]:
    """The verdicts; one short of full points says first which error its answer raised."""
    errors: dict[str, list[str]] = {}
    for key, what in raised(notebook, touched).items():
        errors.setdefault(item_of(key), []).append(what)
    return {
        item: _told(verdict, errors[item]) if item in errors else verdict
        for item, verdict in verdicts.items()
    }


def _told(verdict: Verdict, errors: list[str]) -> Verdict:
    if verdict.points >= verdict.out_of:
        return verdict
    told = tuple(Finding(about="the answer's cell", yours=f"raised {what}") for what in errors)
    return replace(verdict, findings=(*told, *verdict.findings), untouched=False)


def said(error: NotebookNode) -> str:
    """An error in one line: its name, the line of the cell, and its message."""
    line = line_of(error)
    name, text = _plain(error.get("ename"))[:60] or "an error", _plain(error.get("evalue"))
    where = f" in line {line}" if line else ""
    return f"{name}{where}" + (f": {text[:TEXT_LIMIT]}" if text else "")


def line_of(error: NotebookNode) -> str:
    """The line of the learner's cell that raised, or "" where the traceback does not tell."""
    lines = error.get("traceback") or ()
    found = _LINE.search(_COLOURS.sub("", "\n".join(map(str, lines))))
    return found[1] if found else ""


def missing_libraries(notebook: NotebookNode) -> list[str]:
    """The libraries that cells of a notebook asked for in vain."""
    texts = (text for cell in notebook.cells for text in _said_by(cell))
    names = (name for text in texts for name in _MISSING.findall(text))
    return sorted({name.split(".")[0] if "colab" not in name else "google.colab" for name in names})


def _unreadable(notebook: NotebookNode) -> Iterator[str]:
    """The cells that Python cannot read, with the line where it stops."""
    for cell in notebook.cells:
        for error in _errors(cell):
            if error.get("ename") in SYNTAX_ERRORS:
                name = grade_id(cell) or cell.get("id") or "a cell"
                yield f"{name}, line {line_of(error)}" if line_of(error) else name


def _errors(cell: NotebookNode) -> Iterator[NotebookNode]:
    """The errors that a cell's own code raised, not those of the sandbox around it."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error" and output.get("ename") not in _OF_THE_SANDBOX:
            yield output
        elif output.output_type == "stream" and output.get("name") == "stderr":
            text = str(output.get("text"))
            if text.startswith(_USAGE):  # a wrong magic is only printed, though its cell ends
                yield NotebookNode(ename="UsageError", evalue=text.removeprefix(_USAGE))


def _said_by(cell: NotebookNode) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        if output.output_type == "error" and output.get("ename") == "ModuleNotFoundError":
            yield str(output.get("evalue"))
        elif output.output_type == "stream" and output.get("name") == "stderr":
            yield str(output.get("text"))


def _plain(value: object) -> str:
    """A text as one line of letters that any terminal can show."""
    text = _COLOURS.sub("", str(value or "")).split("\n")[0]
    return "".join(letter if letter.isprintable() else "?" for letter in text).strip()
