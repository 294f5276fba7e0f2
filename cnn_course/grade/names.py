"""What a cell's source defines and uses, read by patterns: a stranger's code is not even parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMED = re.compile(r"^(?:async[ ]+)?(?:def|class)[ ]+(\w+)", re.MULTILINE)
_LEFT_SIDE = re.compile(r"^([A-Za-z_(\[][\w ,()*\[\]\"']{0,300}?)[ ]*(?::[^=\n]{0,80})?=(?!=)")
_IMPORT = re.compile(
    r"^(?:from[ ]+[\w.]+[ ]+)?import[ ]+(\([^)]{0,4000}\)|[^\n]{0,2000})", re.MULTILINE
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_ENTRY = re.compile(r"^(\w+)\[")
_COMMENT = re.compile(r"^\s*#.*$|^\s*hint\(.*\)\s*$", re.MULTILINE)


def defined(source: str) -> set[str]:
    """The names that a source defines at its top level; ``d["k"]`` where it fills an entry."""
    names = set(_NAMED.findall(source))
    for line in source.splitlines():
        if found := _LEFT_SIDE.match(line):
            left = found[1].strip()
            names |= {left} if _ENTRY.match(left) else set(_WORD.findall(left))
    for listed in _IMPORT.findall(source):
        parts = (part.split() for part in listed.strip("()").split("#")[0].split(","))
        names |= {part[-1].split(".")[0] for part in parts if part}
    return {name for name in names if _ENTRY.match(name) or name.isidentifier()}


def used(sources: Iterable[str]) -> set[str]:
    """Every word of some sources."""
    return {word for source in sources for word in _WORD.findall(source)}


def base(name: str) -> str:
    """``d`` of ``d["k"]``; any other name is itself."""
    entry = _ENTRY.match(name)
    return entry[1] if entry else name


def bare(source: str) -> str:
    """The source without comments, hints and blanks around it."""
    return _COMMENT.sub("", source).strip().rstrip(";").strip()
