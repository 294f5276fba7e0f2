"""What the notebook's cells raised and has not been mended: by cell, until that cell runs well.

An answer that is missing because its cell ended in an error is told so, with the line.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Any, NamedTuple

from cnn_lesson.checking.evidence import line
from cnn_lesson.checking.telling import sentence, undefined
from cnn_lesson.meanings import meaning

ALIKE = 0.5
"""How near a name is to one that an import has in its place, as ``difflib`` measures it."""
_DEFINES = re.compile(r"^(?:def +(\w+)|(\w+) *=(?!=))", re.MULTILINE)


class Raised(NamedTuple):
    """One error: the names that its cell defines, what it says in one line, and its own text.

    ``means`` is what it means in this lesson, empty where it does not come up in it; ``imports``
    says whether an import failed.
    """

    names: frozenset[str]
    said: str
    text: str
    means: str = ""
    imports: bool = False


_raised: dict[object, Raised] = {}
_watched: list[object] = []


def watch(shell: Any) -> None:
    """Note from now on what each cell of a notebook raises; a second call changes nothing."""
    if shell not in _watched:
        shell.events.register("post_run_cell", _after)
        _watched.append(shell)


def is_watching() -> bool:
    """Whether the cells of a notebook are watched."""
    return bool(_watched)


def outstanding(names: Collection[str]) -> list[Raised]:
    """The errors of cells that define one of these names, oldest first.

    Where a cell stopped at a name that another cell should have given, that one is told instead.
    """
    found = [each for each in _raised.values() if each.names & set(names)]
    for each in found:
        found += [cause for cause in _raised.values() if _gives(cause, each) and cause not in found]
    first = [each for each in found if not any(_gives(other, each) for other in found)]
    return [each for each in _raised.values() if each in (first or found)]


def _gives(cause: Raised, other: Raised) -> bool:
    """Whether a cell that raised should have given the name that another one missed.

    The name may be misspelt where it was to be given, or a blank may stand for a part of it.
    """
    name = undefined(other.text)
    if not name or cause is other:
        return False
    blanks = [re.sub("_{4,}", r"\\w+", each) for each in cause.names if "____" in each]
    alike = difflib.get_close_matches(name, cause.names, n=1, cutoff=ALIKE) if cause.imports else ()
    return name in cause.names or bool(alike) or any(re.fullmatch(each, name) for each in blanks)


def _after(result: Any) -> None:
    """Note the outcome of one cell. IPython calls this, so nothing may be raised here."""
    source = str(getattr(result.info, "raw_cell", ""))
    key = getattr(result.info, "cell_id", None) or _Source(source)
    error = result.error_before_exec or result.error_in_exec
    names = frozenset(defined(source))
    if error is not None and not _is_untouched(error, source):
        if isinstance(key, _Source):
            _forget_earlier_versions(names)
        told = said(error, source), line(error, 300), meaning(error)
        imports = isinstance(error, ImportError)
        _raised[key] = Raised(names, *told, imports)  # keeps its place
        return
    _raised.pop(key, None)
    if error is None:
        _mend(names)


class _Source(str):
    """A cell of an editor that gives cells no id is known by its source."""


def _forget_earlier_versions(names: frozenset[str]) -> None:
    """Forget what a cell without an id raised that defines no more than these names."""
    for key, each in [*_raised.items()]:
        if isinstance(key, _Source) and each.names and each.names <= names:
            del _raised[key]


def _mend(names: frozenset[str]) -> None:
    """Note that these names have a value now, and forget an error none of whose names is left."""
    for key, each in [*_raised.items()]:
        if each.names & names:
            _raised[key] = each._replace(names=each.names - names)
        if each.names and each.names <= names:
            del _raised[key]


def defined(source: str) -> Iterator[str]:
    """The names that the top level of a cell gives a value, also where Python cannot read it."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        for found in _DEFINES.finditer(source):
            yield found[1] or found[2]
        return
    for statement in body:
        yield from _given(statement)


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN_NAMES = (*_NAMED, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What has names of its own, which the cell does not see."""


def _given(node: ast.AST) -> Iterator[str]:
    """The names that a piece of a cell gives a value, without those of functions and loops in it
    that keep them to themselves.
    """
    if isinstance(node, _OWN_NAMES):
        if isinstance(node, _NAMED):
            yield node.name
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    for part in ast.iter_child_nodes(node):
        yield from _given(part)


def _is_untouched(error: BaseException, source: str) -> bool:
    """Whether a cell raised because nothing was written into it yet."""
    if not isinstance(error, NotImplementedError) or error.args:
        return False
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError):
        return False
    return isinstance(last, ast.Raise)


def said(error: BaseException, source: str) -> str:
    """An error in one line: its name, the line of the cell with its text, and its message."""
    number = line_of(error, source)
    lines = source.splitlines()
    name = line(type(error).__name__, 60)
    where = f" in line {number}" if number else ""
    told = sentence(error) if str(error) else "this line still raises it: take it out"
    text = f"{name}{where}: {told}"
    if 0 < number <= len(lines) and lines[number - 1].strip() not in told:
        text += f" · {line(lines[number - 1], 80)}"
    return text


def line_of(error: BaseException, source: str) -> int:
    """The line of a cell in which an error came up, 0 where its traceback does not tell."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    numbers = [number for code, number in _frames(error.__traceback__) if code == "<module>"]
    return numbers[-1] if numbers and numbers[-1] <= len(source.splitlines()) else 0


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    """The names of the pieces of code of the notebook itself, and their lines."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    while trace is not None:
        if shell is not None and trace.tb_frame.f_globals is shell.user_ns:
            yield trace.tb_frame.f_code.co_name, trace.tb_lineno
        trace = trace.tb_next
