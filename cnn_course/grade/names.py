"""What a cell's source defines and uses, read by patterns: a stranger's code is not even parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NAMED = re.compile(r"^(?:async[ ]+)?(?:def|class)[ ]+(\w+)", re.MULTILINE)
_LEFT_SIDE = re.compile(r"[A-Za-z_(\[][\w ,()*\[\]\"']{0,300}")
_ANNOTATION_LIMIT = 80
_IMPORT = re.compile(r"^(?:from[ ]+[\w.]+[ ]+)?import[ ]+", re.MULTILINE)
_LISTED_LIMIT, _LINE_LIMIT = 4000, 2000
_WORD = re.compile(r"[A-Za-z_]\w*")
_ENTRY = re.compile(r"^(\w+)\[")


def defined(source: str) -> set[str]:
    """The names that a source defines at its top level; ``d["k"]`` where it fills an entry."""
    names = set(_NAMED.findall(source))
    for line in source.splitlines():
        if left := _left_side(line):
            names |= {left} if _ENTRY.match(left) else set(_WORD.findall(left))
    for listed in _imported(source):
        parts = (part.split() for part in listed.strip("()").split("#")[0].split(","))
        names |= {part[-1].split(".")[0] for part in parts if part}
    return {name for name in names if _ENTRY.match(name) or name.isidentifier()}


def _left_side(line: str) -> str:
    """What an assignment gives its value to, without its annotation; "" where it is none."""
    left, equals, right = line.partition("=")
    if not equals or right.startswith("="):
        return ""
    left, _, annotation = left.partition(":")
    left = left.rstrip(" ")
    return left if len(annotation) <= _ANNOTATION_LIMIT and _LEFT_SIDE.fullmatch(left) else ""


def _imported(source: str) -> Iterator[str]:
    """What each import lists, in brackets or to the end of the line."""
    for found in _IMPORT.finditer(source):
        start = found.end()
        closed = (
            source.find(")", start, start + _LISTED_LIMIT) if source.startswith("(", start) else -1
        )
        end = source.find("\n", start, start + _LINE_LIMIT)
        if closed >= 0:
            yield source[start : closed + 1]
        else:
            yield source[start : end if end >= 0 else start + _LINE_LIMIT]


def used(sources: Iterable[str]) -> set[str]:
    """Every word of some sources."""
    return {word for source in sources for word in _WORD.findall(source)}


def base(name: str) -> str:
    """``d`` of ``d["k"]``; any other name is itself."""
    entry = _ENTRY.match(name)
    return entry[1] if entry else name


def bare(source: str) -> str:
    """The source without comments, hints and blanks around it."""
    lines = (line for line in source.split("\n") if not _is_comment(line.strip()))
    return "\n".join(lines).strip().rstrip(";").strip()


def _is_comment(line: str) -> bool:
    return line.startswith("#") or (line.startswith("hint(") and line.endswith(")"))
