"""Notebooks written elsewhere: what Colab and others bring along stands in the way of nothing.

At the top level of a cell, the import of a library that is not here binds a placeholder, which
raises ModuleNotFoundError when it is used: an import that is not needed costs nothing. Imports
inside ``try`` are left as they are, since these know what to do without.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

DECORATION = ("google.colab", "tensorboard")
"""Libraries that other places have and that compute nothing: any call of theirs does nothing."""

SILENT_MAGICS = ("tensorflow_version", "tensorboard", "pip", "conda")
FORGIVING_MAGICS = ("load_ext", "reload_ext", "matplotlib")


class Absent:
    """Stands for a library that is not here, or for a thing of it."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._used(f"{self._name}.{name}")

    def __call__(self, *args: object, **options: object) -> Any:
        """What a thing of a library gives: itself for decoration, else the error."""
        return self._used(self._name)

    def __repr__(self) -> str:
        return f"<{self._name}, which is not installed here>"

    def _used(self, name: str) -> Absent:
        if not is_decoration(self._name):
            raise ModuleNotFoundError(f"No module named {self._name.split('.')[0]!r}")
        return Absent(name)


def is_decoration(name: str) -> bool:
    """Whether nothing is lost without a library."""
    return any(name == each or name.startswith(f"{each}.") for each in DECORATION)


def absent(name: str) -> Absent:
    """A placeholder for a library; a line on standard error says that it is not here."""
    if not is_decoration(name):
        library = name.split(".")[0]
        print(f"No module named {library!r}: the cell goes on without it", file=sys.stderr)
    return Absent(name)


def is_here(name: str) -> bool:
    """Whether the library that a dotted name begins with can be imported."""
    root = name.split(".")[0]
    try:
        return not is_decoration(name) and (root in sys.modules or find_spec(root) is not None)
    except (ImportError, ValueError, AttributeError):
        return True  # the import itself shall say what is wrong


class Imports(ast.NodeTransformer):
    """Puts a placeholder in place of each top-level import of what is not here."""

    def visit_Module(self, node: ast.Module) -> ast.Module:  # noqa: N802
        """The cell, with its imports replaced where they would fail."""
        node.body = [new for old in node.body for new in replaced(old)]
        return ast.fix_missing_locations(node)


def replaced(statement: ast.stmt) -> list[ast.stmt]:
    """The statement, or for an import of what is not here the placeholders' assignments."""
    if isinstance(statement, ast.Import):
        return [line for alias in statement.names for line in _import(statement, alias)]
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        gone = [alias for alias in statement.names if not is_here(_full(statement, alias))]
        if len(gone) == len(statement.names) and "*" not in {alias.name for alias in gone}:
            return [
                _bound(statement, alias.asname or alias.name, _full(statement, alias))
                for alias in gone
            ]
    return [statement]


def _full(statement: ast.ImportFrom, alias: ast.alias) -> str:
    return f"{statement.module}.{alias.name}"


def _import(statement: ast.Import, alias: ast.alias) -> list[ast.stmt]:
    """One name of an import statement, as it is or as a placeholder."""
    if is_here(alias.name):
        return [ast.copy_location(ast.Import(names=[alias]), statement)]
    name = alias.asname or alias.name.split(".")[0]
    if not alias.asname and "." in alias.name and is_here(name):  # `google` is more than Colab
        return [ast.copy_location(ast.Pass(), statement)]
    return [_bound(statement, name, alias.name if alias.asname else name)]


def _bound(statement: ast.stmt, name: str, library: str) -> ast.stmt:
    """The assignment of a placeholder."""
    call = f"__import__('cnn_lesson.elsewhere', fromlist=['absent']).absent({library!r})"
    value = ast.parse(call, mode="eval").body
    made = ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=value)
    return ast.copy_location(made, statement)


def settle_in(shell: Any = None) -> None:
    """Have a notebook's kernel put up with the habits of other places."""
    if shell is None:
        from IPython import get_ipython

        shell = get_ipython()
    os.environ.setdefault("PIP_NO_INDEX", "1")  # `!pip install` then ends at once
    shell.ast_transformers.append(Imports())
    for name in SILENT_MAGICS:
        shell.register_magic_function(_nothing, "line", name)
    for name in FORGIVING_MAGICS:
        shell.register_magic_function(_forgiving(shell.find_line_magic(name)), "line", name)


def _nothing(line: str) -> None:
    """Nothing: this is done elsewhere only."""


def _forgiving(magic: Callable[[str], Any]) -> Callable[[str], None]:
    """The magic, which says what goes wrong and lets the cell go on."""

    def forgiving(line: str) -> None:
        if is_decoration(line.strip()):
            return
        try:
            magic(line)
        except Exception as error:  # a backend or an extension that is not here
            print(f"{line.strip()}: {error}", file=sys.stderr)

    return forgiving
