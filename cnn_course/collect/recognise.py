"""Which of the lesson's notebooks a file is, and how much of it is filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cnn_course.build.notebooks import read_notebook
from cnn_course.grade.decoding import AGAIN
from cnn_course.grade.reading import read_file
from cnn_course.grade.recognise import which_notebook
from cnn_course.project import STUBS, Project
from cnn_lesson.items import NOTEBOOKS

FILE_LIMIT_MB = 20


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
        """What a file is, by the same signs as in grading; never raises for what it holds."""
        handed = read_file(path, FILE_LIMIT_MB)
        if handed.notebook is None:
            return Recognised(why=handed.sentence.removesuffix(f"; {AGAIN}"))
        name = which_notebook(handed.notebook)
        if not name:
            return Recognised(why="a notebook, but none of this lesson")
        texts = (_plain(cell["source"]) for cell in handed.notebook["cells"])
        return Recognised(name, sum(bool(t) and t not in self._stubs[name] for t in texts))

    @cached_property
    def _stubs(self) -> dict[str, set[str]]:
        stubs = {name: read_notebook(self.project.notebook(STUBS, name)) for name in NOTEBOOKS}
        return {name: {_plain(c.source) for c in stub.cells} for name, stub in stubs.items()}


def is_utf8(content: bytes) -> bool:
    """True where a notebook's bytes are what every reader expects: UTF-8 without a mark."""
    return json.detect_encoding(content) == "utf-8"


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
