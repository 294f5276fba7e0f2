"""Which of a learner's files is graded as which notebook: what it holds decides, not its name."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook
from cnn_course.build.views import solution_view
from cnn_course.cell_kind import is_answer
from cnn_course.grade import reading
from cnn_course.grade.door import Handed
from cnn_course.grade.own_cells import add_hidden_tests
from cnn_course.grade.recognise import named_like, which_notebook
from cnn_course.grade.restore import add_marking_schemes, restore
from cnn_course.learner_id import shown
from cnn_course.project import SOURCE, STUBS, Project
from cnn_lesson.items import NOTEBOOKS

FILE_COUNT_LIMIT = 20
"""Files that are looked at for one learner, those under the assignment's names first."""

NAME_SHOWN = 80
_NOTEBOOK = re.compile(r"(?!\.).*\.ipynb(?:\.txt|\.json)?", re.IGNORECASE | re.DOTALL)

Files = list[tuple[Path, Handed]]


@dataclass(frozen=True)
class Stub:
    """A notebook of the assignment as it was handed out, and the master's it was made from."""

    notebook: NotebookNode
    source: NotebookNode

    @cached_property
    def solution(self) -> NotebookNode:
        """The notebook as it is solved."""
        return solution_view(self.source)


@dataclass
class Candidate:
    """A file that holds one of the assignment's notebooks, restored."""

    file: str
    notebook: NotebookNode
    notes: list[str]
    answers: int


def read_stubs(project: Project) -> dict[str, Stub]:
    """The assignment's notebooks with their marking schemes and hidden tests, by name."""
    stubs = {}
    for name in NOTEBOOKS:
        source = read_notebook(project.notebook(SOURCE, name))
        stub = read_notebook(project.notebook(STUBS, name))
        add_marking_schemes(stub, source)
        add_hidden_tests(stub, source)
        stubs[name] = Stub(stub, source)
    return stubs


def notebook_files(folder: Path) -> list[Path]:
    """The files to look at: the assignment's names, there or not, then other notebooks there."""
    official = [folder / f"{name}.ipynb" for name in NOTEBOOKS]
    if folder.is_symlink() or not folder.is_dir():
        return official
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return official
    others = (folder / name for name in names if _NOTEBOOK.fullmatch(name))
    more = [path for path in others if path not in official and _is_file(path)]
    return (official + more)[:FILE_COUNT_LIMIT]


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def choices(files: Files, stubs: dict[str, Stub]) -> dict[str, tuple[NotebookNode, str]]:
    """For each notebook of the assignment the one to grade, and a note, or ""."""
    found: dict[str, list[tuple[str, Handed]]] = {name: [] for name in NOTEBOOKS}
    reasons: dict[str, str] = {}
    for path, handed in files:
        by_name = named_like(path.name)
        if handed.notebook is not None:
            name = which_notebook(handed.notebook) or by_name
            found.get(name or "", []).append((path.name, handed))
        elif by_name and (by_name not in reasons or reasons[by_name] == reading.MISSING):
            reasons[by_name] = _reason(path, by_name, handed)
    return {name: _choice(name, found[name], stubs[name], reasons) for name in NOTEBOOKS}


def _reason(path: Path, name: str, handed: Handed) -> str:
    """Why a file is not read; a broken copy tells more than that the file itself is missing."""
    said = handed.sentence
    return said if path.name == f"{name}.ipynb" else f"{_shown(path.name)}: {said}"


def _choice(
    name: str, files: list[tuple[str, Handed]], stub: Stub, reasons: dict[str, str]
) -> tuple[NotebookNode, str]:
    official = f"{name}.ipynb"
    candidates = [_candidate(file, handed, stub) for file, handed in files]
    if not candidates:
        return deepcopy(stub.notebook), reasons.get(name, reading.MISSING)
    best = max(candidates, key=lambda each: (each.answers, each.file == official, each.file))
    others = [_shown(each.file) for each in candidates if each is not best]
    notes = [f"graded from the file {_shown(best.file)}"] if best.file != official else []
    if others:
        notes.append(f"also handed in, with no more answers: {', '.join(others)}")
    return best.notebook, "; ".join(notes + best.notes)


def _candidate(file: str, handed: Handed, stub: Stub) -> Candidate:
    """A file's notebook restored; where that fails, the stub, with a note."""
    try:
        notebook, note = restore(nbformat.from_dict(handed.notebook), stub.notebook, stub.source)
    except Exception as error:  # one learner's notebook must never end the others' run
        notebook = deepcopy(stub.notebook)
        note = f"its cells cannot be told apart ({type(error).__name__}); graded as not handed in"
    return Candidate(
        file, notebook, [*handed.notes, note] if note else handed.notes, _answers(notebook, stub)
    )


def _answers(notebook: NotebookNode, stub: Stub) -> int:
    """How many answers and essays are no longer as they were handed out."""
    blank = {cell.id: cell.source.strip() for cell in stub.notebook.cells if is_answer(cell)}
    return sum(
        cell.source.strip() != blank[cell.id] for cell in notebook.cells if cell.get("id") in blank
    )


def _shown(file: str) -> str:
    return shown(file)[:NAME_SHOWN]
