"""Regions between ``BEGIN …`` and ``END …`` lines, found the way nbgrader finds them."""

from __future__ import annotations

SOLUTION, HIDDEN_TESTS, MARK_SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"


def has_region(source: str, name: str) -> bool:
    """Whether a line opens such a region."""
    return f"BEGIN {name}" in source


def without_region(source: str, name: str) -> str:
    """The source without such regions and their markers."""
    kept, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {name}" in line:
            inside = True
        elif f"END {name}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept).rstrip()


def without_markers(source: str, name: str, title: str | None = None) -> str:
    """The source with the regions' content and no markers; a title may stand for BEGIN."""
    kept = []
    for line in source.split("\n"):
        if f"BEGIN {name}" in line:
            kept += [] if title is None else [title, ""]
        elif f"END {name}" not in line:
            kept.append(line)
    return "\n".join(kept).rstrip()


def broken_region(source: str) -> tuple[int, str] | None:
    """Line (from 0) and fault of the first region that is not closed, not opened or nested."""
    for name in (SOLUTION, HIDDEN_TESTS, MARK_SCHEME):
        opened = None
        for number, line in enumerate(source.split("\n")):
            if f"BEGIN {name}" in line:
                if opened is not None:
                    return number, f"BEGIN {name} inside another one"
                opened = number
            elif f"END {name}" in line:
                if opened is None:
                    return number, f"END {name} without a BEGIN {name}"
                opened = None
        if opened is not None:
            return opened, f"BEGIN {name} without an END {name}"
    return None
