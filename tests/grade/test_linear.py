"""What a learner wrote costs the coordinator time in proportion to its length, and no more."""

import functools
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable

import pytest
from nbformat.v4 import new_code_cell, new_notebook

import cnn_course
import cnn_course.grade
from cnn_course.grade import borrowed, names
from cnn_course.grade.recognise import checks_in, which_notebook

SIZE, LIMIT_S = 10_000, 0.05
UNITS = [
    *(
        " ",
        "\n",
        " \n",
        "\t",
        "\r",
        "a",
        "a ",
        "a,",
        "a.",
        "(",
        ")",
        "[",
        "]",
        "'",
        '"',
        "#",
        "=",
        ":",
    ),
    *("\\", "$", "0", "é", "\x1b", "\x1b[", "import (\n", "from a import (", "def ", "async def "),
    *(
        "check(",
        "hint(",
        "hint()",
        "### BEGIN",
        "## S1 · ",
        "(a",
        "[a",
        "a=",
        "a ==",
        "a: ",
        "\ud800",
    ),
]
STARTS = (
    "",
    "check(",
    "hint(",
    "import ",
    "from a import ",
    "a",
    "a =",
    "#",
    "def ",
    "\x1b[",
    "[x](",
)


def patterns() -> dict[str, Callable[[str], object]]:
    """The patterns of all modules that read what learners wrote, each as its module uses it."""
    found: dict[str, Callable[[str], object]] = {}
    for package in (cnn_course, cnn_course.grade):
        for about in pkgutil.iter_modules(package.__path__):
            if about.ispkg or about.name.startswith("cli"):
                continue
            module = importlib.import_module(f"{package.__name__}.{about.name}")
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    for way in {*re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module))}:
                        found[f"{about.name}.{name}.{way}"] = functools.partial(use, value, way)
    return found


def use(pattern: re.Pattern, way: str, text: str) -> object:
    """What a pattern finds in a text in one of its ways."""
    if way == "sub":
        return pattern.sub("", text)
    found = getattr(pattern, way)(text)
    return [*found] if way == "finditer" else found


PATTERNS = patterns()


# Texts that make a careless pattern start again and again.
BAITS = [start + unit * (SIZE // len(unit)) + "!" for start in STARTS for unit in UNITS]


def slow_ones(work) -> list[str]:
    """The beginnings of the texts that take long, twice."""
    return [bait[:20] for bait in BAITS if _is_slow(work, bait) and _is_slow(work, bait)]


def _is_slow(work, bait: str) -> bool:
    start = time.process_time()
    work(bait)
    return time.process_time() - start > LIMIT_S


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_starts_again_and_again(name):
    """Does each find all it finds in a long text of one thing repeated, in a moment?"""
    assert not slow_ones(PATTERNS[name])


@pytest.mark.parametrize(
    "work",
    [names.defined, names.bare, checks_in, lambda text: names.used([text])],
    ids=["defined", "bare", "checks", "used"],
)
def test_no_reading_of_a_cell_does(work):
    """Do the names, checks and comments of a cell take a moment, whatever is in it?"""
    assert not slow_ones(work)


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_which_notebook_it_is_is_told_in_a_moment(kind):
    """Is a cell of anything repeated looked at once?"""

    def work(bait: str) -> None:
        which_notebook({"cells": [{"cell_type": kind, "source": bait, "metadata": {}}]})

    assert not slow_ones(work)


@pytest.mark.parametrize("line", ["a.b(c, d)\n", "x\n", "'cnn_lesson.items'\n", "[0].a\n"])
def test_what_is_borrowed_is_looked_for_within_a_budget(line):
    """Do two million letters of code take no more than the budget, and is that said?"""
    source = "import cnn_lesson\n" + line * (19_000 // len(line))
    notebook = new_notebook(cells=[new_code_cell(source) for _ in range(100)])
    start = time.process_time()
    note = borrowed.borrowed_note(notebook)
    assert time.process_time() - start < 2
    assert borrowed.UNREAD in note
